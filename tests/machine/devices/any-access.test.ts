/** Whatever a guest does to the registers of any device harms nobody else, and a snapshot keeps all of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, type BusState, MachineError, RAM_BASE, Uart16550, type Width } from '../../../machine/index.js';

const MEMORY_BYTES = 256 * 1024;

function board(legacyVirtio = false): Board {
  return new Board({
    memoryBytes: MEMORY_BYTES,
    firmware: 'host',
    harts: 2,
    legacyVirtio,
    devices: [
      { device: 'uart' },
      { device: 'rtc' },
      { device: 'disk', image: new Uint8Array(4096) },
      { device: 'entropy' },
    ],
  });
}

const VERSIONS = [
  { virtio: 'modern virtio', legacy: false },
  { virtio: 'legacy virtio', legacy: true },
];

const BASES = board().bus.mappings.map(({ base }) => base);

/** Near registers that there are, and anywhere. */
const offset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 0x40 }).map((word) => 4 * word) },
  { weight: 2, arbitrary: fc.constantFrom(0x1000, 0x2000, 0x2080, 0x4000, 0xbff8, 0x20_0000, 0x20_0004, 0x20_1004) },
  { weight: 1, arbitrary: fc.integer({ min: -8, max: 0x60_0010 }) },
);
const value = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, 1, 2, 4, 7, 8, 15, 64, 255, 0x5000, RAM_BASE, RAM_BASE + 0x1000, RAM_BASE + MEMORY_BYTES - 4),
);
const access = fc.record({
  base: fc.constantFrom(...BASES),
  offset,
  width: fc.constantFrom<Width>(1, 2, 4, 4, 4),
  value,
  store: fc.boolean(),
});
type Access = { base: number; offset: number; width: Width; value: number; store: boolean };

function perform({ bus }: Board, { base, offset, width, value, store }: Access): unknown {
  return store ? bus.store(base + offset, width, value) : bus.load(base + offset, width);
}

/** What a snapshot says, in a form that compares by contents. */
function contents(state: BusState): unknown {
  return state.map(({ name, state: { words, blocks } }) => ({ name, words, blocks: [...(blocks ?? [])] }));
}

describe('any accesses to any devices', () => {
  test.each(VERSIONS)('of any width and value throw nothing, and leave a board that works ($virtio)', ({ legacy }) => {
    const target = board(legacy);
    let next = 0;
    fc.assert(
      fc.property(fc.array(access, { minLength: 20, maxLength: 60 }), (accesses) => {
        for (const one of accesses) {
          const result = perform(target, one);
          if (one.store) expect(typeof result).toBe('boolean');
          else expect(result === undefined || Number.isInteger(result)).toBe(true);
        }
        target.alarms.ring();
        for (const hart of [0, 1]) expect(Number.isNaN(target.clint.deadline(hart))).toBe(false);
        expect(target.alarms.next).toBeGreaterThanOrEqual(target.time);
        // The UART still remembers what it is for.
        next = (next + 1) & 0xff;
        target.bus.store(0x1000_0007, 1, next);
        expect(target.bus.load(0x1000_0007, 1)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });

  test.each(VERSIONS)(
    'are kept by a snapshot, from which another board goes on in the same way ($virtio)',
    ({ legacy }) => {
      const original = board(legacy);
      const copy = board(legacy);
      const accesses = fc.array(access, { minLength: 5, maxLength: 40 });
      fc.assert(
        fc.property(accesses, accesses, fc.uint8Array({ maxLength: 30 }), (before, after, typed) => {
          for (const one of before) perform(original, one);
          original.devices(Uart16550)[0].receive(typed);
          const snapshot = original.bus.snapshot();
          const kept = contents(snapshot);
          copy.bus.restore(snapshot);
          // Both harts have retired nothing, so virtual time is the same too; RAM is part of what devices see.
          copy.memory.write(RAM_BASE, original.memory.u8);
          for (const one of after) expect(perform(copy, one)).toEqual(perform(original, one));
          expect(contents(copy.bus.snapshot())).toEqual(contents(original.bus.snapshot()));
          const contexts = [0, 1, 2, 3];
          expect(contexts.map((context) => copy.plic.externalPending(context))).toEqual(
            contexts.map((context) => original.plic.externalPending(context)),
          );
          expect([copy.alarms.next, copy.clint.deadline(0)]).toEqual([
            original.alarms.next,
            original.clint.deadline(0),
          ]);
          expect(contents(snapshot)).toEqual(kept);
        }),
        { numRuns: 300 },
      );
    },
  );
});

describe('a snapshot of the devices', () => {
  test('is refused by a board with other devices', () => {
    const other = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'host' });
    expect(() => other.bus.restore(board().bus.snapshot())).toThrow(MachineError);
    expect(() => other.bus.restore([])).toThrow('the snapshot is of a board with other devices');
  });

  test('is refused with words missing, or with sectors that the disk does not have', () => {
    const target = board();
    const whole = target.bus.snapshot();
    for (const [i, { name, base, state }] of whole.entries()) {
      const cut = [...whole];
      cut[i] = { name, base, state: { ...state, words: state.words.slice(0, -1) } };
      expect(() => target.bus.restore(cut), name).toThrow(MachineError);
    }
    const disk = whole.findIndex(({ name }) => name === 'disk');
    for (const blocks of [new Map([[8, new Uint8Array(512)]]), new Map([[0, new Uint8Array(511)]])]) {
      const foreign = [...whole];
      foreign[disk] = { ...whole[disk], state: { ...whole[disk].state, blocks } };
      expect(() => target.bus.restore(foreign)).toThrow('the snapshot is of another disk');
    }
  });
});
