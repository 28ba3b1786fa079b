/**
 * Makes passes of the root path, as a process of its own whose garbage collections are traced (`node --trace-gc`): each pass
 * finds the machine full, kills a process for the one frame that is wanted, and then makes that process again. What is between
 * the two marks on standard output has to be free of collections. The last line: steps, free frames before and after.
 */
import { writeSync } from 'node:fs';
import { System } from '../../../kernel/index.js';
import { releaseFrame, takeFrame } from '../../../kernel/memory/frames.js';
import { ROOT, rootOutOfMemory } from '../../../kernel/root-oom/path.js';
import { freeFrames } from '../../../kernel/root-oom/shrinkers.js';
import { FRAME_USE } from '../../../kernel/state/state.js';
import { createProcess } from '../../../kernel/tasks/process.js';
import * as sys from '../../../userland/script/calls.js';

const [passes] = process.argv.slice(2).map(Number);

const system = System.boot({
  name: 'passes',
  memoryBytes: 1 << 20,
  overcommit: 1 << 20,
  script: function* () {
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  },
});
const k = system.kernel;
k.shrinkers.length = 0;

/** The smallest process there can be: it has a root page table. Nobody names it, so it goes when it ends. */
function makeVictim(): void {
  if (createProcess(k, 0, 0) < 0) throw new Error('no victim could be made');
}

/** One pass: the machine is full, somebody is killed, the row goes, somebody new takes the place. */
function pass(): void {
  const before = freeFrames(k);
  if (before !== 0) throw new Error(`${before} frames are free`);
  if (rootOutOfMemory(k, 1) !== ROOT.GAVE) throw new Error('the root path gave nothing');
  makeVictim();
}

function many(count: number): void {
  for (let i = 0; i < count; i++) pass();
}

system.step(() => {
  while (takeFrame(k, FRAME_USE.RESERVE, -1, 0, 0) >= 0);
  // The first process is spared: it counts as the console's.
  k.consoleKoid = k.state.processes.koid[k.bootProcess];
  const { used } = k.state.frames;
  for (let freed = 0, frame = used - 1; freed < 8; frame--)
    if (k.state.frames.use[frame] === FRAME_USE.RESERVE) {
      releaseFrame(k, frame);
      freed++;
      makeVictim();
    }
  // What the host compiles, and tables that grow, do so before it counts.
  many(Math.min(passes, 50_000));
  writeSync(1, '\nmark\n');
  const free = freeFrames(k);
  const records = k.journal.count;
  many(passes);
  writeSync(1, '\nmark\n');
  writeSync(1, `${(k.journal.count - records) / passes} ${free} ${freeFrames(k)}\n`);
});
