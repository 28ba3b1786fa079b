/**
 * Packets on a stream of bytes: `$payload#checksum`, with `+` and `-` between them, and the byte 3 by itself, which interrupts.
 * Pure: bytes in, arrivals out. What is no packet is passed over, what is too long is dropped whole, and nothing grows.
 */

/** Bytes that a payload may have, as it is on the line, either way. gdb 13 takes no more. */
export const PACKET_BYTES = 16_384;

export type Arrival =
  | { readonly kind: 'packet'; readonly payload: string }
  /** A checksum that is wrong, or a payload that is too long or ends in the middle of an escape. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'interrupt' };

const DOLLAR = 0x24;
const HASH = 0x23;
const ESCAPE = 0x7d;
const STAR = 0x2a;
const INTERRUPT = 3;

/** A payload as it goes over the line. */
export function framed(payload: string): string {
  const escaped = payload.replace(/[#$*}]/g, (one) => `}${String.fromCharCode(one.charCodeAt(0) ^ 0x20)}`);
  return `$${escaped}#${checksum(escaped)}`;
}

function checksum(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return (sum & 0xff).toString(16).padStart(2, '0');
}

/** As much of a text, from its beginning, as takes at most so many characters when it is escaped. */
export function fitting(text: string, most: number): string {
  let left = most;
  for (let i = 0; i < text.length; i++) {
    left -= '#$*}'.includes(text[i]) ? 2 : 1;
    if (left < 0) return text.slice(0, i);
  }
  return text;
}

type Place = 'between' | 'payload' | 'first digit' | 'second digit';

export class PacketReader {
  private place: Place = 'between';
  private readonly raw = Buffer.alloc(PACKET_BYTES);
  private length = 0;
  private sum = 0;
  private firstDigit = 0;

  read(bytes: Uint8Array): Arrival[] {
    const arrivals: Arrival[] = [];
    for (const byte of bytes) this.take(byte, arrivals);
    return arrivals;
  }

  private take(byte: number, arrivals: Arrival[]): void {
    switch (this.place) {
      case 'between':
        if (byte === DOLLAR) this.begin();
        else if (byte === INTERRUPT) arrivals.push({ kind: 'interrupt' });
        else if (byte === 0x2b) arrivals.push({ kind: 'acknowledged' });
        else if (byte === 0x2d) arrivals.push({ kind: 'refused' });
        return;
      case 'payload':
        // A dollar is always escaped within a packet: the one before was cut off.
        if (byte === DOLLAR) this.begin();
        else if (byte === HASH) this.place = 'first digit';
        else this.keep(byte);
        return;
      case 'first digit':
        this.firstDigit = byte;
        this.place = 'second digit';
        return;
      case 'second digit':
        this.place = 'between';
        arrivals.push(this.packet(byte));
        return;
    }
  }

  private begin(): void {
    this.place = 'payload';
    this.length = 0;
    this.sum = 0;
  }

  private keep(byte: number): void {
    this.sum = (this.sum + byte) & 0xff;
    if (this.length < PACKET_BYTES) this.raw[this.length] = byte;
    this.length++;
  }

  private packet(secondDigit: number): Arrival {
    const said = String.fromCharCode(this.firstDigit, secondDigit);
    if (!/^[\da-f]{2}$/i.test(said) || Number.parseInt(said, 16) !== this.sum) return { kind: 'damaged' };
    if (this.length > PACKET_BYTES) return { kind: 'damaged' };
    const payload = unescaped(this.raw.subarray(0, this.length));
    return payload === undefined ? { kind: 'damaged' } : { kind: 'packet', payload };
  }
}

/** Undefined for an escape with nothing behind it, and for a run length: only a server may send those. */
function unescaped(raw: Buffer): string | undefined {
  if (raw.includes(STAR)) return undefined;
  if (!raw.includes(ESCAPE)) return raw.toString('latin1');
  const bytes = Buffer.alloc(raw.length);
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    let byte = raw[i];
    if (byte === ESCAPE) {
      if (++i === raw.length) return undefined;
      byte = raw[i] ^ 0x20;
    }
    bytes[length++] = byte;
  }
  return bytes.toString('latin1', 0, length);
}
