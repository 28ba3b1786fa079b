/**
 * A step from outside: what a scenario does to a system that rests between two operations, as boot does it. It is in the journal
 * like every other step, with nobody as its actor.
 *
 * Who gets the hart afterwards is not decided here: that belongs to the end of a step that a thread made. So a scenario's own
 * process has a first thread, the *stagehand*, that does nothing but wait, at the highest priority. A step from outside wakes it,
 * and the call with which it waits again ends with the choice of the thread that runs.
 */
import { wakeFutex } from '../../kernel/futex.js';
import type { Script, System } from '../../kernel/index.js';
import { schedule } from '../../kernel/scheduling.js';
import { threadPrioritySet } from '../../kernel/transitions/tasks.js';
import { LIMITS } from '../../syscalls/limits.js';
import { futex_wait } from '../../userland/script/calls.js';
import { forgetBlocked } from './stops.js';

/** Threads of a scenario have lower priorities: the stagehand must not wait for them. */
export const STAGEHAND_PRIORITY = LIMITS.maxPriority;

/** What the stagehand executes: it waits for a word that is never anything but 0. */
export function* stagehand(word: number): Script {
  for (;;) yield* futex_wait(word, 0, 0, Number.POSITIVE_INFINITY);
}

export class Outside {
  /** The stagehand is the only thread of the boot process, and has not run. */
  constructor(
    private readonly system: System,
    private readonly word: number,
  ) {
    const { journal, bootProcess, state } = system.kernel;
    const thread = state.processes.firstThread[bootProcess];
    this.step(() => journal.commit(threadPrioritySet, thread, STAGEHAND_PRIORITY));
  }

  /** Does all of `work` in one step. */
  step<Result>(work: () => Result): Result {
    const { kernel: k } = this.system;
    forgetBlocked(this.system);
    k.journal.beginStep(k.board.time, 0, 0);
    // First of all, so that an idle hart gets the stagehand and no other.
    if (k.state.current < 0) {
      wakeFutex(k, k.bootProcess, this.word, 1);
      schedule(k);
    } else wakeFutex(k, k.bootProcess, this.word, 1);
    return work();
  }
}
