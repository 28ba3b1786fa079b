import { describe, expect, test } from 'vitest';
import { Board, MAX_ENTROPY_BYTES, MachineError } from '../../../machine/index.js';
import { BUFFERS, REGISTER, ramBytes, VirtioDriver } from './virtio-driver.js';

const SLOT = 0x1000_1000;

function driverWith(seed?: number): VirtioDriver {
  const devices = [{ device: 'entropy' as const, ...(seed !== undefined && { seed }) }];
  return new VirtioDriver(new Board({ memoryBytes: 4 << 20, firmware: 'host', devices }), SLOT).start();
}

function randomBytes(driver: VirtioDriver, length: number): number[] {
  expect(driver.submit([{ address: BUFFERS, length, write: true }])).toEqual({ head: 0, written: length });
  return ramBytes(driver.board, BUFFERS, length);
}

describe('the virtio entropy device', () => {
  test('says what it is', () => {
    expect(driverWith().read(REGISTER.DEVICE_ID)).toBe(4);
  });

  test('gives the same bytes for the same seed, and others for another', () => {
    const first = randomBytes(driverWith(7), 64);
    expect(randomBytes(driverWith(7), 64)).toEqual(first);
    expect(randomBytes(driverWith(8), 64)).not.toEqual(first);
    expect(randomBytes(driverWith(), 64)).toEqual(randomBytes(driverWith(0), 64));
  });

  test('gives other bytes every time, of all values about equally often', () => {
    const driver = driverWith(1);
    const counts = new Array<number>(256).fill(0);
    for (let i = 0; i < 8; i++) for (const byte of randomBytes(driver, 8192)) counts[byte]++;
    // 256 each on the average; a fair generator is off by more than 100 once in a billion.
    expect(Math.min(...counts)).toBeGreaterThan(156);
    expect(Math.max(...counts)).toBeLessThan(356);
    expect(randomBytes(driver, 16)).not.toEqual(randomBytes(driver, 16));
  });

  test('fills several buffers, the last of them in part', () => {
    const driver = driverWith();
    const buffers = [
      { address: BUFFERS, length: 3, write: true },
      { address: BUFFERS + 8, length: 2, write: true },
    ];
    expect(driver.submit(buffers)).toEqual({ head: 0, written: 5 });
    expect(ramBytes(driver.board, BUFFERS + 3, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(ramBytes(driver.board, BUFFERS + 10, 6)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('gives no more at once than it may', () => {
    const done = driverWith().submit([{ address: BUFFERS, length: 1 << 20, write: true }]);
    expect(done?.written).toBe(MAX_ENTROPY_BYTES);
  });

  test('needs a reset after a buffer that it may only read, and after none', () => {
    for (const write of [false, true]) {
      const driver = driverWith();
      expect(driver.submit([{ address: BUFFERS, length: write ? 0 : 8, write }])).toBeUndefined();
      expect(driver.needsReset).toBe(true);
    }
  });

  test.each([-1, 1.5, 2 ** 32, Number.NaN])('refuses %d as its seed', (seed) => {
    expect(() => driverWith(seed)).toThrow(MachineError);
    expect(() => driverWith(seed)).toThrow(/^a seed must be [^\n]+$/);
  });
});
