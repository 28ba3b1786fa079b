import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Board,
  CLINT_BASE,
  CSR,
  encode,
  type Hart,
  MSTATUS,
  PENDING,
  PLIC_BASE,
  STOP,
} from '../../machine/index.js';
import { a0, a1, boardWith, CODE, DATA, enterUser, type Line } from './bare-metal.js';

const TIMER = 0x80000007;
const SOFTWARE = 0x80000003;
const ALL = -1;

/** Counts in a0 for ever: three instructions a turn. */
const COUNT: readonly Line[] = [['addi', { rd: a0, rs1: a0, imm: 1 }], ['c.nop'], ['jal', { imm: -6 }]];

function counting(): { board: Board; hart: Hart } {
  const { board, hart } = boardWith(COUNT);
  hart.csrWrite(CSR.mie, PENDING.TIMER | PENDING.SOFTWARE);
  enterUser(hart, CODE);
  return { board, hart };
}

describe('the machine timer (3.2.1)', () => {
  test('interrupts before the first instruction that mtime >= mtimecmp precedes, wherever that is in a block', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), (deadline) => {
        const { board, hart } = counting();
        board.clint.setTimecmp(deadline);
        expect(hart.run(10_000)).toBe(STOP.TRAP);
        expect(hart.csrRead(CSR.mcause)).toBe(TIMER);
        expect(hart.csrRead(CSR.mtval)).toBe(0);
        expect([board.time, hart.retired]).toEqual([deadline, deadline]);
        expect(hart.x[a0]).toBe(Math.ceil(deadline / 3));
        expect(hart.csrRead(CSR.mepc)).toBe(CODE + [0, 4, 6][deadline % 3]);
      }),
    );
  });

  test('is set through the bus as through setTimecmp', () => {
    const { board, hart } = counting();
    board.bus.store(CLINT_BASE + 0x4004, 4, 0);
    board.bus.store(CLINT_BASE + 0x4000, 4, 30);
    expect(hart.run(10_000)).toBe(STOP.TRAP);
    expect(hart.retired).toBe(30);
  });

  test('stays pending until mtimecmp is moved, and then is not', () => {
    const { board, hart } = counting();
    board.clint.setTimecmp(10);
    hart.run(100);
    hart.mret();
    expect(hart.run(100)).toBe(STOP.TRAP);
    expect(hart.retired).toBe(10);
    board.clint.setTimecmp(Number.POSITIVE_INFINITY);
    expect(hart.csrRead(CSR.mip)).toBe(0);
    hart.mret();
    expect(hart.run(100)).toBe(STOP.LIMIT);
  });

  test('does not interrupt M mode with MIE clear, nor with MTIE clear', () => {
    const { board, hart } = boardWith(COUNT);
    board.clint.setTimecmp(5);
    hart.csrWrite(CSR.mie, PENDING.TIMER);
    expect(hart.run(100)).toBe(STOP.LIMIT);
    hart.csrWrite(CSR.mie, 0);
    hart.csrWrite(CSR.mstatus, MSTATUS.MIE);
    expect(hart.run(100)).toBe(STOP.LIMIT);
    hart.csrWrite(CSR.mie, PENDING.TIMER);
    expect(hart.run(100)).toBe(STOP.TRAP);
    expect(hart.retired).toBe(200);
  });

  test('a guest that arms it is interrupted at the exact instruction, and vectored (3.1.7)', () => {
    const lines: readonly Line[] = [
      ['sw', { rs1: a1, rs2: a0 }],
      ['sw', { rs1: a1, rs2: 0, imm: 4 }],
      ['csrrsi', { imm: CSR.mstatus, rs1: MSTATUS.MIE }],
      ['jal', { imm: 0 }],
    ];
    const { board, hart } = boardWith(lines, {
      firmware: 'guest',
      registers: { [a1]: CLINT_BASE + 0x4000, [a0]: 50 },
      words: { [DATA + 4 * 7]: encode('jal', { imm: 0 }) },
    });
    hart.csrWrite(CSR.mie, PENDING.TIMER);
    hart.csrWrite(CSR.mtvec, DATA | 1);
    expect(hart.run(50)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(CODE + 12);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(DATA + 28);
    expect(hart.csrRead(CSR.mepc)).toBe(CODE + 12);
    expect(board.time).toBe(51);
  });
});

describe('software interrupts (3.2.1)', () => {
  test('follow msip, and come before the timer (3.1.9)', () => {
    const { board, hart } = counting();
    board.clint.setTimecmp(0);
    board.bus.store(CLINT_BASE, 4, 1);
    expect(hart.csrRead(CSR.mip)).toBe(PENDING.TIMER | PENDING.SOFTWARE);
    hart.run(10);
    expect(hart.csrRead(CSR.mcause)).toBe(SOFTWARE);
    board.bus.store(CLINT_BASE, 4, 0);
    hart.mret();
    hart.run(10);
    expect(hart.csrRead(CSR.mcause)).toBe(TIMER);
  });
});

describe('all interrupts at once (3.1.9)', () => {
  test('are taken in M mode in the order MEI, MSI, MTI, SEI, SSI, STI', () => {
    const { board, hart } = counting();
    board.bus.store(PLIC_BASE + 4 * 10, 4, 1);
    board.bus.store(PLIC_BASE + 0x2000, 4, 1 << 10);
    board.plic.setLevel(10, true);
    board.bus.store(CLINT_BASE, 4, 1);
    board.clint.setTimecmp(0);
    hart.csrWrite(CSR.mip, ALL);
    hart.csrWrite(CSR.mie, ALL);
    const taken: number[] = [];
    // The handler turns off each that it gets.
    for (let i = 0; i < 6; i++) {
      expect(hart.run(10)).toBe(STOP.TRAP);
      const number = hart.csrRead(CSR.mcause) & 31;
      taken.push(number);
      hart.csrWrite(CSR.mie, hart.csrRead(CSR.mie) & ~(1 << number));
      hart.mret();
    }
    expect(taken).toEqual([11, 3, 7, 9, 1, 5]);
    expect(hart.run(10)).toBe(STOP.LIMIT);
  });
});

describe('wfi (3.3.3)', () => {
  const WAIT: readonly Line[] = [['wfi'], ['addi', { rd: a0, imm: 1 }], ['jal', { imm: 0 }]];

  test('lets virtual time jump to mtimecmp, and goes on behind it if interrupts are off', () => {
    const { board, hart } = boardWith(WAIT, { firmware: 'guest' });
    hart.csrWrite(CSR.mie, PENDING.TIMER);
    board.clint.setTimecmp(1_000_000);
    expect(hart.run(2)).toBe(STOP.LIMIT);
    expect([board.time, hart.retired, hart.x[a0]]).toEqual([1_000_001, 2, 1]);
  });

  test('stops the run if nothing can ever wake it, again and again', () => {
    const { board, hart } = boardWith(WAIT, { firmware: 'guest' });
    expect(hart.run(10)).toBe(STOP.WAIT);
    expect(hart.run(10)).toBe(STOP.WAIT);
    expect([board.time, hart.pc]).toEqual([1, CODE + 4]);
    hart.csrWrite(CSR.mie, PENDING.SOFTWARE);
    board.bus.store(CLINT_BASE, 4, 1);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    expect(hart.x[a0]).toBe(1);
  });

  test('as a call of the firmware: jumps, or says that nothing will come', () => {
    const { board, hart } = counting();
    hart.run(10);
    expect(hart.waitForInterrupt()).toBe(false);
    expect(board.time).toBe(10);
    board.clint.setTimecmp(500);
    expect(hart.waitForInterrupt()).toBe(true);
    expect([board.time, hart.retired]).toEqual([500, 10]);
  });

  test('instructions that the host executed count as retired', () => {
    const { board, hart } = counting();
    hart.retireForHost(25);
    expect([board.time, hart.retired]).toEqual([25, 25]);
  });
});
