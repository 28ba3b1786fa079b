import { describe, expect, it } from 'vitest';
import { BootError, CHOICE, type ChoiceSource, leaked, type Script, System } from '../../kernel/index.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { MAP_OPTIONS, POOL_KIND } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import { store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene } from './booted.js';
import { recordsOfType } from './records.js';

/** Runs a script with its n-th allocation failing, for every n; gives how many there were. It ends with code 0, or for want of memory. */
function everyAllocation(script: (scene: Scene) => Script): number {
  for (let n = 1; ; n++) {
    const { system, outcome } = runScript(script, { failAllocation: n });
    const isShort = outcome.kind === 'fault' && outcome.detail === FAULT_DETAIL.NO_MEMORY;
    if (!isShort) expect(outcome).toEqual({ kind: 'exited', code: 0 });
    const { failed } = system.allocationsMade;
    expect(leaked(system)).toBeUndefined();
    if (failed === 0) return n - 1;
  }
}

const makesVmo = function* ({ allocator }: Scene) {
  yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
};

describe('an allocation that is made to fail', () => {
  it('is NO_MEMORY for whoever asked, once, though it fits', () => {
    expectSuccess(
      function* ({ allocator }) {
        expectStatus((yield* sys.vmo_create(allocator, PAGE_BYTES, 0)).status, 'NO_MEMORY');
        expectStatus((yield* sys.vmo_create(allocator, PAGE_BYTES, 0)).status, 'OK');
      },
      { failAllocation: 1 },
    );
  });

  it('is the n-th question of bytes that the quota answers with yes; what does not fit does not count', () => {
    const { system } = expectSuccess(
      function* ({ allocator }) {
        expectStatus((yield* sys.allocator_create(allocator, 1 << 30)).status, 'NO_MEMORY');
        expectStatus((yield* sys.vmo_create(allocator, PAGE_BYTES, 0)).status, 'NO_MEMORY');
      },
      { failAllocation: 1 },
    );
    expect(system.allocationsMade).toEqual({ count: 1, failed: 1 });
  });

  it('is a choice in the journal, one for each allocation; without the option nothing is asked', () => {
    const { system } = expectSuccess(makesVmo, { failAllocation: 100 });
    const asked = recordsOfType(system, 'choice').filter(({ fields }) => fields.kind === CHOICE.ALLOCATION);
    expect(asked.length).toBe(system.allocationsMade.count);
    expect(asked.length).toBeGreaterThan(0);
    expect(recordsOfType(expectSuccess(makesVmo).system, 'choice')).toEqual([]);
  });

  it('may be what a source of choices says', () => {
    const choices: ChoiceSource = { pick: (kind) => Number(kind === CHOICE.ALLOCATION) };
    expectSuccess(
      function* ({ allocator }) {
        for (let i = 0; i < 3; i++) expectStatus((yield* sys.vmo_create(allocator, PAGE_BYTES, 0)).status, 'NO_MEMORY');
      },
      { failAllocation: 'chosen', choices },
    );
  });

  it('is a number from 1 to 2^32 - 1, or needs a source of choices: else one line', () => {
    const boot = (failAllocation: number | 'chosen') => () =>
      System.boot({ name: 'x', script: function* () {}, failAllocation });
    for (const wrong of [0, -1, 1.5, 2 ** 32, Number.NaN]) expect(boot(wrong)).toThrow(BootError);
    expect(boot('chosen')).toThrow('there is no source of choices');
  });
});

describe('46, 37: whichever allocation fails, nothing is half done and nothing is left, when', () => {
  it('a pool is made', () => {
    const count = everyAllocation(function* ({ allocator }) {
      const { status, pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 100, 0);
      if (status === 0) expectStatus((yield* sys.handle_close(pool)).status, 'OK');
      else expectStatus(status, 'NO_MEMORY');
    });
    expect(count).toBeGreaterThan(1);
  });

  it('a process and a thread are made', () => {
    const count = everyAllocation(function* ({ allocator }) {
      const made = yield* sys.process_create(0, allocator, 0, 0);
      if (made.status !== 0) return expectStatus(made.status, 'NO_MEMORY');
      const { status } = yield* sys.thread_create(made.process, 16, 0, 0);
      if (status !== 0) expectStatus(status, 'NO_MEMORY');
    });
    expect(count).toBeGreaterThan(3);
  });

  it('a ring is made', () => {
    const count = everyAllocation(function* ({ allocator, vmar }) {
      const { status, pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 16, 0);
      if (status !== 0) return;
      const made = yield* sys.ring_create(allocator, 8, pool, vmar);
      if (made.status !== 0) expectStatus(made.status, 'NO_MEMORY');
    });
    expect(count).toBeGreaterThan(4);
  });

  it('a message is sent by a pool', () => {
    const count = everyAllocation(function* ({ allocator, stackLow }) {
      const channel = yield* sys.channel_create(allocator, 10_000);
      const { status, pool } = yield* sys.pool_create(allocator, POOL_KIND.VARIABLE, PAGE_BYTES, 0);
      if (channel.status !== 0 || status !== 0) return;
      // A message of three pages, none of which was ever touched.
      yield* store(stackLow, new Uint8Array(Uint32Array.of(stackLow + 4096, 9000, 0, 0).buffer));
      const sent = yield* sys.channel_send_async(channel.first, stackLow, pool, 1);
      if (sent.status !== 0) expectStatus(sent.status, 'NO_MEMORY');
    });
    expect(count).toBeGreaterThan(5);
  });

  it('46: pages of a buffer are backed: all or none', () => {
    everyAllocation(function* (scene) {
      const { allocator, vmar, system } = scene;
      const made = yield* sys.vmo_create(allocator, 8 * PAGE_BYTES, 0);
      if (made.status !== 0) return;
      const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE;
      const { status, addr } = yield* sys.vmar_map(vmar, made.vmo, 0, 8 * PAGE_BYTES, options, 0);
      if (status !== 0) return;
      const before = system.state.frames.live;
      const read = yield* sys.vmo_read(made.vmo, 0, addr + PAGE_BYTES, 5 * PAGE_BYTES);
      expect(system.state.frames.live - before).toBe(read.status === 0 ? 5 : 0);
    });
  });
});
