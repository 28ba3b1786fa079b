/** Steps from outside that a scenario takes: while its system rests, and while one of its scripts computes what it does next. */
import type { System } from '../../kernel/index.js';

export class Outside {
  /** A script computes what it does next. */
  private isInScript = false;

  constructor(private readonly system: System) {}

  /** Resumes a script, which may take steps from outside before it says what it does next. */
  inScript<Result>(resume: () => Result): Result {
    this.isInScript = true;
    try {
      return resume();
    } finally {
      this.isInScript = false;
    }
  }

  /**
   * Does all of `work` in one step, which is nobody's. A script does it between two operations of the running thread, which keeps
   * the hart: who has it afterwards is decided at the end of the next one.
   */
  step<Result>(work: () => Result): Result {
    if (!this.isInScript) return this.system.step(work);
    const { board, journal } = this.system.kernel;
    journal.beginStep(board.time, 0, 0);
    return work();
  }
}
