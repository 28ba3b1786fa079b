import { describe, expect, test } from 'vitest';
import { Alarms } from '../../../machine/devices/alarms.js';
import { GoldfishRtc } from '../../../machine/devices/goldfish-rtc.js';
import { LAST_DEADLINE, MachineError } from '../../../machine/index.js';

const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_ALARM = 0x14;
const ALARM_STATUS = 0x18;
const CLEAR_INTERRUPT = 0x1c;

function rig(epochNanoseconds = 0n) {
  let now = 0;
  let high = false;
  const alarms = new Alarms(() => now);
  const line = (level: boolean) => {
    high = level;
  };
  const rtc = new GoldfishRtc({ epochNanoseconds }, { now: () => now, alarms, line });
  return {
    rtc,
    alarms,
    interrupts: () => high,
    /** Virtual time goes on, and whoever runs the harts looks. */
    advance: (to: number) => {
      now = to;
      alarms.ring();
    },
    read: (offset: number) => rtc.load(offset, 4),
    write: (offset: number, value: number) => rtc.store(offset, 4, value),
    /** Low word first, as drivers do it. */
    time: () => {
      const low = rtc.load(TIME_LOW, 4) ?? 0;
      return (BigInt(rtc.load(TIME_HIGH, 4) ?? 0) << 32n) | BigInt(low);
    },
  };
}

describe('the real-time clock', () => {
  test('shows virtual time in nanoseconds, from its epoch on', () => {
    const { time, advance } = rig(1_700_000_000_000_000_000n);
    expect(time()).toBe(1_700_000_000_000_000_000n);
    advance(12_345);
    expect(time()).toBe(1_700_000_000_000_012_345n);
  });

  test('keeps the high word that fits the low one', () => {
    const { read, advance } = rig(0xffff_ffffn);
    expect(read(TIME_LOW)).toBe(0xffff_ffff);
    advance(1);
    expect(read(TIME_HIGH)).toBe(0);
    expect([read(TIME_LOW), read(TIME_HIGH)]).toEqual([0, 1]);
  });

  test('can be set', () => {
    const { write, time, advance } = rig();
    advance(500);
    write(TIME_HIGH, 7);
    write(TIME_LOW, 9);
    expect(time()).toBe((7n << 32n) | 9n);
    advance(600);
    expect(time()).toBe((7n << 32n) | 109n);
  });

  test('interrupts at the alarm, once, until it is cleared', () => {
    const { write, read, advance, interrupts, alarms } = rig(1000n);
    write(IRQ_ENABLED, 1);
    write(ALARM_HIGH, 0);
    write(ALARM_LOW, 1300);
    expect([alarms.next, read(ALARM_STATUS), interrupts()]).toEqual([300, 1, false]);
    advance(299);
    expect(interrupts()).toBe(false);
    advance(300);
    expect([interrupts(), read(ALARM_STATUS), alarms.next]).toEqual([true, 0, Number.POSITIVE_INFINITY]);
    write(CLEAR_INTERRUPT, 1);
    expect(interrupts()).toBe(false);
    advance(10_000);
    expect(interrupts()).toBe(false);
  });

  test('interrupts at once for an alarm in the past, and only while it may', () => {
    const { write, interrupts } = rig(1000n);
    write(ALARM_LOW, 1000);
    expect(interrupts()).toBe(false);
    write(IRQ_ENABLED, 1);
    expect(interrupts()).toBe(true);
    write(IRQ_ENABLED, 0);
    expect(interrupts()).toBe(false);
  });

  test('forgets an alarm that is cleared', () => {
    const { write, advance, interrupts, read } = rig();
    write(IRQ_ENABLED, 1);
    write(ALARM_LOW, 100);
    write(CLEAR_ALARM, 1);
    expect(read(ALARM_STATUS)).toBe(0);
    advance(200);
    expect(interrupts()).toBe(false);
  });

  test('moves the alarm when the clock is set', () => {
    const { write, advance, interrupts, alarms } = rig();
    write(IRQ_ENABLED, 1);
    write(ALARM_LOW, 1000);
    advance(10);
    write(TIME_LOW, 900);
    expect(alarms.next).toBe(110);
    write(TIME_LOW, 2000);
    expect(interrupts()).toBe(true);
  });

  test('never makes virtual time jump further than numbers count', () => {
    const { write, alarms } = rig();
    write(ALARM_HIGH, 0x7fff_ffff);
    write(ALARM_LOW, 0);
    expect(alarms.next).toBe(Number.POSITIVE_INFINITY);
    write(ALARM_HIGH, LAST_DEADLINE / 2 ** 32);
    write(ALARM_LOW, 0);
    expect(alarms.next).toBe(LAST_DEADLINE);
  });

  test.each([-1n, 1n << 63n])('refuses %d as its epoch', (epoch) => {
    expect(() => rig(epoch)).toThrow(MachineError);
    expect(() => rig(epoch)).toThrow(/^the epoch of the clock must be [^\n]+$/);
  });
});

describe('alarms', () => {
  test('ring in the order in which they were made, and not again', () => {
    let now = 0;
    const rung: string[] = [];
    const alarms = new Alarms(() => now);
    const first = alarms.create(() => rung.push('first'));
    const second = alarms.create(() => rung.push('second'));
    first.set(20);
    second.set(10);
    expect(alarms.next).toBe(10);
    now = 30;
    alarms.ring();
    alarms.ring();
    expect(rung).toEqual(['first', 'second']);
  });

  test('that are set anew while they ring wait for the next look', () => {
    let now = 0;
    let count = 0;
    const alarms = new Alarms(() => now);
    const again = alarms.create(() => {
      count++;
      again.set(now);
    });
    again.set(5);
    now = 5;
    alarms.ring();
    expect([count, alarms.next]).toEqual([1, 5]);
  });
});
