/**
 * Bit fields of an instruction: where the bits of an operand stand in its encoding.
 *
 * The manual prints immediates as lists such as `imm[12|10:5]`; a field says the same thing, so that decoder, encoder and
 * disassembler read one description.
 */

/** Bits `high..low` of the operand stand in the instruction from bit `at` upwards. */
export type Piece = readonly [high: number, low: number, at: number];

export interface Field {
  readonly pieces: readonly Piece[];
  /** The highest bit of the operand is its sign. */
  readonly signed: boolean;
  /** Added to what the bits say: 8 in the three-bit register fields of compressed instructions, else 0. */
  readonly bias: number;
  /** Bits from the operand's lowest bit (bit 0, even if that is implied zero) to its highest. */
  readonly width: number;
}

function field(pieces: readonly Piece[], signed: boolean, bias: number): Field {
  const width = Math.max(...pieces.map(([high]) => high)) + 1;
  return { pieces, signed, bias, width };
}

export function unsigned(...pieces: Piece[]): Field {
  return field(pieces, false, 0);
}

export function signed(...pieces: Piece[]): Field {
  return field(pieces, true, 0);
}

/** A register number of five bits. */
export function register(at: number): Field {
  return field([[4, 0, at]], false, 0);
}

/** A register number of three bits, which names x8 to x15 (unprivileged manual, C 27.2). */
export function shortRegister(at: number): Field {
  return field([[2, 0, at]], false, 8);
}

/** The operand that `word` holds in `f`. */
export function extract(f: Field, word: number): number {
  let value = 0;
  for (const [high, low, at] of f.pieces) {
    const count = high - low + 1;
    const bits = count === 32 ? word : (word >>> at) & ((1 << count) - 1);
    value |= bits << low;
  }
  if (f.signed) {
    const unused = 32 - f.width;
    value = (value << unused) >> unused;
  }
  return value + f.bias;
}

/** The bits of an instruction that hold `operand` in `f`. Throws RangeError if the field cannot hold it. */
export function insert(f: Field, operand: number): number {
  const value = operand - f.bias;
  let word = 0;
  for (const [high, low, at] of f.pieces) {
    const count = high - low + 1;
    word |= ((value >>> low) & ((1 << count) - 1)) << at;
  }
  if (!Number.isInteger(operand) || extract(f, word) !== operand) throw new RangeError(`${operand} does not fit`);
  return word;
}
