/** A driver for one virtio device, as small as the standard allows: its rings are in the board's RAM. */
import { type Board, RAM_BASE } from '../../../machine/index.js';

export const REGISTER = {
  DEVICE_ID: 0x008,
  DEVICE_FEATURES: 0x010,
  DEVICE_FEATURES_SEL: 0x014,
  DRIVER_FEATURES: 0x020,
  DRIVER_FEATURES_SEL: 0x024,
  QUEUE_SEL: 0x030,
  QUEUE_SIZE_MAX: 0x034,
  QUEUE_SIZE: 0x038,
  QUEUE_READY: 0x044,
  QUEUE_NOTIFY: 0x050,
  INTERRUPT_STATUS: 0x060,
  INTERRUPT_ACK: 0x064,
  STATUS: 0x070,
  QUEUE_DESC: 0x080,
  QUEUE_DRIVER: 0x090,
  QUEUE_DEVICE: 0x0a0,
  CONFIGURATION: 0x100,
} as const;

export const STATUS = { ACKNOWLEDGE: 1, DRIVER: 2, DRIVER_OK: 4, FEATURES_OK: 8, NEEDS_RESET: 64 } as const;
export const FLAG = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;

/** Where the driver has its rings, one page each, and where its caller may have data. */
export const DESCRIPTORS = RAM_BASE + 0x1_0000;
export const DRIVER_AREA = RAM_BASE + 0x1_1000;
export const DEVICE_AREA = RAM_BASE + 0x1_2000;
export const BUFFERS = RAM_BASE + 0x2_0000;

export interface Buffer {
  readonly address: number;
  readonly length: number;
  readonly write?: boolean;
}

export class VirtioDriver {
  private offered = 0;
  private seen = 0;

  constructor(
    readonly board: Board,
    readonly base: number,
    readonly size = 8,
  ) {}

  read(register: number): number {
    return this.board.bus.load(this.base + register, 4) ?? Number.NaN;
  }

  write(register: number, value: number): void {
    this.board.bus.store(this.base + register, 4, value);
  }

  /** What the device offers: both words. */
  get features(): [low: number, high: number] {
    const word = (selector: number) => {
      this.write(REGISTER.DEVICE_FEATURES_SEL, selector);
      return this.read(REGISTER.DEVICE_FEATURES);
    };
    return [word(0), word(1)];
  }

  /** Initialises the device (3.1.1), taking these features, and sets up its queue. */
  start([low, high]: readonly [number, number] = [0, 1]): this {
    this.write(REGISTER.STATUS, 0);
    this.write(REGISTER.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER);
    this.write(REGISTER.DRIVER_FEATURES_SEL, 0);
    this.write(REGISTER.DRIVER_FEATURES, low);
    this.write(REGISTER.DRIVER_FEATURES_SEL, 1);
    this.write(REGISTER.DRIVER_FEATURES, high);
    this.write(REGISTER.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER | STATUS.FEATURES_OK);
    this.offered = 0;
    this.seen = 0;
    for (const area of [DESCRIPTORS, DRIVER_AREA, DEVICE_AREA]) this.board.memory.fill(area, 4096, 0);
    this.setQueue(this.size, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA);
    this.write(REGISTER.STATUS, this.read(REGISTER.STATUS) | STATUS.DRIVER_OK);
    return this;
  }

  setQueue(size: number, descriptors: number, driver: number, device: number): void {
    this.write(REGISTER.QUEUE_SEL, 0);
    this.write(REGISTER.QUEUE_SIZE, size);
    for (const [register, address] of [
      [REGISTER.QUEUE_DESC, descriptors],
      [REGISTER.QUEUE_DRIVER, driver],
      [REGISTER.QUEUE_DEVICE, device],
    ]) {
      this.write(register, address);
      this.write(register + 4, Math.floor(address / 2 ** 32));
    }
    this.write(REGISTER.QUEUE_READY, 1);
  }

  describe(index: number, address: number, length: number, flags: number, next = 0, table = DESCRIPTORS): void {
    const { memory } = this.board;
    memory.writeWord(table + 16 * index, address);
    memory.writeWord(table + 16 * index + 4, Math.floor(address / 2 ** 32));
    memory.writeWord(table + 16 * index + 8, length);
    memory.writeWord(table + 16 * index + 12, flags | (next << 16));
  }

  /** Puts a head into the ring of offers, and counts it. */
  offer(head: number): void {
    const { memory } = this.board;
    memory.write(DRIVER_AREA + 4 + 2 * (this.offered % this.size), Uint8Array.of(head & 0xff, head >>> 8));
    this.offered = (this.offered + 1) & 0xffff;
    memory.write(DRIVER_AREA + 2, Uint8Array.of(this.offered & 0xff, this.offered >>> 8));
  }

  notify(): void {
    this.write(REGISTER.QUEUE_NOTIFY, 0);
  }

  /** Offers one chain of these buffers, from descriptor 0 on, and notifies. Returns what the device gave back. */
  submit(buffers: readonly Buffer[], indirectTable?: number): { head: number; written: number } | undefined {
    for (const [i, { address, length, write = false }] of buffers.entries()) {
      const more = i < buffers.length - 1;
      this.describe(i, address, length, (write ? FLAG.WRITE : 0) | (more ? FLAG.NEXT : 0), i + 1, indirectTable);
    }
    if (indirectTable !== undefined) this.describe(0, indirectTable, 16 * buffers.length, FLAG.INDIRECT);
    this.offer(0);
    this.notify();
    return this.done();
  }

  /** The next chain that the device has given back. */
  done(): { head: number; written: number } | undefined {
    const { i32, base } = this.board.memory;
    const area = (DEVICE_AREA - base) >>> 2;
    if (i32[area] >>> 16 === this.seen) return undefined;
    const entry = area + 1 + 2 * (this.seen % this.size);
    this.seen = (this.seen + 1) & 0xffff;
    return { head: i32[entry], written: i32[entry + 1] };
  }

  get needsReset(): boolean {
    return (this.read(REGISTER.STATUS) & STATUS.NEEDS_RESET) !== 0;
  }
}

export function ramBytes(board: Board, address: number, length: number): number[] {
  const offset = address - board.memory.base;
  return [...board.memory.u8.subarray(offset, offset + length)];
}
