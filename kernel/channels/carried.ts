/** What a message carries beside its bytes, handles and a reply, while it lies in a pool: given to who takes it, or closed. */
import { STATUS } from '../../syscalls/errors.js';
import type { Kernel } from '../kernel.js';

/** Can a process have what a packet carries? OK, or what stands against it. */
export function roomForCarried(_k: Kernel, _process: number, _packet: number): number {
  return STATUS.OK;
}

/** Gives a process the handles of a packet, in order, through `put`; returns the handle of its reply, 0 for none. */
export function giveCarried(
  _k: Kernel,
  _process: number,
  _packet: number,
  _put: (place: number, handle: number) => void,
): number {
  return 0;
}

/** Closes what a packet carries: nobody will take it. */
export function closeCarried(_k: Kernel, _packet: number): void {
  // Packets carry nothing yet.
}
