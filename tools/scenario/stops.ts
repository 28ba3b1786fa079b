/**
 * Stopping a system exactly where a condition comes true, and going on from a stop that it takes for its end. These are the things
 * for which a scenario reaches behind the front door of `System`.
 */
import type { Outcome, System } from '../../kernel/index.js';

/** Thrown out of a run, between two steps, and caught here. */
class Reached extends Error {
  override readonly name = 'Reached';
}

/** What of a system is reached for. */
interface Inside {
  readonly stepper: { afterStep: (() => void) | undefined };
  outcome: Outcome | undefined;
  takeWhatIsDue(): void;
}

export class Stops {
  private readonly inside: Inside;
  /** It was stopped between the call of a script and what was due with it: that comes first, or the stop would be seen in the journal. */
  private isDue = false;

  constructor(private readonly system: System) {
    this.inside = system as unknown as Inside;
  }

  run(instructions: number): Outcome {
    this.takeWhatIsDue();
    return this.system.run(instructions);
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

  /** A system that blocked for ever takes that for its last word. When something is done to it from outside, it can go on. */
  forgetBlocked(): void {
    if (this.inside.outcome?.kind === 'blocked') this.inside.outcome = undefined;
  }
}
