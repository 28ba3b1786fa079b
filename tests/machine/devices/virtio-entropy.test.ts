import { describe, expect, test } from 'vitest';
import { BOARD_CHOICE, Board, type Choose, chooseBySeed, MAX_ENTROPY_BYTES } from '../../../machine/index.js';
import { BUFFERS, FLAG, REGISTER, ramBytes, VirtioDriver } from './virtio-driver.js';

const SLOT = 0x1000_1000;

function driverWith(choose?: Choose): VirtioDriver {
  const devices = [{ device: 'entropy' as const }];
  const board = new Board({ memoryBytes: 4 << 20, firmware: 'host', devices, ...(choose !== undefined && { choose }) });
  return new VirtioDriver(board, SLOT).start();
}

function randomBytes(driver: VirtioDriver, length: number): number[] {
  expect(driver.submit([{ address: BUFFERS, length, write: true }])).toEqual({ head: 0, written: length });
  return ramBytes(driver.board, BUFFERS, length);
}

describe('the virtio entropy device', () => {
  test('says what it is', () => {
    expect(driverWith().read(REGISTER.DEVICE_ID)).toBe(4);
  });

  test('asks for a choice for every byte', () => {
    const asked: unknown[] = [];
    const driver = driverWith((...question) => asked.push(question));
    expect(randomBytes(driver, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual([0, 1, 2, 3, 4].map((before) => [BOARD_CHOICE.ENTROPY, 256, before]));
  });

  test('gives the same bytes for the same seed, and others for another', () => {
    const first = randomBytes(driverWith(chooseBySeed(7)), 64);
    expect(randomBytes(driverWith(chooseBySeed(7)), 64)).toEqual(first);
    expect(randomBytes(driverWith(chooseBySeed(8)), 64)).not.toEqual(first);
  });

  test('gives the same bytes in every run where nobody decides', () => {
    expect(randomBytes(driverWith(), 64)).toEqual(randomBytes(driverWith(), 64));
  });

  test.each([undefined, chooseBySeed(7)])('goes on from a snapshot with the bytes that came then', (choose) => {
    const driver = driverWith(choose);
    randomBytes(driver, 10);
    driver.describe(0, BUFFERS, 32, FLAG.WRITE);
    driver.offer(0);
    const snapshot = driver.board.snapshot();
    driver.notify();
    const expected = ramBytes(driver.board, BUFFERS, 32);
    const fresh = driverWith(choose);
    for (const { board } of [driver, fresh]) {
      board.restore(snapshot);
      board.bus.store(SLOT + REGISTER.QUEUE_NOTIFY, 4, 0);
    }
    expect(expected).not.toEqual(new Array(32).fill(0));
    for (const { board } of [driver, fresh]) expect(ramBytes(board, BUFFERS, 32)).toEqual(expected);
  });

  test('gives other bytes every time, of all values about equally often', () => {
    const driver = driverWith(chooseBySeed(1));
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
});
