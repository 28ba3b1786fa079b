import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Board,
  CAUSE,
  CLINT_BASE,
  FINISHER_BASE,
  MachineError,
  RAM_BASE,
  STOP,
  UART_BASE,
  type Width,
} from '../../machine/index.js';
import { a0, a1, boardWith, type Line, trapOf } from './bare-metal.js';

describe('the board', () => {
  test.each([0, -4096, 4096, 1.5, Number.NaN, 65536 + 4, 2 ** 31, Number.POSITIVE_INFINITY])(
    'refuses %d bytes of memory in one sentence',
    (memoryBytes) => {
      expect(() => new Board({ memoryBytes, firmware: 'host' })).toThrow(MachineError);
      expect(() => new Board({ memoryBytes, firmware: 'host' })).toThrow(/^memory must be [^\n]+$/);
    },
  );

  test('starts with registers, memory and counters at zero', () => {
    const { board, hart } = boardWith([]);
    expect([...hart.x]).toEqual(new Array(32).fill(0));
    expect(board.memory.u8.every((byte) => byte === 0)).toBe(true);
    expect([board.time, hart.retired, hart.pc, board.halted]).toEqual([0, 0, RAM_BASE, false]);
  });
});

describe('the bus', () => {
  test('has nothing where there is no device', () => {
    const { board } = boardWith([]);
    expect(board.bus.load(0x5000_0000, 4)).toBeUndefined();
    expect(board.bus.store(0x5000_0000, 4, 1)).toBe(false);
  });

  test('faults on accesses that are not aligned', () => {
    const { hart } = boardWith([['lw', { rd: a0, rs1: a1, imm: 2 }]], { registers: { [a1]: CLINT_BASE } });
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT, value: CLINT_BASE + 2 });
  });

  test('any access to any address leaves the machine whole', () => {
    const bases = [FINISHER_BASE, CLINT_BASE, UART_BASE, 0];
    const { board } = boardWith([]);
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.integer({ min: -16, max: 0x10010 }),
        fc.constantFrom<Width>(1, 2, 4),
        fc.integer(),
        (base, offset, width, value) => {
          const stored = board.bus.store(base + offset, width, value);
          const loaded = board.bus.load(base + offset, width);
          expect(typeof stored).toBe('boolean');
          expect(loaded === undefined || Number.isInteger(loaded)).toBe(true);
          expect(Number.isNaN(board.clint.deadline(0))).toBe(false);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('the UART', () => {
  test('sends what is written to THR, in order', () => {
    const sent: number[] = [];
    const lines: readonly Line[] = [...'hi\n'].flatMap((letter): Line[] => [
      ['addi', { rd: a0, imm: letter.charCodeAt(0) }],
      ['sb', { rs1: a1, rs2: a0 }],
    ]);
    const { hart } = boardWith(lines, { registers: { [a1]: UART_BASE }, onOutput: (byte) => sent.push(byte) });
    hart.run(lines.length);
    expect(String.fromCharCode(...sent)).toBe('hi\n');
  });

  test('says that it can send, and has received nothing', () => {
    const { board } = boardWith([]);
    expect(board.bus.load(UART_BASE + 5, 1)).toBe(0x60);
  });

  test('with DLAB set, offsets 0 and 1 are the divisor', () => {
    const sent: number[] = [];
    const { board } = boardWith([], { onOutput: (byte) => sent.push(byte) });
    board.bus.store(UART_BASE + 3, 1, 0x83);
    board.bus.store(UART_BASE, 1, 0x34);
    board.bus.store(UART_BASE + 1, 1, 0x12);
    expect([board.bus.load(UART_BASE, 1), board.bus.load(UART_BASE + 1, 1)]).toEqual([0x34, 0x12]);
    board.bus.store(UART_BASE + 3, 1, 0x03);
    expect([board.bus.load(UART_BASE, 1), board.bus.load(UART_BASE + 1, 1)]).toEqual([0, 0]);
    expect(sent).toEqual([]);
  });
});

describe('the finisher', () => {
  const finish = (value: number) => {
    const lines: readonly Line[] = [
      ['sw', { rs1: a1, rs2: a0 }],
      ['addi', { rd: a0, imm: 1 }],
    ];
    return boardWith(lines, { registers: { [a1]: FINISHER_BASE, [a0]: value } });
  };

  test.each([
    [0x5555, 0],
    [0x0003_3333, 3],
    [0xffff_3333 | 0, 0xffff],
  ])('%i ends the run behind the store, with exit code %i', (value, exitCode) => {
    const { board, hart } = finish(value);
    expect(hart.run(100)).toBe(STOP.HALTED);
    expect([board.halted, board.exitCode, hart.retired]).toEqual([true, exitCode, 1]);
    expect(hart.run(100)).toBe(STOP.HALTED);
    expect(hart.retired).toBe(1);
  });

  test('ignores other values', () => {
    const { board, hart } = finish(0x1234);
    expect(hart.run(2)).toBe(STOP.LIMIT);
    expect(board.halted).toBe(false);
  });

  test('keeps the first exit code', () => {
    const { board } = finish(0);
    board.bus.store(FINISHER_BASE, 4, 0x7_3333);
    board.bus.store(FINISHER_BASE, 4, 0x5555);
    expect(board.exitCode).toBe(7);
  });
});
