/**
 * One instruction at a time, and what it was. A board tells only its state, so a step is found out by comparing state before
 * and after: which hart retired something, where from, whether a trap came first, and what changed.
 *
 * A trap is seen by what it leaves: the address of the instruction in xepc, in the mode that it went to. If it leaves exactly
 * what stood there already, it is seen by where execution went on: no instruction but a jump gets there.
 */
import {
  type Board,
  CAUSE_INTERRUPT,
  CSR,
  decode,
  disassemble,
  findSymbol,
  type Hart,
  instructionBytes,
  MODE,
  STOP,
  type StopReason,
} from '../../machine/index.js';
import { symbolText } from '../cli/outcome.js';
import type { Image } from './image.js';
import { instructionAt } from './virtual-memory.js';

/** A trap that was taken before the instruction. */
export interface Trap {
  readonly cause: number;
  readonly value: number;
  /** Address of the instruction that did not retire because of it. */
  readonly from: number;
  /** The mode that it went to. */
  readonly mode: number;
}

export interface Step {
  readonly hart: Hart;
  readonly trap: Trap | undefined;
  /** Address of the instruction that retired, and its bits where they could be read. */
  readonly pc: number;
  readonly bits: number | undefined;
  /** The registers that it changed, by number. */
  readonly changed: readonly number[];
}

/** What stands in the registers that a trap changes, and in all others. */
interface Before {
  readonly pc: number;
  readonly mode: number;
  readonly retired: number;
  readonly x: Int32Array;
  readonly machine: TrapRegisters;
  readonly supervisor: TrapRegisters;
}

/** xepc, xcause, xtval and mstatus. */
type TrapRegisters = readonly number[];
const EPC = 0;
const CAUSE = 1;
const VALUE = 2;

/** What may go on somewhere else than at the next instruction. */
const JUMPS: ReadonlySet<string> = new Set([
  ...['jal', 'jalr', 'beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu', 'mret', 'sret'],
  ...['c.j', 'c.jal', 'c.jr', 'c.jalr', 'c.beqz', 'c.bnez'],
]);

export class Stepper {
  /** `advance` lets the board retire so many instructions. */
  constructor(
    private readonly board: Board,
    private readonly image: Image,
    private readonly advance: (instructions: number) => StopReason,
  ) {}

  /** Lets one instruction retire. `step` is undefined where none did: `stop` says why. */
  step(): { readonly stop: StopReason; readonly step: Step | undefined } {
    const { harts } = this.board;
    const before = harts.map(stateOf);
    const bits = harts.map((hart) => instructionAt(this.board, hart, hart.pc));
    const stop = this.advance(1);
    const index = harts.findIndex((hart, i) => hart.retired !== before[i].retired);
    if (index < 0) return { stop: stop === STOP.LIMIT ? STOP.WAIT : stop, step: undefined };
    return { stop, step: this.describe(harts[index], before[index], bits[index]) };
  }

  /** `80000010 main+0x4: 00000513  addi a0, zero, 0` */
  instructionText(pc: number, bits: number | undefined): string {
    const { symbols } = this.image;
    const symbolOf = (address: number): string | undefined => {
      const symbol = findSymbol(symbols, address);
      return symbol && symbolText(symbol);
    };
    const symbol = symbolOf(pc);
    const where = `${word(pc)}${symbol === undefined ? '' : ` ${symbol}`}`;
    if (bits === undefined) return `${where}: cannot be read`;
    const { text, bytes } = disassemble(bits, pc, symbolOf);
    return `${where}: ${(bytes === 2 ? (bits & 0xffff).toString(16).padStart(4, '0') : word(bits)).padEnd(8)}  ${text}`;
  }

  private describe(hart: Hart, before: Before, bits: number | undefined): Step {
    const trap = trapTaken(hart, before, bits);
    const pc = trap === undefined ? before.pc : handlerOf(hart, trap);
    const changed = Array.from(hart.x.keys()).filter((i) => hart.x[i] !== before.x[i]);
    return { hart, trap, pc, bits: trap === undefined ? bits : instructionAt(this.board, hart, pc), changed };
  }
}

function stateOf(hart: Hart): Before {
  const read = (...numbers: readonly number[]): TrapRegisters => numbers.map((number) => hart.csrRead(number) >>> 0);
  return {
    pc: hart.pc,
    mode: hart.privilege,
    retired: hart.retired,
    x: hart.x.slice(),
    machine: read(CSR.mepc, CSR.mcause, CSR.mtval, CSR.mstatus),
    supervisor: read(CSR.sepc, CSR.scause, CSR.stval, CSR.mstatus),
  };
}

function trapTaken(hart: Hart, before: Before, bits: number | undefined): Trap | undefined {
  const after = stateOf(hart);
  // The handler's first instruction may have left the mode already, so both are asked; traps never go to a lower mode.
  const candidates = [
    { mode: MODE.M, was: before.machine, now: after.machine },
    { mode: MODE.S, was: before.supervisor, now: after.supervisor },
  ].filter(({ mode, now }) => mode >= before.mode && now[EPC] === before.pc);
  const next = bits === undefined ? undefined : (before.pc + instructionBytes(bits)) >>> 0;
  if (candidates.length === 0 || hart.pc === next) return undefined;
  const left = candidates.find(({ was, now }) => now.some((value, i) => value !== was[i]));
  const trap = left ?? (isJump(bits) ? undefined : candidates[0]);
  return trap && { cause: trap.now[CAUSE], value: trap.now[VALUE], from: before.pc, mode: trap.mode };
}

function isJump(bits: number | undefined): boolean {
  const name = bits === undefined ? undefined : decode(bits)?.instruction.name;
  return name !== undefined && JUMPS.has(name);
}

/** Where a trap went (3.1.7, 10.1.2): to the base, or behind it by the number of the interrupt where tvec is vectored. */
function handlerOf(hart: Hart, { cause, mode }: Trap): number {
  const tvec = hart.csrRead(mode === MODE.M ? CSR.mtvec : CSR.stvec) >>> 0;
  const base = tvec - (tvec % 4);
  const isVectored = tvec % 4 === 1 && cause >= CAUSE_INTERRUPT;
  return (base + (isVectored ? 4 * (cause - CAUSE_INTERRUPT) : 0)) >>> 0;
}

/** Eight hexadecimal digits. */
export function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
