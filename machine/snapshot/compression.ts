/**
 * Compression for snapshots, in one pass and without a dependency: what repeats within the last 64 KiB is named, not written
 * again. RAM is mostly zeros and copies, of which this finds most.
 *
 * The compressed bytes are a row of pairs: a run of literal bytes, then a copy of bytes that came before.
 *
 *   literal length | the bytes | copy length | distance
 *
 * Lengths and distances are numbers of 7 bits a byte, low bits first, bit 7 saying that more follow. A distance may be less
 * than its length: the copy then repeats itself. The last pair has no copy: it ends with as many bytes as the reader expects.
 */
import { MachineError } from '../errors.js';

const MIN_COPY = 6;
const MAX_DISTANCE = 65_535;
const HASH_BITS = 15;
const NOWHERE = -1;

/** Bytes that grow as they are written. */
class Output {
  private bytes: Uint8Array;
  private length = 0;

  constructor(expected: number) {
    this.bytes = new Uint8Array(expected);
  }

  number(value: number): void {
    let rest = value;
    this.reserve(5);
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

export function compress(bytes: Uint8Array): Uint8Array {
  const output = new Output(1024 + (bytes.length >>> 2));
  /** Where four bytes with this hash stood last. */
  const last = new Int32Array(1 << HASH_BITS).fill(NOWHERE);
  let literals = 0;
  let at = 0;
  while (at + MIN_COPY <= bytes.length) {
    const four = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    const hash = Math.imul(four, 0x9e3779b1) >>> (32 - HASH_BITS);
    const before = last[hash];
    last[hash] = at;
    let length = 0;
    if (before !== NOWHERE && at - before <= MAX_DISTANCE) {
      while (at + length < bytes.length && bytes[before + length] === bytes[at + length]) length++;
    }
    if (length < MIN_COPY) {
      at++;
      continue;
    }
    output.number(at - literals);
    output.append(bytes.subarray(literals, at));
    output.number(length);
    output.number(at - before);
    at += length;
    literals = at;
  }
  output.number(bytes.length - literals);
  output.append(bytes.subarray(literals));
  return output.finish();
}

/** The `length` bytes that were compressed. Throws MachineError if these are no compressed bytes of that length. */
export function expand(compressed: Uint8Array, length: number): Uint8Array {
  const bytes = allocate(length);
  let from = 0;
  let to = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = compressed[from++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MachineError(DAMAGED);
  };
  for (;;) {
    const literals = number();
    if (literals > length - to || literals > compressed.length - from) throw new MachineError(DAMAGED);
    bytes.set(compressed.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (to === length) break;
    const copy = number();
    const distance = number();
    if (copy === 0 || copy > length - to || distance === 0 || distance > to) throw new MachineError(DAMAGED);
    for (const end = to + copy; to < end; to++) bytes[to] = bytes[to - distance];
  }
  if (from !== compressed.length) throw new MachineError(DAMAGED);
  return bytes;
}

function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch {
    throw new MachineError(`the host has no room for a snapshot of ${length} bytes`);
  }
}

const DAMAGED = 'the snapshot is damaged: its contents cannot be expanded';
