/** What is seen of a device's registers from outside. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, RAM_BASE, Uart16550, type Width } from '../../../machine/index.js';

const MEMORY_BYTES = 256 * 1024;

function boardOf(legacyVirtio: boolean): Board {
  const image = new Uint8Array(4096);
  return new Board({
    memoryBytes: MEMORY_BYTES,
    firmware: 'host',
    harts: 2,
    legacyVirtio,
    devices: [{ device: 'uart' }, { device: 'rtc' }, { device: 'disk', image }, { device: 'entropy' }],
  });
}

const VERSIONS = [
  { virtio: 'modern virtio', legacy: false },
  { virtio: 'legacy virtio', legacy: true },
];

const PLACES = boardOf(false).bus.mappings.flatMap(({ base, device }) =>
  device.registers().map(({ offset }) => base + offset),
);
const value = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, 2, 4, 7, 8, 15, 64, 255, 0x5000, RAM_BASE, RAM_BASE + 0x1000),
);
const access = fc.record({
  address: fc.constantFrom(...PLACES),
  width: fc.constantFrom<Width>(1, 4, 4, 4),
  value,
  store: fc.boolean(),
});
const accesses = fc.array(access, { minLength: 5, maxLength: 60 });

function perform({ bus }: Board, made: { address: number; width: Width; value: number; store: boolean }[]): void {
  for (const { address, width, value, store } of made) {
    if (store) bus.store(address, width, value);
    else bus.load(address, width);
  }
}

/** All that a board could notice. */
function noticeable(board: Board): unknown {
  const contexts = [0, 1, 2, 3].map((context) => board.plic.externalPending(context));
  const harts = [0, 1].map((hart) => [board.clint.deadline(hart), board.clint.softwarePending(hart)]);
  return [board.bus.snapshot(), board.choices.snapshot(), contexts, harts, board.alarms.next, board.plic.changes];
}

/** Registers of which a guest loads nothing, or that are others at the time. */
function isHidden(name: string, board: Board): boolean {
  const latched = ((board.bus.load(0x1000_0003, 1) ?? 0) & 0x80) !== 0;
  if (['DLL', 'DLM'].includes(name)) return !latched;
  if (['RBR/THR', 'IER'].includes(name)) return latched;
  return /^(CLEAR_INTERRUPT|DriverFeatures|GuestPageSize|Queue(Size|Align|(Desc|Driver|Device)(Low|High))|.*Sel)$/.test(
    name,
  );
}

describe('the registers of every device', () => {
  test.each(VERSIONS)('are looked at without changing anything ($virtio)', ({ legacy }) => {
    const board = boardOf(legacy);
    fc.assert(
      fc.property(accesses, fc.uint8Array({ maxLength: 30 }), (made, typed) => {
        perform(board, made);
        board.devices(Uart16550)[0].receive(typed);
        const before = noticeable(board);
        const seen = board.bus.mappings.map(({ device }) => device.registers());
        expect(board.bus.mappings.map(({ device }) => device.registers())).toEqual(seen);
        expect(noticeable(board)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  test.each(VERSIONS)('are seen as the guest would load them next ($virtio)', ({ legacy }) => {
    const board = boardOf(legacy);
    let compared = 0;
    fc.assert(
      fc.property(accesses, fc.uint8Array({ maxLength: 30 }), (made, typed) => {
        perform(board, made);
        board.devices(Uart16550)[0].receive(typed);
        const state = board.bus.snapshot();
        for (const { base, device } of board.bus.mappings) {
          for (const { name, offset, value } of device.registers()) {
            if (value === undefined || isHidden(name, board)) continue;
            const width = device instanceof Uart16550 ? 1 : 4;
            expect(board.bus.load(base + offset, width), `${device.name} ${name}`).toBe(value);
            // What the load did is undone, where it can have done something.
            if (/claim|TIME_LOW|RBR|IIR|LSR/.test(name)) board.bus.restore(state);
            compared++;
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(60 * 100);
  });

  test.each(VERSIONS)('have names and places of their own ($virtio)', ({ legacy }) => {
    for (const { device } of boardOf(legacy).bus.mappings) {
      const registers = device.registers();
      expect(registers.length, device.name).toBeGreaterThan(0);
      expect(new Set(registers.map(({ name }) => name)).size, device.name).toBe(registers.length);
      for (const { offset } of registers) expect(offset < device.bytes, device.name).toBe(true);
    }
  });

  test('are taken apart into fields', () => {
    const board = boardOf(false);
    board.bus.store(0x1000_0003, 1, 0x9b);
    const lcr = board
      .devices(Uart16550)[0]
      .registers()
      .find(({ name }) => name === 'LCR');
    expect(lcr).toEqual({
      name: 'LCR',
      offset: 3,
      value: 0x9b,
      fields: [
        { name: 'LENGTH', bits: 2, value: 3 },
        { name: 'STOP', bits: 1, value: 0 },
        { name: 'PARITY', bits: 3, value: 3 },
        { name: 'BREAK', bits: 1, value: 0 },
        { name: 'DLAB', bits: 1, value: 1 },
      ],
    });
  });
});
