/** The bus: which device answers at which physical address. RAM is not on it; harts reach RAM directly. */
import { MachineError } from '../errors.js';

/** How many bytes an access to a device moves; it is aligned to that. */
export type Width = 1 | 2 | 4;

/** What a device is to the bus. Offsets are in bytes from where the board put it, below `bytes`. */
export interface Device {
  readonly name: string;
  /** Size of its range of addresses. */
  readonly bytes: number;
  /** The value (a 32-bit word, or less), or undefined where nothing can be read with that width: an access fault. */
  load(offset: number, width: Width): number | undefined;
  /** Whether there is something to store to; false is an access fault. */
  store(offset: number, width: Width, value: number): boolean;
}

/** A device at its place. */
export interface Mapping {
  readonly base: number;
  readonly device: Device;
}

export class Bus {
  constructor(private readonly mappings: readonly Mapping[]) {
    const sorted = [...mappings].sort((a, b) => a.base - b.base);
    for (let i = 1; i < sorted.length; i++) {
      const { base, device } = sorted[i - 1];
      if (base + device.bytes > sorted[i].base) {
        throw new MachineError(`devices ${device.name} and ${sorted[i].device.name} overlap on the bus`);
      }
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

  private find(address: number, width: Width): Mapping | undefined {
    if (address % width !== 0) return undefined;
    return this.mappings.find(({ base, device }) => address >= base && address + width <= base + device.bytes);
  }
}
