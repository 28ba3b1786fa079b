/** Waiting for what a scenario promises: also where nobody will ever keep it, and for errors that nobody else hears of. */
import { ScenarioMistake } from '../scenario/mistake.js';

/** Law 6: nothing that waits for the host takes so long. */
const MAX_SECONDS = 60;

function refuseExit(): never {
  throw new ScenarioMistake('process.exit is called where scenarios are run');
}

/**
 * As the promise of `begin` ends; rejects where it cannot end any more, and with what was thrown where nobody catches. Until then
 * nobody can end the process: that would look as if everything had passed.
 */
export function settled<Value>(begin: () => Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const { exit } = process;
    process.exit = refuseExit;
    const drained = (): void => finish(() => reject(new ScenarioMistake('it waits for a promise that nobody keeps')));
    const timer = setTimeout(
      () => finish(() => reject(new ScenarioMistake(`it did not end within ${MAX_SECONDS} seconds`))),
      MAX_SECONDS * 1000,
    );
    // Alone it keeps nothing going: then nothing is left that could keep the promise.
    timer.unref();
    const uncaught = (error: unknown): void => finish(() => reject(error));
    const finish = (end: () => void): void => {
      clearTimeout(timer);
      process.exit = exit;
      process.off('beforeExit', drained).off('uncaughtException', uncaught).off('unhandledRejection', uncaught);
      end();
    };
    process.once('beforeExit', drained).once('uncaughtException', uncaught).once('unhandledRejection', uncaught);
    begin().then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}
