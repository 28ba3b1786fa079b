import { describe, expect, test } from 'vitest';
import { type Board, CAUSE, CSR, encode, type Hart, MODE, MSTATUS, PENDING, SATP, STOP } from '../../machine/index.js';
import { a0, a1, boardWith, CODE, DATA, enterSupervisor, enterUser, type Line, trapOf } from './bare-metal.js';

const nop: Line = ['addi', {}];
const LOOP: readonly Line[] = [['jal', { imm: 0 }]];
const HANDLER = DATA;
const NOWHERE = 0x4000_0000;
const ALL = 0xffffffff;

/** A board whose trap handlers of S mode loop, wherever a vector leads. */
function withHandler(
  lines: readonly Line[],
  registers: Readonly<Record<number, number>> = {},
): { board: Board; hart: Hart } {
  const words = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [HANDLER + 4 * i, encode('jal', { imm: 0 })]));
  const { board, hart } = boardWith(lines, { registers, words });
  hart.csrWrite(CSR.stvec, HANDLER);
  return { board, hart };
}

function supervisorTrap(hart: Hart): { cause: number; value: number; pc: number } {
  return { cause: hart.csrRead(CSR.scause), value: hart.csrRead(CSR.stval), pc: hart.csrRead(CSR.sepc) };
}

describe('delegation (privileged 3.1.8)', () => {
  const delegable: readonly (readonly [what: string, line: Line, cause: number, value: number])[] = [
    ['an access fault', ['lw', { rs1: a0 }], CAUSE.LOAD_ACCESS_FAULT, NOWHERE],
    ['an access fault of a store', ['sw', { rs1: a0 }], CAUSE.STORE_ACCESS_FAULT, NOWHERE],
    ['a fetch that faults', ['jalr', { rs1: a0 }], CAUSE.INSTRUCTION_ACCESS_FAULT, NOWHERE],
    ['an illegal instruction', ['mret'], CAUSE.ILLEGAL_INSTRUCTION, encode('mret')],
    ['a breakpoint', ['ebreak'], CAUSE.BREAKPOINT, CODE],
    ['a misaligned load', ['lr.w', { rs1: a1 }], CAUSE.LOAD_ADDRESS_MISALIGNED, DATA + 1],
    ['a misaligned AMO', ['amoadd.w', { rs1: a1 }], CAUSE.STORE_ADDRESS_MISALIGNED, DATA + 1],
    ['a call', ['ecall'], CAUSE.ECALL_FROM_U, 0],
  ];
  test.each(delegable)(
    '%s goes to S mode if its bit in medeleg is set, and to M mode if not',
    (_, line, cause, value) => {
      const { hart } = withHandler([line], { [a0]: NOWHERE, [a1]: DATA + 1 });
      hart.csrWrite(CSR.medeleg, 1 << cause);
      enterUser(hart, CODE);
      expect(hart.run(3)).toBe(STOP.LIMIT);
      expect([hart.privilege, hart.pc]).toEqual([MODE.S, HANDLER]);
      const pc = cause === CAUSE.INSTRUCTION_ACCESS_FAULT ? NOWHERE : CODE;
      expect(supervisorTrap(hart)).toEqual({ cause, value, pc });
      hart.csrWrite(CSR.medeleg, ~(1 << cause));
      enterUser(hart, CODE);
      expect(trapOf(hart)).toEqual({ cause, value, pc });
    },
  );

  test.each([
    [CAUSE.LOAD_PAGE_FAULT, 'lw'],
    [CAUSE.STORE_PAGE_FAULT, 'sw'],
    [CAUSE.INSTRUCTION_PAGE_FAULT, 'jalr'],
  ])('page fault %i of S mode itself goes to S mode', (cause, name) => {
    const { board, hart } = withHandler([[name, { rs1: a0 }]], { [a0]: 0x1000 });
    hart.csrWrite(CSR.medeleg, 1 << cause);
    identity(board, hart);
    enterSupervisor(hart, CODE);
    hart.run(3);
    expect(hart.privilege).toBe(MODE.S);
    expect(supervisorTrap(hart)).toMatchObject({ cause, value: 0x1000 });
    expect(hart.csrRead(CSR.sstatus) & MSTATUS.SPP).toBe(MSTATUS.SPP);
  });

  test('9: a call from S mode', () => {
    const { hart } = boardWith([['ecall']]);
    enterSupervisor(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.ECALL_FROM_S, value: 0, pc: CODE });
  });

  test('traps of M mode stay there, and a call from M cannot be delegated', () => {
    const { hart } = boardWith([['ebreak']]);
    hart.csrWrite(CSR.medeleg, ALL);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.BREAKPOINT });
    expect(hart.csrRead(CSR.medeleg) & (1 << CAUSE.ECALL_FROM_M)).toBe(0);
  });

  test('a trap into S leaves the registers of M alone, and saves SIE and the mode', () => {
    const { hart } = withHandler([['ecall']]);
    hart.csrWrite(CSR.medeleg, 1 << CAUSE.ECALL_FROM_U);
    hart.csrWrite(CSR.mcause, 77);
    hart.csrWrite(CSR.mstatus, MSTATUS.SIE | MSTATUS.MPIE | MSTATUS.SPP);
    hart.csrWrite(CSR.mepc, CODE);
    hart.mret();
    hart.run(1);
    expect([hart.csrRead(CSR.mcause), hart.csrRead(CSR.mepc)]).toEqual([77, CODE]);
    expect(hart.csrRead(CSR.sstatus)).toBe(MSTATUS.SPIE);
    expect(hart.csrRead(CSR.mstatus) & MSTATUS.MIE).toBe(MSTATUS.MIE);
  });

  test('a handler of S mode whose first instruction traps to itself ends the run, unless the timer gets out of it', () => {
    const { board, hart } = boardWith([['ecall']]);
    hart.csrWrite(CSR.stvec, NOWHERE);
    hart.csrWrite(CSR.medeleg, ALL);
    enterUser(hart, CODE);
    expect(hart.run(1000)).toBe(STOP.WAIT);
    hart.csrWrite(CSR.mie, PENDING.TIMER);
    board.clint.setTimecmp(5000);
    expect(hart.run(1000)).toBe(STOP.TRAP);
    expect([hart.csrRead(CSR.mcause), board.time, hart.retired]).toEqual([0x80000007, 5000, 0]);
  });
});

/** Maps all of RAM to itself for S mode. */
function identity(board: Board, hart: Hart): void {
  const root = CODE + 0x40000;
  board.memory.writeWord(root + (CODE >>> 22) * 4, (CODE >>> 2) | 0xcf);
  hart.csrWrite(CSR.satp, SATP.MODE | (root >>> 12));
}

describe('sret (3.3.2)', () => {
  test.each([
    [MSTATUS.SPP, MODE.S],
    [0, MODE.U],
  ])('with SPP = %i goes to sepc in mode %i, takes SIE from SPIE and leaves SPP at U', (spp, mode) => {
    const { hart } = boardWith([['sret']]);
    enterSupervisor(hart, CODE, spp | MSTATUS.SPIE);
    hart.csrWrite(CSR.sepc, DATA);
    hart.run(1);
    expect([hart.privilege, hart.pc, hart.csrRead(CSR.sstatus)]).toEqual([mode, DATA, MSTATUS.SIE | MSTATUS.SPIE]);
  });

  test('in M mode it works as well, and ends MPRV', () => {
    const { hart } = boardWith([['sret']]);
    hart.csrWrite(CSR.mstatus, MSTATUS.MPRV | MSTATUS.SPP | MSTATUS.TSR);
    hart.run(1);
    expect([hart.privilege, hart.csrRead(CSR.mstatus)]).toEqual([MODE.S, MSTATUS.SPIE | MSTATUS.TSR]);
  });
});

describe('what M mode can take from S mode (3.1.6.5)', () => {
  const taken: readonly (readonly [field: 'TVM' | 'TW' | 'TSR', name: string, csr: number])[] = [
    ['TSR', 'sret', 0],
    ['TW', 'wfi', 0],
    ['TVM', 'sfence.vma', 0],
    ['TVM', 'csrrs', CSR.satp],
    ['TVM', 'csrrw', CSR.satp],
  ];
  test.each(taken)('%s: %s', (field, name, csr) => {
    const line: Line = csr === 0 ? [name] : [name, { imm: csr }];
    const { hart } = boardWith([line, nop]);
    enterSupervisor(hart, CODE, MSTATUS[field]);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.ILLEGAL_INSTRUCTION, value: encode(...line), pc: CODE });
    const others = (MSTATUS.TVM | MSTATUS.TW | MSTATUS.TSR) & ~MSTATUS[field];
    hart.csrWrite(CSR.sepc, CODE + 4);
    hart.csrWrite(CSR.mie, PENDING.SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mip, PENDING.SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mideleg, PENDING.SUPERVISOR_SOFTWARE);
    enterSupervisor(hart, CODE, others | MSTATUS.SPP);
    expect([hart.run(2), hart.pc]).toEqual([STOP.LIMIT, CODE + 8]);
  });

  test('mret is illegal in S mode, and so are registers of M mode', () => {
    const lines: readonly Line[] = [['mret'], ['csrrs', { imm: CSR.mscratch }], ['csrrs', { imm: CSR.mhartid }]];
    for (const line of lines) {
      const { hart } = boardWith([line]);
      enterSupervisor(hart, CODE);
      expect(trapOf(hart).cause).toBe(CAUSE.ILLEGAL_INSTRUCTION);
    }
  });

  test.each([CSR.sstatus, CSR.sie, CSR.sip, CSR.stvec, CSR.sscratch, CSR.sepc, CSR.scause, CSR.stval, CSR.satp])(
    'register %i of S mode is illegal in U mode',
    (imm) => {
      const { hart } = boardWith([['csrrs', { imm }]]);
      enterUser(hart, CODE);
      expect(trapOf(hart).cause).toBe(CAUSE.ILLEGAL_INSTRUCTION);
    },
  );
});

describe('views of M registers (10.1.1, 10.1.3)', () => {
  test('sstatus shows and writes its part of mstatus, and nothing else of it', () => {
    const { hart } = boardWith([]);
    hart.csrWrite(CSR.mstatus, ALL);
    expect(hart.csrRead(CSR.sstatus)).toBe(0x000c0122);
    hart.csrWrite(CSR.sstatus, 0);
    expect(hart.csrRead(CSR.mstatus)).toBe(0x00721888);
    hart.csrWrite(CSR.mstatus, 0);
    hart.csrWrite(CSR.sstatus, ALL);
    expect(hart.csrRead(CSR.mstatus)).toBe(0x000c0122);
  });

  test('sie and sip show and write what is delegated; of sip only SSIP can be written', () => {
    const { hart } = boardWith([]);
    hart.csrWrite(CSR.mideleg, PENDING.SUPERVISOR_SOFTWARE | PENDING.SUPERVISOR_TIMER);
    hart.csrWrite(CSR.sie, ALL);
    expect([hart.csrRead(CSR.sie), hart.csrRead(CSR.mie)]).toEqual([0x22, 0x22]);
    hart.csrWrite(CSR.mie, ALL);
    hart.csrWrite(CSR.sie, 0);
    expect(hart.csrRead(CSR.mie)).toBe(0xaaa & ~0x22);
    hart.csrWrite(CSR.mip, PENDING.SUPERVISOR_TIMER | PENDING.SUPERVISOR_EXTERNAL);
    hart.csrWrite(CSR.sip, PENDING.SUPERVISOR_SOFTWARE);
    expect([hart.csrRead(CSR.sip), hart.csrRead(CSR.mip)]).toEqual([0x22, 0x222]);
  });
});

describe('interrupts of S mode (3.1.9, 10.1.3)', () => {
  const { SUPERVISOR_SOFTWARE, SUPERVISOR_TIMER, SUPERVISOR_EXTERNAL } = PENDING;
  const EACH = [SUPERVISOR_SOFTWARE, SUPERVISOR_TIMER, SUPERVISOR_EXTERNAL];

  test('external comes before software, and software before timer', () => {
    const { hart } = withHandler(LOOP);
    hart.csrWrite(CSR.mideleg, ALL);
    hart.csrWrite(CSR.mie, ALL);
    hart.csrWrite(CSR.mip, ALL);
    for (const [cause, bit] of [
      [9, SUPERVISOR_EXTERNAL],
      [1, SUPERVISOR_SOFTWARE],
      [5, SUPERVISOR_TIMER],
    ]) {
      enterUser(hart, CODE);
      hart.run(1);
      expect(supervisorTrap(hart)).toEqual({ cause: 0x80000000 + cause, value: 0, pc: CODE });
      hart.csrWrite(CSR.mip, hart.csrRead(CSR.mip) & ~bit);
    }
    enterUser(hart, CODE);
    hart.run(1);
    expect(hart.privilege).toBe(MODE.U);
  });

  test('that go to M mode come before those that go to S, whatever their kind', () => {
    const { hart } = withHandler(LOOP);
    hart.csrWrite(CSR.mideleg, SUPERVISOR_EXTERNAL | SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mie, ALL);
    hart.csrWrite(CSR.mip, ALL);
    enterUser(hart, CODE);
    expect(trapOf(hart).cause).toBe(0x80000005);
  });

  test.each(EACH)('bit %i is taken in U always, in S with SIE, in M never, if it is delegated', (bit) => {
    const { hart } = withHandler(LOOP);
    hart.csrWrite(CSR.mideleg, bit);
    hart.csrWrite(CSR.mie, bit);
    hart.csrWrite(CSR.mip, bit);
    hart.csrWrite(CSR.mstatus, MSTATUS.MIE | MSTATUS.SIE);
    expect([hart.run(1), hart.privilege]).toEqual([STOP.LIMIT, MODE.M]);
    enterSupervisor(hart, CODE);
    hart.run(1);
    expect(hart.pc).toBe(CODE);
    enterSupervisor(hart, CODE, MSTATUS.SIE);
    hart.run(1);
    expect(hart.pc).toBe(HANDLER);
    enterUser(hart, CODE);
    hart.run(1);
    expect(hart.pc).toBe(HANDLER);
  });

  test('stvec is vectored for interrupts and not for exceptions (10.1.2)', () => {
    const { hart } = withHandler([['ecall']]);
    hart.csrWrite(CSR.stvec, HANDLER | 1);
    hart.csrWrite(CSR.medeleg, ALL);
    hart.csrWrite(CSR.mideleg, ALL);
    hart.csrWrite(CSR.mie, SUPERVISOR_TIMER);
    hart.csrWrite(CSR.mip, SUPERVISOR_TIMER);
    enterUser(hart, CODE);
    hart.run(1);
    expect(hart.pc).toBe(HANDLER + 4 * 5);
    hart.csrWrite(CSR.mip, 0);
    enterUser(hart, CODE);
    hart.run(1);
    expect(hart.pc).toBe(HANDLER);
  });

  test('are taken right after the instruction that enables or raises them', () => {
    const { hart } = withHandler([
      ['csrrsi', { imm: CSR.sip, rs1: SUPERVISOR_SOFTWARE }],
      ['csrrsi', { imm: CSR.sstatus, rs1: MSTATUS.SIE }],
      nop,
    ]);
    hart.csrWrite(CSR.mideleg, SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mie, SUPERVISOR_SOFTWARE);
    enterSupervisor(hart, CODE);
    hart.run(3);
    expect(supervisorTrap(hart)).toEqual({ cause: 0x80000001, value: 0, pc: CODE + 8 });
  });

  test('wfi in S mode waits for what mie enables, also with SIE clear', () => {
    const { hart } = withHandler([['wfi'], nop, nop]);
    enterSupervisor(hart, CODE);
    expect([hart.run(3), hart.pc]).toEqual([STOP.WAIT, CODE + 4]);
    hart.csrWrite(CSR.mideleg, SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mie, SUPERVISOR_SOFTWARE);
    hart.csrWrite(CSR.mip, SUPERVISOR_SOFTWARE);
    expect([hart.run(2), hart.pc]).toEqual([STOP.LIMIT, CODE + 12]);
  });
});
