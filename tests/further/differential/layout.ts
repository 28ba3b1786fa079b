/**
 * Where everything stands in the images that Tocsin and QEMU both run. Code is mapped at its physical address for S mode, and
 * once more ALIAS below that for U mode, in every address space; data is wherever the page tables, which programs change, say.
 */
/** QEMU puts its device tree into the last 2 MiB. */
export const MEMORY_BYTES = 16 << 20;

/** Start-up, trap handlers, and the end of each program. */
export const HARNESS = 0x8000_0000;
/** Registers of the program while the handler of M mode works. */
export const SAVE_AREA = 0x8000_8000;
/** Behind the 32 registers there. */
export const SAVED = { hash: 128, traps: 132, program: 136, trapsInAll: 140 } as const;
/** For each program its address and a seed for its registers, two words; then a zero. */
export const PROGRAM_TABLE = 0x8000_9000;

/** Page tables and data, filled from a copy before each program. */
export const DATA = 0x8001_0000;
export const DATA_BYTES = 0x8000;
export const DATA_COPY = 0x8002_0000;
export const ROOTS = [DATA, DATA + 0x1000] as const;
export const TABLES = [DATA + 0x2000, DATA + 0x3000] as const;
export const FRAMES = [DATA + 0x4000, DATA + 0x5000, DATA + 0x6000, DATA + 0x7000] as const;

/** What the two page tables map, and what an entry of the root maps as a superpage. */
export const WINDOWS = [0x0040_0000, 0x0080_0000] as const;
export const SUPERPAGE = 0x00c0_0000;
/** Pages of each window that may be mapped. */
export const WINDOW_PAGES = 8;

export const PROGRAMS = 0x8040_0000;
/** One superpage of them. */
export const PROGRAM_BYTES = 4 << 20;
export const ALIAS = 0x4000_0000;

/** Nothing is there, on either board. */
export const NOWHERE = 0x2800_0000;

/** Registers that generated instructions never write. */
export const RESUME = 27;
export const SUPERVISOR_TRAPS = 26;
export const LOOP_COUNTER = 31;
export const RESERVED: readonly number[] = [SUPERVISOR_TRAPS, RESUME, LOOP_COUNTER];

/** Registers that the handler of S mode uses for itself. */
export const SCRATCH = 28;
export const SUPERVISOR_HASH = 29;

/** What a7 says at an ecall to M mode: go on in the mode that a6 says, or the program is over. */
export const REQUEST = { SWITCH: 1, END: 2 } as const;
export const a6 = 16;
export const a7 = 17;

/** Traps after which a program is over. */
export const TRAP_LIMIT = 400;
