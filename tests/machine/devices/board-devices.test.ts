/** Which devices a board has, and what it says about lists that it cannot have. */
import { describe, expect, test } from 'vitest';
import { Board, type DeviceRequest, MAX_HARTS, MachineError, VirtioBlock } from '../../../machine/index.js';

const MEMORY_BYTES = 1 << 20;
const image = new Uint8Array(512);

function boardWith(...devices: readonly DeviceRequest[]): Board {
  return new Board({ memoryBytes: MEMORY_BYTES, firmware: 'host', devices });
}

function layout(board: Board): string[] {
  return board.bus.mappings.map(
    ({ base, device, interrupt }) => `${base.toString(16)} ${device.name} ${interrupt ?? ''}`,
  );
}

const SLOTS = (first: number) =>
  Array.from({ length: 9 - first }, (_, i) => `1000${first + i}000 virtio-slot ${first + i}`);

describe('a board', () => {
  test("has the devices of QEMU's virt board, where that has them", () => {
    expect(layout(new Board({ memoryBytes: MEMORY_BYTES, firmware: 'host' }))).toEqual([
      '100000 finisher ',
      '101000 rtc 11',
      '2000000 clint ',
      'c000000 plic ',
      '10000000 uart 10',
      ...SLOTS(1),
    ]);
  });

  test('puts disks and entropy into the first slots that are free', () => {
    const board = boardWith({ device: 'disk', image }, { device: 'entropy' }, { device: 'disk', image });
    expect(layout(board)).toEqual([
      '100000 finisher ',
      '2000000 clint ',
      'c000000 plic ',
      '10001000 disk 1',
      '10002000 entropy 2',
      '10003000 disk 3',
      ...SLOTS(4),
    ]);
    expect(board.devices(VirtioBlock).length).toBe(2);
  });

  test('puts a device where it is told', () => {
    const board = boardWith({ device: 'uart' }, { device: 'uart', at: 0x2000_0000, interrupt: 40 });
    expect(layout(board).at(-1)).toBe('20000000 uart 40');
    expect(board.bus.load(0x2000_0005, 1)).toBe(0x60);
  });

  test.each<[why: string, message: RegExp, ...devices: DeviceRequest[]]>([
    [
      'an unknown device',
      /^there is no device "floppy": devices are uart, rtc, disk, entropy$/,
      { device: 'floppy' } as never,
    ],
    ['a device called as what every object has', /^there is no device "toString"/, { device: 'toString' } as never],
    [
      'a second UART in the place of the first',
      /^the board has no place for another uart: there are 1$/,
      { device: 'uart' },
      { device: 'uart' },
    ],
    [
      'a ninth disk',
      /^the board has no place for another disk: there are 8$/,
      ...Array.from({ length: 9 }, (): DeviceRequest => ({ device: 'disk', image })),
    ],
    ['devices that overlap', /^devices plic and uart overlap at 0xc001000$/, { device: 'uart', at: 0x0c00_1000 }],
    ['devices in the same place', /^devices clint and uart overlap at 0x2000000$/, { device: 'uart', at: 0x0200_0000 }],
    [
      'a device elsewhere without an interrupt of its own',
      /^another rtc needs an interrupt of its own$/,
      { device: 'rtc' },
      { device: 'rtc', at: 0x2000_0000 },
    ],
    [
      'an address that is not aligned',
      /^a uart must be at a multiple of 4096 below RAM, not at 1$/,
      { device: 'uart', at: 1 },
    ],
    [
      'an address in RAM',
      /^a uart must be at a multiple of 4096 below RAM, not at 2147483648$/,
      { device: 'uart', at: 0x8000_0000 },
    ],
    ['a negative address', /^a uart must be at .* not at -4096$/, { device: 'uart', at: -4096 }],
    ['an address that is no number', /^a uart must be at .* not at NaN$/, { device: 'uart', at: Number.NaN }],
    [
      'an interrupt twice',
      /^devices uart and rtc have the same interrupt 10$/,
      { device: 'uart' },
      { device: 'rtc', interrupt: 10 },
    ],
    ['interrupt 0', /^the interrupt of a uart must be from 1 to 95, not 0$/, { device: 'uart', interrupt: 0 }],
    ['interrupt 96', /^the interrupt of a uart must be from 1 to 95, not 96$/, { device: 'uart', interrupt: 96 }],
    ['an empty disk', /^the disk is empty$/, { device: 'disk', image: new Uint8Array(0) }],
    [
      'a disk with a part of a sector',
      /^the size of the disk must be a multiple of 512 bytes, not 513$/,
      { device: 'disk', image: new Uint8Array(513) },
    ],
    [
      'a disk whose id is too long',
      /^the id of a disk is at most 20 ASCII characters, not "a{21}"$/,
      { device: 'disk', image, id: 'a'.repeat(21) },
    ],
    [
      'a disk whose id is not ASCII',
      /^the id of a disk is at most 20 ASCII characters/,
      { device: 'disk', image, id: 'ü' },
    ],
  ])('refuses %s in one sentence', (_why, message, ...devices) => {
    expect(() => boardWith(...devices)).toThrow(MachineError);
    expect(() => boardWith(...devices)).toThrow(message);
  });

  test.each([0, -1, 1.5, MAX_HARTS + 1, 1000, Number.NaN])('refuses %d harts in one sentence', (harts) => {
    const make = () => new Board({ memoryBytes: MEMORY_BYTES, firmware: 'host', harts });
    expect(make).toThrow(MachineError);
    expect(make).toThrow(`harts must be from 1 to ${MAX_HARTS}, not ${harts}`);
  });

  test('has as many harts, timers and contexts as it is asked for', () => {
    const board = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'guest', harts: 3 });
    expect(board.harts.map(({ id, x }) => [id, x[10]])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    for (const hart of board.harts) board.clint.setTimecmp(100 + hart.id, hart.id);
    expect([0, 1, 2].map((hart) => board.clint.deadline(hart))).toEqual([100, 101, 102]);
    board.bus.store(0x0c00_0000 + 4 * 10, 4, 1);
    board.bus.store(0x0c00_2000 + 0x80 * 5, 4, 1 << 10);
    board.plic.setLevel(10, true);
    expect([0, 1, 2, 3, 4, 5].filter((context) => board.plic.externalPending(context))).toEqual([5]);
  });
});

describe('interrupts of devices', () => {
  test('go by the PLIC to the context that wants them', () => {
    const board = boardWith({ device: 'uart' });
    board.bus.store(0x0c00_0000 + 4 * 10, 4, 5);
    board.bus.store(0x0c00_2080, 4, 1 << 10);
    board.bus.store(0x1000_0001, 1, 0x02);
    expect([board.plic.externalPending(0), board.plic.externalPending(1)]).toEqual([false, true]);
    expect(board.bus.load(0x0c20_1004, 4)).toBe(10);
    board.bus.load(0x1000_0002, 1);
    board.bus.store(0x0c20_1004, 4, 10);
    expect(board.plic.externalPending(1)).toBe(false);
  });
});
