/** The same images on Tocsin. */
import { Board, CAUSE, CSR, type Hart, RAM_BASE, STOP } from '../../../machine/index.js';
import { machineTrap } from './image.js';
import { ALIAS, MEMORY_BYTES, PROGRAM_BYTES, PROGRAMS, SAVE_AREA, SAVED, TRAP_LIMIT } from './layout.js';

/** More than any program needs, with what surrounds it. */
const MOST_INSTRUCTIONS = 400_000 + TRAP_LIMIT * 400;

function boardWith(image: Uint8Array, onOutput: (byte: number) => void): { board: Board; hart: Hart } {
  const board = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'guest', onOutput });
  board.memory.write(RAM_BASE, image);
  return { board, hart: board.harts[0] };
}

export interface Output {
  readonly lines: readonly string[];
  /** Traps to M mode. */
  readonly traps: number;
  /** Instructions retired, in programs and around them. */
  readonly retired: number;
}

/** What the image, which has so many `programs`, prints and does. */
export function outputOnTocsin(image: Uint8Array, programs: number): Output {
  let output = '';
  const { board, hart } = boardWith(image, (byte) => {
    output += String.fromCharCode(byte);
  });
  const stop = hart.run(MOST_INSTRUCTIONS * programs);
  if (stop !== STOP.HALTED)
    throw new Error(`Tocsin stopped for ${stop} at ${hart.pc.toString(16)} after ${output.length / 9} programs`);
  return {
    lines: output.trim().split('\n'),
    traps: board.memory.i32[(SAVE_AREA + SAVED.trapsInAll - RAM_BASE) / 4],
    retired: hart.retired,
  };
}

/** A control register that QEMU's log shows. */
const SHOWN = [
  'mstatus',
  'mip',
  'mie',
  'mideleg',
  'medeleg',
  'mtvec',
  'stvec',
  'mepc',
  'sepc',
  'mcause',
  'scause',
  'mtval',
  'stval',
  'mscratch',
  'sscratch',
  'satp',
] as const;

function isProgram(pc: number): boolean {
  return [PROGRAMS, PROGRAMS - ALIAS].some((start) => pc >= start && pc < start + PROGRAM_BYTES);
}

function registersOf(hart: Hart): Map<string, number> {
  const registers = new Map<string, number>([['pc', hart.pc]]);
  for (const [i, value] of hart.x.entries()) registers.set(`x${i}`, value >>> 0);
  for (const name of SHOWN) registers.set(name, hart.csrRead(CSR[name]));
  return registers;
}

/**
 * Registers before each instruction in the range of programs that Tocsin tries: neither those before which an interrupt is
 * taken nor those that cannot be fetched, as QEMU's log has it.
 */
export function traceOnTocsin(image: Uint8Array): ReadonlyMap<string, number>[] {
  const { hart } = boardWith(image, () => {});
  const trace: ReadonlyMap<string, number>[] = [];
  for (let i = 0; i < MOST_INSTRUCTIONS; i++) {
    if (!isProgram(hart.pc)) {
      if (hart.run(1) !== STOP.LIMIT) return trace;
      continue;
    }
    const before = registersOf(hart);
    if (hart.run(1) !== STOP.LIMIT) return trace;
    if (isProgram(hart.pc) || !wasNotTried(hart)) trace.push(before);
  }
  return trace;
}

/** Whether the trap that has just been entered is an interrupt or comes from the fetch. */
function wasNotTried(hart: Hart): boolean {
  const cause = hart.csrRead(hart.pc === machineTrap + 4 ? CSR.mcause : CSR.scause);
  return cause >= 0x8000_0000 || cause === CAUSE.INSTRUCTION_ACCESS_FAULT || cause === CAUSE.INSTRUCTION_PAGE_FAULT;
}
