/** Registers by their names, and what the bits of control registers mean. */
import {
  CAUSE,
  CAUSE_INTERRUPT,
  INTERRUPT,
  MODE,
  MSTATUS,
  PENDING,
  REGISTER_NAMES,
  SATP,
} from '../../../machine/index.js';
import type { ControlRegisters } from '../debuggee.js';
import { hex } from './text.js';

/** The number in `Debuggee.registers`: 0 is pc, n is xn. Undefined for what is no register; -1 for x0, which is always zero. */
export function registerNumber(name: string): number | undefined {
  if (name === 'pc') return 0;
  if (name === 'fp') return REGISTER_NAMES.indexOf('s0');
  if (name === 'zero' || name === 'x0') return -1;
  const numbered = /^x([1-9]|[12]\d|3[01])$/.exec(name);
  if (numbered !== null) return Number(numbered[1]);
  const index = REGISTER_NAMES.indexOf(name);
  return index > 0 ? index : undefined;
}

/** In the order in which they are shown: x0 to x31, pc. */
export const SHOWN_REGISTERS: readonly string[] = [...REGISTER_NAMES, 'pc'];

export const CONTROL_NAMES = [
  ...['mstatus', 'mie', 'mip', 'mcause', 'mepc', 'mtval', 'satp', 'cycle', 'time', 'instret'],
] as readonly (keyof ControlRegisters)[];

export function isControlName(name: string): name is keyof ControlRegisters {
  return (CONTROL_NAMES as readonly string[]).includes(name);
}

const MODE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(MODE).map(([letter, value]) => [value, letter]));

/** The fields of a control register, `MPP=U MPIE=1 …`: those of one bit only where they are set. '' where it has none. */
export function controlFields(name: keyof ControlRegisters, value: number): string {
  switch (name) {
    case 'mstatus':
      return mstatusFields(value);
    case 'mie':
    case 'mip':
      return namesOf(PENDING, value).join(' ') || 'none';
    case 'mcause':
      return causeText(value);
    case 'satp':
      return satpFields(value);
    default:
      return '';
  }
}

const STATUS_BITS = ['SIE', 'MIE', 'SPIE', 'MPIE', 'SPP', 'MPRV', 'SUM', 'MXR', 'TVM', 'TW', 'TSR'] as const;

function mstatusFields(value: number): string {
  const mode = (value & MSTATUS.MPP) >>> MSTATUS.MPP_SHIFT;
  return [`MPP=${MODE_NAMES.get(mode) ?? mode}`, ...STATUS_BITS.filter((bit) => value & MSTATUS[bit])].join(' ');
}

function satpFields(value: number): string {
  const mode = value & SATP.MODE ? 'Sv32' : 'bare';
  const space = (value & SATP.ASID) >>> SATP.ASID_SHIFT;
  return `MODE=${mode} ASID=${space} PPN=${hex(value & SATP.PPN)}`;
}

function namesOf(bits: Readonly<Record<string, number>>, value: number): string[] {
  return Object.entries(bits)
    .filter(([, bit]) => value & bit)
    .map(([name]) => name.toLowerCase().replaceAll('_', ' '))
    .map((name) => name.replaceAll(' ', '-'));
}

/** `load page fault`, `machine timer interrupt`. */
export function causeText(cause: number): string {
  const code = (cause & ~CAUSE_INTERRUPT) >>> 0;
  if (cause & CAUSE_INTERRUPT) return `${nameOf(INTERRUPT, code) ?? `unknown (${code})`} interrupt`;
  return nameOf(CAUSE, code) ?? `cause ${code}`;
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string | undefined {
  const found = Object.entries(names).find(([, one]) => one === value);
  return found?.[0].toLowerCase().replaceAll('_', ' ');
}

/** Fault kinds as `catch fault` and `handle` name them: `load-page-fault`. */
export const FAULT_NAMES: ReadonlyMap<string, number> = new Map(
  Object.entries(CAUSE)
    .filter(([name]) => !name.startsWith('ECALL'))
    .map(([name, value]) => [name.toLowerCase().replaceAll('_', '-'), value]),
);
