/** What a device is: registers on the bus, perhaps an interrupt line and a node in the device tree, and state to save. */
import type { BoardChoice } from '../choices.js';
import type { TreePlace } from '../device-tree/board-tree.js';
import type { PhysicalMemory } from '../memory/physical-memory.js';
import type { Alarms } from './alarms.js';
import type { DeviceState } from './device-state.js';
import type { RegisterValue } from './registers.js';

/** How many bytes an access to a device moves; it is aligned to that. */
export type Width = 1 | 2 | 4;

/** What a device is to the board. Offsets are in bytes from where the board put it, below `bytes`. */
export interface Device {
  readonly name: string;
  /** Size of its range of addresses. */
  readonly bytes: number;
  /** The value (a 32-bit word, or less), or undefined where nothing can be read with that width: an access fault. */
  load(offset: number, width: Width): number | undefined;
  /** Whether there is something to store to; false is an access fault. */
  store(offset: number, width: Width, value: number): boolean;
  /** Its registers as they are now, for whoever looks from outside. Changes nothing, not even what a load would change. */
  registers(): readonly RegisterValue[];
  /** All that a guest could ever notice, in a form that can be kept; later changes of the device do not change it. */
  snapshot(): DeviceState;
  /** Takes back what `snapshot` of such a device gave. Throws MachineError if it cannot have been that. */
  restore(state: DeviceState): void;
  /** Writes the device's node in the device tree; a device without it is not in the tree. */
  describe?(tree: TreePlace): void;
}

/** Sets the level of a device's wire to the interrupt controller. */
export type InterruptLine = (asserted: boolean) => void;

/** What a device may use of its board. */
export interface DeviceEnvironment {
  /** RAM, for devices that read and write it themselves. */
  readonly memory: PhysicalMemory;
  readonly alarms: Alarms;
  readonly line: InterruptLine;
  /** Virtio devices are of version 1. */
  readonly legacyVirtio: boolean;
  /** Virtual time in ticks. */
  now(): number;
  /** Takes a byte that goes out of the machine, 0..255. */
  output(byte: number): void;
  /** Decides what could go more than one way: which of `count`, from 0 on. */
  choose(kind: BoardChoice, count: number): number;
}

/** Where a device goes, and which source of the interrupt controller it is. */
export interface Place {
  readonly base: number;
  /** 1..95. */
  readonly interrupt: number;
}

/** A sort of device that a board can be asked for. */
export interface DeviceKind<Options> {
  /** Where devices of this kind go: the first one that is free. */
  readonly places: readonly Place[];
  /** Throws MachineError, with one sentence, for options that no device can have. */
  create(options: Options, environment: DeviceEnvironment): Device;
}
