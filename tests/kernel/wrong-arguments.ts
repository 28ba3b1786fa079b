/** What the call table says of an argument, turned into words that are good and words that are wrong, each in one way. */
import type { Argument, Call } from '../../syscalls/calls.js';
import type { StatusName } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus } from './booted.js';
import { handleFields } from './information.js';
import type { Things } from './things.js';

/** One argument gone wrong: what is wrong with it, the word (and for a pointer perhaps how much is there), and the status. */
export interface Wrong {
  readonly what: string;
  readonly word: number;
  readonly length?: number;
  readonly status: StatusName;
}

const TYPES = Object.keys(OBJECT_TYPE) as ObjectTypeName[];

/** The types that a handle may have. */
export function acceptedTypes(argument: Argument): readonly ObjectTypeName[] {
  if (argument.kind !== 'handle') return [];
  return argument.object.length === 0 ? TYPES : argument.object;
}

/** Words of an argument that passes every check of the table. */
function good(argument: Argument, things: Things): number[] {
  switch (argument.kind) {
    case 'handle':
      return [argument.optional ? 0 : (things.handles[argument.object[0] ?? 'vmo'] ?? 0)];
    case 'time':
    case 'key':
      return [0, 0];
    case 'rights':
      return [SAME_RIGHTS];
    case 'choice':
      return [Object.values(argument.values)[0]];
    case 'input':
    case 'output':
    case 'word':
    case 'structure':
    case 'structures':
      return [things.writable];
    case 'length':
      return [argument.exactly ?? 4];
    case 'count':
      return [1];
    case 'u32':
    case 'address':
      return [argument.multiple ?? (argument.nonzero ? 1 : 0)];
    default:
      return [0];
  }
}

/** Pointers to so many bytes that are wrong wherever they come. */
export function wrongPointers(things: Things, write: boolean, bytes: number): Wrong[] {
  const within = Math.min(4, bytes / 2);
  const pointers: [string, number][] = [
    ['null', 0],
    ['in the page below user addresses', LIMITS.userBase - bytes],
    ['not mapped', 0x20000],
    ['straddling the end of a mapping', things.writable + PAGE_BYTES - within],
    ['in a guard page', things.guard],
    ['in a page that can only be executed', things.executeOnly],
    ["in a device's registers", things.device],
    ['beyond user addresses', LIMITS.userTop],
    ['straddling the end of user addresses', LIMITS.userTop - within],
    ['at the end of the address space', 0xffff_fffc],
  ];
  if (write) pointers.push(['in a page that can only be read', things.readOnly]);
  return pointers.map(([what, word]) => ({ what, word, status: 'INVALID_ARGS' }));
}

/** The same for what has to be aligned to four. */
function wrongAligned(things: Things, write: boolean, bytes: number): Wrong[] {
  const off = [1, 2, 3].map(
    (by): Wrong => ({
      what: `${by} off alignment`,
      word: things.writable + by,
      status: 'INVALID_ARGS',
    }),
  );
  return [...wrongPointers(things, write, bytes).filter(({ word }) => word % 4 === 0), ...off];
}

const tooLarge = (values: readonly number[], what: string): Wrong[] =>
  values.map((word) => ({ what: `${word >>> 0} ${what}`, word, status: 'OUT_OF_RANGE' }));

/** Every way in which an argument can be wrong by itself. */
export function wrongs(argument: Argument, next: Argument | undefined, things: Things): Wrong[] {
  switch (argument.kind) {
    case 'options': {
      const known = Object.values(argument.bits).reduce((bits, bit) => bits | bit, 0);
      const unknown = Array.from({ length: 32 }, (_, bit) => 1 << bit).filter((bit) => (known & bit) === 0);
      return unknown.map((bit) => ({ what: `unknown bit ${bit >>> 0}`, word: bit, status: 'INVALID_ARGS' }));
    }
    case 'choice': {
      const beyond = Math.max(...Object.values(argument.values)) + 1;
      return [beyond, -1, 0x7fff_ffff].map((word) => ({ what: `choice ${word}`, word, status: 'INVALID_ARGS' }));
    }
    case 'rights':
      return [ALL_RIGHTS + 1, 0x4000_0000, SAME_RIGHTS | 1, -1].map((word) => ({
        what: `rights ${(word >>> 0).toString(16)}`,
        word,
        status: 'INVALID_ARGS',
      }));
    case 'input':
    case 'output': {
      const most = (next?.kind === 'length' ? next.most : undefined) ?? LIMITS.copyBytes;
      const tooLong = [most + 1, 0x8000_0000, 0xffff_ffff].map((length) => ({
        what: `${length} bytes long`,
        word: things.writable,
        length,
        status: 'OUT_OF_RANGE' as const,
      }));
      const exactly = next?.kind === 'length' ? next.exactly : undefined;
      const others = (exactly === undefined ? [] : [0, exactly - 1, exactly + 1]).map((length) => ({
        what: `${length} bytes long`,
        word: things.writable,
        length,
        status: 'INVALID_ARGS' as const,
      }));
      return [...wrongPointers(things, argument.kind === 'output', 4), ...tooLong, ...others];
    }
    case 'word':
      return wrongAligned(things, false, 4);
    case 'structure':
      return wrongAligned(things, argument.access === 'output', layoutBytes(LAYOUTS[argument.layout]));
    case 'structures': {
      const bytes = layoutBytes(LAYOUTS[argument.layout]);
      const most = next?.kind === 'count' ? next.most : 0;
      const word = things.writable + PAGE_BYTES - most * bytes + 4;
      const straddling: Wrong = { what: `${most} of them, the last cut`, word, length: most, status: 'INVALID_ARGS' };
      return [...wrongAligned(things, false, bytes), straddling];
    }
    case 'count': {
      const none: Wrong = { what: '0', word: 0, status: 'INVALID_ARGS' };
      return [none, ...tooLarge([argument.most + 1, 0x8000_0000, 0xffff_ffff], 'of them')];
    }
    case 'u32':
    case 'address': {
      const { most, multiple = 1, nonzero } = argument;
      const found: Wrong[] = [];
      if (multiple > 1) found.push({ what: 'no multiple', word: multiple + 1, status: 'INVALID_ARGS' });
      if (multiple > 1) found.push({ what: 'no multiple', word: 0xffff_ffff, status: 'INVALID_ARGS' });
      if (nonzero) found.push({ what: '0', word: 0, status: 'INVALID_ARGS' });
      if (most !== undefined) found.push(...tooLarge([most + multiple, -multiple], 'is too large'));
      return found;
    }
    default:
      return [];
  }
}

/** Handles that are wrong: those that are none, then those of other types, then those that lack a right. */
export function* wrongHandles(argument: Argument, things: Things, scratch: number): CallScript<Wrong[]> {
  if (argument.kind !== 'handle') return [];
  const found: Wrong[] = [];
  const none = [things.closed, 0x7fff_ffff, 0x8000_0000, -1, ...(argument.optional ? [] : [0])];
  for (const word of none) found.push({ what: `${word}, no handle`, word, status: 'BAD_HANDLE' });
  const accepted = acceptedTypes(argument);
  for (const type of TYPES) {
    const word = things.handles[type];
    if (word === undefined) continue;
    if (!accepted.includes(type)) {
      found.push({ what: `a handle to a ${type}`, word, status: 'WRONG_TYPE' });
      continue;
    }
    const { rights: all } = yield* handleFields(word, scratch);
    for (const right of argument.rights) {
      const { status, copy } = yield* sys.handle_duplicate(word, all & ~RIGHTS[right]);
      expectStatus(status, 'OK');
      found.push({ what: `a handle to a ${type} without ${right}`, word: copy, status: 'ACCESS_DENIED' });
    }
  }
  return found;
}

/** The words of a call with good arguments, except for some of them. */
export function wordsOf(row: Call, things: Things, bad: ReadonlyMap<Argument, Wrong>): number[] {
  return row.arguments.flatMap((argument, i) => {
    const before = bad.get(row.arguments[i - 1]);
    const isHowMuch = argument.kind === 'length' || argument.kind === 'count';
    if (before?.length !== undefined && isHowMuch) return [before.length];
    const wrong = bad.get(argument);
    return wrong === undefined ? good(argument, things) : [wrong.word];
  });
}
