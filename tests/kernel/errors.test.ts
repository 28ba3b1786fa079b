/**
 * Every error that a row of the call table names can happen, and happens as the row says. The scenarios stand in `errors/`, one
 * file an area.
 */
import { describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { TABLE_LIMIT } from '../../kernel/limits.js';
import { CALLS, POOL_KIND } from '../../syscalls/calls.js';
import { STATUS, statusName } from '../../syscalls/errors.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { expectSuccess } from './booted.js';
import { CHANNEL_ERRORS, FULL_CHANNEL_TABLES } from './errors/channels.js';
import { COPY_ERRORS, FULL_SHARES } from './errors/copies.js';
import { DEBUG_ERRORS } from './errors/debug.js';
import { EVENT_ERRORS, FULL_REGISTRATIONS } from './errors/events.js';
import { FULL_HANDLES, INTERRUPT_ERRORS } from './errors/interrupts.js';
import { JOURNAL_ERRORS } from './errors/journal.js';
import { FULL_LOCKS, LOCK_ERRORS } from './errors/locks.js';
import { MEMORY_ERRORS } from './errors/memory.js';
import { MONITOR_ERRORS, MORE_MONITOR_ERRORS } from './errors/monitor.js';
import { POOL_ERRORS } from './errors/pools.js';
import { RING_ERRORS } from './errors/rings.js';
import { type Scenario, type Scenarios, untilItFails } from './errors/scenario.js';
import { TASK_ERRORS } from './errors/tasks.js';
import { FULL_TIME_TABLES, TIME_ERRORS } from './errors/time.js';
import { eat, endingOf, hungry, SMALL } from './hungry.js';
import { Remembered } from './untouched.js';

const SCENARIOS: Scenarios = {
  ...TASK_ERRORS,
  ...MEMORY_ERRORS,
  ...COPY_ERRORS,
  ...EVENT_ERRORS,
  ...POOL_ERRORS,
  ...RING_ERRORS,
  ...CHANNEL_ERRORS,
  ...INTERRUPT_ERRORS,
  ...TIME_ERRORS,
  ...LOCK_ERRORS,
  ...DEBUG_ERRORS,
  ...JOURNAL_ERRORS,
};

/** Tables that a program can fill: bounds of the whole machine, so these want much memory and many calls. */
const FULL_TABLES: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'handle_duplicate NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.handle_duplicate(allocator, SAME_RIGHTS)).status;
      }, TABLE_LIMIT.handles - 10),
  ],
  ...FULL_REGISTRATIONS,
  ...FULL_CHANNEL_TABLES,
  ...FULL_HANDLES,
  ...FULL_TIME_TABLES,
  ...FULL_LOCKS,
  ...FULL_SHARES,
  'pool_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.pool_create(allocator, POOL_KIND.VARIABLE, 1, 0)).status;
      }, TABLE_LIMIT.pools - 10),
  ],
  'vmo_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.vmo_create(allocator, 1, 0)).status;
      }, TABLE_LIMIT.vmos - 10),
  ],
  'process_create NO_RESOURCES': [
    32 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.process_create(0, allocator, 0, 0)).status;
      }, TABLE_LIMIT.processes - 10),
  ],
  'thread_create NO_RESOURCES': [
    96 << 20,
    ({ process }) =>
      untilItFails(function* () {
        return (yield* sys.thread_create(process, 16, 0, 0)).status;
      }, TABLE_LIMIT.threads - 10),
  ],
};

describe('errors that the call table names', () => {
  it.each(Object.entries(SCENARIOS))('46: %s, and nothing changes', (name, scenario) => {
    expectSuccess(
      function* (scene) {
        const remembered = new Remembered(scene.system);
        let isCompared = false;
        const status = yield* scenario(scene, () => {
          remembered.remember();
          isCompared = true;
        });
        expect(`${name.split(' ')[0]} ${statusName(status)}`).toBe(name);
        if (!isCompared) return;
        const isShortage = name.endsWith(' NO_MEMORY');
        expect(isShortage ? remembered.differenceBesidesShortage() : remembered.difference()).toBeUndefined();
      },
      { memoryBytes: 1 << 20, checked: false },
    );
  });

  it.each(Object.entries({ ...MONITOR_ERRORS, ...MORE_MONITOR_ERRORS }))(
    '46: %s, and nothing changes',
    (name, scenario) => {
      let ends: { readonly status: number; readonly difference: string | undefined } | undefined;
      let system: System | undefined;
      expectSuccess(
        function* (scene) {
          ({ system } = scene);
          // The monitor's turn.
          yield* sys.thread_sleep(scene.system.time + 100_000);
          // More than the machine has: where the monitor waits to be asked it will be.
          const glutton = yield* hungry(scene, eat(700));
          yield* sys.thread_sleep(scene.system.time + 1_000_000);
          expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
        },
        {
          ...SMALL,
          memoryBytes: 2 << 20,
          checked: false,
          *monitor(startup) {
            while (system === undefined) yield* sys.thread_yield();
            const remembered = new Remembered(system);
            let isCompared = false;
            const status = yield* scenario(startup, () => {
              remembered.remember();
              isCompared = true;
            });
            const isShortage = status === STATUS.NO_MEMORY;
            const difference = isShortage ? remembered.differenceBesidesShortage() : remembered.difference();
            ends = { status, difference: isCompared ? difference : 'it was not compared' };
          },
        },
      );
      expect(`root_oom_wait ${statusName(ends?.status ?? 0)}`).toBe(name.split(' ', 2).join(' '));
      expect(ends?.difference).toBeUndefined();
    },
  );

  it.each(Object.entries(FULL_TABLES))('%s', (name, [memoryBytes, scenario]) => {
    expectSuccess(
      function* (scene) {
        const status = yield* scenario(scene, () => {});
        expect(`${name.split(' ')[0]} ${statusName(status)}`).toBe(name);
      },
      { memoryBytes, checked: false, playedOnce: 'it fills a table of the whole machine, which takes long' },
    );
  });

  it('no error of the table is without its scenario', () => {
    const named = CALLS.flatMap((row) => Object.keys(row.errors).map((error) => `${row.name} ${error}`));
    const shown = new Set([...Object.keys(SCENARIOS), ...Object.keys(FULL_TABLES), ...Object.keys(MONITOR_ERRORS)]);
    expect([...shown].filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !shown.has(name))).toEqual([]);
  });
});
