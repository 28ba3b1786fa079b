/**
 * Where everything stands in the board's one WebAssembly.Memory.
 *
 * Guest registers, control registers, the software TLB, decoded code and RAM share one memory, so that whatever executes
 * guest code (the interpreter now, compiled code later) works on the same state and nothing is ever synchronised.
 *
 *   hart 0 | hart 1 | ... | decoded code | RAM
 *
 * Offsets in a hart's area are in 32-bit words from its start.
 */

/** Physical address of the first byte of RAM, as on QEMU's virt board. */
export const RAM_BASE = 0x8000_0000;

export const FRAME_BYTES = 4096;
export const FRAME_SHIFT = 12;

/** Smallest and largest RAM, in bytes. The offset of every RAM byte in the memory stays below 2^31. */
export const MIN_RAM_BYTES = 64 * 1024;
export const MAX_RAM_BYTES = 1024 * 1024 * 1024;

/** Registers x0..x31; word 32 is where writes to x0 go; the window is 64 words so that any 6-bit index stays inside. */
export const REGISTERS = 0;
export const DISCARD_REGISTER = 32;

/** Words of hart state that the interpreter and the slow paths share. */
export const STATE = {
  pc: 64,
  /** Instructions of the current `execute` that are not retired yet; exact whenever a slow path runs. */
  unspent: 65,
  /** Trap that a slow path raised: cause and value for mtval. */
  trapCause: 66,
  trapValue: 67,
  /** First word of the translation tables to use now: for fetches, and for loads and stores. */
  fetchTable: 68,
  dataTable: 69,
} as const;

/** Control registers that are plain storage; csr.ts gives each one a word from here upwards. */
export const CSR_STORAGE = 80;
export const CSR_STORAGE_WORDS = 48;

/** One instruction that is executed by itself, and what ends it: three slots of decoded code. */
export const SCRATCH_CODE = 128;

/**
 * The software TLB, direct mapped by the low bits of the virtual page number: one table for loads and stores and two for
 * fetches (what the interpreter may use, and what is known), for each of three regions (M or untranslated, S, U).
 */
export const TLB_ENTRIES = 256;
export const TLB_REGIONS = 3;
export const DATA_ENTRY_WORDS = 4;
export const FETCH_ENTRY_WORDS = 2;
export const DATA_TABLE_WORDS = TLB_ENTRIES * DATA_ENTRY_WORDS;
export const FETCH_TABLE_WORDS = TLB_ENTRIES * FETCH_ENTRY_WORDS;
export const DATA_TABLES = 256;
export const FETCH_TABLES = DATA_TABLES + TLB_REGIONS * DATA_TABLE_WORDS;
export const KNOWN_FETCHES = FETCH_TABLES + TLB_REGIONS * FETCH_TABLE_WORDS;

export const HART_WORDS = 8192;

/** Decoded code: pages of one slot a halfword and two words a slot, so a word's offset in the page is a byte's in the frame. */
export const SLOT_WORDS = 2;
/** A page has one more slot than halfwords, for what happens when execution runs off its end; rounded up to 64 bytes. */
export const DECODED_PAGE_WORDS = FRAME_BYTES + 16;
export const MAX_DECODED_PAGES = 1024;

const WASM_PAGE_BYTES = 65536;

export interface MemoryLayout {
  readonly harts: number;
  readonly decodedPages: number;
  /** Word offset of the decoded code. */
  readonly codeStart: number;
  /** Byte offset of RAM. */
  readonly ramStart: number;
  readonly ramBytes: number;
  readonly wasmPages: number;
}

export function layOut(harts: number, ramBytes: number): MemoryLayout {
  const decodedPages = Math.min(MAX_DECODED_PAGES, Math.ceil(ramBytes / FRAME_BYTES));
  const codeStart = harts * HART_WORDS;
  const codeEnd = codeStart + decodedPages * DECODED_PAGE_WORDS;
  const ramStart = Math.ceil((codeEnd * 4) / WASM_PAGE_BYTES) * WASM_PAGE_BYTES;
  const wasmPages = Math.ceil((ramStart + ramBytes) / WASM_PAGE_BYTES);
  return { harts, decodedPages, codeStart, ramStart, ramBytes, wasmPages };
}

/** First word of the area of hart number `hart`. */
export function hartStart(hart: number): number {
  return hart * HART_WORDS;
}
