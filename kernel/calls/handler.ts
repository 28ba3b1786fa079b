/** What implements a call: gets a frame whose arguments, handles, types and rights are good, and returns the status. */
import type { Kernel } from '../kernel.js';
import type { CallFrame } from './frame.js';

export interface Handler {
  /** Checks on arguments that the table cannot say; before the handles are looked at. */
  readonly check?: (k: Kernel, call: CallFrame) => number;
  /** Has no meaning in a ring: NOT_SUPPORTED there. */
  readonly notInRing?: boolean;
  /** What it uses up is gone whatever comes of it: it cannot be made again when there is memory. */
  readonly onlyOnce?: boolean;
  /** CALL_WAITS where the thread waits now, NO_RETURN where it is gone, else a status. */
  readonly run: (k: Kernel, call: CallFrame) => number;
}
