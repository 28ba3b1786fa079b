/**
 * Arguments that mean something: from a call's row of the table and what the process has. Structures are written into the
 * process's memory, with handles that it really has.
 */
import type { Kernel } from '../../../kernel/kernel.js';
import { isLive } from '../../../kernel/state/table.js';
import { type Argument, type Call, INFO, PROPERTY, SEEN_NOW, SESSION } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { type Script, store, timeWords } from '../../../userland/script/script.js';
import type { Random } from './belongings.js';
import { deviceOf, lineOf } from './hardware.js';
import { fitting, owedToken } from './preferences.js';
import { AT, bytesOf, structure, type Writer, waitItems } from './structures.js';

/** All topics of the fuzz publish this, so that publishing mostly succeeds. */
export const TOPIC_TYPE = 5;
export const TOPIC_BYTES = 8;

const INTERESTING = [0, 1, 2, 3, 4, 7, 8, 16, 24, 31, 4095, 4096, 65536, 0x7fffffff, 0x80000000, 0xffffffff];

export interface Caller extends Writer {
  readonly kernel: Kernel;
  /** Rows of its process and of itself. */
  readonly process: number;
  readonly thread: number;
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
    words.push(...(random(40) === 0 ? good.map(() => noise(random)) : good));
  }
  while (words.length < 6) words.push(noise(random));
  return words;
}

export function noise(random: Random): number {
  return random(2) === 0 ? INTERESTING[random(INTERESTING.length)] : random(0xffffffff);
}

function* likely(caller: Caller, row: Call, argument: Argument, before: readonly number[]): Script<number[]> {
  const { random, belongings, scratch } = caller;
  switch (argument.kind) {
    case 'handle':
      return [handleOf(caller, row, argument, before)];
    case 'time':
      return timeOf(caller, row, argument.name);
    case 'key':
      return [random(1000), random(3)];
    case 'rights':
      return [random(4) === 0 ? random(0x20000) : 0x80000000];
    case 'choice':
      return [choiceOf(caller, row, argument, before)];
    case 'options': {
      // A protection without READ is refused: it has it mostly. Who stops the world and then waits keeps everybody for ever.
      const bits = Object.values(argument.bits).reduce((all, bit) => all | (random(2) === 0 ? bit & 0x3ff : 0), 0);
      if (row.name === 'debug_attach') return [bits | SESSION.STOP_PROCESS];
      return [argument.name === 'protection' && random(10) > 0 ? bits | argument.bits.READ : bits];
    }
    case 'length':
      return [lengthOf(caller, row, argument, before)];
    case 'structure':
      return [yield* structure(caller, row, argument)];
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
      if (row.name === 'object_set') yield* store(scratch + AT.data, bytesOf([priorityOf(random)]));
      return [random(4) === 0 && row.name !== 'object_set' ? belongings.address() : scratch + AT.data];
  }
}

/** Mostly below the keeper's, so that it comes to look. */
function priorityOf(random: Random): number {
  return random(20) === 0 ? random(40) : 1 + random(12);
}

function handleOf(
  { random, belongings, kernel, process, thread }: Caller,
  row: Call,
  argument: Extract<Argument, { kind: 'handle' }>,
  before: readonly number[],
): number {
  if (argument.optional !== undefined && random(2) === 0) return 0;
  const isWait = row.name === 'event_wait' || row.name === 'event_listen';
  const types = isWait && argument.object.length === 0 ? belongings.observable() : argument.object;
  const values = belongings.handlesOf(types);
  if (values.length === 0) return 0;
  const good = random(4) === 0 ? values : fitting(kernel, process, thread, row.name, argument.name, values, before);
  return good[random(good.length)];
}

function choiceOf(
  { random, belongings }: Caller,
  row: Call,
  argument: Extract<Argument, { kind: 'choice' }>,
  before: readonly number[],
): number {
  if (argument.name === 'source') return belongings.sourceOf(before[0]);
  if (row.name === 'object_info' && random(4) > 0) return infoOf(belongings.typeOf(before[0]));
  if (row.name === 'object_set' && random(6) > 0) {
    const type = belongings.typeOf(before[0]);
    const fit = type === 'thread' ? [PROPERTY.NAME, PROPERTY.PRIORITY, PROPERTY.BADGE] : [PROPERTY.BADGE];
    if (type === 'process' || type === 'job') fit.push(PROPERTY.NAME);
    return fit[random(fit.length)];
  }
  const values = Object.values(argument.values);
  return values[random(values.length)];
}

function infoOf(type: string): number {
  return (INFO as Readonly<Record<string, number>>)[type.toUpperCase()] ?? INFO.HANDLE;
}

function lengthOf(
  { random }: Caller,
  row: Call,
  { most, exactly }: Extract<Argument, { kind: 'length' }>,
  before: readonly number[],
): number {
  if (row.name === 'topic_publish') return TOPIC_BYTES;
  if (row.name === 'object_set') return before[1] === PROPERTY.NAME ? random(LIMITS.nameBytes + 2) : 4;
  return exactly ?? random(most === undefined ? 512 : Math.min(most, 512) + 1);
}

/** Waits are short, or everybody would soon wait; a few of them are for ever all the same. */
function timeOf({ random, now }: Caller, row: Call, name: string): number[] {
  if (name === 'period' || name === 'answer_time') return [...timeWords(random(3) === 0 ? 1000 + random(5000) : 0)];
  if (random(4) === 0) return [...timeWords(0)];
  return [...timeWords(random(500) === 0 ? FOREVER : now() + random(row.name === 'channel_call' ? 10_000 : 2500))];
}

/** The koid of some thread or process that is there. */
function taskKoid({ state }: Kernel, random: Random): number {
  const table = random(4) === 0 ? state.processes : state.threads;
  const row = random(table.used);
  return isLive(table, row) ? table.koid[row] : random(1000);
}

function numberOf(
  { random, belongings, entry, kernel, process }: Caller,
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
    case 'koid':
      return taskKoid(kernel, random);
    case 'task':
      return random(2) === 0 ? 0 : taskKoid(kernel, random);
    case 'entry':
      return entry;
    case 'type':
      return TOPIC_TYPE;
    case 'size':
      if (row.name === 'topic_create') return TOPIC_BYTES;
      if (row.name === 'device_create') return PAGE_BYTES;
      return (1 + random(4)) * LIMITS.userBase;
    case 'capacity':
      return before[1] === 0 ? 1 + random(12) : PAGE_BYTES * (1 + random(3));
    case 'max':
      return random(3) === 0 ? 0 : random(600);
    case 'max_message':
      return random(4) === 0 ? random(400) : PAGE_BYTES;
    case 'seen':
      return random(2) === 0 ? SEEN_NOW : random(4);
    case 'address':
      return deviceOf(random);
    case 'line':
      return random(20) === 0 ? random(LIMITS.interruptLines + 2) : lineOf(random);
    case 'addr':
      return belongings.address();
    case 'hint':
    case 'word':
      return random(2) === 0 ? 0 : belongings.address();
    case 'entries':
      return 1 + random(8);
    case 'submit':
      return 1 + random(9);
    case 'expected':
      return random(8) === 0 ? random(3) : 0;
    case 'complete':
      return random(4);
    case 'priority':
      return priorityOf(random);
    case 'token':
      return random(4) === 0 ? random(200) : owedToken(kernel, process, before[0]);
    default:
      if (multiple > 1) return (random(4) + 1) * multiple;
      return random(Math.min(argument.most ?? 4096, 4096) + 1);
  }
}
