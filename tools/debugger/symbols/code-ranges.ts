/** Which addresses are code: those of the executable segments. What debug information says of others is left over from linking. */
import type { ElfImage } from '../../../machine/index.js';
import type { AddressRange } from './function.js';

export class CodeRanges {
  private readonly ranges: readonly AddressRange[];

  constructor(image: ElfImage | undefined) {
    const segments = image?.segments.filter(({ executable }) => executable) ?? [];
    this.ranges = segments.map(({ address, memoryBytes }) => ({ start: address, end: address + memoryBytes }));
  }

  has(address: number): boolean {
    return contains(this.ranges, address);
  }
}

export function contains(ranges: readonly AddressRange[], address: number): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end);
}
