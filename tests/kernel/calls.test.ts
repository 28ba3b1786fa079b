/** Every row of the call table, and every argument of it bad in turn: what the table says, in the order that it says. */
import { describe, expect, it } from 'vitest';
import type { Script } from '../../kernel/index.js';
import { type Argument, CALLS, type Call, isPlannedNumber, PROTECTION } from '../../syscalls/calls.js';
import { type StatusName, statusName } from '../../syscalls/errors.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, call } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene } from './booted.js';
import { Remembered } from './untouched.js';

/** What good arguments are made of. */
interface Things {
  readonly handles: Readonly<Record<ObjectTypeName, number>>;
  /** A number that was a handle, and is closed. */
  readonly closed: number;
  /** A page that can be written; the page behind it is not mapped. */
  readonly writable: number;
  /** A page that can only be read, one that only shows code, and a guard. */
  readonly readOnly: number;
  readonly executeOnly: number;
  readonly guard: number;
}

function* makeThings(scene: Scene): CallScript<Things> {
  const { process, vmar, allocator } = scene;
  const { vmo } = yield* sys.vmo_create(allocator, 4 * PAGE_BYTES, 0);
  const mapped = function* (protection: number): CallScript<number> {
    const { status, addr } = yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, protection, 0);
    expectStatus(status, 'OK');
    return addr;
  };
  const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
  yield* sys.handle_close(copy);
  return {
    handles: { process, vmar, allocator, vmo, thread: yield* createThread(scene, 'new') },
    closed: copy,
    writable: yield* mapped(PROTECTION.READ | PROTECTION.WRITE),
    readOnly: yield* mapped(PROTECTION.READ),
    executeOnly: yield* mapped(PROTECTION.EXECUTE),
    guard: yield* mapped(0),
  };
}

/** Words of an argument that passes every check of the table. */
function good(argument: Argument, things: Things): number[] {
  switch (argument.kind) {
    case 'handle':
      return [argument.optional ? 0 : things.handles[argument.object[0] ?? 'vmo']];
    case 'time':
      return [0, 0];
    case 'rights':
      return [SAME_RIGHTS];
    case 'choice':
      return [Object.values(argument.values)[0]];
    case 'input':
    case 'output':
    case 'word':
      return [things.writable];
    case 'length':
      return [4];
    case 'u32':
    case 'address':
      return [argument.multiple ?? (argument.nonzero ? 1 : 0)];
    default:
      return [0];
  }
}

/** One argument gone wrong: what is wrong with it, the word (and for a pointer perhaps the length), and the status. */
interface Wrong {
  readonly what: string;
  readonly word: number;
  readonly length?: number;
  readonly status: StatusName;
}

const wrongPointers = (things: Things, write: boolean, bytes: number): Wrong[] => {
  const pointers: [string, number][] = [
    ['null', 0],
    ['in the page below user addresses', LIMITS.userBase - bytes],
    ['not mapped', 0x20000],
    ['straddling the end of a mapping', things.writable + PAGE_BYTES - bytes / 2],
    ['in a guard page', things.guard],
    ['in a page that can only be executed', things.executeOnly],
    ['beyond user addresses', LIMITS.userTop],
    ['straddling the end of user addresses', LIMITS.userTop - bytes / 2],
    ['at the end of the address space', 0xffff_fffc],
  ];
  if (write) pointers.push(['in a page that can only be read', things.readOnly]);
  return pointers.map(([what, word]) => ({ what, word, status: 'INVALID_ARGS' }));
};

/** Every way in which an argument can be wrong by itself. */
function wrongs(argument: Argument, next: Argument | undefined, things: Things): Wrong[] {
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
      return [...wrongPointers(things, argument.kind === 'output', 4), ...tooLong];
    }
    case 'word':
      return [
        ...wrongPointers(things, false, 4).filter(({ word }) => word % 4 === 0),
        ...[1, 2, 3].map((by) => ({
          what: `${by} off alignment`,
          word: things.writable + by,
          status: 'INVALID_ARGS' as const,
        })),
      ];
    case 'u32':
    case 'address': {
      const { most, multiple = 1, nonzero } = argument;
      const found: Wrong[] = [];
      if (multiple > 1) found.push({ what: 'no multiple', word: multiple + 1, status: 'INVALID_ARGS' });
      if (multiple > 1) found.push({ what: 'no multiple', word: 0xffff_ffff, status: 'INVALID_ARGS' });
      if (nonzero) found.push({ what: '0', word: 0, status: 'INVALID_ARGS' });
      if (most !== undefined) found.push({ what: 'too large', word: most + multiple, status: 'OUT_OF_RANGE' });
      if (most !== undefined) found.push({ what: 'far too large', word: -multiple, status: 'OUT_OF_RANGE' });
      return found;
    }
    default:
      return [];
  }
}

/** Handles that are wrong: those that are none, then those of other types, then those that lack a right. */
function* wrongHandles(argument: Argument, things: Things): CallScript<Wrong[]> {
  if (argument.kind !== 'handle') return [];
  const found: Wrong[] = [];
  const none = [things.closed, 0x7fff_ffff, 0x8000_0000, -1, ...(argument.optional ? [] : [0])];
  for (const word of none) found.push({ what: `${word}, no handle`, word, status: 'BAD_HANDLE' });
  const types = Object.keys(OBJECT_TYPE) as ObjectTypeName[];
  for (const type of types) {
    if (argument.object.length === 0 || argument.object.includes(type)) continue;
    found.push({ what: `a handle to a ${type}`, word: things.handles[type], status: 'WRONG_TYPE' });
  }
  for (const type of argument.object.length === 0 ? types : argument.object) {
    for (const right of argument.rights) {
      const { status, copy } = yield* sys.handle_duplicate(things.handles[type], rightsOf(type) & ~RIGHTS[right]);
      expectStatus(status, 'OK');
      found.push({ what: `a handle to a ${type} without ${right}`, word: copy, status: 'ACCESS_DENIED' });
    }
  }
  return found;
}

/** The first process's handles to itself and its thread never have DEBUG; everything else has every right. */
function rightsOf(type: ObjectTypeName): number {
  return type === 'process' ? ALL_RIGHTS & ~RIGHTS.DEBUG : ALL_RIGHTS;
}

/** The words of a call with good arguments, except for some of them. */
function wordsOf(row: Call, things: Things, bad: ReadonlyMap<Argument, Wrong>): number[] {
  return row.arguments.flatMap((argument, i) => {
    const before = bad.get(row.arguments[i - 1]);
    if (before?.length !== undefined && argument.kind === 'length') return [before.length];
    const wrong = bad.get(argument);
    return wrong === undefined ? good(argument, things) : [wrong.word];
  });
}

/** Makes a call with some arguments bad; a sentence where it did not end as it should or changed something. */
function* complaint(
  row: Call,
  things: Things,
  bad: ReadonlyMap<Argument, Wrong>,
  expected: StatusName,
  remembered: Remembered,
): Generator<ReturnType<typeof call>, string[], { status: number }> {
  const about = [...bad].map(([{ name }, { what }]) => `${name} ${what}`).join(', ');
  remembered.remember();
  const { status } = yield call(row.number, ...wordsOf(row, things, bad));
  const changed = remembered.difference();
  const found: string[] = [];
  if (statusName(status) !== expected) found.push(`${about}: ${statusName(status)}, not ${expected}`);
  if (changed !== undefined) found.push(`${about}: changed ${changed}`);
  return found;
}

/** Runs a script of its own for a row of the table, with a small machine: memory is compared after each call. */
function withThings(script: (scene: Scene, things: Things, remembered: Remembered) => Script): void {
  expectSuccess(
    function* (scene) {
      const things = yield* makeThings(scene);
      yield* script(scene, things, new Remembered(scene.system));
    },
    { memoryBytes: 1 << 18, checked: false },
  );
}

describe('numbers of calls', () => {
  it('a number outside every area is BAD_CALL; one inside that has no row is NOT_SUPPORTED; nothing changes', () => {
    const numbers = [
      -1,
      -0x8000_0000,
      0x7fff_ffff,
      0x100,
      0x10000,
      0x10057,
      ...Array.from({ length: 0xb8 }, (_, n) => n),
    ];
    withThings(function* (_scene, things, remembered) {
      for (const number of numbers) {
        if (CALLS.some((row) => row.number === number)) continue;
        remembered.remember();
        const { status } = yield call(number, things.handles.vmo, things.writable, 4);
        const expected = isPlannedNumber(number) ? 'NOT_SUPPORTED' : 'BAD_CALL';
        expect([number, statusName(status), remembered.difference()]).toEqual([number, expected, undefined]);
      }
    });
  });
});

const WITH_ARGUMENTS = CALLS.filter((row) => row.arguments.length > 0).map((row) => [row.name, row] as const);
const WITH_HANDLES = WITH_ARGUMENTS.filter(([, row]) => row.arguments.some(({ kind }) => kind === 'handle'));

describe('46: each argument bad in turn is refused with the status of the table, and nothing changes', () => {
  it.each(WITH_ARGUMENTS)('%s', (_name, row) => {
    let tried = 0;
    withThings(function* (_scene, things, remembered) {
      const complaints: string[] = [];
      for (const [i, argument] of row.arguments.entries()) {
        const all = [...wrongs(argument, row.arguments[i + 1], things), ...(yield* wrongHandles(argument, things))];
        for (const wrong of all) {
          tried++;
          complaints.push(...(yield* complaint(row, things, new Map([[argument, wrong]]), wrong.status, remembered)));
        }
      }
      expect(complaints).toEqual([]);
    });
    const CHECKED_BY_THEMSELVES = ['thread_sleep', 'thread_exit', 'process_exit'];
    if (!CHECKED_BY_THEMSELVES.includes(row.name)) expect(tried).toBeGreaterThan(0);
  });
});

/** Errors of the checks in the order in which they are made. */
const ORDER: readonly StatusName[] = ['BAD_HANDLE', 'WRONG_TYPE', 'ACCESS_DENIED'];

describe('checks come in one order: arguments and pointers, handles, types, rights', () => {
  it.each(WITH_HANDLES)('%s', (_name, row) => {
    withThings(function* (_scene, things, remembered) {
      const complaints: string[] = [];
      // One wrong word of each status for each argument is enough here.
      const bad: [Argument, Wrong][] = [];
      for (const [i, argument] of row.arguments.entries()) {
        const all = [...wrongs(argument, row.arguments[i + 1], things), ...(yield* wrongHandles(argument, things))];
        for (const status of new Set(all.map((wrong) => wrong.status))) {
          const wrong = all.find((candidate) => candidate.status === status);
          if (wrong !== undefined) bad.push([argument, wrong]);
        }
      }
      const rank = (wrong: Wrong): number => ORDER.indexOf(wrong.status);
      for (const [first, early] of bad) {
        for (const [second, late] of bad) {
          if (first === second || rank(early) >= rank(late)) continue;
          const both = new Map([
            [first, early],
            [second, late],
          ]);
          complaints.push(...(yield* complaint(row, things, both, early.status, remembered)));
        }
      }
      expect(complaints).toEqual([]);
    });
  });

  it('rights come before state: what has ended is still ACCESS_DENIED to one who may not touch it', () => {
    withThings(function* (_scene, { handles }) {
      const without = yield* sys.handle_duplicate(handles.thread, ALL_RIGHTS & ~RIGHTS.MANAGE & ~RIGHTS.DESTROY);
      expectStatus((yield* sys.task_kill(handles.thread)).status, 'OK');
      expectStatus((yield* sys.task_kill(without.copy)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.task_kill(handles.thread)).status, 'BAD_STATE');
      expectStatus((yield* sys.thread_start(without.copy, 0, 0, 0)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.thread_start(handles.thread, 0, 0, 0)).status, 'BAD_STATE');
    });
  });
});

describe('checks that the table cannot say', () => {
  it('a pointer to no bytes may be anything', () => {
    expectSuccess(function* () {
      for (const pointer of [0, 1, 0xffff_ffff]) expectStatus((yield* sys.debug_write(pointer, 0)).status, 'OK');
    });
  });

  it('a job that is not 0 is BAD_HANDLE, before the type of the allocator is looked at', () => {
    expectSuccess(function* ({ allocator, process }) {
      expectStatus((yield* sys.process_create(7, allocator, 0, 0)).status, 'BAD_HANDLE');
      expectStatus((yield* sys.process_create(7, process, 0, 0)).status, 'BAD_HANDLE');
    });
  });

  it('a protection that can be written and not read is INVALID_ARGS, before the handles are looked at', () => {
    expectSuccess(function* () {
      for (const protection of [PROTECTION.WRITE, PROTECTION.WRITE | PROTECTION.EXECUTE]) {
        expectStatus((yield* sys.vmar_map(0, 0, 0, 4096, protection, 0)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.vmar_protect(0, 0x10000, 4096, protection)).status, 'INVALID_ARGS');
      }
    });
  });

  it('thread_exit returns only where its word is not aligned or cannot be written', () => {
    withThings(function* (_scene, things, remembered) {
      const bad = [
        ...wrongPointers(things, true, 4)
          .filter(({ word }) => word !== 0)
          .map(({ word }) => word),
        things.writable + 2,
      ];
      for (const word of bad) {
        remembered.remember();
        expectStatus((yield* sys.thread_exit(word)).status, 'INVALID_ARGS');
        expect(remembered.difference()).toBeUndefined();
      }
    });
  });

  it('registers that carry no result are left as they were', () => {
    expectSuccess(function* ({ process }) {
      const first = yield call(0x56, 0);
      const time = [...Array.from(first.values)];
      const { status, values } = yield call(0x05, process, 0, 0, 0);
      expectStatus(status, 'OK');
      expect(Array.from(values)).toEqual(time);
    });
  });
});
