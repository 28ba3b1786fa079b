/** Small programs for the machine's tests: instructions from the table, placed in RAM and run. */
import {
  Board,
  CSR,
  encode,
  type Hart,
  type Instruction,
  instructionBytes,
  MODE,
  MSTATUS,
  type Operands,
  PMPCFG,
  RAM_BASE,
  STOP,
} from '../../machine/index.js';

export type Line = readonly [name: string, operands?: Operands];

/** Where programs start, and data that they may use: far enough from it to be another page. */
export const CODE = RAM_BASE;
export const DATA = RAM_BASE + 0x8000;

/** Register numbers by the names of the calling convention that tests use. */
export const ra = 1;
export const sp = 2;
export const t0 = 5;
export const s0 = 8;
export const s1 = 9;
export const a0 = 10;
export const a1 = 11;
export const a2 = 12;
export const a3 = 13;

export function bytesOf(lines: readonly Line[]): Uint8Array {
  const bytes: number[] = [];
  for (const [name, operands] of lines) {
    const word = encode(name, operands);
    for (let i = 0; i < instructionBytes(word); i++) bytes.push((word >>> (8 * i)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

export interface Setup {
  readonly firmware?: 'host' | 'guest';
  readonly memoryBytes?: number;
  readonly at?: number;
  readonly registers?: Readonly<Record<number, number>>;
  /** Words to find in RAM, by address. */
  readonly words?: Readonly<Record<number, number>>;
  readonly onOutput?: (byte: number) => void;
}

/** A board with the program in RAM, about to execute its first instruction in M mode. */
export function boardWith(lines: readonly Line[], setup: Setup = {}): { board: Board; hart: Hart } {
  const { firmware = 'host', memoryBytes = 1 << 20, at = CODE, registers = {}, words = {}, onOutput } = setup;
  const board = new Board({ memoryBytes, firmware, ...(onOutput && { onOutput }) });
  const hart = board.harts[0];
  board.memory.write(at, bytesOf(lines));
  for (const [address, word] of Object.entries(words)) board.memory.writeWord(Number(address), word);
  // What firmware does first: without an entry of memory protection S and U may do nothing (3.7.1).
  hart.csrWrite(CSR.pmpaddr0, -1);
  hart.csrWrite(CSR.pmpcfg0, PMPCFG.OPEN);
  hart.pc = at;
  for (const [register, value] of Object.entries(registers)) hart.x[Number(register)] = value;
  return { board, hart };
}

/** Executes all of `lines`, which must not trap. */
export function runAll(lines: readonly Line[], setup: Setup = {}): { board: Board; hart: Hart } {
  const result = boardWith(lines, setup);
  const stop = result.hart.run(lines.length);
  if (stop !== STOP.LIMIT) throw new Error(`stopped for ${stop} with cause ${result.hart.csrRead(CSR.mcause)}`);
  return result;
}

/** Puts the hart into U mode at `pc`, with mstatus zero. */
export function enterUser(hart: Hart, pc: number): void {
  enter(hart, MODE.U, pc);
}

/** Puts the hart into S mode at `pc`, with `status` in mstatus. */
export function enterSupervisor(hart: Hart, pc: number, status = 0): void {
  enter(hart, MODE.S, pc, status);
}

function enter(hart: Hart, mode: number, pc: number, status = 0): void {
  hart.csrWrite(CSR.mstatus, status | (mode << MSTATUS.MPP_SHIFT));
  hart.csrWrite(CSR.mepc, pc);
  hart.mret();
}

/** The word of RAM at `address`. */
export function wordAt(board: Board, address: number): number {
  return board.memory.i32[(address - RAM_BASE) / 4];
}

/** Runs a program up to its first trap; the cause, mtval and mepc of that. */
export function firstTrap(lines: readonly Line[], setup: Setup = {}): { cause: number; value: number; pc: number } {
  const { hart } = boardWith(lines, setup);
  return trapOf(hart);
}

/** Runs up to the next trap, which must come soon. */
export function trapOf(hart: Hart): { cause: number; value: number; pc: number } {
  const stop = hart.run(1000);
  if (stop !== STOP.TRAP) throw new Error(`stopped for ${stop} instead of a trap`);
  return { cause: hart.csrRead(CSR.mcause), value: hart.csrRead(CSR.mtval), pc: hart.csrRead(CSR.mepc) };
}

/** What RAM holds from `from` on, as `address: word` for every word that is not zero: short to compare. */
export function ramContents(board: Board, from: number = RAM_BASE): string[] {
  const contents: string[] = [];
  const { i32 } = board.memory;
  for (let i = (from - RAM_BASE) / 4; i < i32.length; i++) {
    if (i32[i] !== 0) contents.push(`${(RAM_BASE + 4 * i).toString(16)}: ${i32[i]}`);
  }
  return contents;
}

/** Operands that every instruction accepts: x9 for registers, and an immediate that fits. */
export function sampleOperands({ name, operands }: Instruction): Operands {
  const upper = name.endsWith('lui') || name === 'auipc';
  const atomic = /^(lr|sc|amo\w+)\.w$/.test(name);
  const stack = name === 'c.addi16sp';
  const imm = upper ? 0x1000 : atomic ? 1 : stack ? 16 : 4;
  const register = stack ? sp : s1;
  return Object.fromEntries(Object.keys(operands).map((key) => [key, key === 'imm' ? imm : register]));
}
