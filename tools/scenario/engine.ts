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
  private isRunning = false;
  /** It was stopped between the call of a script and what was due with it: that comes first, or the stop would be seen in the journal. */
  private isDue = false;

  constructor(private readonly system: System) {
    this.inside = system as unknown as Inside;
  }

  run(instructions: number): Outcome {
    this.isRunning = true;
    try {
      this.takeWhatIsDue();
      return this.system.run(instructions);
    } finally {
      this.isRunning = false;
    }
  }

  /** Runs with a look after every step: undefined where the run stopped because `holds` did. What `holds` throws goes on. */
  runWatched(instructions: number, holds: () => boolean): Outcome | undefined {
    const { stepper } = this.inside;
    const { afterStep } = stepper;
    const { scripts } = this.system.kernel;
    let isInScript = false;
    stepper.afterStep = () => {
      afterStep?.();
      if (holds()) throw new Reached();
    };
    const execute = scripts?.execute;
    if (scripts !== undefined && execute !== undefined) {
      scripts.execute = (thread) => {
        isInScript = true;
        execute.call(scripts, thread);
        isInScript = false;
      };
    }
    try {
      return this.run(instructions);
    } catch (error) {
      if (!(error instanceof Reached)) throw error;
      this.isDue = isInScript;
      return undefined;
    } finally {
      stepper.afterStep = afterStep;
      if (scripts !== undefined && execute !== undefined) scripts.execute = execute;
    }
  }

  private takeWhatIsDue(): void {
    if (!this.isDue) return;
    this.isDue = false;
    this.inside.takeWhatIsDue();
  }

  /**
   * Does all of `work` in one step, which is nobody's. In a script it is called between two operations of the running thread, which
   * keeps the hart: who has it afterwards is decided at the end of the next one.
   */
  step<Result>(work: () => Result): Result {
    if (this.isRunning) {
      const { board, journal } = this.system.kernel;
      journal.beginStep(board.time, 0, 0);
      return work();
    }
    // A system that blocked for ever takes that for its last word.
    if (this.inside.outcome?.kind === 'blocked') this.inside.outcome = undefined;
    const box: { result?: Result } = {};
    this.inside.stepper.outside(() => {
      box.result = work();
    });
    return box.result as Result;
  }
}
