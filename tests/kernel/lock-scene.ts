/** What tests of locks share: threads by name, and what the state says of them. */
import { expect } from 'vitest';
import { nameText } from '../../kernel/information.js';
import { isLive } from '../../kernel/state/table.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, type Scene, spawn } from './booted.js';
import { recordsOfType } from './records.js';

/** The row of a thread that has this name and has not ended. */
export function threadRow({ system: { state } }: Scene, name: string): number {
  const { threads } = state;
  for (let row = 0; row < threads.used; row++)
    if (isLive(threads, row) && threads.state[row] !== TASK_STATE.ENDED && nameText(threads, row) === name) return row;
  throw new Error(`no thread is called ${name}`);
}

/** The priority that counts. */
export function priorityOf(scene: Scene, name: string): number {
  return scene.system.state.threads.priority[threadRow(scene, name)];
}

/** Who owns the lock that was made as number `index`. */
export function ownerOf({ system: { state } }: Scene, index = 0): string | undefined {
  const { [index]: owner } = state.locks.owner;
  return owner < 0 ? undefined : nameText(state.threads, owner);
}

export function* makeLock({ allocator }: Scene): CallScript<number> {
  const { status, lock } = yield* sys.lock_create(allocator);
  expectStatus(status, 'OK');
  return lock;
}

export function* acquire(lock: number, deadline = FOREVER): CallScript {
  expectStatus((yield* sys.lock_acquire(lock, deadline)).status, 'OK');
}

export function* release(lock: number): CallScript {
  expectStatus((yield* sys.lock_release(lock)).status, 'OK');
}

/** A thread that takes locks in their order, and waits for ever with them; gives its handle. */
export function* holder(scene: Scene, name: string, locks: readonly number[], priority = 16): CallScript<number> {
  return yield* spawn(
    scene,
    name,
    function* () {
      for (const lock of locks) yield* acquire(lock);
      yield* sys.thread_sleep(FOREVER);
    },
    priority,
  );
}

/** Lets all the others of the same priority run until they wait. */
export function* others(): CallScript {
  for (let i = 0; i < 20; i++) yield* sys.thread_yield();
}

/** `waiter waits for holder`, as the records of the last deadlock say, by names. */
export function expectCycle(scene: Scene, names: readonly string[]): void {
  const { threads } = scene.system.state;
  const nameOfKoid = (koid: number): string => {
    let row = 0;
    while (row < threads.used && threads.koid[row] !== koid) row++;
    return nameText(threads, row);
  };
  const records = recordsOfType(scene.system, 'deadlock_found');
  const last = records.filter(({ seq }) => seq === records.at(-1)?.seq);
  expect(last.map(({ fields }) => `${nameOfKoid(fields.thread)} waits for ${nameOfKoid(fields.holder)}`)).toEqual(
    names.map((name, i) => `${name} waits for ${names[(i + 1) % names.length]}`),
  );
}
