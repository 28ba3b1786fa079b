/** The bus: which device answers at which physical address. RAM is not on it; harts reach RAM directly. */
import { MachineError } from '../errors.js';
import { RAM_BASE } from '../memory/layout.js';
import type { Device, Width } from './device.js';
import type { DeviceState } from './device-state.js';

/** A device at its place. */
export interface Mapping {
  readonly base: number;
  readonly device: Device;
  /** Its source at the interrupt controller, if it has one. */
  readonly interrupt?: number;
}

/** The state of every device, in the order of their addresses. */
export type BusState = readonly { readonly name: string; readonly base: number; readonly state: DeviceState }[];

export class Bus {
  /** What is on the bus, in the order of addresses. */
  readonly mappings: readonly Mapping[];
  /** Where the last access went: the next one mostly goes there too. */
  private last: Mapping | undefined;

  /** Throws MachineError, with one sentence, for devices that overlap each other or RAM. */
  constructor(mappings: readonly Mapping[]) {
    this.mappings = [...mappings].sort((a, b) => a.base - b.base);
    let end = 0;
    let below = '';
    for (const { base, device } of this.mappings) {
      if (base < end) throw new MachineError(`devices ${below} and ${device.name} overlap at ${hex(base)}`);
      end = base + device.bytes;
      below = device.name;
      if (end > RAM_BASE)
        throw new MachineError(`device ${device.name} at ${hex(base)} overlaps RAM at ${hex(RAM_BASE)}`);
    }
  }

  /** Reads a device as the hart would; undefined is an access fault. Accesses that are not aligned fault. */
  load(address: number, width: Width): number | undefined {
    const mapping = this.find(address, width);
    return mapping?.device.load(address - mapping.base, width);
  }

  /** Writes a device as the hart would; false is an access fault. */
  store(address: number, width: Width, value: number): boolean {
    const mapping = this.find(address, width);
    return mapping?.device.store(address - mapping.base, width, value) ?? false;
  }

  snapshot(): BusState {
    return this.mappings.map(({ base, device }) => ({ name: device.name, base, state: device.snapshot() }));
  }

  /** Takes back what `snapshot` gave on a board with the same devices. Throws MachineError if it was another one. */
  restore(states: BusState): void {
    const { mappings } = this;
    const same = mappings.every(({ base, device }, i) => states[i]?.base === base && states[i]?.name === device.name);
    if (!same || states.length !== mappings.length) {
      throw new MachineError('the snapshot is of a board with other devices');
    }
    for (const [i, { device }] of mappings.entries()) device.restore(states[i].state);
  }

  private find(address: number, width: Width): Mapping | undefined {
    if (address % width !== 0) return undefined;
    if (this.last !== undefined && answers(this.last, address, width)) return this.last;
    this.last = this.mappings.find((mapping) => answers(mapping, address, width));
    return this.last;
  }
}

function answers({ base, device }: Mapping, address: number, width: Width): boolean {
  return address >= base && address + width <= base + device.bytes;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
