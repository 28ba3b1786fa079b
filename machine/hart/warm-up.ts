/**
 * Executes every operation a few times before the hart's first instruction, so that V8 knows them all when it compiles the
 * interpreter.
 *
 * Without this V8 compiles the loop after the first few thousand instructions, throws that away at the first operation that
 * it has not seen, and does so again for each new one: a guest took up to half a second to come to full speed. Values are
 * chosen to overflow, because V8 also guesses from the numbers that it saw. Nothing of it stays: registers, tables and slots
 * are cleared, and nothing counts as retired.
 */
import {
  DATA_ENTRY_WORDS,
  DECODED_PAGE_WORDS,
  FETCH_ENTRY_WORDS,
  FRAME_BYTES,
  hartStart,
  type MemoryLayout,
  RAM_BASE,
  SCRATCH_CODE,
  STATE,
} from '../memory/layout.js';
import { ALL_OPERATIONS, OPERATION, packSlot, SHORT } from './operations.js';
import { ENTRY, NO_PAGE } from './tlb.js';

/** V8 begins to take notes of a function after some time in it, which grows with the function: about a dozen rounds here. */
const ROUNDS = 36;
/** Enough for all operations; every third round has less, and ends with one instruction at a time. */
const BUDGET = 1000;

/** Registers that the operations use, and their values. */
const TARGET = 5;
const HIGHEST = 6;
const MINUS_ONE = 7;
const LEFT = 8;
const ONE = 9;
const LINK = 10;
/** What the slots say of the length of their block: more than 1, so that a budget can be too short for it. */
const COUNT = 2;
/** What LEFT holds in successive rounds: compared with 1, so every branch is taken and not taken. */
const LEFT_VALUES: readonly number[] = [-1, 0, 1, 1];
const INT32_MAX = 0x7fff_ffff;

const LOADS_AND_STORES: ReadonlySet<number> = new Set([
  ...[OPERATION.lb, OPERATION.lh, OPERATION.lw, OPERATION.lbu, OPERATION.lhu],
  ...[OPERATION.sb, OPERATION.sh, OPERATION.sw],
]);

/** Immediate that makes `operation`, at byte `offset` of the page, go on with the next slot. */
function immediateFor(operation: number, offset: number): number {
  const wide = operation & ~SHORT;
  const bytes = operation & SHORT ? 2 : 4;
  if (wide === OPERATION.jalr) return offset + bytes + 1;
  if (wide >= OPERATION.beq) return bytes;
  return LOADS_AND_STORES.has(wide) ? 1 : INT32_MAX;
}

/** Runs `execute` of hart number `hart`, whose tables are in use for M mode, over all operations. */
export function warmUp(
  words: Int32Array,
  layout: MemoryLayout,
  hart: number,
  execute: (budget: number) => number,
): void {
  const start = hartStart(hart);
  const code = layout.codeStart;
  const fetch = words[start + STATE.fetchTable];
  const data = words[start + STATE.dataTable];

  let offset = 0;
  let link = 0;
  for (const operation of ALL_OPERATIONS.keys()) {
    // What comes before is not for slots as simple as these.
    if (operation < OPERATION.nop) continue;
    const compares = (operation & ~SHORT) >= OPERATION.beq && (operation & ~SHORT) !== OPERATION.jalr;
    const isShortReturn = operation === (OPERATION.jalr | SHORT);
    const [left, right] = compares ? [LEFT, ONE] : [isShortReturn ? LINK : HIGHEST, MINUS_ONE];
    if (isShortReturn) link = RAM_BASE + offset + 2;
    words[code + offset] = packSlot(operation, TARGET, left, right) | (COUNT << 24);
    words[code + offset + 1] = immediateFor(operation, offset);
    offset += operation & SHORT ? 2 : 4;
  }
  words[code + offset] = packSlot(OPERATION.illegal, 0, 0, 0) | (1 << 24);

  const pages = RAM_BASE | 0;
  words[fetch] = pages;
  words[fetch + 1] = code;
  words[data + ENTRY.read] = pages;
  words[data + ENTRY.write] = pages;
  words[data + ENTRY.addend] = (start + SCRATCH_CODE) * 4 - RAM_BASE;
  const scratch = words.slice(start + SCRATCH_CODE, start + SCRATCH_CODE + 1);
  for (let round = 0; round < ROUNDS; round++) {
    words[start + HIGHEST] = INT32_MAX;
    words[start + MINUS_ONE] = -1;
    words[start + LEFT] = LEFT_VALUES[round % LEFT_VALUES.length];
    words[start + ONE] = 1;
    words[start + LINK] = link;
    words[start + STATE.pc] = RAM_BASE;
    execute(round % 3 === 0 ? round / 3 : BUDGET);
  }

  words.set(scratch, start + SCRATCH_CODE);
  words.fill(0, code, code + Math.min(offset + 4, DECODED_PAGE_WORDS));
  words.fill(NO_PAGE, fetch, fetch + FETCH_ENTRY_WORDS);
  words.fill(NO_PAGE, data, data + DATA_ENTRY_WORDS);
  words.fill(0, start, start + STATE.trapValue + 1);
  if (offset >= FRAME_BYTES) throw new Error('the operations do not fit a page');
}
