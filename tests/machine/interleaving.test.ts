import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BOARD_CHOICE, Board, CLINT_BASE, CSR, MachineError, MSTATUS, PENDING, STOP } from '../../machine/index.js';
import { a0, a1, a2, a3, bytesOf, CODE, DATA, type Line, s0, s1, t0, wordAt } from './bare-metal.js';
import {
  BY_LR_SC,
  BY_SWAP,
  givenSlices,
  LOCKED_ADD,
  LOCKED_COUNTER,
  lockBoard,
  ROUNDS,
  randomSlices,
  stateOfHarts,
} from './spinning.js';

describe('harts start', () => {
  test('at the same address, with their number in a0 and in mhartid', () => {
    const board = new Board({ memoryBytes: 1 << 17, firmware: 'guest', harts: 8 });
    expect(board.harts.map(({ pc, x, csr }) => [pc, x[a0], csr.read(CSR.mhartid)])).toEqual(
      Array.from({ length: 8 }, (_, id) => [CODE, id, id]),
    );
  });

  test.each([0, -1, 9, 1000, 1.5, Number.NaN])('not if there are %d of them', (harts) => {
    expect(() => new Board({ memoryBytes: 1 << 17, firmware: 'guest', harts })).toThrow(MachineError);
    expect(() => new Board({ memoryBytes: 1 << 17, firmware: 'guest', harts })).toThrow(
      `harts must be from 1 to 8, not ${harts}`,
    );
  });
});

describe('harts exclude each other, in any slices,', () => {
  test.each([
    ['by a lock made of amoswap', BY_SWAP],
    ['by a lock made of LR and SC', LOCKED_COUNTER],
    ['by LR and SC alone', BY_LR_SC],
  ])('%s', (_name, program) => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 2, 3, 7, 100), (seed, longest) => {
        const board = lockBoard(program, { choose: randomSlices(seed, longest) });
        expect(board.run(1_000_000)).toBe(STOP.HALTED);
        expect(wordAt(board, DATA + 64)).toBe(4 * ROUNDS);
      }),
      { numRuns: 30 },
    );
  });

  test('which they would not without', () => {
    const board = lockBoard(LOCKED_ADD([], []), { choose: randomSlices(1, 3) });
    expect(board.run(1_000_000)).toBe(STOP.HALTED);
    expect(wordAt(board, DATA + 64)).toBeLessThan(4 * ROUNDS);
  });
});

describe('a reservation', () => {
  /** Hart 0 reserves; hart 1 does `between`; hart 0 stores conditionally. */
  function conditional(between: Line): number {
    const choose = givenSlices(2, [
      [0, 1],
      [1, 1],
      [0, 1],
    ]);
    const board = lockBoard([['lr.w', { rd: t0, rs1: a1 }], ['sc.w', { rd: t0, rs1: a1, rs2: s1 }], between], {
      harts: 2,
      choose,
    });
    board.harts[1].pc = CODE + 8;
    board.run(3);
    return board.harts[0].x[t0];
  }

  test.each([
    ['a store of another hart to the word', ['sw', { rs1: a1 }], 1],
    ['a store of another hart to one byte of it', ['sb', { rs1: a1, imm: 3 }], 1],
    ['a store that is not aligned and ends in it', ['sw', { rs1: a1, imm: -2 }], 1],
    ['an atomic operation of another hart, even if it changes nothing', ['amoor.w', { rs1: a1, rs2: 0 }], 1],
    ['no store of another hart next to it', ['sw', { rs1: a1, imm: 4 }], 0],
    ['no load of another hart', ['lw', { rd: t0, rs1: a1 }], 0],
    ['no reservation of another hart', ['lr.w', { rd: t0, rs1: a1 }], 0],
  ] as const)('is ended by %s', (_what, between, result) => {
    expect(conditional(between as Line)).toBe(result);
  });

  test('is ended by a store of a hart that had stored to the page before', () => {
    const choose = givenSlices(2, [
      [1, 2],
      [0, 2],
      [1, 2],
      [0, 2],
    ]);
    const lines: readonly Line[] = [
      ['lr.w', { rd: t0, rs1: a1 }],
      ['addi', {}],
      ['sc.w', { rd: t0, rs1: a1, rs2: s1 }],
      ['addi', {}],
      ['sw', { rs1: a1, imm: 8 }],
      ['sw', { rs1: a1, imm: 8 }],
      ['sw', { rs1: a1, imm: 0 }],
      ['addi', {}],
    ];
    const board = lockBoard(lines, { harts: 2, choose });
    board.harts[1].pc = CODE + 16;
    board.run(8);
    expect(board.harts[0].x[t0]).toBe(1);
  });
});

describe('code that one hart writes', () => {
  test('another hart executes at once', () => {
    const newCode = bytesOf([['addi', { rd: s1, rs1: s1, imm: 100 }]]);
    const word = new DataView(newCode.buffer).getInt32(0, true);
    const lines: readonly Line[] = [
      ['addi', { rd: s1, rs1: s1, imm: 1 }],
      ['jal', { imm: -4 }],
      ['sw', { rs1: a2, rs2: a3 }],
      ['jal', { imm: 0 }],
    ];
    const choose = givenSlices(2, [
      [0, 2],
      [1, 2],
      [0, 2],
    ]);
    const board = lockBoard(lines, { harts: 2, choose });
    board.harts[1].pc = CODE + 8;
    board.harts[1].x[a2] = CODE;
    board.harts[1].x[a3] = word;
    board.run(6);
    expect(board.harts[0].x[s1]).toBe(101);
  });
});

describe('interrupts', () => {
  /** Waits; the handler notes that it came and lets the software interrupt go. */
  const WAIT: readonly Line[] = [['wfi'], ['jal', { imm: -4 }]];
  const NOTE: readonly Line[] = [['sw', { rs1: a3, rs2: 0 }], ['addi', { rd: s1, rs1: s1, imm: 1 }], ['mret']];

  test('of software wake a hart that waits, sent by another', () => {
    const board = lockBoard([...WAIT, ['sw', { rs1: a2, rs2: s0, imm: 4 }], ['jal', { imm: 0 }]], { harts: 2 }, NOTE);
    const [sender, waiter] = board.harts;
    sender.pc = CODE + 8;
    sender.x[a2] = CLINT_BASE;
    sender.x[s0] = 1;
    waiter.x[a3] = CLINT_BASE + 4;
    waiter.csrWrite(CSR.mie, PENDING.SOFTWARE);
    waiter.csrWrite(CSR.mstatus, MSTATUS.MIE);
    expect(board.run(5000)).toBe(STOP.LIMIT);
    expect(waiter.x[s1]).toBe(1);
    expect(board.bus.load(CLINT_BASE + 4, 4)).toBe(0);
  });

  test('of its timer wake the first hart for which one is due, when all wait', () => {
    const board = lockBoard(WAIT, { harts: 3 });
    for (const hart of board.harts) hart.csrWrite(CSR.mie, PENDING.TIMER);
    board.clint.setTimecmp(9000, 0);
    board.clint.setTimecmp(7000, 2);
    expect(board.run(4)).toBe(STOP.LIMIT);
    expect(board.harts.map(({ retired }) => retired)).toEqual([1, 1, 2]);
    expect(board.time).toBe(7001);
    expect(board.current).toBe(board.harts[2]);
  });

  test('of nobody to come stop the board, when all wait', () => {
    const board = lockBoard(WAIT, { harts: 3 });
    expect(board.run(1000)).toBe(STOP.WAIT);
    expect(board.harts.map(({ retired }) => retired)).toEqual([1, 1, 1]);
  });

  test('wait for nobody: a hart that only waits leaves the others all the time', () => {
    const board = lockBoard([...WAIT, ['jal', { imm: 0 }]], { harts: 2 });
    board.harts[1].pc = CODE + 8;
    expect(board.run(10_000)).toBe(STOP.LIMIT);
    expect(board.harts.map(({ retired }) => retired)).toEqual([1, 9999]);
  });

  test('do not come to a hart whose handler traps at once; the others go on', () => {
    const board = lockBoard([['ecall'], ['jal', { imm: 0 }]], { harts: 2 });
    board.harts[1].pc = CODE + 4;
    expect(board.run(5000)).toBe(STOP.LIMIT);
    expect(board.harts.map(({ retired }) => retired)).toEqual([0, 5000]);
  });
});

describe('virtual time', () => {
  test('is what all harts have retired, and the same for all', () => {
    const board = lockBoard([
      ['csrrs', { rd: s1, imm: CSR.time }],
      ['jal', { imm: -4 }],
    ]);
    board.run(12_345);
    expect(board.time).toBe(12_345);
    expect(board.harts.map(({ retired }) => retired)).toEqual([3345, 3000, 3000, 3000]);
    expect(board.harts.map(({ x }) => x[s1])).toEqual([12_344, 9_998, 10_998, 11_998]);
  });
});

describe('slices', () => {
  test('are asked for: a hart among those that can execute, and a length in two steps', () => {
    const asked: (readonly [kind: number, count: number, before: number])[] = [];
    const board = lockBoard([['jal', { imm: 0 }]], {
      harts: 3,
      choose: (...question) => {
        asked.push(question);
        return question[1] - 1;
      },
    });
    board.run(20_000);
    // The last in turn is ever the one that was the last, and the last length the longest.
    const { HART, SLICE_SCALE, SLICE_REST } = BOARD_CHOICE;
    const slice = (before: number) => [
      [HART, 3, before],
      [SLICE_SCALE, 13, before + 1],
      [SLICE_REST, 4096, before + 2],
    ];
    expect(asked).toEqual([0, 3, 6].flatMap(slice));
    expect(board.harts.map(({ retired }) => retired)).toEqual([0, 0, 20_000]);
  });

  test('are not asked for where there is one hart that can execute, but for their length', () => {
    const kinds = new Set<number>();
    const board = lockBoard([['wfi'], ['jal', { imm: 0 }]], {
      harts: 2,
      choose: (kind) => {
        kinds.add(kind);
        return 0;
      },
    });
    board.harts[0].pc = CODE + 4;
    board.run(10);
    kinds.clear();
    board.run(100);
    expect([...kinds]).toEqual([BOARD_CHOICE.SLICE_SCALE]);
  });

  test.each([-1, 5000, 0.5, Number.NaN])('are refused where a choice is %d of fewer ways', (picked) => {
    const board = lockBoard([['jal', { imm: 0 }]], { choose: () => picked });
    expect(() => board.run(1)).toThrow(RangeError);
    expect(() => board.run(1)).toThrow(`a choice of 4 ways got ${picked}`);
  });

  test('a limit that is none is refused', () => {
    expect(() => lockBoard([]).run(Number.NaN)).toThrow(RangeError);
  });

  test('give one result per seed, wherever runs are cut', () => {
    const seeds = fc.record({ seed: fc.integer(), longest: fc.constantFrom(1, 5, 200) });
    fc.assert(
      fc.property(seeds, fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 20 }), ({ seed, longest }, cuts) => {
        const make = () => lockBoard(LOCKED_COUNTER, { choose: randomSlices(seed, longest) });
        const uncut = make();
        const cut = make();
        const total = 3000;
        uncut.run(total);
        for (const length of cuts) cut.run(Math.min(length, total - cut.time));
        cut.run(total - cut.time);
        expect(stateOfHarts(cut)).toEqual(stateOfHarts(uncut));
      }),
    );
  });

  test('of other seeds give other results', () => {
    const results = new Set<string>();
    for (let seed = 0; seed < 5; seed++) {
      const board = lockBoard(LOCKED_COUNTER, { choose: randomSlices(seed, 50) });
      board.run(1000);
      results.add(JSON.stringify(board.harts.map(({ retired }) => retired)));
    }
    expect(results.size).toBe(5);
  });
});
