/**
 * The core-local interruptor: machine timer and software interrupts, as SiFive's CLINT and QEMU's virt board have them.
 *
 * Words only. Everything in the range that is no register reads as zero and ignores stores.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import { LAST_DEADLINE } from './alarms.js';
import type { Device, Width } from './device.js';
import { type DeviceState, joinWords, StateReader, wideWords } from './device-state.js';
import { type Register, RegisterTable, type RegisterValue } from './registers.js';

const MSIP = 0x0000;
const MTIMECMP = 0x4000;
const MTIME = 0xbff8;

/** The bits of mip that it sets: they are also what a hart's own controller calls its inputs in the device tree. */
const MACHINE_SOFTWARE = 3;
const MACHINE_TIMER = 7;

const WORD = 0xffff_ffff;
const WORD_RANGE = 2 ** 32;

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

  private readonly table: RegisterTable;

  /** `now` gives virtual time in ticks. */
  constructor(
    harts: number,
    private readonly now: () => number,
  ) {
    this.msip = new Array<boolean>(harts).fill(false);
    this.timecmp = new Uint32Array(2 * harts).fill(WORD);
    this.deadlines = new Float64Array(harts).fill(Number.POSITIVE_INFINITY);
    this.table = new RegisterTable([
      ...this.msip.flatMap((_, hart) => this.registersOf(hart)),
      // Virtual time, plus what a store to it made of that.
      { name: 'mtime', offset: MTIME, peek: () => lowWord(this.mtime), store: (word) => this.setTime(false, word) },
      {
        name: 'mtimeh',
        offset: MTIME + 4,
        peek: () => lowWord(this.mtime >> 32n),
        store: (word) => this.setTime(true, word),
      },
    ]);
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
    this.timecmp[2 * hart] = finite ? ticks >>> 0 : WORD;
    this.timecmp[2 * hart + 1] = finite ? Math.floor(ticks / WORD_RANGE) : WORD;
    this.updateDeadline(hart);
  }

  load(offset: number, width: Width): number | undefined {
    return width === 4 ? this.table.load(offset) : undefined;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    this.table.store(offset, width, value);
    return true;
  }

  registers(): readonly RegisterValue[] {
    return this.table.values();
  }

  snapshot(): DeviceState {
    return { words: [...this.msip.map(Number), ...this.timecmp, ...wideWords(this.ahead), Number(this.ahead >> 64n)] };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    for (let hart = 0; hart < this.msip.length; hart++) this.msip[hart] = reader.flag();
    reader.into(this.timecmp);
    const low = reader.wide();
    this.ahead = low + (BigInt(reader.word()) << 64n);
    this.updateDeadlines();
  }

  describe(tree: TreePlace): void {
    const inputs = tree.hartControllers.flatMap((hart) => [hart, MACHINE_SOFTWARE, hart, MACHINE_TIMER]);
    tree
      .node('clint')
      .set('compatible', 'sifive,clint0', 'riscv,clint0')
      .set('interrupts-extended', ...inputs);
  }

  private registersOf(hart: number): readonly Register[] {
    // MTIP of the hart is set while mtime >= mtimecmp.
    const timecmp = (word: 0 | 1): Register => ({
      name: `mtimecmp${word === 1 ? 'h' : ''}${hart}`,
      offset: MTIMECMP + 8 * hart + 4 * word,
      peek: () => this.timecmp[2 * hart + word],
      store: (value) => {
        this.timecmp[2 * hart + word] = value;
        this.updateDeadline(hart);
      },
    });
    const msip: Register = {
      name: `msip${hart}`,
      offset: MSIP + 4 * hart,
      peek: () => Number(this.msip[hart]),
      store: (value) => {
        this.msip[hart] = (value & 1) !== 0;
      },
      fields: { MSIP: 0 },
    };
    return [msip, timecmp(0), timecmp(1)];
  }

  private setTime(high: boolean, value: number): void {
    const old = this.mtime;
    const [lower, upper] = wideWords(old);
    const time = high ? joinWords(lower, value) : joinWords(value, upper);
    this.ahead = time - BigInt(this.now());
    this.updateDeadlines();
  }

  private updateDeadlines(): void {
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

function lowWord(wide: bigint): number {
  return Number(BigInt.asUintN(32, wide));
}
