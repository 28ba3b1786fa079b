/** Drivers that break the rules, or never knew them: the device stops until it is reset, and nothing else happens. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, RAM_BASE } from '../../../machine/index.js';
import {
  BUFFERS,
  DESCRIPTORS,
  DEVICE_AREA,
  DRIVER_AREA,
  FLAG,
  REGISTER,
  STATUS,
  VirtioDriver,
} from './virtio-driver.js';

const DISK = 0x1000_1000;
const ENTROPY = 0x1000_2000;
const MEMORY_BYTES = 1 << 20;
const END = RAM_BASE + MEMORY_BYTES;

function board(): Board {
  return new Board({
    memoryBytes: MEMORY_BYTES,
    firmware: 'host',
    devices: [{ device: 'disk', image: new Uint8Array(8192) }, { device: 'entropy' }],
  });
}

function disk(): VirtioDriver {
  return new VirtioDriver(board(), DISK).start();
}

/** Something broken is offered to a disk: it must stop, say so once, and read sector 0 after a reset. */
function expectBroken(driver: VirtioDriver): void {
  driver.notify();
  expect(driver.done()).toBeUndefined();
  expect(driver.needsReset).toBe(true);
  expect(driver.read(REGISTER.INTERRUPT_STATUS)).toBe(2);
  driver.offer(0);
  driver.notify();
  expect(driver.done()).toBeUndefined();
  driver.start();
  expect(driver.needsReset).toBe(false);
  driver.board.memory.fill(BUFFERS, 16, 0);
  const buffers = [
    { address: BUFFERS, length: 16 },
    { address: BUFFERS + 0x1000, length: 513, write: true },
  ];
  expect(driver.submit(buffers)).toEqual({ head: 0, written: 513 });
}

describe('a virtio device needs a reset after a chain that', () => {
  test.each<[what: string, lay: (driver: VirtioDriver) => void]>([
    ['loops', (driver) => driver.describe(0, BUFFERS, 16, FLAG.NEXT, 0)],
    [
      'loops over two descriptors',
      (driver) => {
        driver.describe(0, BUFFERS, 16, FLAG.NEXT, 1);
        driver.describe(1, BUFFERS, 16, FLAG.NEXT, 0);
      },
    ],
    ['goes on outside the table', (driver) => driver.describe(0, BUFFERS, 16, FLAG.NEXT, 8)],
    ['is at address 0', (driver) => driver.describe(0, 0, 16, 0)],
    ['is at the registers of a device', (driver) => driver.describe(0, DISK, 16, 0)],
    ['begins in RAM and ends behind it', (driver) => driver.describe(0, END - 8, 16, 0)],
    ['has an address of more than 32 bits', (driver) => driver.describe(0, 2 ** 32 + BUFFERS, 16, 0)],
    ['has the highest address and length there are', (driver) => driver.describe(0, 2 ** 64 - 1, -1, FLAG.WRITE)],
    ['is 4 GiB long', (driver) => driver.describe(0, BUFFERS, -1, 0)],
    [
      'has what is read behind what is written',
      (driver) => {
        driver.describe(0, BUFFERS, 16, FLAG.WRITE | FLAG.NEXT, 1);
        driver.describe(1, BUFFERS, 16, 0);
      },
    ],
    ['has no place for the answer', (driver) => driver.describe(0, BUFFERS, 16, 0)],
    [
      'has too short a header',
      (driver) => {
        driver.describe(0, BUFFERS, 15, FLAG.NEXT, 1);
        driver.describe(1, BUFFERS, 1, FLAG.WRITE);
      },
    ],
    ['has an empty indirect table', (driver) => driver.describe(0, BUFFERS, 0, FLAG.INDIRECT)],
    ['has an indirect table with a piece of a descriptor', (driver) => driver.describe(0, BUFFERS, 24, FLAG.INDIRECT)],
    ['has an indirect table outside RAM', (driver) => driver.describe(0, END, 16, FLAG.INDIRECT)],
    ['has an indirect table that goes on', (driver) => driver.describe(0, BUFFERS, 16, FLAG.INDIRECT | FLAG.NEXT, 1)],
    [
      'has an indirect table in an indirect table',
      (driver) => {
        driver.describe(0, BUFFERS, 16, FLAG.INDIRECT);
        driver.describe(0, BUFFERS, 16, FLAG.INDIRECT, 0, BUFFERS);
      },
    ],
    [
      'is longer than any queue, by an indirect table',
      (driver) => {
        driver.describe(0, BUFFERS, 16 * 1000, FLAG.INDIRECT);
        for (let i = 0; i < 1000; i++) driver.describe(i, BUFFERS, 16, FLAG.NEXT, i + 1, BUFFERS);
      },
    ],
  ])('%s', (_what, lay) => {
    const driver = disk();
    lay(driver);
    driver.offer(0);
    expectBroken(driver);
  });

  test('has a head outside the table', () => {
    const driver = disk();
    driver.offer(0xffff);
    expectBroken(driver);
  });

  test('is one of more than the queue holds', () => {
    const driver = disk();
    for (let i = 0; i < 9; i++) driver.offer(0);
    expectBroken(driver);
  });
});

describe('a virtio device refuses a queue', () => {
  test.each<[what: string, size: number, descriptors: number, driver: number, device: number]>([
    ['of no descriptors', 0, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA],
    ['of a size that is no power of two', 6, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA],
    ['of a size above the largest', 512, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA],
    ['of the largest number there is', 0xffff_ffff, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA],
    ['whose descriptors end behind RAM', 8, END - 16, DRIVER_AREA, DEVICE_AREA],
    ['whose driver area is below RAM', 8, DESCRIPTORS, 0x1000, DEVICE_AREA],
    ['whose device area is above 4 GiB', 8, DESCRIPTORS, DRIVER_AREA, 2 ** 32 + DEVICE_AREA],
    ['whose descriptors are not aligned', 8, DESCRIPTORS + 8, DRIVER_AREA, DEVICE_AREA],
    ['whose driver area is not aligned', 8, DESCRIPTORS, DRIVER_AREA + 1, DEVICE_AREA],
    ['whose device area is not aligned', 8, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA + 2],
  ])('%s', (_what, size, descriptors, driverArea, deviceArea) => {
    const driver = disk();
    driver.write(REGISTER.QUEUE_READY, 0);
    driver.setQueue(size, descriptors, driverArea, deviceArea);
    expect([driver.read(REGISTER.QUEUE_READY), driver.needsReset]).toEqual([0, true]);
    expectBroken(driver);
  });
});

describe('a virtio device ignores', () => {
  test('notifications before DRIVER_OK, of queues that are not ready, and of queues that it does not have', () => {
    const driver = disk();
    driver.write(REGISTER.STATUS, 0);
    driver.notify();
    driver.start();
    driver.write(REGISTER.QUEUE_READY, 0);
    driver.notify();
    driver.write(REGISTER.QUEUE_NOTIFY, 1);
    driver.write(REGISTER.QUEUE_NOTIFY, 0xffff_ffff);
    expect([driver.needsReset, driver.read(REGISTER.INTERRUPT_STATUS)]).toEqual([false, 0]);
  });

  test('changes of a queue in use, and of features that are agreed on', () => {
    const driver = disk();
    driver.write(REGISTER.QUEUE_DESC, 0);
    driver.write(REGISTER.DRIVER_FEATURES, 0xffff_ffff);
    driver.write(REGISTER.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER | STATUS.FEATURES_OK | STATUS.DRIVER_OK);
    expect(driver.read(REGISTER.STATUS)).toBe(0xf);
    const buffers = [
      { address: BUFFERS, length: 16 },
      { address: BUFFERS + 0x1000, length: 1, write: true },
    ];
    expect(driver.submit(buffers)).toEqual({ head: 0, written: 1 });
  });

  test('widths other than words below its configuration', () => {
    const { board } = disk();
    expect([board.bus.load(DISK, 1), board.bus.load(DISK, 2)]).toEqual([0, 0]);
    expect(board.bus.store(DISK + REGISTER.STATUS, 1, 0)).toBe(true);
    expect(board.bus.load(DISK + REGISTER.STATUS, 4)).toBe(0xf);
  });
});

describe('a slot with nothing in it', () => {
  test('has device number 0', () => {
    const driver = new VirtioDriver(board(), 0x1000_8000);
    expect([0, 4, 8, 12].map((register) => driver.read(register))).toEqual([0x7472_6976, 2, 0, 0x554d_4551]);
  });

  test('needs a reset when somebody gives it something to do all the same', () => {
    const driver = new VirtioDriver(board(), 0x1000_8000).start();
    expect(driver.submit([{ address: BUFFERS, length: 16 }])).toBeUndefined();
    expect(driver.needsReset).toBe(true);
  });
});

describe('rings of random bytes', () => {
  test('do nothing that throws or does not end, and change nothing outside what they name', () => {
    const interesting = fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 4, 7, BUFFERS, DESCRIPTORS, DRIVER_AREA, DEVICE_AREA, END - 4, -1),
      fc.integer(),
    );
    const words = fc.array(interesting, { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(
        fc.constantFrom(DISK, ENTROPY),
        words,
        words,
        fc.integer({ min: 0, max: 8 }),
        (base, table, ring, count) => {
          const driver = new VirtioDriver(board(), base).start();
          const { memory } = driver.board;
          for (const [i, word] of table.entries()) memory.writeWord(DESCRIPTORS + 4 * i, word);
          for (const [i, word] of ring.entries()) memory.writeWord(DRIVER_AREA + 4 * i, word);
          memory.writeWord(DRIVER_AREA, count << 16);
          driver.notify();
          expect(driver.board.harts[0].run(0)).toBe(0);
          expect(driver.start().needsReset).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });
});
