/**
 * Numbers and bytes as the protocol spells them. Packets are texts of the characters 0 to 255, one for each byte, so that
 * binary data and words are in one kind of value. Everything that reads gives undefined for what is not well formed.
 */

/** A number, without sign, of 1 to 13 hexadecimal digits: all of them are exact. */
export function hexNumber(text: string): number | undefined {
  return /^[\da-f]{1,13}$/i.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** `ADDRESS,LENGTH`, both below 2^32. */
export function hexPair(text: string): readonly [number, number] | undefined {
  const [, first, second] = /^([\da-f]{1,13}),([\da-f]{1,13})$/i.exec(text) ?? [];
  if (first === undefined) return undefined;
  const [a, b] = [Number.parseInt(first, 16), Number.parseInt(second, 16)];
  return a < 2 ** 32 && b < 2 ** 32 ? [a, b] : undefined;
}

export function hexOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

export function bytesOfHex(text: string): Uint8Array | undefined {
  return text.length % 2 === 0 && /^[\da-f]*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Eight digits, the least significant byte first, as registers are sent. */
export function hexOfWord(word: number): string {
  const swapped = ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  return (swapped >>> 0).toString(16).padStart(8, '0');
}

export function wordOfHex(text: string): number | undefined {
  const bytes = text.length === 8 ? bytesOfHex(text) : undefined;
  return bytes === undefined ? undefined : bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24);
}

/** What is said to people is UTF-8. */
export function hexOfText(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

export function textOfHex(text: string): string | undefined {
  const bytes = bytesOfHex(text);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');
}

/** UTF-8 as a text of bytes, for documents that are sent as they are. */
export function bytesOfText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
