/**
 * Two compiled processes on a system of their own that share a lock and both want it, for ever. Whoever releases it finds the
 * other in the queue, and whoever acquires it finds it taken: so each release hands over, and each acquisition waits.
 */
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { A0, A1, A2, callWith, FOREVER_HIGH, FOREVER_LOW, forever, HANDLE, li, mv } from './guest-code.js';
import { startGuest } from './guest-process.js';
import type { Pair } from './pairs.js';

const PRIORITY = 20;

function contender(): number[] {
  const deadline = [...li(A1, FOREVER_LOW), ...li(A2, FOREVER_HIGH)];
  const acquire = [mv(A0, HANDLE), ...deadline, ...callWith('lock_acquire')];
  return forever(acquire, [mv(A0, HANDLE), ...callWith('lock_release'), ...acquire]);
}

/** A round is a hand-over, in two steps: a release, and the acquisition with which the same thread begins to wait. */
export const LOCKS: Pair = {
  *script(startup): Script {
    const { lock } = yield* sys.lock_create(startup.allocator);
    // Both stand in the queue before the first has it.
    yield* sys.lock_acquire(lock, Number.POSITIVE_INFINITY);
    for (let i = 0; i < 2; i++) yield* startGuest(startup, { priority: PRIORITY, handle: lock, code: contender() });
    yield* sys.lock_release(lock);
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  },
  rounds: ({ steps }) => steps / 2,
};
