import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, encode, MAX_REQUEST_BYTES, RAM_BASE, SECTOR_BYTES, VirtioBlock } from '../../../machine/index.js';
import { BUFFERS, REGISTER, ramBytes, STATUS, VirtioDriver } from './virtio-driver.js';

const SLOT = 0x1000_1000;
const SOURCE = 1;
const HEADER = BUFFERS;
const ANSWER = BUFFERS + 0x100;
const DATA = BUFFERS + 0x1000;

const READ = 0;
const WRITE = 1;
const FLUSH = 4;
const GET_ID = 8;

const SECTORS = 16;

function imageOf(sectors: number): Uint8Array {
  return Uint8Array.from({ length: sectors * SECTOR_BYTES }, (_, i) => (i * 7 + (i >>> 9)) & 0xff);
}

class DiskDriver extends VirtioDriver {
  constructor(options: { readonly image?: Uint8Array; readonly readOnly?: boolean; readonly id?: string } = {}) {
    const { image = imageOf(SECTORS), ...rest } = options;
    super(new Board({ memoryBytes: 4 << 20, firmware: 'host', devices: [{ device: 'disk', image, ...rest }] }), SLOT);
    this.start();
  }

  get device(): VirtioBlock {
    return this.board.devices(VirtioBlock)[0];
  }

  /** One request, its data in buffers of these sizes at DATA; the status byte, or undefined if none came. */
  request(type: number, sector: number, lengths: readonly number[], indirect = false): number | undefined {
    const { memory } = this.board;
    memory.writeWord(HEADER, type);
    memory.writeWord(HEADER + 4, 0);
    memory.writeWord(HEADER + 8, sector);
    memory.writeWord(HEADER + 12, Math.floor(sector / 2 ** 32));
    memory.writeWord(ANSWER, 0xff);
    let address = DATA;
    const data = lengths.map((length) => {
      const buffer = { address, length, write: type !== WRITE };
      address += length;
      return buffer;
    });
    const buffers = [{ address: HEADER, length: 16 }, ...data, { address: ANSWER, length: 1, write: true }];
    const done = this.submit(buffers, indirect ? BUFFERS + 0x800 : undefined);
    return done === undefined ? undefined : ramBytes(this.board, ANSWER, 1)[0];
  }

  readSector(sector: number): number[] {
    expect(this.request(READ, sector, [SECTOR_BYTES])).toBe(0);
    return ramBytes(this.board, DATA, SECTOR_BYTES);
  }
}

describe('the virtio disk', () => {
  test('says what it is, in what QEMU calls the first slot', () => {
    const driver = new DiskDriver();
    expect([0, 4, 8, 12].map((register) => driver.read(register))).toEqual([0x7472_6976, 2, 2, 0x554d_4551]);
    expect([driver.read(REGISTER.CONFIGURATION), driver.read(REGISTER.CONFIGURATION + 4)]).toEqual([SECTORS, 0]);
    expect(driver.read(REGISTER.CONFIGURATION + 20)).toBe(SECTOR_BYTES);
    expect(driver.board.bus.load(SLOT + REGISTER.CONFIGURATION, 1)).toBe(SECTORS);
    expect(driver.features).toEqual([(1 << 28) | (1 << 9) | (1 << 6) | (1 << 2) | (1 << 1), 1]);
    expect(driver.read(REGISTER.QUEUE_SIZE_MAX)).toBe(256);
  });

  test('reads sectors into buffers of any sizes', () => {
    const image = imageOf(SECTORS);
    const driver = new DiskDriver({ image });
    expect(driver.request(READ, 3, [100, 412, 512])).toBe(0);
    expect(ramBytes(driver.board, DATA, 1024)).toEqual([...image.subarray(3 * 512, 5 * 512)]);
  });

  test('writes sectors from buffers of any sizes, and reads them again', () => {
    const driver = new DiskDriver();
    const written = Array.from({ length: 1024 }, (_, i) => (i * 13) & 0xff);
    driver.board.memory.write(DATA, Uint8Array.from(written));
    expect(driver.request(WRITE, 5, [1000, 24])).toBe(0);
    expect([...driver.readSector(5), ...driver.readSector(6)]).toEqual(written);
  });

  test('takes requests by indirect tables', () => {
    const image = imageOf(SECTORS);
    const driver = new DiskDriver({ image });
    expect(driver.request(READ, 1, [256, 256], true)).toBe(0);
    expect(ramBytes(driver.board, DATA, 512)).toEqual([...image.subarray(512, 1024)]);
  });

  test('gives its id, and flushes', () => {
    const driver = new DiskDriver({ id: 'root' });
    expect(driver.request(GET_ID, 0, [20])).toBe(0);
    expect(ramBytes(driver.board, DATA, 20)).toEqual([0x72, 0x6f, 0x6f, 0x74, ...new Array(16).fill(0)]);
    expect(driver.request(FLUSH, 0, [])).toBe(0);
  });

  test('counts the bytes that it wrote: data and status', () => {
    const driver = new DiskDriver();
    driver.board.memory.writeWord(HEADER, READ);
    const buffers = [
      { address: HEADER, length: 16 },
      { address: DATA, length: 512, write: true },
      { address: ANSWER, length: 1, write: true },
    ];
    expect(driver.submit(buffers)).toEqual({ head: 0, written: 513 });
  });

  test('never changes the image: what is written is in the overlay', () => {
    const image = imageOf(SECTORS);
    const before = image.slice();
    const driver = new DiskDriver({ image });
    driver.board.memory.fill(DATA, 512, 0xee);
    driver.request(WRITE, 2, [512]);
    expect(image).toEqual(before);
    const { disk } = driver.device;
    expect([...disk.overlay().keys()]).toEqual([2]);
    const whole = disk.imageWithOverlay();
    expect(whole.subarray(2 * 512, 3 * 512).every((byte) => byte === 0xee)).toBe(true);
    whole.set(before.subarray(2 * 512, 3 * 512), 2 * 512);
    expect(whole).toEqual(before);
  });

  test('interrupts when it is done, until that is acknowledged', () => {
    const driver = new DiskDriver();
    const pending = () => (driver.board.bus.load(0x0c00_1000, 4) ?? 0) >>> SOURCE;
    expect(pending()).toBe(0);
    driver.readSector(0);
    expect([driver.read(REGISTER.INTERRUPT_STATUS), pending()]).toEqual([1, 1]);
    driver.write(REGISTER.INTERRUPT_ACK, 1);
    expect(driver.read(REGISTER.INTERRUPT_STATUS)).toBe(0);
  });

  test('drops decoded instructions of memory that it reads into', () => {
    const image = new Uint8Array(512);
    new DataView(image.buffer).setUint32(0, encode('addi', { rd: 10, imm: 2 }), true);
    const driver = new DiskDriver({ image });
    const { board } = driver;
    const [hart] = board.harts;
    board.memory.writeWord(DATA, encode('addi', { rd: 10, imm: 1 }));
    hart.pc = DATA;
    hart.run(1);
    expect(hart.x[10]).toBe(1);
    driver.readSector(0);
    hart.pc = DATA;
    hart.run(1);
    expect(hart.x[10]).toBe(2);
  });

  test('serves drivers that never heard of VERSION_1, as xv6', () => {
    const driver = new DiskDriver().start([1 << 9, 0]);
    expect(driver.read(REGISTER.STATUS)).toBe(0xf);
    expect(driver.readSector(0)).toEqual([...imageOf(1)]);
  });

  test('does not agree to features that it does not have', () => {
    for (const features of [[1 << 5, 1] as const, [0, 3] as const]) {
      const driver = new DiskDriver().start(features);
      expect(driver.read(REGISTER.STATUS) & STATUS.FEATURES_OK).toBe(0);
    }
  });
});

describe('the virtio disk answers with an error', () => {
  test.each([
    ['sectors behind the end', READ, SECTORS, [512]],
    ['sectors that begin on the disk and end behind it', READ, SECTORS - 1, [1024]],
    ['a sector number of 64 bits', READ, 2 ** 60, [512]],
    ['a part of a sector', READ, 0, [100]],
    ['writing behind the end', WRITE, SECTORS, [512]],
    ['writing a part of a sector', WRITE, 0, [511]],
    ['an id that has no room', GET_ID, 0, [19]],
  ] as const)('to %s', (_what, type, sector, lengths) => {
    const driver = new DiskDriver();
    expect(driver.request(type, sector, lengths)).toBe(1);
    expect(driver.needsReset).toBe(false);
    expect(driver.device.disk.overlay().size).toBe(0);
    expect(driver.readSector(0)).toEqual([...imageOf(1)]);
  });

  test('to more than it moves at once', () => {
    const driver = new DiskDriver({ image: new Uint8Array(2 * MAX_REQUEST_BYTES) });
    expect(driver.request(READ, 0, [MAX_REQUEST_BYTES])).toBe(0);
    expect(driver.request(READ, 0, [MAX_REQUEST_BYTES, 512])).toBe(1);
  });

  test('to writes, if it is read only', () => {
    const driver = new DiskDriver({ readOnly: true });
    expect(driver.features[0] & (1 << 5)).not.toBe(0);
    expect(driver.request(WRITE, 0, [512])).toBe(1);
    expect(driver.readSector(0)).toEqual([...imageOf(1)]);
  });

  test.each([2, 11, 13, 0xffff_ffff])('of its own to request type %d', (type) => {
    expect(new DiskDriver().request(type, 0, [512])).toBe(2);
  });
});

describe('the virtio disk beside an array of bytes', () => {
  test('holds the same after any reads and writes', () => {
    const request = fc.record({
      write: fc.boolean(),
      sector: fc.integer({ min: 0, max: SECTORS }),
      count: fc.integer({ min: 1, max: 3 }),
      fill: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const model = imageOf(SECTORS);
        const driver = new DiskDriver();
        for (const { write, sector, count, fill } of requests) {
          const bytes = count * SECTOR_BYTES;
          driver.board.memory.fill(DATA, bytes, fill);
          const fits = sector + count <= SECTORS;
          expect(driver.request(write ? WRITE : READ, sector, [bytes])).toBe(fits ? 0 : 1);
          if (!fits) continue;
          const start = sector * SECTOR_BYTES;
          if (write) model.fill(fill, start, start + bytes);
          else expect(ramBytes(driver.board, DATA, bytes)).toEqual([...model.subarray(start, start + bytes)]);
        }
        expect(driver.device.disk.imageWithOverlay()).toEqual(model);
      }),
      { numRuns: 30 },
    );
  });

  test('gives overlays that later writes do not change', () => {
    const driver = new DiskDriver();
    driver.board.memory.fill(DATA, 512, 1);
    driver.request(WRITE, 4, [512]);
    const early = driver.device.disk.overlay();
    driver.board.memory.fill(DATA, 512, 2);
    driver.request(WRITE, 4, [512]);
    driver.request(WRITE, 5, [512]);
    expect([...early.keys()]).toEqual([4]);
    expect(early.get(4)?.[0]).toBe(1);
    expect([...driver.device.disk.overlay().keys()]).toEqual([4, 5]);
  });
});

test('a store by the hart notifies the virtio disk as one by the bus does', () => {
  const driver = new DiskDriver();
  const [hart] = driver.board.harts;
  driver.board.memory.writeWord(HEADER, READ);
  driver.describe(0, HEADER, 16, 1, 1);
  driver.describe(1, DATA, 512, 3, 2);
  driver.describe(2, ANSWER, 1, 2);
  driver.offer(0);
  driver.board.memory.writeWord(RAM_BASE, encode('sw', { rs1: 11, rs2: 0, imm: REGISTER.QUEUE_NOTIFY }));
  hart.x[11] = SLOT;
  hart.run(1);
  expect(driver.done()).toEqual({ head: 0, written: 513 });
  expect(ramBytes(driver.board, DATA, 512)).toEqual([...imageOf(1)]);
});
