/** How a test leads to an error of the call table, and the shortages that several of them need. */
import { expect } from 'vitest';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { allocatorFields } from '../information.js';

/**
 * Leads to an error, and returns the status of the last call; `remember` comes right before it, and nothing may be changed
 * after it. Only where the error ends a wait, or consumes what its row says, is it left out.
 */
export type Scenario = (scene: Scene, remember: () => void) => CallScript<number>;

/** By "call ERROR". */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** Gives all but a few bytes of the caller's quota to an allocator that nobody uses. */
export function* useUpQuota({ allocator, stackLow }: Scene, leave: number): CallScript<void> {
  yield* store(stackLow, Uint8Array.of(0)); // the page that descriptions go to has its frame
  const { quota, used } = yield* allocatorFields(allocator, stackLow);
  const pages = Math.floor((quota - used - leave - 96) / PAGE_BYTES);
  expectStatus((yield* sys.allocator_create(allocator, pages * PAGE_BYTES)).status, 'OK');
  // What is left of the last page goes to handles.
  for (;;) {
    const now = yield* allocatorFields(allocator, stackLow);
    if (now.quota - now.used - now.children < leave + 32) return;
    expectStatus((yield* sys.handle_duplicate(allocator, SAME_RIGHTS)).status, 'OK');
  }
}

/** Repeats a call until it fails. */
export function* untilItFails(attempt: () => CallScript<number>, least: number): CallScript<number> {
  for (let made = 0; ; made++) {
    const status = yield* attempt();
    if (status === 0) continue;
    expect(made).toBeGreaterThan(least);
    return status;
  }
}
