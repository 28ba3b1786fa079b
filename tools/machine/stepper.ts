/** One instruction, or the entry into one trap, at a time, and what it was. */
import {
  type Board,
  CSR,
  disassemble,
  findSymbol,
  type Hart,
  MODE,
  STOP,
  type StopReason,
} from '../../machine/index.js';
import { symbolText } from '../cli/outcome.js';
import type { Image } from './image.js';
import { instructionAt } from './virtual-memory.js';

/** A trap was entered; nothing retired. */
export interface Trap {
  readonly kind: 'trap';
  readonly hart: Hart;
  readonly cause: number;
  readonly value: number;
  /** Address of the instruction that did not retire because of it. */
  readonly from: number;
  /** The mode that it went to. */
  readonly mode: number;
}

/** An instruction retired. */
export interface Retired {
  readonly kind: 'instruction';
  readonly hart: Hart;
  readonly pc: number;
  /** Its bits, where they could be read. */
  readonly bits: number | undefined;
  /** The registers that it changed, by number. */
  readonly changed: readonly number[];
}

export type Step = Trap | Retired;

interface Before {
  readonly pc: number;
  readonly mode: number;
  readonly retired: number;
  readonly x: Int32Array;
  readonly bits: number | undefined;
}

export class Stepper {
  constructor(
    private readonly board: Board,
    private readonly image: Image,
  ) {}

  /** `step` is undefined where nothing could be done: `stop` says why. */
  step(): { readonly stop: StopReason; readonly step: Step | undefined } {
    const { board } = this;
    // Whose turn it is shows only afterwards.
    const before = board.harts.map((hart) => this.stateOf(hart));
    const stop = board.step();
    const hart = board.current;
    if (stop === STOP.TRAP) return { stop: this.afterTrap(hart, before[hart.id]), step: trapOf(hart) };
    const { pc, bits, retired, x } = before[hart.id];
    if (hart.retired === retired) return { stop, step: undefined };
    const changed = Array.from(hart.x.keys()).filter((i) => hart.x[i] !== x[i]);
    return { stop, step: { kind: 'instruction', hart, pc, bits, changed } };
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

  private stateOf(hart: Hart): Before {
    const { pc, privilege, retired, x } = hart;
    return { pc, mode: privilege, retired, x: x.slice(), bits: instructionAt(this.board, hart, pc) };
  }

  /**
   * A handler whose first instruction traps to the same handler could be stepped for ever: what a board does about it that is
   * not stepped, which is to stop or to let time jump to the timer, it does in `run`.
   */
  private afterTrap(hart: Hart, before: Before): StopReason {
    const isStuck = hart.pc === before.pc && hart.privilege === before.mode;
    return isStuck ? this.board.run(1) : STOP.LIMIT;
  }
}

function trapOf(hart: Hart): Trap {
  const mode = hart.privilege;
  const [cause, value, from] = mode === MODE.M ? MACHINE_REGISTERS : SUPERVISOR_REGISTERS;
  const read = (number: number) => hart.csrRead(number) >>> 0;
  return { kind: 'trap', hart, cause: read(cause), value: read(value), from: read(from), mode };
}

const MACHINE_REGISTERS = [CSR.mcause, CSR.mtval, CSR.mepc] as const;
const SUPERVISOR_REGISTERS = [CSR.scause, CSR.stval, CSR.sepc] as const;

/** Eight hexadecimal digits. */
export function word(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
