/**
 * Reads numbers and strings out of bytes that are not believed. Past the end everything is 0 and empty, and `isOver` says that
 * it happened: whoever reads in a loop asks for it, or for `at < end`, each time around.
 */

const utf8 = new TextDecoder();
/** Longer ones are cut: names go to terminals. */
const MAX_STRING_BYTES = 4096;
/** Of 64 bits. Longer ones are read to their end and cut. */
const MAX_LEB_BYTES = 10;

export class ByteReader {
  at: number;
  /** Excluded. */
  readonly end: number;
  /** Something was read that is not there. */
  isOver = false;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    end = bytes.length,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = Math.max(0, Math.min(end, bytes.length));
    this.at = Math.max(0, Math.min(start, this.end));
    if (start > this.end || start < 0) this.isOver = true;
  }

  u8(): number {
    return this.take(1) ? this.view.getUint8(this.at - 1) : 0;
  }

  u16(): number {
    return this.take(2) ? this.view.getUint16(this.at - 2, true) : 0;
  }

  u24(): number {
    return this.u16() + this.u8() * 0x1_0000;
  }

  u32(): number {
    return this.take(4) ? this.view.getUint32(this.at - 4, true) : 0;
  }

  u64(): bigint {
    return this.take(8) ? this.view.getBigUint64(this.at - 8, true) : 0n;
  }

  s8(): number {
    return (this.u8() << 24) >> 24;
  }

  s16(): number {
    return (this.u16() << 16) >> 16;
  }

  s32(): number {
    return this.u32() | 0;
  }

  /** An offset or length as wide as the format has them; beyond what a file can have it is inexact. */
  offset(bytes: 4 | 8): number {
    return bytes === 4 ? this.u32() : Number(this.u64());
  }

  /** 1, 2, 4 or 8 bytes; anything else is nothing that an address can be. */
  unsigned(bytes: number): number {
    if (bytes === 1) return this.u8();
    if (bytes === 2) return this.u16();
    if (bytes === 4) return this.u32();
    if (bytes === 8) return Number(this.u64());
    this.fail();
    return 0;
  }

  /** Exact up to 2^53. */
  uleb(): number {
    return Number(this.exactUleb());
  }

  sleb(): number {
    return Number(this.exactSleb());
  }

  exactUleb(): number | bigint {
    let value = 0;
    let large = 0n;
    for (let index = 0; ; index++) {
      const byte = this.u8();
      if (index < 7) value += (byte & 0x7f) * 2 ** (7 * index);
      else if (index < MAX_LEB_BYTES) large |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) break;
    }
    return large === 0n ? value : BigInt.asUintN(64, large + BigInt(value));
  }

  exactSleb(): number | bigint {
    const start = this.at;
    const unsigned = this.exactUleb();
    const bits = 7 * Math.min(this.at - start, MAX_LEB_BYTES);
    const isNegative = this.at > start && (this.bytes[this.at - 1] & 0x40) !== 0;
    if (!isNegative) return unsigned;
    if (bits <= 49) return Number(unsigned) - 2 ** bits;
    const exact = BigInt.asIntN(64, BigInt(unsigned) - (1n << BigInt(bits)));
    const number = Number(exact);
    return Number.isSafeInteger(number) ? number : exact;
  }

  /** Goes on by so many bytes; false, and over, if there are not so many. */
  take(count: number): boolean {
    if (!(count >= 0) || count > this.end - this.at) {
      this.fail();
      return false;
    }
    this.at += count;
    return true;
  }

  /** A view of the next bytes; empty if there are not so many. */
  block(count: number): Uint8Array {
    return this.take(count) ? this.bytes.subarray(this.at - count, this.at) : new Uint8Array(0);
  }

  /** Up to a zero byte, which is read too. */
  string(): string {
    const zero = this.bytes.indexOf(0, this.at);
    if (zero < 0 || zero >= this.end) {
      this.fail();
      return '';
    }
    const text = printable(this.bytes.subarray(this.at, Math.min(zero, this.at + MAX_STRING_BYTES)));
    this.at = zero + 1;
    return text;
  }

  /** Over a string that nobody wants to know. */
  skipString(): void {
    const zero = this.bytes.indexOf(0, this.at);
    if (zero < 0 || zero >= this.end) this.fail();
    else this.at = zero + 1;
  }

  private fail(): void {
    this.isOver = true;
    this.at = this.end;
  }
}

/** The string that begins at an offset of a table; undefined if it does not lie there with its end, or has no end for long. */
export function stringAt(table: Uint8Array, offset: number): string | undefined {
  const reader = new ByteReader(table, offset, offset + MAX_STRING_BYTES + 1);
  const text = reader.string();
  return reader.isOver ? undefined : text;
}

/** Control characters become `?`. */
function printable(bytes: Uint8Array): string {
  return utf8.decode(bytes).replace(/\p{Cc}/gu, '?');
}
