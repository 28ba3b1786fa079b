/**
 * The goldfish real-time clock of QEMU's virt board. It counts nanoseconds since 1970: virtual time, plus the board's epoch.
 *
 * | offset | register        |                                                                     |
 * | ------ | --------------- | ------------------------------------------------------------------- |
 * | 0x00   | TIME_LOW        | reading it keeps the high word for TIME_HIGH; writing sets the word |
 * | 0x04   | TIME_HIGH       |                                                                     |
 * | 0x08   | ALARM_LOW       | writing it arms the alarm                                           |
 * | 0x0c   | ALARM_HIGH      |                                                                     |
 * | 0x10   | IRQ_ENABLED     | bit 0                                                               |
 * | 0x14   | CLEAR_ALARM     | any value disarms the alarm                                         |
 * | 0x18   | ALARM_STATUS    | 1 while the alarm is armed, read only                               |
 * | 0x1c   | CLEAR_INTERRUPT | any value                                                           |
 *
 * Words only. Everything else in the range reads as zero and ignores stores.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import { MachineError } from '../errors.js';
import type { Alarm } from './alarms.js';
import type { Device, DeviceEnvironment, DeviceKind, Width } from './device.js';
import { type DeviceState, joinWords, StateReader, wideWords } from './device-state.js';

const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_ALARM = 0x14;
const ALARM_STATUS = 0x18;
const CLEAR_INTERRUPT = 0x1c;

export interface RtcOptions {
  /** What the clock shows when virtual time is 0: nanoseconds since 1970, 0..2^63-1; 0 unless given. */
  readonly epochNanoseconds?: bigint;
}

export class GoldfishRtc implements Device {
  readonly name = 'rtc';
  readonly bytes = 0x1000;
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
    if (width !== 4) return undefined;
    switch (offset) {
      case TIME_LOW: {
        const [low, high] = wideWords(this.time);
        this.latchedHigh = high;
        return low;
      }
      case TIME_HIGH:
        return this.latchedHigh;
      case ALARM_LOW:
        return wideWords(this.alarmTime)[0];
      case ALARM_HIGH:
        return wideWords(this.alarmTime)[1];
      case IRQ_ENABLED:
        return this.enabled ? 1 : 0;
      case ALARM_STATUS:
        return this.armed ? 1 : 0;
      default:
        return 0;
    }
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    const [timeLow, timeHigh] = wideWords(this.time);
    const [alarmLow, alarmHigh] = wideWords(this.alarmTime);
    if (offset === TIME_LOW) this.setTime(joinWords(value, timeHigh));
    else if (offset === TIME_HIGH) this.setTime(joinWords(timeLow, value));
    else if (offset === ALARM_HIGH) this.alarmTime = joinWords(alarmLow, value);
    else if (offset === ALARM_LOW) {
      this.alarmTime = joinWords(value, alarmHigh);
      this.armed = true;
    } else if (offset === IRQ_ENABLED) this.enabled = (value & 1) !== 0;
    else if (offset === CLEAR_ALARM) this.armed = false;
    else if (offset === CLEAR_INTERRUPT) this.pending = false;
    this.update();
    return true;
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
