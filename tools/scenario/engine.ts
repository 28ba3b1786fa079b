/**
 * Runs a scenario's system: stops it exactly where a condition comes true, takes steps from outside while it rests, and goes on
 * from a stop that it takes for its end. For these a scenario reaches behind the front door of `System`; here, and nowhere else.
 */
import type { Outcome, System } from '../../kernel/index.js';

/** Thrown out of a run, between two steps, and caught here. */
class Reached extends Error {
  override readonly name = 'Reached';
}

/** What of a system is reached for. */
interface Inside {
  readonly stepper: { afterStep: (() => void) | undefined; outside(work: () => void): void };
  outcome: Outcome | undefined;
  takeWhatIsDue(): void;
}

export class Engine {
  private readonly inside: Inside;
  /** The checks of the system, if it has any. */
  private readonly checks: (() => void) | undefined;
  /** A script computes what it does next. */
  private isInScript = false;
  /** It was stopped between the call of a script and what was due with it: that comes first, or the stop would be seen in the journal. */
  private isDue = false;

  constructor(private readonly system: System) {
    this.inside = system as unknown as Inside;
    this.checks = this.inside.stepper.afterStep;
  }

  run(instructions: number): Outcome {
    this.takeWhatIsDue();
    return this.system.run(instructions);
  }

  /** Runs with a look after every step: undefined where the run stopped because `holds` did. What `holds` throws goes on. */
  runWatched(instructions: number, holds: () => boolean): Outcome | undefined {
    const { stepper } = this.inside;
    const { scripts } = this.system.kernel;
    let isExecuting = false;
    stepper.afterStep = () => {
      this.checks?.();
      if (holds()) throw new Reached();
    };
    const execute = scripts?.execute;
    if (scripts !== undefined && execute !== undefined) {
      scripts.execute = (thread) => {
        isExecuting = true;
        execute.call(scripts, thread);
        isExecuting = false;
      };
    }
    try {
      return this.run(instructions);
    } catch (error) {
      if (!(error instanceof Reached)) throw error;
      this.isDue = isExecuting;
      return undefined;
    } finally {
      stepper.afterStep = this.checks;
      if (scripts !== undefined && execute !== undefined) scripts.execute = execute;
    }
  }

  private takeWhatIsDue(): void {
    if (!this.isDue) return;
    this.isDue = false;
    this.inside.takeWhatIsDue();
  }

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
    const { board, journal } = this.system.kernel;
    if (this.isInScript) {
      journal.beginStep(board.time, 0, 0);
      return work();
    }
    // A system that blocked for ever takes that for its last word.
    if (this.inside.outcome?.kind === 'blocked') this.inside.outcome = undefined;
    const { stepper } = this.inside;
    const { afterStep } = stepper;
    // A condition may take steps; it is not asked about them.
    stepper.afterStep = this.checks;
    const box: { result?: Result } = {};
    try {
      stepper.outside(() => {
        box.result = work();
      });
    } finally {
      stepper.afterStep = afterStep;
    }
    return box.result as Result;
  }
}
