import { describe, expect, test } from 'vitest';
import { CONTROL_REGISTERS } from '../../machine/hart/csr.js';
import { CAUSE, CLINT_BASE, COUNTER, CSR, MSTATUS, STOP } from '../../machine/index.js';
import { a0, a1, a2, boardWith, CODE, enterSupervisor, enterUser, type Line, runAll, trapOf } from './bare-metal.js';

const ALL = 0xffffffff;

describe('legal values (privileged 3.1)', () => {
  const WRITES: readonly (readonly [name: keyof typeof CSR, written: number, read: number])[] = [
    ['mstatus', ALL, 0x007e19aa],
    ['mstatush', ALL, 0],
    ['misa', 0, 0x40141105],
    ['medeleg', ALL, 0x0000b3fe],
    ['medelegh', ALL, 0],
    ['mideleg', ALL, 0x222],
    ['mie', ALL, 0xaaa],
    ['mip', ALL, 0x222],
    ['mtvec', ALL, 0xfffffffd],
    ['mcounteren', ALL, 7],
    ['mcountinhibit', ALL, 5],
    ['mscratch', ALL, ALL],
    ['mepc', ALL, 0xfffffffe],
    ['mcause', ALL, ALL],
    ['mtval', ALL, ALL],
    ['satp', ALL, ALL],
    ['sstatus', ALL, 0x000c0122],
    ['sie', ALL, 0],
    ['sip', ALL, 0],
    ['stvec', ALL, 0xfffffffd],
    ['scounteren', ALL, 7],
    ['sscratch', ALL, ALL],
    ['sepc', ALL, 0xfffffffe],
    ['scause', ALL, ALL],
    ['stval', ALL, ALL],
    ['senvcfg', ALL, 1],
    ['menvcfg', ALL, 1],
    ['menvcfgh', ALL, 0],
    ['mhartid', ALL, 0],
  ];
  test.each(WRITES)('%s', (name, written, read) => {
    const { hart } = boardWith([]);
    hart.csrWrite(CSR[name], written);
    expect(hart.csrRead(CSR[name])).toBe(read);
  });

  test('MPP keeps its value when mode 2, which no hart has, is written (3.1.6.1)', () => {
    const { hart } = boardWith([]);
    hart.csrWrite(CSR.mstatus, MSTATUS.MPP);
    hart.csrWrite(CSR.mstatus, 2 << 11);
    expect(hart.csrRead(CSR.mstatus)).toBe(MSTATUS.MPP);
    hart.csrWrite(CSR.mstatus, 0);
    expect(hart.csrRead(CSR.mstatus)).toBe(0);
  });

  test('registers of debug triggers say that there is none (debug 5.7)', () => {
    const { hart } = boardWith([]);
    for (const number of [0x7a0, 0x7a1, 0x7a2, 0x7a3]) {
      hart.csrWrite(number, ALL);
      expect(hart.csrRead(number)).toBe(0);
    }
  });

  test('no register has two rows', () => {
    const numbers = CONTROL_REGISTERS.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('a register that does not exist is a RangeError to the host', () => {
    const { hart } = boardWith([]);
    expect(() => hart.csrRead(0x7c0)).toThrow(RangeError);
    expect(() => hart.csrWrite(0x7c0, 0)).toThrow(RangeError);
  });
});

describe('instructions on control registers (Zicsr 7.1)', () => {
  const WRITERS: readonly (readonly [line: Line, after: number])[] = [
    [['csrrw', { rd: a0, rs1: a1, imm: CSR.mscratch }], 0b1010],
    [['csrrs', { rd: a0, rs1: a1, imm: CSR.mscratch }], 0b1110],
    [['csrrc', { rd: a0, rs1: a1, imm: CSR.mscratch }], 0b0100],
    [['csrrwi', { rd: a0, rs1: 0b1010, imm: CSR.mscratch }], 0b1010],
    [['csrrsi', { rd: a0, rs1: 0b1010, imm: CSR.mscratch }], 0b1110],
    [['csrrci', { rd: a0, rs1: 0b1010, imm: CSR.mscratch }], 0b0100],
  ];
  test.each(WRITERS)('%s', (line, after) => {
    const { hart } = boardWith([line], { registers: { [a1]: 0b1010 } });
    hart.csrWrite(CSR.mscratch, 0b1100);
    hart.run(1);
    expect([hart.x[a0], hart.csrRead(CSR.mscratch)]).toEqual([0b1100, after]);
  });

  test('rd and rs1 may be the same register', () => {
    const { hart } = runAll([['csrrw', { rd: a0, rs1: a0, imm: CSR.mscratch }]], { registers: { [a0]: 5 } });
    expect([hart.x[a0], hart.csrRead(CSR.mscratch)]).toEqual([0, 5]);
  });

  test.each(['csrrs', 'csrrc', 'csrrsi', 'csrrci'])(
    '%s with 0 does not write: a read-only register is fine',
    (name) => {
      const { hart } = runAll([[name, { rd: a0, rs1: 0, imm: CSR.mhartid }]]);
      expect(hart.pc).toBe(CODE + 4);
    },
  );

  test.each(['csrrs', 'csrrc', 'csrrsi', 'csrrci', 'csrrw', 'csrrwi'])(
    '%s that writes a read-only one is illegal',
    (name) => {
      const { hart } = boardWith([[name, { rd: a0, rs1: 1, imm: CSR.mhartid }]]);
      expect(trapOf(hart).cause).toBe(CAUSE.ILLEGAL_INSTRUCTION);
    },
  );
});

describe('counters (3.1.10, Zicntr 8.1)', () => {
  const read = (rd: number, imm: number): Line => ['csrrs', { rd, imm }];
  const nop: Line = ['c.nop'];

  test('instret, cycle and time count what retired before the instruction that reads them', () => {
    const { hart } = runAll([nop, nop, read(a0, CSR.instret), nop, read(a1, CSR.cycle), read(a2, CSR.time)]);
    expect([hart.x[a0], hart.x[a1], hart.x[a2]]).toEqual([2, 4, 5]);
  });

  test('a write to minstret takes the place of its own increment', () => {
    const { hart } = runAll(
      [
        nop,
        ['csrrw', { rs1: a1, imm: CSR.minstret }],
        read(a0, CSR.minstret),
        ['csrrwi', { rs1: 3, imm: CSR.minstreth }],
        read(a2, CSR.instreth),
      ],
      { registers: { [a1]: 1000 } },
    );
    expect([hart.x[a0], hart.x[a2]]).toEqual([1000, 3]);
    expect(hart.retired).toBe(5);
  });

  test.each([CSR.minstret, CSR.minstreth])(
    'so does one to half of it (%d): nothing is carried into the other',
    (imm) => {
      const { hart } = boardWith([['csrrw', { rs1: a1, imm }], read(a0, CSR.instret), read(a2, CSR.instreth)], {
        registers: { [a1]: -1 },
      });
      hart.csrWrite(CSR.minstret, -1);
      hart.csrWrite(CSR.minstreth, -1);
      hart.run(3);
      expect([hart.x[a0], hart.x[a2]]).toEqual([-1, 0]);
    },
  );

  test('mcountinhibit stops them, and they go on where they stopped', () => {
    const { hart } = boardWith(new Array<Line>(40).fill(nop));
    hart.run(10);
    hart.csrWrite(CSR.mcountinhibit, COUNTER.CYCLE | COUNTER.INSTRET);
    hart.run(10);
    expect([hart.csrRead(CSR.minstret), hart.csrRead(CSR.mcycle), hart.csrRead(CSR.time)]).toEqual([10, 10, 20]);
    hart.csrWrite(CSR.mcountinhibit, 0);
    hart.run(10);
    expect([hart.csrRead(CSR.minstret), hart.csrRead(CSR.mcycle)]).toEqual([20, 20]);
  });

  test('the high words are the upper halves', () => {
    const { hart } = boardWith([]);
    hart.retireForHost(3 * 2 ** 32 + 7);
    for (const [low, high] of [
      [CSR.cycle, CSR.cycleh],
      [CSR.time, CSR.timeh],
      [CSR.instret, CSR.instreth],
    ]) {
      expect([hart.csrRead(low), hart.csrRead(high)]).toEqual([7, 3]);
    }
  });

  test.each([
    ['cycle', COUNTER.CYCLE],
    ['time', COUNTER.TIME],
    ['instret', COUNTER.INSTRET],
  ] as const)(
    'S mode reads %s by leave of mcounteren, U mode by that of scounteren too (3.1.11, 10.1.5)',
    (name, bit) => {
      const { hart } = boardWith([read(a0, CSR[name])]);
      const may = (enter: typeof enterUser, mcounteren: number, scounteren: number): boolean => {
        hart.csrWrite(CSR.mcounteren, mcounteren);
        hart.csrWrite(CSR.scounteren, scounteren);
        enter(hart, CODE);
        if (hart.run(1) === STOP.LIMIT) return true;
        expect(hart.csrRead(CSR.mcause)).toBe(CAUSE.ILLEGAL_INSTRUCTION);
        return false;
      };
      expect([may(enterUser, ~bit, ALL), may(enterUser, ALL, ~bit), may(enterUser, bit, bit)]).toEqual([
        false,
        false,
        true,
      ]);
      expect([may(enterSupervisor, ~bit, ALL), may(enterSupervisor, bit, 0)]).toEqual([false, true]);
    },
  );

  test('hpmcounters that are read-only zero are illegal below M mode, as their bits in mcounteren are zero', () => {
    const { hart } = boardWith([read(a0, 0xc03)]);
    hart.csrWrite(CSR.mcounteren, ALL);
    enterSupervisor(hart, CODE);
    expect(trapOf(hart).cause).toBe(CAUSE.ILLEGAL_INSTRUCTION);
  });

  test('a store to mtime moves time and the timer, but not virtual time', () => {
    const { board, hart } = boardWith(new Array<Line>(10).fill(nop));
    hart.run(5);
    board.bus.store(CLINT_BASE + 0xbff8, 4, 1000);
    expect([hart.csrRead(CSR.time), board.time]).toEqual([1000, 5]);
    board.clint.setTimecmp(1003);
    expect(board.clint.deadline(0)).toBe(8);
  });
});
