/** The assembler's bounds (law 6): whatever the source says, time and memory stay within a small multiple of these. */

/** In UTF-16 units. */
export const MAX_SOURCE_LENGTH = 1 << 20;
/** Bytes of all sections together. */
export const MAX_OUTPUT_BYTES = 16 << 20;
/** Words and signs that are read, counting every repetition and expansion; a statement that is passed over counts as one. */
export const MAX_TOKENS = 4 << 20;
/** Text that macros make, all together, in UTF-16 units, and of one statement of it. */
export const MAX_EXPANDED_LENGTH = 16 << 20;
export const MAX_EXPANDED_STATEMENT = 1 << 14;
/** Macros and repetitions inside each other. */
export const MAX_NESTING = 64;
/** Operators, parentheses and signs of one expression. */
export const MAX_OPERATORS = 256;
/** Of a macro. */
export const MAX_PARAMETERS = 64;
export const MAX_NAME_LENGTH = 255;
export const MAX_SECTIONS = 64;
/** `.option push` without `pop`. */
export const MAX_OPTION_DEPTH = 64;
/** 4 MiB: the largest alignment that a page table can want. */
export const MAX_ALIGNMENT = 1 << 22;
export const MAX_ERRORS = 20;
