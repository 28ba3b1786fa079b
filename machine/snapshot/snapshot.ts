/** The state of a whole board at some time: a value that never changes, and that any board of the same making can take on. */
import type { BusState } from '../devices/bus.js';
import type { DeviceState } from '../devices/device-state.js';
import type { MemoryImage } from '../memory/memory-image.js';

/** All but RAM. */
export interface BoardState {
  /** How much of virtual time no hart executed. */
  readonly idleTicks: number;
  /** In the order of their numbers. */
  readonly harts: readonly DeviceState[];
  /** How many questions `choose` has answered. */
  readonly choices: number;
  /** Who executes next, and which word of RAM each hart has reserved. */
  readonly turns: readonly number[];
  readonly reservations: readonly number[];
  readonly devices: BusState;
}

export interface Snapshot extends BoardState {
  /** What a board must have been made with to take it on, besides the same devices. */
  readonly memoryBytes: number;
  readonly firmware: 'host' | 'guest';
  /** Virtual time in ticks. */
  readonly time: number;
  readonly memory: MemoryImage;
}
