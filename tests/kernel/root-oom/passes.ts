/**
 * Makes passes of the root path, as a process of its own whose garbage collections are counted by the host: each pass finds the
 * machine full, kills a process for the one frame that is wanted, and then makes that process again. Prints one JSON object:
 * records a pass, free frames before and after, collections during the passes, and after them, when garbage is made on purpose.
 */
import { constants, PerformanceObserver, performance } from 'node:perf_hooks';
import { System } from '../../../kernel/index.js';
import { releaseFrame, takeFrame } from '../../../kernel/memory/frames.js';
import { ROOT, rootOutOfMemory } from '../../../kernel/root-oom/path.js';
import { freeFrames } from '../../../kernel/root-oom/shrinkers.js';
import { FRAME_USE } from '../../../kernel/state/state.js';
import { createProcess } from '../../../kernel/tasks/process.js';
import * as sys from '../../../userland/script/calls.js';

/** When each collection of this process's own heap began, ms. */
const collections: number[] = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const { flags } = (entry as unknown as { detail: { flags: number } }).detail;
    // The one that is asked for is no collection of what the passes leave.
    if ((flags & constants.NODE_PERFORMANCE_GC_FLAGS_FORCED) === 0) collections.push(entry.startTime);
  }
}).observe({ entryTypes: ['gc'] });

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

function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Makes passes until the host has compiled them: until a round leaves next to nothing in its heap. */
function warmUp(): void {
  for (let round = 0; round < 30; round++) {
    collect();
    const { heapUsed } = process.memoryUsage();
    many(100_000);
    if (round > 1 && process.memoryUsage().heapUsed - heapUsed < 1 << 20) return;
  }
}

system.step(() => {
  while (takeFrame(k, FRAME_USE.JOURNAL, -1, 0, 0) >= 0);
  // The first process is spared: it counts as the console's.
  k.consoleKoid = k.state.processes.koid[k.bootProcess];
  const { used } = k.state.frames;
  for (let freed = 0, frame = used - 1; freed < 8; frame--)
    if (k.state.frames.use[frame] === FRAME_USE.JOURNAL) {
      releaseFrame(k, frame);
      freed++;
      makeVictim();
    }
  // What the host compiles, and tables that grow, do so before it counts.
  warmUp();
  const free = freeFrames(k);
  const records = k.journal.count;
  // What is left of all that came before does not count.
  collect();
  const begun = performance.now();
  many(passes);
  const ended = performance.now();
  const figures = { records: (k.journal.count - records) / passes, before: free, after: freeFrames(k) };
  const garbage: number[][] = [];
  for (let i = 0; i < 200_000; i++) garbage[i % 1000] = new Array(50).fill(i);
  setTimeout(() => {
    const during = collections.filter((at) => at >= begun && at < ended).length;
    const afterwards = collections.filter((at) => at >= ended).length;
    process.stdout.write(JSON.stringify({ ...figures, during, afterwards }));
  }, 10);
});
