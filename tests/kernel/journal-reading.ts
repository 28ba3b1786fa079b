/** Reading the journal as programs do. */
import { TRANSITIONS } from '../../kernel/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store, timeWords } from '../../userland/script/script.js';
import type { Scene } from './booted.js';
import { scratch } from './packets.js';

export const RECORD_BYTES = 64;
/** Where a filter is, and where records go, in pages of the stack. */
const FILTER_PAGE = 0;
const BUFFER_PAGE = 1;

export interface Filter {
  /** Names of types; all where it says nothing. */
  readonly types?: readonly string[];
  readonly deadline?: number;
  /** Another page for another thread. */
  readonly page?: number;
}

export interface SeenRecord {
  readonly seq: number;
  readonly time: number;
  readonly type: string;
  readonly actor: number;
  readonly process: number;
  readonly number: number;
  readonly words: readonly number[];
}

export interface Read {
  readonly status: number;
  readonly next: number;
  readonly records: readonly SeenRecord[];
}

export function* writeFilter(scene: Scene, { types, deadline = 0, page = 0 }: Filter = {}): CallScript<void> {
  const words = new Int32Array(10).fill(types === undefined ? -1 : 0);
  words.set(timeWords(deadline === Number.POSITIVE_INFINITY ? FOREVER : deadline));
  for (const name of types ?? []) {
    const number = TRANSITIONS.findIndex((transition) => transition.name === name);
    words[2 + (number >> 5)] |= 1 << (number & 31);
  }
  yield* store(scratch(scene, FILTER_PAGE + page), new Uint8Array(words.buffer));
}

/** Reads with the filter that was written last. */
export function* read(scene: Scene, task: number, from: number, most = 32, page = 0): CallScript<Read> {
  const buffer = scratch(scene, BUFFER_PAGE + page);
  const filter = scratch(scene, FILTER_PAGE + page);
  const { status, next, n } = yield* sys.journal_read(task, from, filter, buffer, most * RECORD_BYTES);
  const records: SeenRecord[] = [];
  if (status !== 0) return { status, next, records };
  const words = new Int32Array((yield* load(buffer, n * RECORD_BYTES)).slice().buffer);
  for (let at = 0; at < n * 16; at += 16) {
    const wide = (place: number): number => words[at + place + 1] * 2 ** 32 + (words[at + place] >>> 0);
    records.push({
      seq: wide(0),
      time: wide(2),
      type: TRANSITIONS[words[at + 4]].name,
      actor: words[at + 5],
      process: words[at + 6],
      number: words[at + 7],
      words: [...words.subarray(at + 8, at + 16)],
    });
  }
  return { status, next, records };
}
