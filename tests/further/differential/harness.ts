/**
 * What surrounds generated programs, in machine code: it starts each with the same memory, handles its traps, folds all
 * registers into a checksum at each trap to M mode and all memory at the end, and prints the checksum as a line.
 *
 * After an exception a program goes on at its next item, which register RESUME points to.
 */
import { CAUSE, CLINT_BASE, CSR, FINISHER_BASE, MODE, MSTATUS, PMPCFG, UART_BASE } from '../../../machine/index.js';
import { Code } from './code.js';
import {
  ALIAS,
  a6,
  a7,
  DATA,
  DATA_BYTES,
  DATA_COPY,
  HARNESS,
  PROGRAM_TABLE,
  PROGRAMS,
  REQUEST,
  RESUME,
  SAVE_AREA,
  SAVED,
  SCRATCH,
  SUPERVISOR_HASH,
  SUPERVISOR_TRAPS,
  TRAP_LIMIT,
} from './layout.js';

const [zero, ra, sp, t0, t1, t2, s0, s1] = [0, 1, 2, 5, 6, 7, 8, 9];

/** Registers folded at each trap. */
const FOLDED_AT_TRAPS = [
  ...[CSR.mstatus, CSR.mcause, CSR.mepc, CSR.mtval, CSR.mip, CSR.mie],
  ...[CSR.scause, CSR.sepc, CSR.stval, CSR.satp, CSR.medeleg, CSR.mideleg],
];
/** And at the end of a program. */
const FOLDED_AT_END = [
  ...[CSR.misa, CSR.mtvec, CSR.mcounteren, CSR.mscratch, CSR.menvcfg, CSR.mhartid],
  ...[CSR.sstatus, CSR.sie, CSR.sip, CSR.stvec, CSR.scounteren, CSR.sscratch, CSR.senvcfg],
  ...Array.from({ length: 4 }, (_, i) => CSR.pmpcfg0 + i),
  ...Array.from({ length: 16 }, (_, i) => CSR.pmpaddr0 + i),
];
const CLEARED = [
  ...[CSR.medeleg, CSR.mideleg, CSR.mie, CSR.mip, CSR.mcounteren, CSR.menvcfg, CSR.mepc, CSR.mcause, CSR.mtval],
  ...[CSR.satp, CSR.scounteren, CSR.sscratch, CSR.sepc, CSR.scause, CSR.stval, CSR.senvcfg, CSR.mstatus],
];
const MULTIPLIER = 0x0100_0193;

/** Entries 0 and 1 of memory protection: programs, and the first 64 KiB. Programs leave them as they are. */
export const OWN_PROTECTION = PMPCFG.OPEN | (PMPCFG.OPEN << 8);
/** Entry 14: page tables, without which nothing of S mode works. Entry 15: everything. */
export const OPEN_TABLES = PMPCFG.OPEN << 16;
export const OPEN_LAST = OPEN_TABLES | (PMPCFG.OPEN << 24);

/** hash = hash * MULTIPLIER + t2, with the hash in s0 and the multiplier in s1. */
function fold(c: Code): void {
  c.emit('mul', { rd: s0, rs1: s0, rs2: s1 });
  c.emit('add', { rd: s0, rs1: s0, rs2: t2 });
}

function foldRegisters(c: Code, numbers: readonly number[]): void {
  for (const imm of numbers) {
    c.emit('csrrs', { rd: t2, imm });
    fold(c);
  }
}

function startUp(c: Code): void {
  c.label('start');
  // QEMU has a second hart, because with one it executes AMOs as loads and stores.
  c.emit('csrrs', { rd: t0, imm: CSR.mhartid });
  c.to('beq', 'first hart', { rs1: t0, rs2: zero });
  c.label('other hart');
  c.emit('wfi');
  c.to('jal', 'other hart');
  c.label('first hart');
  c.la(t0, 'machine trap');
  c.emit('csrrw', { rs1: t0, imm: CSR.mtvec });
  c.li(s0, PROGRAM_TABLE);
  c.li(sp, SAVE_AREA);
  c.emit('sw', { rs1: sp, rs2: s0, imm: SAVED.program });
  c.emit('sw', { rs1: sp, rs2: zero, imm: SAVED.trapsInAll });

  c.label('next program');
  c.li(sp, SAVE_AREA);
  c.emit('csrrw', { rs1: sp, imm: CSR.mscratch });
  c.emit('lw', { rd: s0, rs1: sp, imm: SAVED.program });
  c.emit('lw', { rd: s1, rs1: s0 });
  c.to('beq', 'all done', { rs1: s1, rs2: zero });
  c.emit('lw', { rd: ra, rs1: s0, imm: 4 });
  c.emit('sw', { rs1: sp, rs2: zero, imm: SAVED.traps });
  c.emit('sw', { rs1: sp, rs2: ra, imm: SAVED.hash });
  for (const imm of CLEARED) c.emit('csrrw', { imm });
  setTimer(c);
  protect(c);
  c.la(t0, 'supervisor trap');
  c.emit('csrrw', { rs1: t0, imm: CSR.stvec });
  copyData(c);
  c.emit('sfence.vma');
  c.emit('csrrw', { rs1: s1, imm: CSR.mepc });
  c.li(t0, MSTATUS.MPP);
  c.emit('csrrs', { rs1: t0, imm: CSR.mstatus });
  // Registers: what an LCG makes of the seed.
  c.li(t0, 1664525);
  for (let register = 2; register < 32; register++) {
    if (register === t0) continue;
    c.emit('mul', { rd: ra, rs1: ra, rs2: t0 });
    c.emit('addi', { rd: ra, rs1: ra, imm: 1013 });
    c.emit('addi', { rd: register, rs1: ra });
  }
  c.emit('addi', { rd: SUPERVISOR_TRAPS, rs1: zero });
  c.emit('mret');
}

function setTimer(c: Code): void {
  c.li(t0, CLINT_BASE);
  c.emit('sw', { rs1: t0, rs2: zero });
  c.li(t0, CLINT_BASE + 0x4000);
  c.emit('addi', { rd: t1, rs1: zero, imm: -1 });
  c.emit('sw', { rs1: t0, rs2: t1, imm: 4 });
}

function protect(c: Code): void {
  for (let i = 0; i < 4; i++) c.emit('csrrw', { imm: CSR.pmpcfg0 + i });
  for (let i = 0; i < 16; i++) c.emit('csrrw', { imm: CSR.pmpaddr0 + i });
  c.li(t0, (PROGRAMS >>> 2) | ((1 << 19) - 1));
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpaddr0 });
  c.li(t0, (HARNESS >>> 2) | ((1 << 13) - 1));
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpaddr0 + 1 });
  c.li(t0, (DATA >>> 2) | ((1 << 11) - 1));
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpaddr0 + 14 });
  c.li(t0, -1);
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpaddr0 + 15 });
  c.li(t0, OWN_PROTECTION);
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpcfg0 });
  c.li(t0, OPEN_LAST);
  c.emit('csrrw', { rs1: t0, imm: CSR.pmpcfg0 + 3 });
}

function copyData(c: Code): void {
  const [from, to, end, word] = [10, 11, 12, 13];
  c.li(from, DATA_COPY);
  c.li(to, DATA);
  c.li(end, DATA + DATA_BYTES);
  c.label('copy');
  for (let i = 0; i < 8; i++) {
    c.emit('lw', { rd: word, rs1: from, imm: 4 * i });
    c.emit('sw', { rs1: to, rs2: word, imm: 4 * i });
  }
  c.emit('addi', { rd: from, rs1: from, imm: 32 });
  c.emit('addi', { rd: to, rs1: to, imm: 32 });
  c.to('bltu', 'copy', { rs1: to, rs2: end });
}

function machineTrap(c: Code): void {
  c.align(4);
  c.label('machine trap');
  c.emit('csrrw', { rd: sp, rs1: sp, imm: CSR.mscratch });
  for (let register = 1; register < 32; register++) {
    if (register !== sp) c.emit('sw', { rs1: sp, rs2: register, imm: 4 * register });
  }
  c.emit('csrrw', { rd: t0, rs1: sp, imm: CSR.mscratch });
  c.emit('sw', { rs1: sp, rs2: t0, imm: 4 * sp });
  c.emit('lw', { rd: s0, rs1: sp, imm: SAVED.hash });
  c.li(s1, MULTIPLIER);
  for (let register = 1; register < 32; register++) {
    c.emit('lw', { rd: t2, rs1: sp, imm: 4 * register });
    fold(c);
  }
  foldRegisters(c, FOLDED_AT_TRAPS);
  c.emit('sw', { rs1: sp, rs2: s0, imm: SAVED.hash });
  c.emit('lw', { rd: t0, rs1: sp, imm: SAVED.trapsInAll });
  c.emit('addi', { rd: t0, rs1: t0, imm: 1 });
  c.emit('sw', { rs1: sp, rs2: t0, imm: SAVED.trapsInAll });
  c.emit('lw', { rd: t0, rs1: sp, imm: SAVED.traps });
  c.emit('addi', { rd: t0, rs1: t0, imm: 1 });
  c.emit('sw', { rs1: sp, rs2: t0, imm: SAVED.traps });
  c.li(t1, TRAP_LIMIT);
  c.to('bltu', 'program end', { rs1: t1, rs2: t0 });

  c.emit('csrrs', { rd: t0, imm: CSR.mcause });
  c.to('blt', 'interrupt', { rs1: t0, rs2: zero });
  c.emit('csrrw', { rs1: RESUME, imm: CSR.mepc });
  // What cannot be fetched in its mode goes on in M mode.
  c.emit('addi', { rd: a6, rs1: zero, imm: MODE.M });
  c.emit('addi', { rd: t2, rs1: zero, imm: CAUSE.INSTRUCTION_ACCESS_FAULT });
  c.to('beq', 'switch', { rs1: t0, rs2: t2 });
  c.emit('addi', { rd: t2, rs1: zero, imm: CAUSE.INSTRUCTION_PAGE_FAULT });
  c.to('beq', 'switch', { rs1: t0, rs2: t2 });
  c.emit('andi', { rd: t1, rs1: t0, imm: ~3 });
  c.emit('addi', { rd: t2, rs1: zero, imm: 8 });
  c.to('bne', 'resume', { rs1: t1, rs2: t2 });
  c.emit('addi', { rd: t2, rs1: zero, imm: REQUEST.END });
  c.to('beq', 'program end', { rs1: a7, rs2: t2 });
  c.emit('addi', { rd: t2, rs1: zero, imm: REQUEST.SWITCH });
  c.to('bne', 'resume', { rs1: a7, rs2: t2 });
  c.emit('lw', { rd: a6, rs1: sp, imm: 4 * a6 });
  c.label('switch');
  switchMode(c);

  c.label('interrupt');
  c.emit('csrrw', { imm: CSR.mip });
  setTimer(c);
  c.label('resume');
  c.emit('sfence.vma');
  c.label('restore');
  for (let register = 31; register > 0; register--) {
    if (register !== sp) c.emit('lw', { rd: register, rs1: sp, imm: 4 * register });
  }
  c.emit('lw', { rd: sp, rs1: sp, imm: 4 * sp });
  c.emit('mret');
}

/** To the next item in the mode of a6, at the address that code has there. */
function switchMode(c: Code): void {
  // Loads from here on are M mode's own, whatever MPP says.
  c.li(t0, MSTATUS.MPRV | MSTATUS.MPP);
  c.emit('csrrc', { rs1: t0, imm: CSR.mstatus });
  c.emit('andi', { rd: t1, rs1: a6, imm: 3 });
  c.emit('slli', { rd: t0, rs1: t1, imm: MSTATUS.MPP_SHIFT });
  c.emit('csrrs', { rs1: t0, imm: CSR.mstatus });
  c.li(t0, ALIAS);
  // RESUME without the alias, and then with it if U mode is translated.
  c.emit('lw', { rd: s0, rs1: sp, imm: 4 * RESUME });
  c.to('blt', 'no alias yet', { rs1: s0, rs2: zero });
  c.emit('add', { rd: s0, rs1: s0, rs2: t0 });
  c.label('no alias yet');
  c.to('bne', 'switched', { rs1: t1, rs2: zero });
  c.emit('csrrs', { rd: t2, imm: CSR.satp });
  c.to('bge', 'switched', { rs1: t2, rs2: zero });
  c.emit('sub', { rd: s0, rs1: s0, rs2: t0 });
  c.label('switched');
  c.emit('csrrw', { rs1: s0, imm: CSR.mepc });
  c.to('jal', 'resume');
}

function supervisorTrap(c: Code): void {
  c.align(64);
  c.label('supervisor trap');
  c.to('jal', 'supervisor exception');
  for (let cause = 1; cause < 16; cause++) c.to('jal', 'supervisor interrupt');
  const count = (): void => {
    for (const imm of [CSR.scause, CSR.sepc, CSR.stval, CSR.sstatus, CSR.sip]) {
      c.emit('csrrs', { rd: SCRATCH, imm });
      c.emit('add', { rd: SUPERVISOR_HASH, rs1: SUPERVISOR_HASH, rs2: SCRATCH });
      c.emit('slli', { rd: SCRATCH, rs1: SUPERVISOR_HASH, imm: 7 });
      c.emit('xor', { rd: SUPERVISOR_HASH, rs1: SUPERVISOR_HASH, rs2: SCRATCH });
    }
    c.emit('addi', { rd: SUPERVISOR_TRAPS, rs1: SUPERVISOR_TRAPS, imm: 1 });
    c.emit('addi', { rd: SCRATCH, rs1: zero, imm: TRAP_LIMIT });
    c.to('bltu', 'supervisor end', { rs1: SCRATCH, rs2: SUPERVISOR_TRAPS });
  };
  c.label('supervisor exception');
  // Vector 0 of a vectored stvec is also where exceptions go: scause tells.
  c.emit('csrrs', { rd: SCRATCH, imm: CSR.scause });
  c.to('blt', 'supervisor interrupt', { rs1: SCRATCH, rs2: zero });
  count();
  // What cannot be fetched in U mode goes on in S mode.
  c.emit('csrrs', { rd: SCRATCH, imm: CSR.scause });
  c.emit('addi', { rd: SCRATCH, rs1: SCRATCH, imm: -CAUSE.INSTRUCTION_ACCESS_FAULT });
  c.to('beq', 'fetch', { rs1: SCRATCH, rs2: zero });
  c.emit('addi', { rd: SCRATCH, rs1: SCRATCH, imm: CAUSE.INSTRUCTION_ACCESS_FAULT - CAUSE.INSTRUCTION_PAGE_FAULT });
  c.to('bne', 'not a fetch', { rs1: SCRATCH, rs2: zero });
  c.label('fetch');
  c.to('bge', 'in S mode', { rs1: zero, rs2: RESUME });
  c.emit('lui', { rd: SCRATCH, imm: ALIAS });
  c.emit('add', { rd: RESUME, rs1: RESUME, rs2: SCRATCH });
  c.label('in S mode');
  c.emit('addi', { rd: SCRATCH, rs1: zero, imm: MSTATUS.SPP });
  c.emit('csrrs', { rs1: SCRATCH, imm: CSR.sstatus });
  c.label('not a fetch');
  c.emit('csrrw', { rs1: RESUME, imm: CSR.sepc });
  c.emit('sfence.vma');
  c.emit('sret');
  c.label('supervisor interrupt');
  count();
  c.emit('csrrw', { imm: CSR.sip });
  c.emit('csrrw', { imm: CSR.sie });
  c.emit('sret');
  c.label('supervisor end');
  c.emit('addi', { rd: a7, rs1: zero, imm: REQUEST.END });
  c.emit('ecall');
}

function programEnd(c: Code): void {
  const [at, end] = [10, 11];
  c.label('program end');
  // s0 is the hash and s1 the multiplier again.
  c.emit('lw', { rd: s0, rs1: sp, imm: SAVED.hash });
  c.li(s1, MULTIPLIER);
  foldRegisters(c, FOLDED_AT_END);
  c.li(at, DATA);
  c.li(end, DATA + DATA_BYTES);
  c.label('fold data');
  for (let i = 0; i < 8; i++) {
    c.emit('lw', { rd: t2, rs1: at, imm: 4 * i });
    fold(c);
  }
  c.emit('addi', { rd: at, rs1: at, imm: 32 });
  c.to('bltu', 'fold data', { rs1: at, rs2: end });
  print(c);
  c.emit('lw', { rd: t0, rs1: sp, imm: SAVED.program });
  c.emit('addi', { rd: t0, rs1: t0, imm: 8 });
  c.emit('sw', { rs1: sp, rs2: t0, imm: SAVED.program });
  c.to('jal', 'next program');

  c.label('all done');
  c.li(t0, FINISHER_BASE);
  c.li(t1, 0x5555);
  c.emit('sw', { rs1: t0, rs2: t1 });
  c.to('jal', 'all done');
}

/** Prints s0 in hexadecimal, and ends the line. */
function print(c: Code): void {
  const [uart, digit, left, ten] = [10, 11, 12, 13];
  c.li(uart, UART_BASE);
  c.li(ten, 10);
  c.li(left, 8);
  c.label('digit');
  c.emit('srli', { rd: digit, rs1: s0, imm: 28 });
  c.emit('slli', { rd: s0, rs1: s0, imm: 4 });
  c.to('bltu', 'decimal', { rs1: digit, rs2: ten });
  c.emit('addi', { rd: digit, rs1: digit, imm: 'a'.charCodeAt(0) - '0'.charCodeAt(0) - 10 });
  c.label('decimal');
  c.emit('addi', { rd: digit, rs1: digit, imm: '0'.charCodeAt(0) });
  c.emit('sb', { rs1: uart, rs2: digit });
  c.emit('addi', { rd: left, rs1: left, imm: -1 });
  c.to('bne', 'digit', { rs1: left, rs2: zero });
  c.emit('addi', { rd: digit, rs1: zero, imm: '\n'.charCodeAt(0) });
  c.emit('sb', { rs1: uart, rs2: digit });
}

export interface Harness {
  readonly bytes: Uint8Array;
  /** Address of what handles traps to M mode. */
  readonly machineTrap: number;
  readonly supervisorTrap: number;
}

export function buildHarness(): Harness {
  const c = new Code(HARNESS);
  startUp(c);
  machineTrap(c);
  supervisorTrap(c);
  programEnd(c);
  const bytes = c.bytes();
  if (bytes.length > SAVE_AREA - HARNESS) throw new Error('the harness has grown into its save area');
  return { bytes, machineTrap: c.addressOf('machine trap'), supervisorTrap: c.addressOf('supervisor trap') };
}
