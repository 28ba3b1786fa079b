/**
 * Stopping a system exactly where a condition comes true, and going on from a stop that it takes for its end. These are the two
 * things for which a scenario reaches behind the front door of `System`.
 */
import type { System } from '../../kernel/index.js';

/** Thrown out of a run, between two steps, and caught here. */
class Reached extends Error {
  override readonly name = 'Reached';
}

/** Runs with a look after every step: true where the run stopped because `holds` did. What `holds` throws goes on. */
export function runWatched(system: System, holds: () => boolean, run: () => void): boolean {
  const { stepper } = inside(system);
  const { afterStep } = stepper;
  stepper.afterStep = () => {
    afterStep?.();
    if (holds()) throw new Reached();
  };
  try {
    takeOverdueExpiry(system);
    run();
    return false;
  } catch (error) {
    if (error instanceof Reached) return true;
    throw error;
  } finally {
    stepper.afterStep = afterStep;
  }
}

/** Between the call of a script and the timer that was due with it nothing else may run: a stop must not be seen in the journal. */
export function takeOverdueExpiry(system: System): void {
  const { board, loaded, state, timerAt } = system.kernel;
  if (state.current >= 0 && loaded !== state.current && board.time >= timerAt) inside(system).stepper.takeExpiry();
}

/** A system that blocked for ever takes that for its last word. When something is done to it from outside, it can go on. */
export function forgetBlocked(system: System): void {
  const hidden = inside(system);
  if (hidden.outcome?.kind === 'blocked') hidden.outcome = undefined;
}

interface Inside {
  readonly stepper: { afterStep: (() => void) | undefined; takeExpiry(): void };
  outcome: { readonly kind: string } | undefined;
}

function inside(system: System): Inside {
  return system as unknown as Inside;
}
