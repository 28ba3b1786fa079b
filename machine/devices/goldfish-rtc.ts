/**
 * The goldfish real-time clock of QEMU's virt board. It counts nanoseconds since 1970: virtual time, plus the board's epoch.
 *
 * Words only. Everything in the range that is no register reads as zero and ignores stores.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import { MachineError } from '../errors.js';
import type { Alarm } from './alarms.js';
import type { Device, DeviceEnvironment, DeviceKind, Width } from './device.js';
import { type DeviceState, joinWords, StateReader, wideWords } from './device-state.js';
import { RegisterTable, type RegisterValue, readsAsZero } from './registers.js';

export interface RtcOptions {
  /** What the clock shows when virtual time is 0: nanoseconds since 1970, 0..2^63-1; 0 unless given. */
  readonly epochNanoseconds?: bigint;
}

export class GoldfishRtc implements Device {
  readonly name = 'rtc';
  readonly bytes = 0x1000;
  private readonly table = new RegisterTable([
    // Loading the low word keeps the high one for TIME_HIGH.
    {
      name: 'TIME_LOW',
      offset: 0x00,
      peek: () => wideWords(this.time)[0],
      load: () => this.latchTime(),
      store: (word) => this.setTime(joinWords(word, wideWords(this.time)[1])),
    },
    {
      name: 'TIME_HIGH',
      offset: 0x04,
      peek: () => this.latchedHigh,
      store: (word) => this.setTime(joinWords(wideWords(this.time)[0], word)),
    },
    // Storing the low word arms the alarm.
    {
      name: 'ALARM_LOW',
      offset: 0x08,
      peek: () => wideWords(this.alarmTime)[0],
      store: (word) => {
        this.alarmTime = joinWords(word, wideWords(this.alarmTime)[1]);
        this.armed = true;
      },
    },
    {
      name: 'ALARM_HIGH',
      offset: 0x0c,
      peek: () => wideWords(this.alarmTime)[1],
      store: (word) => {
        this.alarmTime = joinWords(wideWords(this.alarmTime)[0], word);
      },
    },
    {
      name: 'IRQ_ENABLED',
      offset: 0x10,
      peek: () => Number(this.enabled),
      store: (word) => {
        this.enabled = (word & 1) !== 0;
      },
    },
    // Any value disarms the alarm.
    {
      name: 'CLEAR_ALARM',
      offset: 0x14,
      store: () => {
        this.armed = false;
      },
    },
    { name: 'ALARM_STATUS', offset: 0x18, peek: () => Number(this.armed), fields: { ARMED: 0 } },
    // Any value; what it clears shows here, though not to the guest.
    {
      name: 'CLEAR_INTERRUPT',
      offset: 0x1c,
      peek: () => Number(this.pending),
      load: readsAsZero,
      store: () => {
        this.pending = false;
      },
      fields: { PENDING: 0 },
    },
  ]);
  private readonly alarm: Alarm;
  /** What the clock is ahead of virtual time. */
  private ahead: bigint;
  private latchedHigh = 0;
  private alarmTime = 0n;
  private armed = false;
  private pending = false;
  private enabled = false;

  /** Throws MachineError for an epoch out of range. */
  constructor(
    { epochNanoseconds = 0n }: RtcOptions,
    private readonly environment: Pick<DeviceEnvironment, 'now' | 'alarms' | 'line'>,
  ) {
    if (epochNanoseconds < 0n || epochNanoseconds >= 1n << 63n) {
      throw new MachineError(`the epoch of the clock must be from 0 to 2^63 - 1 nanoseconds, not ${epochNanoseconds}`);
    }
    this.ahead = epochNanoseconds;
    this.alarm = environment.alarms.create(() => this.ring());
  }

  load(offset: number, width: Width): number | undefined {
    return width === 4 ? this.table.load(offset) : undefined;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    this.table.store(offset, width, value);
    this.update();
    return true;
  }

  registers(): readonly RegisterValue[] {
    return this.table.values();
  }

  snapshot(): DeviceState {
    const { ahead, alarmTime, latchedHigh, armed, pending, enabled } = this;
    return {
      words: [...wideWords(ahead), ...wideWords(alarmTime), latchedHigh, ...[armed, pending, enabled].map(Number)],
    };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    this.ahead = reader.wide();
    this.alarmTime = reader.wide();
    this.latchedHigh = reader.word();
    this.armed = reader.flag();
    this.pending = reader.flag();
    this.enabled = reader.flag();
    this.update();
  }

  describe(tree: TreePlace): void {
    tree.node('rtc').set('compatible', 'google,goldfish-rtc');
  }

  private get time(): bigint {
    return BigInt.asUintN(64, BigInt(this.environment.now()) + this.ahead);
  }

  private latchTime(): number {
    const [low, high] = wideWords(this.time);
    this.latchedHigh = high;
    return low;
  }

  private setTime(time: bigint): void {
    this.ahead = BigInt.asUintN(64, time - BigInt(this.environment.now()));
  }

  private ring(): void {
    this.armed = false;
    this.pending = true;
    this.update();
  }

  /** Sets the wire, and when to look next. An alarm in the past rings at once. */
  private update(): void {
    const left = this.alarmTime - this.time;
    if (this.armed && left <= 0n) {
      this.armed = false;
      this.pending = true;
    }
    this.alarm.set(this.armed ? this.environment.now() + Number(left) : Number.POSITIVE_INFINITY);
    this.environment.line(this.pending && this.enabled);
  }
}

export const RTC_KIND: DeviceKind<RtcOptions> = {
  places: [{ base: 0x0010_1000, interrupt: 11 }],
  create: (options, environment) => new GoldfishRtc(options, environment),
};
