/**
 * A step from outside: what a scenario does to a system that rests between two operations, as boot does it. It is in the journal
 * like every other step, with nobody as its actor.
 *
 * Who gets the hart afterwards is not decided here: that belongs to the end of a step that a thread made. So a scenario's own
 * process has a first thread, the *stagehand*, that does nothing but wait, at the highest priority. A step from outside wakes it,
 * and the call with which it waits again ends with the choice of the thread that runs.
 */
import type { Script, System } from '../../kernel/index.js';
import { schedule } from '../../kernel/scheduling.js';
import { unblock } from '../../kernel/tasks/waiting.js';
import { threadPrioritySet } from '../../kernel/transitions/tasks.js';
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER, LIMITS } from '../../syscalls/limits.js';
import { thread_sleep } from '../../userland/script/calls.js';
import type { Stops } from './stops.js';

/** Threads of a scenario have lower priorities: the stagehand must not wait for them. */
export const STAGEHAND_PRIORITY = LIMITS.maxPriority;

/** What the stagehand executes. */
export function* stagehand(): Script {
  for (;;) yield* thread_sleep(FOREVER);
}

export class Outside {
  /** The stagehand's row. */
  private readonly thread: number;

  /** The stagehand is the only thread of the boot process, and has not run. */
  constructor(
    private readonly system: System,
    private readonly stops: Stops,
  ) {
    const { journal, bootProcess, state } = system.kernel;
    this.thread = state.processes.firstThread[bootProcess];
    this.step(() => journal.commit(threadPrioritySet, this.thread, STAGEHAND_PRIORITY));
  }

  /** Does all of `work` in one step. */
  step<Result>(work: () => Result): Result {
    const { kernel: k } = this.system;
    this.stops.forgetBlocked();
    k.journal.beginStep(k.board.time, 0, 0);
    if (k.state.threads.state[this.thread] === TASK_STATE.BLOCKED) {
      unblock(k, this.thread, STATUS.OK);
      // First of all, so that an idle hart gets the stagehand and no other.
      if (k.state.current < 0) schedule(k);
    }
    return work();
  }
}
