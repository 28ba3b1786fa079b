/**
 * The table of control and status registers: each with its number, its section of the privileged manual, and how it is read
 * and which bits of it can be written. Access rules (7.1 and privileged 2.1) are in system.ts.
 */
import { CSR_STORAGE, CSR_STORAGE_WORDS } from '../memory/layout.js';
import type { Counter } from './counter.js';
import {
  ALL_INTERRUPTS,
  COUNTER,
  DELEGABLE_EXCEPTIONS,
  ENVCFG,
  MISA,
  MSTATUS,
  PENDING,
  PMP_ENTRIES,
  SSTATUS_BITS,
  SUPERVISOR_INTERRUPTS,
  TVEC,
} from './csr-fields.js';
import { legalPmpAddress, legalPmpConfig } from './pmp.js';

/** Numbers of the registers that code has to name. */
export const CSR = {
  cycle: 0xc00,
  time: 0xc01,
  instret: 0xc02,
  cycleh: 0xc80,
  timeh: 0xc81,
  instreth: 0xc82,
  sstatus: 0x100,
  sie: 0x104,
  stvec: 0x105,
  scounteren: 0x106,
  senvcfg: 0x10a,
  sscratch: 0x140,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  sip: 0x144,
  satp: 0x180,
  mvendorid: 0xf11,
  marchid: 0xf12,
  mimpid: 0xf13,
  mhartid: 0xf14,
  mconfigptr: 0xf15,
  mstatus: 0x300,
  misa: 0x301,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  mcounteren: 0x306,
  menvcfg: 0x30a,
  mstatush: 0x310,
  medelegh: 0x312,
  menvcfgh: 0x31a,
  mcountinhibit: 0x320,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  pmpcfg0: 0x3a0,
  pmpaddr0: 0x3b0,
  mcycle: 0xb00,
  minstret: 0xb02,
  mcycleh: 0xb80,
  minstreth: 0xb82,
} as const;

/** What registers that are not storage look at. */
export interface CsrSources {
  readonly hartId: number;
  readonly cycles: Counter;
  readonly instructions: Counter;
  /** Virtual time, in ticks. */
  readonly now: number;
  /** Instructions retired, and what that will be when a write by the instruction under way takes effect. */
  readonly retired: number;
  readonly retiredAfterWrite: number;
  readonly mtime: bigint;
  /** All of mip, and the bits of it that software wrote. */
  readonly pending: number;
  softwarePending: number;
  /** Registers that others are views of. */
  mstatus: number;
  mie: number;
  readonly mideleg: number;
  /** The configuration byte of entry `index` of physical memory protection; 0 beyond the last. */
  pmpConfig(index: number): number;
}

/** What a write makes the hart do again. */
export type Effect = 'nothing' | 'interrupts' | 'status' | 'translation' | 'protection';

export interface ControlRegister {
  readonly number: number;
  readonly name: string;
  readonly section: string;
  /** Word of the hart's area that is the register, or undefined if it is computed. */
  readonly word?: number;
  readonly reset?: number;
  /** Value to store, from the old one and the one written (the WARL rule). */
  readonly legal?: (old: number, written: number, sources: CsrSources) => number;
  readonly read?: (sources: CsrSources) => number;
  /** What csrrs and csrrc change bits of, where that is not what they read. */
  readonly modified?: (sources: CsrSources) => number;
  readonly write?: (sources: CsrSources, value: number) => void;
  readonly effect: Effect;
}

interface Stored {
  readonly writable: number;
  readonly reset?: number;
  readonly effect?: Effect;
  readonly legal?: (old: number, written: number, sources: CsrSources) => number;
}

let nextWord = CSR_STORAGE;

function stored(number: number, name: string, section: string, details: Stored): ControlRegister {
  const { writable, reset = 0, effect = 'nothing' } = details;
  const legal = details.legal ?? ((old, written) => merge(old, written, writable));
  const word = nextWord++;
  if (word >= CSR_STORAGE + CSR_STORAGE_WORDS) throw new Error('no room for so many control registers');
  return { number, name, section, word, reset, legal, effect };
}

function computed(
  number: number,
  name: string,
  section: string,
  read: (sources: CsrSources) => number,
  write?: (sources: CsrSources, value: number) => void,
): ControlRegister {
  return { number, name, section, read, ...(write && { write }), effect: 'nothing' };
}

/** `old` with the bits of `mask` from `written`. */
function merge(old: number, written: number, mask: number): number {
  return (old & ~mask) | (written & mask);
}

/** `count` registers in a row that are there, read as `value` and keep it. */
function fixed(number: number, name: string, section: string, value = 0, first = 0, count = 1): ControlRegister[] {
  return Array.from({ length: count }, (_, i) => {
    const rowName = count === 1 ? name : name.replace('#', String(first + i));
    return computed(number + i, rowName, section, () => value);
  });
}

const MSTATUS_WRITABLE = [
  SSTATUS_BITS,
  ...[MSTATUS.MIE, MSTATUS.MPIE, MSTATUS.MPP, MSTATUS.MPRV],
  ...[MSTATUS.TVM, MSTATUS.TW, MSTATUS.TSR],
].reduce((bits, field) => bits | field, 0);

/** The value of MPP that no mode has. */
const MPP_RESERVED = 2 << MSTATUS.MPP_SHIFT;

/** MPP holds modes that the hart has; a write of another leaves it as it was (3.1.6.1). */
function legalMstatus(old: number, written: number): number {
  const mode = (written & MSTATUS.MPP) === MPP_RESERVED ? old : written;
  return merge(written & MSTATUS_WRITABLE, mode, MSTATUS.MPP);
}

const ALL = -1;
const COUNTERS = COUNTER.CYCLE | COUNTER.TIME | COUNTER.INSTRET;
const TVEC_WRITABLE = ~3 | TVEC.VECTORED;

export const CONTROL_REGISTERS: readonly ControlRegister[] = [
  // Unprivileged counters (Zicntr 8.1); the hardware performance counters behind them count nothing.
  computed(CSR.cycle, 'cycle', 'Zicntr 8.1', (s) => s.cycles.readWord(s.now, false)),
  computed(CSR.time, 'time', 'Zicntr 8.1', (s) => Number(s.mtime & 0xffff_ffffn)),
  computed(CSR.instret, 'instret', 'Zicntr 8.1', (s) => s.instructions.readWord(s.retired, false)),
  computed(CSR.cycleh, 'cycleh', 'Zicntr 8.1', (s) => s.cycles.readWord(s.now, true)),
  computed(CSR.timeh, 'timeh', 'Zicntr 8.1', (s) => Number(s.mtime >> 32n)),
  computed(CSR.instreth, 'instreth', 'Zicntr 8.1', (s) => s.instructions.readWord(s.retired, true)),
  ...fixed(0xc03, 'hpmcounter#', 'Zihpm 8.2', 0, 3, 29),
  ...fixed(0xc83, 'hpmcounter#h', 'Zihpm 8.2', 0, 3, 29),

  // What S mode sees of mstatus, mie and mip; interrupts that are not delegated to it read as zero (10.1.3).
  {
    ...computed(
      CSR.sstatus,
      'sstatus',
      '10.1.1',
      (s) => s.mstatus & SSTATUS_BITS,
      (s, value) => {
        s.mstatus = merge(s.mstatus, value, SSTATUS_BITS);
      },
    ),
    effect: 'status',
  },
  {
    ...computed(
      CSR.sie,
      'sie',
      '10.1.3',
      (s) => s.mie & s.mideleg,
      (s, value) => {
        s.mie = merge(s.mie, value, s.mideleg);
      },
    ),
    effect: 'interrupts',
  },
  {
    ...computed(
      CSR.sip,
      'sip',
      '10.1.3',
      (s) => s.pending & s.mideleg,
      (s, value) => {
        s.softwarePending = merge(s.softwarePending, value, s.mideleg & PENDING.SUPERVISOR_SOFTWARE);
      },
    ),
    effect: 'interrupts',
  },
  stored(CSR.stvec, 'stvec', '10.1.2', { writable: TVEC_WRITABLE }),
  stored(CSR.scounteren, 'scounteren', '10.1.5', { writable: COUNTERS }),
  stored(CSR.sscratch, 'sscratch', '10.1.6', { writable: ALL }),
  stored(CSR.sepc, 'sepc', '10.1.7', { writable: ~1 }),
  stored(CSR.scause, 'scause', '10.1.8', { writable: ALL }),
  stored(CSR.stval, 'stval', '10.1.9', { writable: ALL }),
  stored(CSR.senvcfg, 'senvcfg', '10.1.10', { writable: ENVCFG.FIOM }),
  stored(CSR.satp, 'satp', '10.1.11', { writable: ALL, effect: 'translation' }),

  ...fixed(CSR.mvendorid, 'mvendorid', '3.1.2'),
  ...fixed(CSR.marchid, 'marchid', '3.1.3'),
  ...fixed(CSR.mimpid, 'mimpid', '3.1.4'),
  computed(CSR.mhartid, 'mhartid', '3.1.5', (s) => s.hartId),
  ...fixed(CSR.mconfigptr, 'mconfigptr', '3.1.17'),

  stored(CSR.mstatus, 'mstatus', '3.1.6', { writable: MSTATUS_WRITABLE, legal: legalMstatus, effect: 'status' }),
  ...fixed(CSR.mstatush, 'mstatush', '3.1.6'),
  ...fixed(CSR.misa, 'misa', '3.1.1', MISA),
  stored(CSR.medeleg, 'medeleg', '3.1.8', { writable: DELEGABLE_EXCEPTIONS }),
  ...fixed(CSR.medelegh, 'medelegh', '3.1.8'),
  stored(CSR.mideleg, 'mideleg', '3.1.8', { writable: SUPERVISOR_INTERRUPTS, effect: 'interrupts' }),
  stored(CSR.mie, 'mie', '3.1.9', { writable: ALL_INTERRUPTS, effect: 'interrupts' }),
  stored(CSR.mtvec, 'mtvec', '3.1.7', { writable: TVEC_WRITABLE }),
  stored(CSR.mcounteren, 'mcounteren', '3.1.11', { writable: COUNTERS }),
  stored(CSR.menvcfg, 'menvcfg', '3.1.18', { writable: ENVCFG.FIOM }),
  ...fixed(CSR.menvcfgh, 'menvcfgh', '3.1.18'),
  {
    ...stored(CSR.mcountinhibit, 'mcountinhibit', '3.1.12', { writable: COUNTER.CYCLE | COUNTER.INSTRET }),
    write: (s, value) => {
      s.cycles.stop(s.now, (value & COUNTER.CYCLE) !== 0);
      s.instructions.stop(s.retiredAfterWrite, (value & COUNTER.INSTRET) !== 0);
    },
  },
  stored(CSR.mscratch, 'mscratch', '3.1.13', { writable: ALL }),
  stored(CSR.mepc, 'mepc', '3.1.14', { writable: ~1 }),
  stored(CSR.mcause, 'mcause', '3.1.15', { writable: ALL }),
  stored(CSR.mtval, 'mtval', '3.1.16', { writable: ALL }),
  // Devices raise the bits of M level, and SEIP beside what software writes there.
  {
    ...stored(CSR.mip, 'mip', '3.1.9', { writable: SUPERVISOR_INTERRUPTS, effect: 'interrupts' }),
    read: (s) => s.pending,
    modified: (s) => s.softwarePending,
  },

  computed(
    CSR.mcycle,
    'mcycle',
    '3.1.10',
    (s) => s.cycles.readWord(s.now, false),
    (s, value) => s.cycles.writeWord(s.now, s.now, false, value),
  ),
  computed(
    CSR.mcycleh,
    'mcycleh',
    '3.1.10',
    (s) => s.cycles.readWord(s.now, true),
    (s, value) => s.cycles.writeWord(s.now, s.now, true, value),
  ),
  computed(
    CSR.minstret,
    'minstret',
    '3.1.10',
    (s) => s.instructions.readWord(s.retired, false),
    (s, value) => s.instructions.writeWord(s.retired, s.retiredAfterWrite, false, value),
  ),
  computed(
    CSR.minstreth,
    'minstreth',
    '3.1.10',
    (s) => s.instructions.readWord(s.retired, true),
    (s, value) => s.instructions.writeWord(s.retired, s.retiredAfterWrite, true, value),
  ),
  ...fixed(0xb03, 'mhpmcounter#', '3.1.10', 0, 3, 29),
  ...fixed(0xb83, 'mhpmcounter#h', '3.1.10', 0, 3, 29),
  ...fixed(0x323, 'mhpmevent#', '3.1.10', 0, 3, 29),

  // A hart without triggers that a guest could set: whoever looks for some finds type 0, which says so.
  ...fixed(0x7a0, 'tselect', 'Debug 5.7.1'),
  ...fixed(0x7a1, 'tdata#', 'Debug 5.7.2', 0, 1, 3),

  ...Array.from({ length: PMP_ENTRIES / 4 }, (_, i) =>
    stored(CSR.pmpcfg0 + i, `pmpcfg${i}`, '3.7.1', { writable: ALL, legal: legalPmpConfig, effect: 'protection' }),
  ),
  ...Array.from({ length: PMP_ENTRIES }, (_, i) =>
    stored(CSR.pmpaddr0 + i, `pmpaddr${i}`, '3.7.1', {
      writable: ALL,
      legal: (old, written, s) => legalPmpAddress(old, written, s.pmpConfig(i), s.pmpConfig(i + 1)),
      effect: 'protection',
    }),
  ),
];

/** Row by number; undefined where no register is. */
export const CSR_BY_NUMBER: readonly (ControlRegister | undefined)[] = (() => {
  const rows = new Array<ControlRegister | undefined>(4096).fill(undefined);
  for (const row of CONTROL_REGISTERS) rows[row.number] = row;
  return rows;
})();

/** Word of the hart's area that holds a register which is storage. */
export function storageOf(number: number): number {
  const word = CSR_BY_NUMBER[number]?.word;
  if (word === undefined) throw new Error(`control register ${number} is not storage`);
  return word;
}
