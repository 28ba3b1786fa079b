/**
 * Registers as gdb numbers them: x0 to x31, pc, and control registers from 65 on by their own numbers, as all RISC-V servers do.
 *
 * Source: GDB manual, "RISC-V Features"; the names are those that gdb knows.
 */
import { CSR } from '../../../machine/index.js';
import type { ControlRegisters, Debuggee } from '../debuggee.js';
import { hexOfWord, wordOfHex } from './hexadecimal.js';

const PC = 32;
/** x0 to x31 and pc: what `g` gives. */
export const CPU_REGISTERS = 33;
const FIRST_CONTROL = 65;
const UNAVAILABLE = 'xxxxxxxx';

const CONTROL: readonly (readonly [name: string, number: number, of: (registers: ControlRegisters) => number])[] = [
  ['mstatus', CSR.mstatus, (r) => r.mstatus],
  ['mie', CSR.mie, (r) => r.mie],
  ['mip', CSR.mip, (r) => r.mip],
  ['mcause', CSR.mcause, (r) => r.mcause],
  ['mepc', CSR.mepc, (r) => r.mepc],
  ['mtval', CSR.mtval, (r) => r.mtval],
  ['satp', CSR.satp, (r) => r.satp],
  ['cycle', CSR.cycle, (r) => low(r.cycle)],
  ['time', CSR.time, (r) => low(r.time)],
  ['instret', CSR.instret, (r) => low(r.instret)],
  ['cycleh', CSR.cycleh, (r) => high(r.cycle)],
  ['timeh', CSR.timeh, (r) => high(r.time)],
  ['instreth', CSR.instreth, (r) => high(r.instret)],
];

const CONTROL_BY_NUMBER = new Map(CONTROL.map(([, number, of]) => [FIRST_CONTROL + number, of]));

function low(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

function high(value: bigint): number {
  return Number(BigInt.asUintN(32, value >> 32n));
}

/** Control registers are not to be put back after gdb has called a function of the program: they cannot be written. */
export const TARGET_DESCRIPTION = [
  '<?xml version="1.0"?>',
  '<!DOCTYPE target SYSTEM "gdb-target.dtd">',
  '<target version="1.0">',
  '<architecture>riscv:rv32</architecture>',
  '<feature name="org.gnu.gdb.riscv.cpu">',
  ...Array.from(
    { length: PC },
    (_, i) => `<reg name="${cpuName(i)}" bitsize="32" type="${cpuType(i)}" regnum="${i}"/>`,
  ),
  `<reg name="pc" bitsize="32" type="code_ptr" regnum="${PC}"/>`,
  '</feature>',
  '<feature name="org.gnu.gdb.riscv.csr">',
  ...CONTROL.map(
    ([name, number]) =>
      `<reg name="${name}" bitsize="32" type="uint32" regnum="${FIRST_CONTROL + number}" save-restore="no" group="system"/>`,
  ),
  '</feature>',
  '</target>',
  '',
].join('\n');

function cpuName(i: number): string {
  const others = ['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 'fp', 's1'];
  if (i < others.length) return others[i];
  if (i < 18) return `a${i - 10}`;
  return i < 28 ? `s${i - 16}` : `t${i - 25}`;
}

function cpuType(i: number): string {
  if (i === 1) return 'code_ptr';
  return i === 2 || i === 3 || i === 4 ? 'data_ptr' : 'int';
}

/** The debuggee has pc first, then x1 to x31. Undefined for x0, which is no word of it. */
function wordIndex(register: number): number | undefined {
  if (register === PC) return 0;
  return register >= 1 && register < PC ? register : undefined;
}

/** All that `g` gives. Registers that are not there (of a thread that was never started) are unavailable, each. */
export function allRegisters(debuggee: Debuggee, thread: number): string {
  const words = debuggee.registers(thread);
  if (words === undefined) return UNAVAILABLE.repeat(CPU_REGISTERS);
  let text = hexOfWord(0);
  for (let i = 1; i < PC; i++) text += hexOfWord(words[i]);
  return text + hexOfWord(words[0]);
}

/** A register in hexadecimal; undefined where there is none of that number. */
export function oneRegister(debuggee: Debuggee, thread: number, register: number): string | undefined {
  if (register < CPU_REGISTERS) {
    const words = debuggee.registers(thread);
    if (words === undefined) return UNAVAILABLE;
    return hexOfWord(words[wordIndex(register) ?? -1] ?? 0);
  }
  const of = CONTROL_BY_NUMBER.get(register);
  if (of === undefined) return undefined;
  const control = debuggee.controlRegisters(thread);
  return control === undefined ? UNAVAILABLE : hexOfWord(of(control));
}

/** Writes what `G` has; registers that are left out stay. Whether that could be. */
export function setAllRegisters(debuggee: Debuggee, thread: number, text: string): boolean {
  const words = debuggee.registers(thread);
  if (words === undefined || text.length % 8 !== 0 || text.length > CPU_REGISTERS * 8) return false;
  for (let register = 0; register * 8 < text.length; register++) {
    const digits = text.slice(register * 8, register * 8 + 8);
    const index = wordIndex(register);
    if (digits === UNAVAILABLE || index === undefined) continue;
    const word = wordOfHex(digits);
    if (word === undefined) return false;
    words[index] = word;
  }
  return debuggee.setRegisters(thread, words);
}

/** x0 takes anything, and stays what it is; control registers are the kernel's and cannot be written. */
export function setOneRegister(debuggee: Debuggee, thread: number, register: number, text: string): boolean {
  const word = wordOfHex(text);
  const words = debuggee.registers(thread);
  if (word === undefined || words === undefined || register >= CPU_REGISTERS) return false;
  const index = wordIndex(register);
  if (index === undefined) return true;
  words[index] = word;
  return debuggee.setRegisters(thread, words);
}

/** Registers that come with every stop, as gdb asks for them at once: `02:f0ff0080;`. */
export function expedited(debuggee: Debuggee, thread: number): string {
  const words = debuggee.registers(thread);
  if (words === undefined) return '';
  const EXPEDITED = [1, 2, 8, PC];
  return EXPEDITED.map((register) => {
    const number = register.toString(16).padStart(2, '0');
    return `${number}:${hexOfWord(words[wordIndex(register) ?? 0])};`;
  }).join('');
}
