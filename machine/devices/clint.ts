/**
 * The core-local interruptor: machine timer and software interrupts, as SiFive's CLINT and QEMU's virt board have them.
 *
 * | offset            | register             |                                                    |
 * | ----------------- | -------------------- | -------------------------------------------------- |
 * | 0x0000 + 4 * hart | msip                 | bit 0 is MSIP of the hart                          |
 * | 0x4000 + 8 * hart | mtimecmp, 64 bits    | MTIP of the hart is set while mtime >= mtimecmp    |
 * | 0xbff8            | mtime, 64 bits       | virtual time, plus what a store to it made of that |
 *
 * Words only. Everything else in the range reads as zero and ignores stores.
 */
import type { Device, Width } from './bus.js';

const MSIP = 0x0000;
const MTIMECMP = 0x4000;
const MTIME = 0xbff8;

const WORD = 0xffff_ffff;
const WORD_RANGE = 2 ** 32;
/** Later deadlines count as none: virtual time must stay a number that JavaScript counts exactly, whatever a guest sets. */
const LAST_DEADLINE = 2 ** 52;

export class Clint implements Device {
  readonly name = 'clint';
  readonly bytes = 0x1_0000;
  private readonly msip: boolean[];
  /** mtimecmp of each hart, low word first, as the guest wrote it. */
  private readonly timecmp: Uint32Array;
  /** Virtual time at which each hart's MTIP sets; Infinity if it never does. */
  private readonly deadlines: Float64Array;
  /** What mtime is ahead of virtual time. */
  private ahead = 0n;

  /** `now` gives virtual time in ticks. */
  constructor(
    harts: number,
    private readonly now: () => number,
  ) {
    this.msip = new Array<boolean>(harts).fill(false);
    this.timecmp = new Uint32Array(2 * harts).fill(WORD);
    this.deadlines = new Float64Array(harts).fill(Number.POSITIVE_INFINITY);
  }

  /** mtime, all 64 bits. */
  get mtime(): bigint {
    return BigInt.asUintN(64, BigInt(this.now()) + this.ahead);
  }

  /** Whether the hart's software interrupt is pending. */
  softwarePending(hart: number): boolean {
    return this.msip[hart];
  }

  /** Virtual time in ticks from which the hart's timer interrupt is pending; Infinity for never. */
  deadline(hart: number): number {
    return this.deadlines[hart];
  }

  /** Sets mtimecmp to `ticks`, a whole number >= 0, or to the highest value if that is never reached. */
  setTimecmp(ticks: number, hart = 0): void {
    const finite = ticks < LAST_DEADLINE;
    this.timecmp[2 * hart] = finite ? ticks % WORD_RANGE : WORD;
    this.timecmp[2 * hart + 1] = finite ? Math.floor(ticks / WORD_RANGE) : WORD;
    this.updateDeadline(hart);
  }

  load(offset: number, width: Width): number | undefined {
    if (width !== 4) return undefined;
    const harts = this.msip.length;
    if (offset >= MTIME) {
      if (offset >= MTIME + 8) return 0;
      return Number((offset === MTIME ? this.mtime : this.mtime >> 32n) & BigInt(WORD));
    }
    if (offset >= MTIMECMP) return this.timecmp[(offset - MTIMECMP) >>> 2] ?? 0;
    return offset < MSIP + 4 * harts && this.msip[offset >>> 2] ? 1 : 0;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    const harts = this.msip.length;
    if (offset >= MTIME) {
      if (offset < MTIME + 8) this.setTimeWord(offset !== MTIME, value);
    } else if (offset >= MTIMECMP) {
      const word = (offset - MTIMECMP) >>> 2;
      if (word >= this.timecmp.length) return true;
      this.timecmp[word] = value;
      this.updateDeadline(word >>> 1);
    } else if (offset < MSIP + 4 * harts) {
      this.msip[offset >>> 2] = (value & 1) !== 0;
    }
    return true;
  }

  private setTimeWord(high: boolean, value: number): void {
    const old = this.mtime;
    const word = BigInt(value >>> 0);
    const time = high ? (word << 32n) | (old & BigInt(WORD)) : (old & ~BigInt(WORD)) | word;
    this.ahead = time - BigInt(this.now());
    for (let hart = 0; hart < this.msip.length; hart++) this.updateDeadline(hart);
  }

  private updateDeadline(hart: number): void {
    const ticks = this.timecmp[2 * hart + 1] * WORD_RANGE + this.timecmp[2 * hart];
    const deadline = this.ahead === 0n ? ticks : Number(this.wideTimecmp(hart) - this.ahead);
    this.deadlines[hart] = deadline > LAST_DEADLINE ? Number.POSITIVE_INFINITY : deadline;
  }

  private wideTimecmp(hart: number): bigint {
    return (BigInt(this.timecmp[2 * hart + 1]) << 32n) | BigInt(this.timecmp[2 * hart]);
  }
}
