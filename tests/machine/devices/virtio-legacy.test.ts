import { describe, expect, test } from 'vitest';
import { Board, RAM_BASE } from '../../../machine/index.js';
import { REGISTER, ramBytes, STATUS, VirtioDriver } from './virtio-driver.js';

const SLOT = 0x1000_1000;
const GUEST_PAGE_SIZE = 0x028;
const QUEUE_ALIGN = 0x03c;
const QUEUE_PFN = 0x040;

const PAGE = 4096;
const QUEUE = RAM_BASE + 0x1_0000;
/** Behind descriptors and driver area comes the device area, at the next page. */
const DRIVER_AREA = QUEUE + 16 * 8;
const DEVICE_AREA = QUEUE + PAGE;
const DATA = RAM_BASE + 0x2_0000;

interface Settings {
  readonly size?: number;
  readonly pageSize?: number;
  readonly align?: number;
  readonly page?: number;
}

/** An entropy device of version 1, its queue set up by these registers. */
function started({ size = 8, pageSize = PAGE, align = PAGE, page = QUEUE / PAGE }: Settings = {}): VirtioDriver {
  const board = new Board({
    memoryBytes: 1 << 20,
    firmware: 'host',
    devices: [{ device: 'entropy' }],
    legacyVirtio: true,
  });
  const driver = new VirtioDriver(board, SLOT);
  driver.write(REGISTER.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER);
  driver.write(GUEST_PAGE_SIZE, pageSize);
  driver.write(REGISTER.QUEUE_SIZE, size);
  driver.write(QUEUE_ALIGN, align);
  driver.write(QUEUE_PFN, page);
  driver.write(REGISTER.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER | STATUS.DRIVER_OK);
  return driver;
}

/** Asks for 16 bytes; how many chains the device has given back since it was made. */
function askForBytes(driver: VirtioDriver): number {
  const { memory } = driver.board;
  driver.describe(0, DATA, 16, 2, 0, QUEUE);
  const [, offered] = ramBytes(driver.board, DRIVER_AREA + 1, 2);
  memory.write(DRIVER_AREA + 2, Uint8Array.of(offered + 1));
  driver.notify();
  return ramBytes(driver.board, DEVICE_AREA + 2, 1)[0];
}

describe('a virtio device of version 1', () => {
  test('says so, and has no features of version 2', () => {
    const driver = started();
    expect(driver.read(4)).toBe(1);
    expect(driver.features[1]).toBe(0);
  });

  test('finds all areas of a queue by its page', () => {
    const driver = started();
    expect(driver.read(QUEUE_PFN)).toBe(QUEUE / PAGE);
    expect(askForBytes(driver)).toBe(1);
    expect(askForBytes(driver)).toBe(2);
    expect(ramBytes(driver.board, DATA, 16).some((byte) => byte !== 0)).toBe(true);
    expect(driver.read(REGISTER.INTERRUPT_STATUS)).toBe(1);
  });

  test('gives a queue back for page 0', () => {
    const driver = started();
    driver.write(QUEUE_PFN, 0);
    expect(driver.read(QUEUE_PFN)).toBe(0);
    expect(askForBytes(driver)).toBe(0);
  });

  test.each<[what: string, settings: Settings]>([
    ['pages of no bytes', { pageSize: 0 }],
    ['pages of no power of two', { pageSize: 4095 }],
    ['an alignment of 0', { align: 0 }],
    ['an alignment of no power of two', { align: 6 }],
    ['an alignment that leads out of RAM', { align: 0x8000_0000 }],
    ['a page outside RAM', { page: 1 }],
    ['the highest page there is', { page: 0xffff_ffff, pageSize: 0x8000_0000 }],
    ['no descriptors', { size: 0 }],
    ['too many descriptors', { size: 0x8000_0000 }],
  ])('does nothing more for a queue with %s, and nothing less than before after a reset', (_what, settings) => {
    const driver = started(settings);
    expect(driver.read(QUEUE_PFN)).toBe(0);
    expect(askForBytes(driver)).toBe(0);
    // DEVICE_NEEDS_RESET is of version 2.
    expect([driver.needsReset, driver.read(REGISTER.INTERRUPT_STATUS)]).toEqual([false, 0]);
    driver.write(REGISTER.STATUS, 0);
    driver.write(GUEST_PAGE_SIZE, PAGE);
    driver.write(REGISTER.QUEUE_SIZE, 8);
    driver.write(QUEUE_ALIGN, PAGE);
    driver.write(QUEUE_PFN, QUEUE / PAGE);
    driver.write(REGISTER.STATUS, STATUS.DRIVER_OK);
    driver.board.memory.fill(QUEUE, 2 * PAGE, 0);
    expect(askForBytes(driver)).toBe(1);
  });
});
