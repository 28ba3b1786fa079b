/** The state of HTIF as whole numbers, for the part of a snapshot's file that is the host's own. */
import { listWords, StateReader } from './devices/device-state.js';
import { MachineError } from './errors.js';
import { type HtifState, MAX_HTIF_BYTES } from './htif.js';

/** Of the numbers and what they mean: it changes with either. */
export const HTIF_STATE_VERSION = 1;

const LAST_EXIT_CODE = 2 ** 47 - 1;

/** Whether there is an exit code, the code or 0, how many bytes the guest asked for, how many wait, and those. */
export function htifWords({ exitCode, asked, waiting }: HtifState): readonly number[] {
  return [exitCode === undefined ? 0 : 1, exitCode ?? 0, asked, ...listWords(waiting)];
}

/** The state that `htifWords` wrote. Throws MachineError for words that cannot have been that. */
export function htifStateOf(words: readonly number[]): HtifState {
  const reader = new StateReader(words);
  const hasEnded = within(reader.word(), 1) === 1;
  const exitCode = within(reader.word(), hasEnded ? LAST_EXIT_CODE : 0);
  const asked = within(reader.word(), MAX_HTIF_BYTES);
  const waiting = reader.list(MAX_HTIF_BYTES).map((byte) => within(byte, 0xff));
  if (reader.rest().length > 0) throw new MachineError(DAMAGED);
  return { exitCode: hasEnded ? exitCode : undefined, asked, waiting };
}

const DAMAGED = 'the state of HTIF is damaged';

function within(value: number, most: number): number {
  if (value < 0 || value > most) throw new MachineError(DAMAGED);
  return value;
}
