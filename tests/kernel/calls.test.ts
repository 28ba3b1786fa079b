/** Every row of the call table, and every argument of it bad in turn: what the table says, in the order that it says. */
import { describe, expect, it } from 'vitest';
import type { Script } from '../../kernel/index.js';
import { type Argument, CALLS, type Call, isPlannedNumber, PROTECTION } from '../../syscalls/calls.js';
import { type StatusName, statusName } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { call } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { makeThings, type Things, typesThere } from './things.js';
import { Remembered } from './untouched.js';
import { acceptedTypes, type Wrong, wordsOf, wrongHandles, wrongPointers, wrongs } from './wrong-arguments.js';

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
      // Some of the things are threads that wait.
      yield* sys.process_exit(0);
    },
    { memoryBytes: 1 << 19, checked: false },
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
        const { status } = yield call(number, things.handles.vmo ?? 0, things.writable, 4);
        const expected = isPlannedNumber(number) ? 'NOT_SUPPORTED' : 'BAD_CALL';
        expect([number, statusName(status), remembered.difference()]).toEqual([number, expected, undefined]);
      }
    });
  });
});

const THERE = typesThere();

/** A row whose handles name types that have no object here cannot be called well. */
const canBeMade = (row: Call): boolean =>
  row.arguments.every(
    (argument) => argument.kind !== 'handle' || acceptedTypes(argument).some((type) => THERE.has(type)),
  );

const WITH_ARGUMENTS = CALLS.filter((row) => row.arguments.length > 0 && canBeMade(row)).map(
  (row) => [row.name, row] as const,
);
it('every row with arguments is tried here, with an object of every type', () => {
  expect(Object.keys(OBJECT_TYPE).filter((type) => !THERE.has(type))).toEqual([]);
  expect(WITH_ARGUMENTS).toHaveLength(CALLS.filter((row) => row.arguments.length > 0).length);
});

const WITH_HANDLES = WITH_ARGUMENTS.filter(([, row]) => row.arguments.some(({ kind }) => kind === 'handle'));

describe('46: each argument bad in turn is refused with the status of the table, and nothing changes', () => {
  it.each(WITH_ARGUMENTS)('%s', (_name, row) => {
    let tried = 0;
    withThings(function* (scene, things, remembered) {
      const complaints: string[] = [];
      for (const [i, argument] of row.arguments.entries()) {
        const all = [
          ...wrongs(argument, row.arguments[i + 1], things),
          ...(yield* wrongHandles(argument, things, scene.stackLow)),
        ];
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
    withThings(function* (scene, things, remembered) {
      const complaints: string[] = [];
      // One wrong word of each status for each argument is enough here.
      const bad: [Argument, Wrong][] = [];
      for (const [i, argument] of row.arguments.entries()) {
        const all = [
          ...wrongs(argument, row.arguments[i + 1], things),
          ...(yield* wrongHandles(argument, things, scene.stackLow)),
        ];
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
    withThings(function* (_scene, { handles: { thread = 0 } }) {
      const without = yield* sys.handle_duplicate(thread, ALL_RIGHTS & ~RIGHTS.MANAGE & ~RIGHTS.DESTROY);
      expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      expectStatus((yield* sys.task_kill(without.copy)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.task_kill(thread)).status, 'BAD_STATE');
      expectStatus((yield* sys.thread_start(without.copy, 0, 0, 0)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.thread_start(thread, 0, 0, 0)).status, 'BAD_STATE');
    });
  });
});

describe('checks that the table cannot say', () => {
  it('a pointer to no bytes may be anything', () => {
    expectSuccess(function* () {
      for (const pointer of [0, 1, 0xffff_ffff]) expectStatus((yield* sys.debug_write(pointer, 0)).status, 'OK');
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
