/**
 * Numbers as bytes, and back. A *number* is a whole number from 0 to 2^53 - 1, 7 bits a byte, low bits first, bit 7 saying that
 * more follow. A *difference* is a whole number of either sign as twice its size, less 1 where it is negative.
 */
import { RecordingError } from './error.js';

/** A difference is of numbers up to 2^53, but no larger than this: twice it must be a number. */
export const LARGEST_DIFFERENCE = 2 ** 51;

/** Bytes of the longest number. */
export const MAX_NUMBER_BYTES = 8;

/** Puts a number at a place where there is room; gives where it ends. */
export function putNumber(buffer: Uint8Array, at: number, value: number): number {
  let to = at;
  let rest = value;
  while (rest > 0x7fff_ffff) {
    buffer[to++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[to++] = rest;
  return to;
}

/** Puts a difference of less than LARGEST_DIFFERENCE at a place where there is room; gives where it ends. */
export function putDifference(buffer: Uint8Array, at: number, value: number): number {
  return putNumber(buffer, at, value < 0 ? -2 * value - 1 : 2 * value);
}

export class ByteWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private length = 0;

  /** Room for so many bytes is all that it has. */
  constructor(most: number) {
    this.bytes = new Uint8Array(most);
  }

  number(value: number): void {
    this.length = putNumber(this.bytes, this.length, value);
  }

  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

/** Reads what nobody vouches for. Everything here throws RecordingError where the bytes end, or are none of what is asked for. */
export class ByteReader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new RecordingError('its bytes end too early');
    return this.bytes[this.at++];
  }

  number(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RecordingError('a number in it is too large');
      if (byte < 0x80) return value;
      // Zeros could follow for ever.
      if (scale > 2 ** 53) throw new RecordingError('a number in it is too long');
    }
  }

  difference(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new RecordingError('its bytes end too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
