/**
 * Arguments that mean something: from a call's row of the table and what the process has. Structures are written into the
 * process's memory, with handles that it really has.
 */
import { type Argument, type Call, INFO, TRANSFER } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS } from '../../../syscalls/limits.js';
import { type Script, store, timeWords } from '../../../userland/script/script.js';
import { type Belongings, OBSERVABLE, type Random } from './belongings.js';

/** All topics of the fuzz publish this, so that publishing mostly succeeds. */
export const TOPIC_TYPE = 5;
export const TOPIC_BYTES = 8;

/** Where a call puts its structures: offsets in a page that the calling thread has for itself. */
export const AT = { structure: 0, handles: 512, items: 1024, data: 2048, bytes: 4096 } as const;

const INTERESTING = [0, 1, 2, 3, 4, 7, 8, 16, 24, 31, 4095, 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff];

export interface Caller {
  readonly random: Random;
  readonly belongings: Belongings;
  /** A page of the calling thread. */
  readonly scratch: number;
  /** Script entries that a new thread can be started at. */
  readonly entry: number;
  now(): number;
}

/** The six words of a call; what they point to has been written. */
export function* wordsOf(caller: Caller, row: Call): Script<number[]> {
  const { random } = caller;
  const words: number[] = [];
  for (const argument of row.arguments) {
    const good = yield* likely(caller, row, argument, words);
    words.push(...(random(25) === 0 ? good.map(() => noise(random)) : good));
  }
  while (words.length < 6) words.push(noise(random));
  return words;
}

export function noise(random: Random): number {
  return random(2) === 0 ? INTERESTING[random(INTERESTING.length)] : random(0xffffffff);
}

function* likely(caller: Caller, row: Call, argument: Argument, before: readonly number[]): Script<number[]> {
  const { random, belongings } = caller;
  switch (argument.kind) {
    case 'handle': {
      if (argument.optional !== undefined && random(2) === 0) return [0];
      const isWait = row.name === 'event_wait' || row.name === 'event_listen';
      return [belongings.handle(isWait && argument.object.length === 0 ? OBSERVABLE : argument.object)];
    }
    case 'time':
      return timeOf(caller, argument.name);
    case 'key':
      return [random(1000), random(3)];
    case 'rights':
      return [random(4) === 0 ? random(0x20000) : 0x80000000];
    case 'choice':
      if (argument.name === 'source') return [belongings.sourceOf(before[0])];
      if (row.name === 'object_info' && random(4) > 0) return [infoOf(belongings.typeOf(before[0]))];
      return [Object.values(argument.values)[random(Object.values(argument.values).length)]];
    case 'options':
      return [Object.values(argument.bits).reduce((bits, bit) => bits | (random(2) === 0 ? bit & 0x3ff : 0), 0)];
    case 'length':
      if (row.name === 'topic_publish') return [TOPIC_BYTES];
      return [random(argument.most === undefined ? 512 : Math.min(argument.most, 512) + 1)];
    case 'structure':
      return yield* structure(caller, row, argument);
    case 'structures':
      return [yield* waitItems(caller)];
    case 'count':
      return [1 + random(4)];
    case 'word':
      return [belongings.address() + 4 * random(4)];
    case 'u32':
    case 'address':
      return [numberOf(caller, row, argument, before)];
    default:
      return [random(4) === 0 ? belongings.address() : caller.scratch + AT.data];
  }
}

function infoOf(type: string): number {
  return (INFO as Readonly<Record<string, number>>)[type.toUpperCase()] ?? INFO.HANDLE;
}

/** Waits are short, or everybody would soon wait; a few of them are for ever all the same. */
function timeOf({ random, now }: Caller, name: string): number[] {
  if (name === 'period' || name === 'answer_time') return [...timeWords(random(3) === 0 ? 1000 + random(5000) : 0)];
  if (random(4) === 0) return [...timeWords(0)];
  return [...timeWords(random(500) === 0 ? FOREVER : now() + random(2500))];
}

function numberOf(
  { random, belongings, entry }: Caller,
  row: Call,
  argument: Extract<Argument, { kind: 'u32' | 'address' }>,
  before: readonly number[],
): number {
  const { name, multiple = 1 } = argument;
  switch (name) {
    case 'registration': {
      const own = belongings.registrations.filter(({ pool }) => pool === before[0]);
      return own.length === 0 ? random(50) : own[random(own.length)].number;
    }
    case 'entry':
      return entry;
    case 'type':
      return TOPIC_TYPE;
    case 'size':
      if (row.name === 'topic_create') return TOPIC_BYTES;
      return (1 + random(4)) * LIMITS.userBase;
    case 'capacity':
      return before[1] === 0 ? 1 + random(12) : 4096 * (1 + random(3));
    case 'max':
    case 'max_message':
      return random(3) === 0 ? 0 : random(600);
    case 'seen':
      return random(2) === 0 ? 0x80000000 : random(4);
    case 'addr':
      return belongings.address();
    case 'hint':
    case 'word':
      return random(2) === 0 ? 0 : belongings.address();
    case 'entries':
      return 1 + random(8);
    case 'token':
      return random(200);
    default:
      if (multiple > 1) return (random(4) + 1) * multiple;
      return random(Math.min(argument.most ?? 4096, 4096) + 1);
  }
}

function* structure(
  caller: Caller,
  row: Call,
  { layout, access }: Extract<Argument, { kind: 'structure' }>,
): Script<number[]> {
  const { random, scratch } = caller;
  // Two structures of one call (a message and its reply) lie apart.
  const at = scratch + AT.structure + 64 * random(4);
  if (layout === 'message' && access === 'input') yield* message(caller, row, at);
  if (layout === 'packet' && access === 'input') yield* store(at, bytesOf([random(99), 0, 0, 0, 0, random(9)]));
  return [at];
}

/** A message with a few handles, or a buffer for one. */
function* message({ random, belongings, scratch }: Caller, row: Call, at: number): Script {
  const isBuffer = row.name === 'channel_receive';
  const count = isBuffer ? 16 : random(3) === 0 ? 1 + random(3) : 0;
  const bytes = isBuffer ? 256 << random(3) : random(3) === 0 ? 0 : random(400);
  if (!isBuffer) {
    const words: number[] = [];
    const { MOVE, COPY, LEND } = TRANSFER;
    for (let i = 0; i < count; i++) words.push(belongings.handle([]), [MOVE, COPY, COPY, LEND][random(4)]);
    if (count > 0) yield* store(scratch + AT.handles, bytesOf(words));
  }
  yield* store(at, bytesOf([scratch + AT.data, bytes, scratch + AT.handles, count]));
}

function* waitItems({ random, belongings, scratch }: Caller): Script<number> {
  const words: number[] = [];
  for (let i = 0; i < 4; i++) {
    const handle = belongings.handle(OBSERVABLE);
    words.push(handle, belongings.sourceOf(handle), random(2) === 0 ? 0x80000000 : random(4));
  }
  yield* store(scratch + AT.items, bytesOf(words));
  return scratch + AT.items;
}

export function bytesOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words, (word) => word | 0).buffer);
}
