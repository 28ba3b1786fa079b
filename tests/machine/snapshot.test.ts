import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Board,
  CSR,
  decodeSnapshot,
  encodeSnapshot,
  FRAME_BYTES,
  MAX_HOST_WORDS,
  MachineError,
  MSTATUS,
  PENDING,
  PLIC_BASE,
  RAM_BASE,
  type Snapshot,
  STOP,
  Uart16550,
} from '../../machine/index.js';
import { a0, a1, boardWith, CODE, DATA, type Line, ramContents, wordAt } from './bare-metal.js';
import { startLayered } from './layered.js';
import { startRestless, stateOf } from './restless.js';
import { LOCKED_COUNTER, lockBoard, randomSlices, stateOfHarts } from './spinning.js';

const LENGTH = 3000;

/** What another process would get to see of a snapshot. */
function throughBytes(snapshot: Snapshot): Snapshot {
  return decodeSnapshot(encodeSnapshot(snapshot));
}

const PROGRAMS = [
  ['in U mode, with a handler in M mode', startRestless],
  ['in M, S and U mode, translated, with wfi', startLayered],
] as const;

describe.each(PROGRAMS)('a run %s, that goes on from a snapshot ends as the uncut run', (_what, start) => {
  test('on the same board, after it has run on and come back, at random points', () => {
    const uncut = start();
    uncut.board.run(LENGTH);
    const expected = stateOf(uncut);
    const points = fc.array(fc.integer({ min: 0, max: LENGTH - 1 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(points, fc.array(fc.nat({ max: 7 }), { maxLength: 10 }), (at, back) => {
        const { board, hart } = start();
        const snapshots: Snapshot[] = [];
        const states: unknown[] = [];
        for (const point of [...at].sort((a, b) => a - b)) {
          board.run(point - hart.retired);
          snapshots.push(board.snapshot());
          states.push(stateOf({ board, hart }));
        }
        for (const pick of back) {
          const index = pick % snapshots.length;
          board.restore(snapshots[index]);
          expect(stateOf({ board, hart })).toEqual(states[index]);
          board.run(pick * 50);
        }
        board.restore(snapshots[0]);
        board.run(LENGTH - hart.retired);
        expect(stateOf({ board, hart })).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('on another board, from the bytes of a file', () => {
    const uncut = start();
    uncut.board.run(LENGTH);
    const expected = stateOf(uncut);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LENGTH }), (point) => {
        const first = start();
        first.board.run(point);
        const second = start();
        second.board.run(point / 2);
        second.board.restore(throughBytes(first.board.snapshot()));
        expect(stateOf(second)).toEqual(stateOf(first));
        second.board.run(LENGTH - point);
        expect(stateOf(second)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a run that goes on from a snapshot ends as the uncut run', () => {
  test('with several harts, in the middle of slices and reservations', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(1, 3, 100),
        fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 4 }),
        (seed, longest, points) => {
          const make = () => lockBoard(LOCKED_COUNTER, { choose: randomSlices(seed, longest) });
          const uncut = make();
          uncut.run(2000);
          let board = make();
          for (const point of [...points].sort((a, b) => a - b)) {
            board.run(point - board.time);
            const snapshot = board.snapshot();
            board.run(333);
            if (seed % 2 === 0) board = make();
            board.restore(seed % 3 === 0 ? throughBytes(snapshot) : snapshot);
          }
          board.run(2000 - board.time);
          expect(stateOfHarts(board)).toEqual(stateOfHarts(uncut));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a snapshot holds', () => {
  test('devices: an alarm that is set, bytes that wait, interrupts that are enabled', () => {
    const rtc = 0x0010_1000;
    const uart = 0x1000_0000;
    const claim = PLIC_BASE + 0x20_0004;
    const loop: readonly Line[] = [
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -4 }],
    ];
    const start = () => {
      const { board, hart } = boardWith(loop);
      for (const source of [10, 11]) board.bus.store(PLIC_BASE + 4 * source, 4, 1);
      board.bus.store(PLIC_BASE + 0x2000, 4, (1 << 10) | (1 << 11));
      board.bus.store(uart + 1, 1, 1);
      board.devices(Uart16550)[0].receive(Uint8Array.of(65, 66));
      board.bus.store(rtc + 0x10, 4, 1);
      board.bus.store(rtc + 0x0c, 4, 0);
      board.bus.store(rtc + 0x08, 4, 500);
      hart.csrWrite(CSR.mie, PENDING.EXTERNAL);
      return { board, hart };
    };
    const look = ({ board, hart }: ReturnType<typeof start>) => [
      hart.csrRead(CSR.mip),
      board.bus.load(claim, 4),
      board.bus.load(claim, 4),
      board.bus.load(uart, 1),
      board.bus.load(uart, 1),
      hart.csrRead(CSR.mip),
      board.bus.load(rtc + 0x18, 4),
    ];
    const uncut = start();
    uncut.board.run(1000);
    const expected = look(uncut);
    expect(expected).toEqual([PENDING.EXTERNAL, 10, 11, 65, 66, 0, 0]);
    for (const point of [0, 1, 499, 500, 501, 900]) {
      const cut = start();
      cut.board.run(point);
      const snapshot = cut.board.snapshot();
      cut.board.run(700);
      look(cut);
      for (const { board, hart } of [cut, start()]) {
        board.restore(throughBytes(snapshot));
        board.run(1000 - point);
        expect(look({ board, hart })).toEqual(expected);
      }
    }
  });

  test('what the TLB still knows of page tables that have changed', () => {
    // Page 0 of S mode is DATA for now; then the table says DATA + 0x1000, and nobody has executed sfence.vma.
    const root = RAM_BASE + 0x10000;
    const leaf = RAM_BASE + 0x11000;
    const entry = (address: number, bits: number) => ((address >>> 12) << 10) | bits;
    const all = 0xcf;
    const lines: readonly Line[] = [
      ['lw', { rd: a0, rs1: 0 }],
      ['sw', { rs1: 0, rs2: a0, imm: 4 }],
      ['jal', { imm: -8 }],
    ];
    const { board, hart } = boardWith(lines, { words: { [DATA]: 1, [DATA + 0x1000]: 2 } });
    board.memory.writeWord(root, entry(leaf, 1));
    board.memory.writeWord(root + 4 * (CODE >>> 22), entry(RAM_BASE, all));
    board.memory.writeWord(leaf, entry(DATA, all));
    hart.csrWrite(CSR.pmpaddr0, -1);
    hart.csrWrite(CSR.pmpcfg0, 0x1f);
    hart.csrWrite(CSR.satp, (1 << 31) | (root >>> 12));
    hart.csrWrite(CSR.mstatus, 1 << MSTATUS.MPP_SHIFT);
    hart.csrWrite(CSR.mepc, CODE);
    hart.mret();
    expect(hart.run(3)).toBe(STOP.LIMIT);
    board.memory.writeWord(leaf, entry(DATA + 0x1000, all));
    const snapshot = board.snapshot();
    for (const taken of [snapshot, throughBytes(snapshot)]) {
      hart.sfenceVma();
      board.restore(taken);
      hart.x[a0] = 0;
      hart.run(2);
      expect([hart.x[a0], wordAt(board, DATA + 4), wordAt(board, DATA + 0x1004)]).toEqual([1, 1, 0]);
    }
    hart.sfenceVma();
    hart.run(3);
    expect([hart.x[a0], wordAt(board, DATA + 0x1004)]).toEqual([2, 2]);
  });

  test("the host's own part beside the board, if there is one", () => {
    const snapshot = startRestless().board.snapshot();
    const host = { name: 'something', version: 7, words: [0, -1, Number.MAX_SAFE_INTEGER] };
    expect(decodeSnapshot(encodeSnapshot({ ...snapshot, host })).host).toEqual(host);
    expect(decodeSnapshot(encodeSnapshot(snapshot)).host).toBeUndefined();
  });

  test('code that is not executed any more, so that none of it stays decoded', () => {
    const { board, hart } = boardWith([
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -4 }],
    ]);
    const before = board.snapshot();
    hart.run(10);
    board.memory.write(CODE, Uint8Array.of(0x13, 0x05, 0x75, 0x00));
    const after = board.snapshot();
    board.restore(before);
    hart.run(2);
    expect(hart.x[a0]).toBe(1);
    board.restore(after);
    hart.run(2);
    expect(hart.x[a0]).toBe(12);
  });

  test('pages by how often they were written: a page that was not is shared', () => {
    const { board, hart } = boardWith(
      [
        ['sw', { rs1: a1 }],
        ['jal', { imm: -4 }],
      ],
      { registers: { [a1]: DATA } },
    );
    hart.run(2);
    const one = board.snapshot();
    hart.run(2);
    const two = board.snapshot();
    const frames = [...two.memory.differences(one.memory)];
    expect(frames).toEqual([(DATA - RAM_BASE) / FRAME_BYTES]);
    expect(board.snapshot().memory).toBe(two.memory);
  });

  test.each(['sw', 'sc.w', 'amoadd.w'])('what %s writes after another snapshot of the same page', (name) => {
    const atomic = name !== 'sw';
    const lines: readonly Line[] = [
      ...(name === 'sc.w' ? [['lr.w', { rd: 0, rs1: a1 }] as Line] : []),
      [name, { rs1: a1, rs2: a0, ...(atomic && { rd: 0 }) }],
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: name === 'sc.w' ? -12 : -8 }],
    ];
    const { board, hart } = boardWith(lines, { registers: { [a1]: DATA, [a0]: 1 } });
    const round = name === 'sc.w' ? 4 : 3;
    const snapshots = [0, 1, 2, 3].map(() => {
      hart.run(round);
      return [board.snapshot(), wordAt(board, DATA)] as const;
    });
    for (const [snapshot, word] of snapshots.reverse()) {
      board.restore(snapshot);
      expect(wordAt(board, DATA)).toBe(word);
    }
  });
});

describe('a snapshot is refused', () => {
  const sample = () => startRestless().board;

  test('by a board of another making, which goes on as it was', () => {
    const small = sample();
    const others = [
      new Board({ memoryBytes: 1 << 18, firmware: 'guest' }),
      new Board({ memoryBytes: 1 << 17, firmware: 'host' }),
      new Board({ memoryBytes: 1 << 17, firmware: 'guest', harts: 2 }),
      new Board({ memoryBytes: 1 << 17, firmware: 'guest', devices: [] }),
    ];
    const snapshot = small.snapshot();
    for (const board of others) {
      const before = [ramContents(board), board.bus.snapshot(), board.harts.map((hart) => hart.snapshot())];
      expect(() => board.restore(snapshot)).toThrow(MachineError);
      expect([ramContents(board), board.bus.snapshot(), board.harts.map((hart) => hart.snapshot())]).toEqual(before);
    }
    expect(() => others[0].restore(snapshot)).toThrow(
      "the snapshot is of a board with 131072 bytes of memory, 1 harts and firmware 'guest', and this one has 262144 bytes",
    );
  });

  test.each([
    ['what is no snapshot', new Uint8Array(100), 'this is not a snapshot of a machine'],
    ['nothing', new Uint8Array(0), 'this is not a snapshot of a machine'],
  ])('if it is %s', (_what, bytes, message) => {
    expect(() => decodeSnapshot(bytes)).toThrow(message);
  });

  test('if its file has another version', () => {
    const bytes = encodeSnapshot(sample().snapshot());
    bytes[8]++;
    expect(() => decodeSnapshot(bytes)).toThrow(/^the snapshot has version 5 of the format, and this is version 4$/);
  });

  test.each([
    ['words that are not whole', { name: 'x', version: 1, words: [0.5] }, 'its words cannot be'],
    ['a version that is none', { name: 'x', version: Number.NaN, words: [] }, 'its version cannot be'],
  ])("if its host's part has %s", (_what, host, message) => {
    const bytes = encodeSnapshot({ ...sample().snapshot(), host });
    expect(() => decodeSnapshot(bytes)).toThrow(message);
  });

  test("if its host's part has too many words to be written", () => {
    const part = (length: number) => ({ name: 'x', version: 1, words: new Array<number>(length).fill(0) });
    const encode = (length: number) => encodeSnapshot({ ...sample().snapshot(), host: part(length) });
    expect(decodeSnapshot(encode(MAX_HOST_WORDS)).host?.words.length).toBe(MAX_HOST_WORDS);
    expect(() => encode(MAX_HOST_WORDS + 1)).toThrow(MachineError);
  });

  test("if its host's part has more words than anybody may write", () => {
    // Looks short to the encoder, and is long in the file.
    const words = Object.assign([0], { toJSON: () => new Array<number>(MAX_HOST_WORDS + 1).fill(0) });
    const bytes = encodeSnapshot({ ...sample().snapshot(), host: { name: 'x', version: 1, words } });
    expect(() => decodeSnapshot(bytes)).toThrow('the snapshot is damaged');
  });

  test('if its file is cut off anywhere, or has a byte more', () => {
    const bytes = encodeSnapshot(sample().snapshot());
    for (const length of [1, 8, 23, 24, 25, bytes.length >>> 1, bytes.length - 1]) {
      expect(() => decodeSnapshot(bytes.slice(0, length))).toThrow(MachineError);
    }
    expect(() => decodeSnapshot(Uint8Array.of(...bytes, 0))).toThrow(/should have/);
  });

  test('if any byte of its file has changed', () => {
    const bytes = encodeSnapshot(sample().snapshot());
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const mutated = bytes.slice();
        mutated[at] ^= change;
        expect(() => decodeSnapshot(mutated)).toThrow(MachineError);
      }),
      { numRuns: 300 },
    );
  });

  test('or harms the guest alone, if somebody made it up', () => {
    const { board, hart } = startRestless();
    hart.run(1234);
    const honest = board.snapshot();
    const expected = stateOf({ board, hart });
    const value = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 32 }),
      fc.integer({ min: -2, max: 5 }),
      fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
    );
    const changes = fc.array(fc.tuple(fc.nat({ max: 400 }), value), { minLength: 1, maxLength: 30 });
    let accepted = 0;
    fc.assert(
      fc.property(changes, fc.nat({ max: 3 }), fc.nat({ max: 200 }), (made, deviceIndex, cut) => {
        const change = (words: readonly number[], length = words.length) => {
          const changed = words.slice(0, length);
          for (const [at, word] of made) changed[at % changed.length] = word;
          return changed;
        };
        const [{ words }] = honest.harts;
        const devices = honest.devices.map((device, i) =>
          i === deviceIndex ? { ...device, state: { words: change(device.state.words) } } : device,
        );
        const forgeries: Partial<Snapshot>[] = [
          { harts: [{ words: change(words) }] },
          { harts: [{ words: words.slice(0, cut) }] },
          { turns: change(honest.turns) },
          { choices: made[0][1] },
          { reservations: change(honest.reservations) },
          { devices },
        ];
        for (const forgery of forgeries) {
          try {
            board.restore({ ...honest, ...forgery });
            accepted++;
          } catch (error) {
            expect(error).toBeInstanceOf(MachineError);
          }
          board.run(500);
        }
      }),
      { numRuns: 100 },
    );
    expect(accepted).toBeGreaterThan(50);
    board.restore(honest);
    expect(stateOf({ board, hart })).toEqual(expected);
  });
});
