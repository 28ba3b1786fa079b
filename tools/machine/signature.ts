/**
 * `--signature`: what a test of the architecture leaves between two symbols, for the runner that compares it with another
 * simulator's: a line for each word, eight hexadecimal digits.
 */
import type { PhysicalMemory } from '../../machine/index.js';
import { Refusal } from '../cli/failure.js';
import { hex } from '../cli/outcome.js';
import type { Image } from './image.js';

export interface SignatureRange {
  readonly begin: number;
  readonly end: number;
}

/** Throws Refusal if the image does not say where its signature is, or says it wrongly. */
export function signatureRange(image: Image, memory: PhysicalMemory): SignatureRange {
  const begin = addressOf(image, 'begin_signature');
  const end = addressOf(image, 'end_signature');
  if (begin % 4 !== 0 || end % 4 !== 0 || end < begin || !memory.contains(begin, end - begin)) {
    throw new Refusal(`${image.path}: the signature ${hex(begin)}..${hex(end)} is not a range of words of RAM`);
  }
  return { begin, end };
}

export function signatureText({ begin, end }: SignatureRange, memory: PhysicalMemory): string {
  const words = memory.i32.subarray((begin - memory.base) / 4, (end - memory.base) / 4);
  return Array.from(words, (word) => `${(word >>> 0).toString(16).padStart(8, '0')}\n`).join('');
}

function addressOf({ path, symbols }: Image, name: string): number {
  const symbol = symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new Refusal(`${path}: has no symbol ${name}, which --signature needs`);
  return symbol.address;
}
