import { describe, expect, it } from 'vitest';
import { VIEW_NAMES, VIEWS, type ViewName, waitSentence, whereabouts } from '../../kernel/index.js';
import { FUTEX_OPTIONS, INFO, POOL_KIND, SOURCE } from '../../syscalls/calls.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import type { ObjectTypeName } from '../../syscalls/objects.js';
import { RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { load, type Script } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { acquire, makeLock } from './lock-scene.js';
import { makePool, scratch } from './packets.js';
import { makeThings } from './things.js';

/** Runs a script that makes threads that all wait in the end; what each waits for, by its name. */
function waits(script: (scene: Scene) => ReturnType<Parameters<typeof runScript>[0]>): Record<string, string> {
  const { outcome } = runScript(script);
  if (outcome.kind !== 'blocked') throw new Error(`it ended as ${outcome.kind}`);
  return Object.fromEntries(outcome.threads.map((thread) => [thread.name, waitSentence(thread)]));
}

describe('what a thread waits for', () => {
  it('is a sentence for every kind of wait', () => {
    const koids: Record<string, number> = {};
    const found = waits(function* (scene) {
      const { state } = scene.system;
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      const { first } = yield* sys.channel_create(scene.allocator, 64, 0);
      koids.lock = state.locks.koid[0];
      koids.pool = state.pools.koid[0];
      yield* acquire(lock);
      yield* spawn(scene, 'sleeps', () => sys.thread_sleep(FOREVER));
      yield* spawn(scene, 'locks', () => sys.lock_acquire(lock, FOREVER));
      yield* spawn(scene, 'takes', () => sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0));
      yield* spawn(scene, 'hears', () => sys.event_wait(pool, SOURCE.RECEIVED, 0, FOREVER, scratch(scene, 2)));
      yield* spawn(scene, 'futex', () => sys.futex_wait(scratch(scene, 3), 0, scene.thread, FOREVER));
      yield* spawn(scene, 'receives', () => sys.channel_receive(first, scratch(scene, 4), 0, FOREVER));
      koids.channel = state.channels.koid[0];
      const stopped = yield* spawn(scene, 'stopped', () => sys.thread_yield());
      yield* sys.task_suspend(stopped);
      yield* sys.futex_wait(scratch(scene, 5), 0, 0, FOREVER);
    });
    expect(found).toMatchObject({
      sleeps: 'sleeps',
      locks: `waits for lock #${koids.lock}, held by main #5`,
      takes: `waits for a packet of pool #${koids.pool}`,
      hears: `waits for an event of pool #${koids.pool}`,
      receives: `waits to receive on channel #${koids.channel}`,
      stopped: 'is suspended',
    });
    expect(found.futex).toMatch(/^waits for the futex 0x[0-9a-f]+, held by main #5$/);
  });

  it('a cycle through locks is in the report, also where a wait began regardless', () => {
    const { outcome } = runScript(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      const other = yield* spawn(scene, 'other', () => sys.lock_acquire(lock, FOREVER));
      yield* sys.thread_yield();
      yield* sys.futex_wait(scratch(scene, 1), 0, other, FOREVER, FUTEX_OPTIONS.REGARDLESS);
    });
    expect(outcome.kind === 'blocked' && outcome.cycle.map(({ name }) => name)).toEqual(['main', 'other']);
  });

  it('a suspended thread is nowhere else', () => {
    const { system } = runScript(function* (scene) {
      yield* sys.task_suspend(scene.thread);
    });
    expect(whereabouts(system.kernel).map(({ name, state }) => [name, state])).toEqual([['main', 'blocked']]);
    expect(system.view('threads')[0]).toMatchObject({ state: 'suspended', blockedOn: 'is suspended' });
  });
});

describe('views', () => {
  it('every column of every view has a name, says what it is, and is filled for one object of each type', () => {
    const { system } = runScript(function* (scene) {
      yield* makeThings(scene);
      yield* sys.thread_sleep(FOREVER);
    });
    for (const name of VIEW_NAMES) {
      const { about, columns } = VIEWS[name];
      expect(about).not.toBe('');
      const rows = system.view(name);
      if (name !== 'rings') expect(rows, name).not.toEqual([]);
      for (const row of rows) expect(Object.keys(row)).toEqual(columns.map((column) => column.name));
      for (const column of columns) {
        expect(column.about).not.toBe('');
        const used = rows.map((row) => row[column.name]);
        expect(
          used.every((cell) => cell !== undefined && !Number.isNaN(cell)),
          `${name}.${column.name}`,
        ).toBe(true);
      }
    }
  });

  it('objects are in the order in which they were made', () => {
    const { system } = runScript(function* (scene) {
      for (let i = 0; i < 5; i++) yield* makeLock(scene);
      yield* sys.thread_sleep(FOREVER);
    });
    const koids = system.view('locks').map(({ koid }) => Number(koid));
    expect(koids).toHaveLength(5);
    expect([...koids].sort((a, b) => a - b)).toEqual(koids);
  });

  it('locks, pools, threads and handles say who holds what', () => {
    const { system } = runScript(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene, 8, POOL_KIND.FIXED);
      yield* sys.lock_acquire_async(lock, scene.thread, pool, 0);
      yield* spawn(scene, 'waiter', () => sys.lock_acquire(lock, FOREVER), 20);
      yield* sys.handle_duplicate(lock, RIGHTS.READ | RIGHTS.WRITE);
      yield* sys.thread_sleep(FOREVER);
    });
    expect(system.view('locks')).toMatchObject([{ owner: 'main #5', waiting: 1, highest: 20, ownerDied: false }]);
    expect(system.view('pools')).toMatchObject([{ kind: 'fixed', packets: 1, mapped: 'no' }]);
    const [main, waiter] = system.view('threads');
    expect(main).toMatchObject({ priority: 20, own: 16, blockedOn: 'sleeps', heldBy: null });
    expect(waiter).toMatchObject({ state: 'blocked', heldBy: 'main #5' });
    expect(waiter.blockedOn).toMatch(/^waits for lock #\d+$/);
    const handles = system.view('handles').filter(({ type }) => type === 'lock');
    expect(handles.map(({ rights, process }) => [rights, process])).toEqual([
      ['all', 'test'],
      ['READ|WRITE', 'test'],
    ]);
    expect(handles[1].parent).toBe(handles[0].number);
  });

  it('an allocator says what is left', () => {
    const { system } = runScript(function* (scene) {
      yield* sys.allocator_create(scene.allocator, 8192);
      yield* sys.thread_sleep(FOREVER);
    });
    for (const { quota, used, lent, free } of system.view('allocators'))
      expect(Number(free)).toBe(Number(quota) - Number(used) - Number(lent));
    expect(system.view('allocators')[1]).toMatchObject({ quota: 8192, parent: system.view('allocators')[0].koid });
  });
});

describe('object_info', () => {
  it('describes every type of object that has a description as the views do, and no other as it', () => {
    expectSuccess(function* (scene) {
      const { handles } = yield* makeThings(scene);
      const at = scratch(scene, 30);
      for (const [name, what] of Object.entries(INFO)) {
        const type = name.toLowerCase() as ObjectTypeName;
        const handle = handles[type];
        if (name === 'HANDLE' || handle === undefined) continue;
        const layout = LAYOUTS[`info_${type}` as keyof typeof LAYOUTS];
        const { status, written } = yield* sys.object_info(handle, what, at, 256);
        expect([name, status, written]).toEqual([name, 0, layoutBytes(layout)]);
        const [koid] = new Uint32Array((yield* load(at, 4)).slice().buffer);
        const view = `${type}s` as ViewName;
        if ((VIEW_NAMES as readonly string[]).includes(view))
          expect(
            scene.system.view(view).some((row) => row.koid === koid),
            name,
          ).toBe(true);
        const other = type === 'allocator' ? scene.process : scene.allocator;
        expectStatus((yield* sys.object_info(other, what, at, 256)).status, 'WRONG_TYPE');
      }
      yield* sys.process_exit(0);
    });
  });

  it('a lock says who owns it and how many wait; a timer when it fires', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const at = scratch(scene, 30);
      const words = function* (handle: number, what: number): Script<number[]> {
        expectStatus((yield* sys.object_info(handle, what, at, 256)).status, 'OK');
        return [...new Uint32Array((yield* load(at, 28)).slice().buffer)];
      };
      expect((yield* words(lock, INFO.LOCK)).slice(1, 3)).toEqual([0, 0]);
      yield* acquire(lock);
      const waiter = yield* spawn(scene, 'waiter', () => sys.lock_acquire(lock, FOREVER));
      yield* sys.thread_yield();
      const { threads } = scene.system.state;
      expect((yield* words(lock, INFO.LOCK)).slice(1, 3)).toEqual([threads.koid[0], 1]);
      yield* sys.task_kill(waiter);
      const { timer } = yield* sys.timer_create(scene.allocator);
      expect((yield* words(timer, INFO.TIMER)).slice(1)).toEqual([0, 0, 0, 0, 0, 0]);
      yield* sys.timer_set(timer, 2 ** 33 + 5, 2000);
      expect((yield* words(timer, INFO.TIMER)).slice(1)).toEqual([1, 5, 2, 2000, 0, 0]);
    });
  });
});
