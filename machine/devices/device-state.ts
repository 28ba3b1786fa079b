/** The state of a device while nobody runs it: numbers, and blocks of bytes where there is much of it. */
import { MachineError } from '../errors.js';

export interface DeviceState {
  /** Whole numbers, each below 2^53. */
  readonly words: readonly number[];
  /** Blocks by number. They are shared, not copied: nobody may change their bytes. */
  readonly blocks?: ReadonlyMap<number, Uint8Array>;
}

/** Reads the words of a state in the order in which they were written. Throws MachineError if they run out. */
export class StateReader {
  private position = 0;

  constructor(private readonly words: readonly number[]) {}

  word(): number {
    const word = this.words[this.position++];
    if (!Number.isSafeInteger(word)) throw new MachineError('the state of a device is damaged');
    return word;
  }

  flag(): boolean {
    return this.word() !== 0;
  }

  /** A 64-bit register: low word first. */
  wide(): bigint {
    const low = this.word();
    return joinWords(low, this.word());
  }

  /** Fills an array of fixed size. */
  into(array: Uint8Array | Uint32Array): void {
    for (let i = 0; i < array.length; i++) array[i] = this.word();
  }

  /** The words that are left. */
  rest(): number[] {
    const rest: number[] = [];
    while (this.position < this.words.length) rest.push(this.word());
    return rest;
  }

  /** A list of at most `limit` words that `listWords` wrote. */
  list(limit: number): number[] {
    const length = this.word();
    if (length < 0 || length > limit) throw new MachineError('the state of a device is damaged');
    return Array.from({ length }, () => this.word());
  }
}

/** A list as words, its length first. */
export function listWords(list: readonly number[]): readonly number[] {
  return [list.length, ...list];
}

/** The two words of a 64-bit register, low one first, each unsigned. */
export function wideWords(value: bigint): readonly [low: number, high: number] {
  return [Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n))];
}

/** A 64-bit register from its two words, which may be signed. */
export function joinWords(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
