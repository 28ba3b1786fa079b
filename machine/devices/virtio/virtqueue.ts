/**
 * A split virtqueue (virtio 1.2, section 2.7): three areas in RAM by which a driver gives buffers to a device and gets them
 * back. The device believes nothing that stands there: chains that leave RAM, loop, or mix up directions are broken, and a
 * device that meets one stops until it is reset.
 *
 * | area       | at      | bytes        |                                                                       |
 * | ---------- | ------- | ------------ | --------------------------------------------------------------------- |
 * | descriptor | desc    | 16 * size    | address (64 bits), length, flags (16), next (16)                      |
 * | driver     | driver  | 6 + 2 * size | flags (16), index (16), heads of chains that are offered (16 each)    |
 * | device     | device  | 6 + 8 * size | flags (16), index (16), head and bytes written of each chain that is done |
 */
import type { PhysicalMemory } from '../../memory/physical-memory.js';
import { joinWords, type StateReader, wideWords } from '../device-state.js';

/** Descriptors in a queue at most; no chain is longer, with those in an indirect table. */
export const MAX_QUEUE_SIZE = 256;

const DESCRIPTOR_BYTES = 16;
const FLAG_NEXT = 1;
const FLAG_WRITE = 2;
const FLAG_INDIRECT = 4;
/** In the driver area's flags: the driver does not want to be interrupted. */
const NO_INTERRUPT = 1;

/** Bytes of RAM, all of them there. */
export interface Segment {
  readonly address: number;
  readonly length: number;
}

/** A chain of buffers: what the device may read, and what it may write. */
export interface Chain {
  readonly head: number;
  readonly readable: readonly Segment[];
  readonly writable: readonly Segment[];
}

export class Virtqueue {
  /** Number of descriptors, as the driver chose it: any word. */
  size = 0;
  ready = false;
  /** Addresses of the three areas, 64 bits, as the driver wrote them. */
  descriptors = 0n;
  driver = 0n;
  device = 0n;
  /** The device's own counts of chains taken and given back, modulo 2^16. */
  private taken = 0;
  private done = 0;

  constructor(private readonly memory: PhysicalMemory) {}

  reset(): void {
    this.size = 0;
    this.ready = false;
    this.descriptors = 0n;
    this.driver = 0n;
    this.device = 0n;
    this.taken = 0;
    this.done = 0;
  }

  /** Whether size and areas are such that the queue can be used (2.7): all in RAM, and aligned. */
  get sane(): boolean {
    const { size } = this;
    if (size < 1 || size > MAX_QUEUE_SIZE || (size & (size - 1)) !== 0) return false;
    return (
      this.isArea(this.descriptors, DESCRIPTOR_BYTES * size, 16) &&
      this.isArea(this.driver, 6 + 2 * size, 2) &&
      this.isArea(this.device, 6 + 8 * size, 4)
    );
  }

  /** How many chains the driver has offered and the device not taken; more than `size` means that the ring is broken. */
  get offered(): number {
    return (this.half(Number(this.driver) + 2) - this.taken) & 0xffff;
  }

  /** Whether the driver wants to hear of chains that are done. */
  get wantsInterrupt(): boolean {
    return (this.half(Number(this.driver)) & NO_INTERRUPT) === 0;
  }

  /** Takes the next chain of those offered; undefined if it is broken. */
  take(): Chain | undefined {
    const head = this.half(Number(this.driver) + 4 + 2 * (this.taken & (this.size - 1)));
    this.taken = (this.taken + 1) & 0xffff;
    return this.walk(head);
  }

  /** Gives a chain back, in whose writable part the device has written `written` bytes. */
  giveBack(head: number, written: number): void {
    const area = Number(this.device);
    const entry = area + 4 + 8 * (this.done & (this.size - 1));
    this.memory.writeWord(entry, head);
    this.memory.writeWord(entry + 4, written);
    this.done = (this.done + 1) & 0xffff;
    // The flags stay 0: the device wants to hear of every chain.
    this.memory.writeWord(area, this.done << 16);
  }

  get words(): readonly number[] {
    const addresses = [this.descriptors, this.driver, this.device].flatMap(wideWords);
    return [this.size, Number(this.ready), ...addresses, this.taken, this.done];
  }

  restore(reader: StateReader): void {
    this.size = reader.word();
    this.ready = reader.flag();
    this.descriptors = reader.wide();
    this.driver = reader.wide();
    this.device = reader.wide();
    this.taken = reader.word() & 0xffff;
    this.done = reader.word() & 0xffff;
  }

  private walk(head: number): Chain | undefined {
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let table = Number(this.descriptors);
    let entries = this.size;
    let index = head;
    let indirect = false;
    // One more than a chain may have, for the descriptor that leads to the indirect table.
    for (let steps = 0; steps <= MAX_QUEUE_SIZE; steps++) {
      if (index >= entries) return undefined;
      const descriptor = table + DESCRIPTOR_BYTES * index;
      const address = Number(joinWords(this.word(descriptor), this.word(descriptor + 4)));
      const length = this.word(descriptor + 8) >>> 0;
      const flags = this.half(descriptor + 12);
      if (!this.memory.contains(address, length)) return undefined;
      if ((flags & FLAG_INDIRECT) !== 0) {
        // 2.7.5.3.1: no table within a table, none that goes on, none of broken size.
        if (indirect || (flags & FLAG_NEXT) !== 0 || length === 0 || length % DESCRIPTOR_BYTES !== 0) return undefined;
        table = address;
        entries = length / DESCRIPTOR_BYTES;
        index = 0;
        indirect = true;
        continue;
      }
      // 2.7.4.2: what the device writes comes behind all that it reads.
      if ((flags & FLAG_WRITE) !== 0) writable.push({ address, length });
      else if (writable.length > 0) return undefined;
      else readable.push({ address, length });
      if ((flags & FLAG_NEXT) === 0) return { head, readable, writable };
      index = this.half(descriptor + 14);
    }
    return undefined;
  }

  private isArea(address: bigint, bytes: number, alignment: number): boolean {
    return this.memory.contains(Number(address), bytes) && Number(address) % alignment === 0;
  }

  /** Little-endian words of RAM at any address: a driver's tables need not be aligned. */
  private half(address: number): number {
    const { u8, base } = this.memory;
    return u8[address - base] | (u8[address - base + 1] << 8);
  }

  private word(address: number): number {
    return this.half(address) | (this.half(address + 2) << 16);
  }
}

/** Bytes that the segments have together. */
export function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((total, { length }) => total + length, 0);
}

/** Copies out what is in the segments, `length` bytes of it from `from` on; both within what `lengthOf` says. */
export function gather(memory: PhysicalMemory, segments: readonly Segment[], from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let position = -from;
  for (const segment of segments) {
    const start = Math.max(0, -position);
    const end = Math.min(segment.length, length - position);
    const offset = segment.address - memory.base;
    if (start < end) bytes.set(memory.u8.subarray(offset + start, offset + end), position + start);
    position += segment.length;
  }
  return bytes;
}

/** Writes bytes into the segments from `from` on; what does not fit is dropped. */
export function scatter(memory: PhysicalMemory, segments: readonly Segment[], from: number, bytes: Uint8Array): void {
  let position = -from;
  for (const { address, length } of segments) {
    const start = Math.max(0, -position);
    const end = Math.min(length, bytes.length - position);
    if (start < end) memory.write(address + start, bytes.subarray(position + start, position + end));
    position += length;
  }
}
