/** A monitor that makes random calls while it decides: nothing it does makes the kernel panic, breaks an invariant or hangs. */
import { describe, expect, it } from 'vitest';
import type { Script, Startup } from '../../kernel/index.js';
import { ROOT_OOM_ANSWER } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { runScript, type Scene } from './booted.js';
import { eat, hungry, SMALL } from './hungry.js';
import { Knowledge, randomNumbers, randomThread } from './random-calls.js';
import { setWait } from './shortage/shortages.js';

/** Answers at random, and makes up to 40 random calls before each answer. */
function* hostile(startup: Startup, random: (below: number) => number, asked: () => void): Script {
  const known = new Knowledge(random);
  for (const type of ['process', 'thread', 'vmar', 'allocator', 'job'] as const) known.learnHandle(startup[type], type);
  known.learnAddress(startup.stackLow);
  known.learnAddress(startup.stackHigh - 2 * PAGE_BYTES);
  known.learnAddress(startup.stackLow + PAGE_BYTES);
  const answers = Object.values(ROOT_OOM_ANSWER);
  for (;;) {
    const answer = random(40) === 0 ? ROOT_OOM_ANSWER.HALT : answers[random(answers.length - 1)];
    const { status } = yield* sys.root_oom_wait(answer, 1 + random(80), startup.stackLow, 40 * random(8));
    if (status === 0) asked();
    yield* randomThread(known, random, known.calls + random(40), 0);
  }
}

/** Processes that eat all there is come one after the other; the first one asks for quota, too, and may wait for it. */
function* crowd(scene: Scene, random: (below: number) => number): CallScript<void> {
  for (let i = 0; i < 20; i++) {
    yield* setWait(scene, scene.thread, random(3) * 50_000);
    yield* hungry(scene, eat(20 + random(120)), { priority: random(2) === 0 ? 15 : 18 });
    const { child } = yield* sys.allocator_create(scene.allocator, random(600) * PAGE_BYTES);
    if (child !== 0 && random(2) === 0) yield* sys.handle_close(child);
    yield* sys.thread_sleep(scene.system.time + random(5000));
  }
}

describe('41: a monitor that makes random calls', () => {
  it('brings nothing down but what it may kill', () => {
    let timesAsked = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const random = randomNumbers(seed);
      runScript(
        function* (scene) {
          try {
            yield* crowd(scene, random);
          } catch (error) {
            // Where the monitor left no memory to make a process of, that was all.
            if (!String(error).includes('NO_MEMORY')) throw error;
          }
        },
        { ...SMALL, monitor: (startup) => hostile(startup, random, () => timesAsked++), maxInstructions: 3_000_000 },
      );
    }
    expect(timesAsked).toBeGreaterThan(5);
  });
});
