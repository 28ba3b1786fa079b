/** A packet as sixteen words, in the layout that programs see (`packet` of `syscalls/layouts.ts`). */
import type { Event } from './event.js';

/** The words of the packet that is being written or read; used again and again. */
export const PACKET_WORDS = new Int32Array(16);
export const PACKET_BYTES = new Uint8Array(PACKET_WORDS.buffer);

/** Where the fields are, in words. */
export const AT = {
  KEY: 0,
  SOURCE: 2,
  TYPE: 3,
  FLAGS: 4,
  STATUS: 5,
  FIRST_SEQ: 6,
  LAST_SEQ: 8,
  COUNT: 10,
  DATA: 11,
} as const;

const WORD = 0x1_0000_0000;

export function putSeq(at: number, seq: number): void {
  // `|` takes the low 32 bits of any number; `%` of doubles would be slow.
  PACKET_WORDS[at] = seq | 0;
  PACKET_WORDS[at + 1] = Math.floor(seq / WORD);
}

/** Fills the words with an event. */
export function packEvent(
  event: Event,
  key0: number,
  key1: number,
  koid: number,
  flags: number,
  count: number,
  firstSeq: number,
  lastSeq: number,
): void {
  const w = PACKET_WORDS;
  w[AT.KEY] = key0;
  w[AT.KEY + 1] = key1;
  w[AT.SOURCE] = koid;
  w[AT.TYPE] = event.type;
  w[AT.FLAGS] = flags;
  w[AT.STATUS] = event.status;
  putSeq(AT.FIRST_SEQ, firstSeq);
  putSeq(AT.LAST_SEQ, lastSeq);
  w[AT.COUNT] = count;
  w[AT.DATA] = event.data0;
  w[AT.DATA + 1] = event.data1;
  w[AT.DATA + 2] = event.data2;
  w[AT.DATA + 3] = event.data3;
  w[AT.DATA + 4] = event.data4;
}
