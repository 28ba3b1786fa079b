/** Structures that calls point to, written into the memory of the calling thread with handles that its process has. */

import { type Argument, type Call, SEEN_NOW, TRANSFER } from '../../../syscalls/calls.js';
import { LAYOUTS, layoutBytes } from '../../../syscalls/layouts.js';
import { type Script, store } from '../../../userland/script/script.js';
import type { Belongings, Random } from './belongings.js';

/** Where a call puts its structures: offsets in two pages that the calling thread has for itself. */
export const AT = { structure: 0, handles: 512, items: 1024, data: 2048, bytes: 4096 } as const;

/** A thread that writes them. */
export interface Writer {
  readonly random: Random;
  readonly belongings: Belongings;
  /** Address of the two pages. */
  readonly scratch: number;
}

export function* structure(
  writer: Writer,
  row: Call,
  { name, layout, access }: Extract<Argument, { kind: 'structure' }>,
): Script<number> {
  const { random, scratch } = writer;
  // Two structures of one call (a message and its reply) lie apart.
  const at = scratch + AT.structure + (name === 'reply' ? 128 : 0) + 64 * random(2);
  if (access === 'input') {
    if (layout === 'message') yield* message(writer, row, at, row.name === 'channel_receive' || name === 'reply');
    if (layout === 'packet') yield* store(at, bytesOf([random(99), 0, 0, 0, 0, random(9)]));
    if (layout === 'job_policy') yield* store(at, bytesOf(policy(random)));
  }
  return at;
}

/** Limits of a job that leave it something to do. */
function policy(random: Random): number[] {
  const sometimes = (value: number): number => (random(2) === 0 ? 0 : value);
  return [
    sometimes(2 + random(6)),
    sometimes(4 + random(12)),
    sometimes(1 + random(32)),
    random(8) === 0 ? 1 << random(11) : 0,
  ];
}

/** A message with a few handles, or a buffer for one. */
function* message({ random, belongings, scratch }: Writer, row: Call, at: number, isBuffer: boolean): Script {
  const count = isBuffer ? 16 : random(3) === 0 ? 1 + random(3) : 0;
  const bytes = isBuffer ? 256 << random(3) : random(3) === 0 ? 0 : random(400);
  if (!isBuffer) {
    const words: number[] = [];
    const { MOVE, COPY, LEND } = TRANSFER;
    // Only a call can lend.
    const kinds = row.name === 'channel_call' || random(20) === 0 ? [MOVE, COPY, LEND] : [MOVE, COPY];
    for (let i = 0; i < count; i++) words.push(belongings.handle([]), kinds[random(kinds.length)]);
    if (count > 0) yield* store(scratch + AT.handles, bytesOf(words));
  }
  yield* store(at, bytesOf([scratch + AT.data, bytes, scratch + AT.handles, count]));
}

/** The second of two buffers of one call. */
export function* waitItems({ random, belongings, scratch }: Writer): Script<number> {
  const words: number[] = [];
  for (let i = 0; i < 4; i++) {
    const handle = belongings.handle(belongings.observable());
    words.push(handle, belongings.sourceOf(handle), random(2) === 0 ? SEEN_NOW : random(4));
  }
  yield* store(scratch + AT.items, bytesOf(words));
  return scratch + AT.items;
}

/** The header of a ring, and its submissions. */
const TAIL = 4;
const SUBMISSIONS = 64;
const SUBMISSION_BYTES = layoutBytes(LAYOUTS.submission);

export interface Submission {
  readonly number: number;
  readonly words: readonly number[];
}

/** Puts submissions into a ring and moves its tail, which is where the program was the last time; gives where it is now. */
export function* submit(
  ring: { readonly address: number; readonly entries: number },
  tail: number,
  all: readonly Submission[],
): Script<number> {
  for (const [i, { number, words }] of all.entries()) {
    const at = ring.address + SUBMISSIONS + ((tail + i) % ring.entries) * SUBMISSION_BYTES;
    yield* store(at, bytesOf([i, 0, number, 0, ...words]));
  }
  yield* store(ring.address + TAIL, bytesOf([tail + all.length]));
  return tail + all.length;
}

export function bytesOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words, (word) => word | 0).buffer);
}
