/** Instructions of a process, as the machine's own disassembler prints them. */
import { type Disassembled, decode, disassemble } from '../../../machine/index.js';
import type { Debugging } from './debugging.js';
import { hex } from './text.js';

export interface Instruction {
  readonly address: number;
  readonly bits: number;
  readonly text: string;
  readonly bytes: 2 | 4;
}

/** The instruction at an address; undefined where it cannot be read. */
export function instructionAt(d: Debugging, address: number, process = d.process): Instruction | undefined {
  const bytes = d.target.debuggee.readMemory(process, address, 4);
  if (bytes.length < 2) return undefined;
  const bits = bytes.reduceRight((sum, byte) => (sum << 8) | byte, 0);
  if (bytes.length < 4 && (bits & 3) === 3) return undefined;
  const shown: Disassembled = disassemble(bits, address, (target) => d.symbols(process).addressText(target));
  return { address: address >>> 0, bits, ...shown };
}

/** `=> 0x10094 <main+4>:  addi sp, sp, -16`. */
export function instructionLine(d: Debugging, address: number, isNext: boolean, withBits = false): string {
  const found = instructionAt(d, address);
  const symbol = d.symbols().addressText(address);
  const place = `${hex(address)}${symbol === undefined ? '' : ` <${symbol}>`}`;
  const mark = isNext ? '=> ' : '   ';
  if (found === undefined) return `${mark}${place}:\tcannot be read`;
  const bits = withBits ? `${bitsText(found)}\t` : '';
  return `${mark}${place}:\t${bits}${found.text}`;
}

function bitsText({ bits, bytes }: Instruction): string {
  return (bytes === 2 ? bits & 0xffff : bits >>> 0)
    .toString(16)
    .padStart(bytes * 2, '0')
    .padEnd(8);
}

export type Flow = 'call' | 'return' | 'system call' | 'other';

const LINK_REGISTERS = [1, 5];

/** What an instruction does with the flow of a program, as far as stepping wants to know (RISC-V manual 2.5.1: hints for calls). */
export function flowOf({ bits }: Instruction): Flow {
  const decoded = decode(bits);
  if (decoded === undefined) return 'other';
  const { name } = decoded.instruction;
  if (name === 'ecall') return 'system call';
  const isJump = ['jal', 'jalr', 'c.jal', 'c.jalr', 'c.jr', 'c.j'].includes(name);
  if (!isJump) return 'other';
  if (name === 'c.jal' || name === 'c.jalr' || LINK_REGISTERS.includes(decoded.rd)) return 'call';
  const isBack = (name === 'jalr' || name === 'c.jr') && LINK_REGISTERS.includes(decoded.rs1) && decoded.rd === 0;
  return isBack ? 'return' : 'other';
}
