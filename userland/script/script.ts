/**
 * Scripted threads: a generator that yields what a compiled thread would do, one operation at a time, and is resumed with the
 * answer. The kernel runs it through the same call path, handle checks and copies as compiled code.
 *
 * ```ts
 * function* main(): Script {
 *   const { status, time } = yield* clock_get(CLOCK.MONOTONIC);
 *   yield* store(0x10000, new TextEncoder().encode('hello\n'));
 *   yield* debug_write(0x10000, 6);
 * }
 * ```
 */

/** What a scripted thread asks for. Numbers are 32-bit register values, of either sign. */
export type Operation =
  | { readonly kind: 'call'; readonly number: number; readonly arguments: readonly number[] }
  /** Reads bytes of the process's memory, as load instructions would. */
  | { readonly kind: 'load'; readonly address: number; readonly bytes: number }
  /** Writes bytes of the process's memory, as store instructions would. */
  | { readonly kind: 'store'; readonly address: number; readonly data: Uint8Array };

/** What comes back: a0, then a1 and up as far as the call has results; the bytes of a load. */
export interface Answer {
  readonly status: number;
  readonly values: ArrayLike<number>;
  readonly data?: Uint8Array;
}

export type Script<Result = void> = Generator<Operation, Result, Answer>;

/** What every stub in `calls.ts` returns: the status and the results by name, which mean nothing after an error. */
export type CallScript<Results = unknown> = Script<{ readonly status: number } & Results>;

/** Any call at all, also one that the table does not have. */
export function call(number: number, ...words: readonly number[]): Operation {
  return { kind: 'call', number, arguments: words };
}

export function* load(address: number, bytes: number): Script<Uint8Array> {
  const { data } = yield { kind: 'load', address, bytes };
  return data ?? new Uint8Array(0);
}

export function* store(address: number, data: Uint8Array): Script {
  yield { kind: 'store', address, data };
}

const WORD = 2 ** 32;

/** A deadline as two registers; Infinity never comes, nor does anything from 2^51 on. Negative ones are in the past. */
export function timeWords(time: number): [low: number, high: number] {
  if (time > Number.MAX_SAFE_INTEGER) return [0xffff_ffff, 0x7fff_ffff];
  const whole = Math.trunc(Math.max(time, Number.MIN_SAFE_INTEGER));
  return [whole >>> 0, Math.floor(whole / WORD) >>> 0];
}

/** The 64-bit number that a listener chooses; a number has to be below 2^53. */
export type Key = number | bigint;

/** A key as two registers. */
export function keyWords(key: Key): [low: number, high: number] {
  const whole = BigInt.asUintN(64, BigInt(key));
  return [Number(whole & 0xffff_ffffn), Number(whole >> 32n)];
}

/** Two registers as a time; exact below 2^53. */
export function timeFromWords(low: number, high: number): number {
  return (high | 0) * WORD + (low >>> 0);
}
