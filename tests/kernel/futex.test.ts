import { describe, expect, it } from 'vitest';
import { FUTEX_OPTIONS, MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, spawn } from './booted.js';

const encoder = new TextEncoder();

describe('futexes', () => {
  it('a wait on a word with another value does not block', () => {
    expectSuccess(function* ({ stackLow }) {
      expectStatus((yield* sys.futex_wait(stackLow, 1, 0, FOREVER)).status, 'SHOULD_WAIT');
    });
  });

  it('17: a deadline in the past polls', () => {
    expectSuccess(function* ({ stackLow }) {
      expectStatus((yield* sys.futex_wait(stackLow, 0, 0, 0)).status, 'TIMED_OUT');
      expectStatus((yield* sys.futex_wait(stackLow, 0, 0, -5)).status, 'TIMED_OUT');
    });
  });

  it('16: a wait ends at its deadline, not a nanosecond before or after, and the waiter is in no queue', () => {
    expectSuccess(function* ({ stackLow }) {
      expectStatus((yield* sys.futex_wait(stackLow, 0, 0, 1_000_000)).status, 'TIMED_OUT');
      const { time } = yield* sys.clock_get(0);
      expect(time).toBe(1_000_000 + 1);
      expect((yield* sys.futex_wake(stackLow, 10)).woken).toBe(0);
    });
  });

  it('8, 12: waiters are woken in the order in which they began to wait', () => {
    const order: string[] = [];
    const { outcome } = runScript(function* (scene) {
      const word = scene.stackLow + 4096;
      for (const name of ['one', 'two', 'three']) {
        yield* spawn(scene, name, function* () {
          expectStatus((yield* sys.futex_wait(word, 0, 0, FOREVER)).status, 'OK');
          order.push(name);
        });
        yield* sys.thread_yield();
      }
      expect((yield* sys.futex_wake(word, 2)).woken).toBe(2);
      yield* sys.thread_yield();
      expect(order).toEqual(['one', 'two']);
      expect((yield* sys.futex_wake(word, 0xffffffff)).woken).toBe(1);
      yield* sys.thread_yield();
      expect(order).toEqual(['one', 'two', 'three']);
    });
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });

  it('a wake for one word leaves waiters for another alone', () => {
    const woken: string[] = [];
    const { outcome } = runScript(function* (scene) {
      const [a, b] = [scene.stackLow + 4096, scene.stackLow + 8192];
      for (const [name, word] of [
        ['a', a],
        ['b', b],
      ] as const) {
        yield* spawn(scene, name, function* () {
          yield* sys.futex_wait(word, 0, 0, FOREVER);
          woken.push(name);
        });
      }
      yield* sys.thread_yield();
      yield* sys.futex_wake(b, 5);
      yield* sys.thread_yield();
      expect(woken).toEqual(['b']);
    });
    expect(outcome.kind).toBe('blocked');
  });

  it('18: killing a waiter neither loses a wake nor reorders the others', () => {
    const woken: string[] = [];
    const { outcome } = runScript(function* (scene) {
      const word = scene.stackLow + 4096;
      const threads: number[] = [];
      for (const name of ['one', 'two', 'three']) {
        threads.push(
          yield* spawn(scene, name, function* () {
            yield* sys.futex_wait(word, 0, 0, FOREVER);
            woken.push(name);
          }),
        );
        yield* sys.thread_yield();
      }
      expectStatus((yield* sys.task_kill(threads[0])).status, 'OK');
      expect((yield* sys.futex_wake(word, 1)).woken).toBe(1);
      yield* sys.thread_yield();
      expect(woken).toEqual(['two']);
      yield* sys.futex_wake(word, 1);
      yield* sys.thread_yield();
      expect(woken).toEqual(['two', 'three']);
      expectStatus((yield* sys.task_kill(threads[0])).status, 'BAD_STATE');
    });
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });

  it('when every thread waits for ever the run ends, and says who waits for whom', () => {
    const { outcome } = runScript(function* (scene) {
      const [a, b] = [scene.stackLow + 4096, scene.stackLow + 8192];
      const holder: { other: number } = { other: 0 };
      holder.other = yield* spawn(scene, 'second', function* () {
        yield* sys.futex_wait(b, 0, scene.thread, FOREVER, FUTEX_OPTIONS.REGARDLESS);
      });
      yield* sys.futex_wait(a, 0, holder.other, FOREVER);
    });
    if (outcome.kind !== 'blocked') throw new Error(`it ended as ${outcome.kind}`);
    expect(outcome.threads.map(({ name, on, heldBy }) => [name, on, heldBy?.name])).toEqual([
      ['main', 'futex', 'second'],
      ['second', 'futex', 'main'],
    ]);
    expect(outcome.cycle.map(({ name }) => name)).toEqual(['main', 'second']);
  });

  it('waiting for a word that one holds oneself is BAD_STATE', () => {
    expectSuccess(function* ({ stackLow, thread }) {
      expectStatus((yield* sys.futex_wait(stackLow, 0, thread, FOREVER)).status, 'BAD_STATE');
    });
  });

  it('a word that is not aligned, not mapped or beyond user addresses is INVALID_ARGS', () => {
    expectSuccess(function* ({ stackLow }) {
      for (const address of [stackLow + 2, 0, 0x20000, 0xc0000000, 0xfffffffc]) {
        expectStatus((yield* sys.futex_wait(address, 0, 0, FOREVER)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.futex_wake(address, 1)).status, 'INVALID_ARGS');
      }
    });
  });

  it('thread_exit clears its word and wakes who joins', () => {
    const { outcome } = runScript(function* (scene) {
      const word = scene.stackLow + 4096;
      yield* store(word, Uint8Array.of(1, 0, 0, 0));
      yield* spawn(scene, 'worker', function* () {
        yield* sys.thread_sleep(5000);
        yield* sys.thread_exit(word);
      });
      expectStatus((yield* sys.futex_wait(word, 1, 0, FOREVER)).status, 'OK');
      expect([...(yield* load(word, 4))]).toEqual([0, 0, 0, 0]);
    });
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });

  it('a script that ends leaves the rest of its process running', () => {
    const { outcome, output } = runScript(function* (scene) {
      yield* spawn(scene, 'late', function* () {
        yield* sys.thread_sleep(1_000_000);
        yield* store(scene.stackLow, encoder.encode('late\n'));
        yield* sys.debug_write(scene.stackLow, 5);
      });
    });
    expect(output).toBe('late\n');
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });

  it('what a script throws reaches the test', () => {
    expect(() =>
      // biome-ignore lint/correctness/useYield: it throws before it would
      runScript(function* () {
        throw new Error('from the script');
      }),
    ).toThrow('from the script');
  });
});

describe('futexes in memory that is shared or gone', () => {
  const OPTIONS = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;

  it('two mappings of one word are one queue', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const [a, b] = [0x2000_0000, 0x3000_0000];
      for (const address of [a, b]) yield* sys.vmar_map(scene.vmar, vmo, 0, 4096, OPTIONS, address);
      yield* spawn(scene, 'waiter', function* () {
        expectStatus((yield* sys.futex_wait(a + 8, 0, 0, FOREVER)).status, 'OK');
      });
      yield* sys.thread_yield();
      expect((yield* sys.futex_wake(b + 4, 1)).woken).toBe(0);
      expect((yield* sys.futex_wake(b + 8, 1)).woken).toBe(1);
    });
  });

  it('who waits for a word whose memory is gone takes no wake from who has the frame now', () => {
    const { outcome } = runScript(function* (scene) {
      const { vmar, allocator } = scene;
      const address = 0x2000_0000;
      const mapFresh = function* () {
        const { vmo } = yield* sys.vmo_create(allocator, 4096, 0);
        yield* sys.vmar_map(vmar, vmo, 0, 4096, OPTIONS, address);
        yield* sys.handle_close(vmo);
      };
      yield* mapFresh();
      yield* spawn(scene, 'stale', function* () {
        yield* sys.futex_wait(address, 0, 0, FOREVER);
        throw new Error('woken by a stranger');
      });
      yield* sys.thread_yield();
      yield* sys.vmar_unmap(vmar, address, 4096);
      yield* mapFresh();
      yield* store(address, Uint8Array.of(0, 0, 0, 0));
      expect((yield* sys.futex_wake(address, 1)).woken).toBe(0);
    });
    expect(outcome.kind).toBe('blocked');
  });

  it('the owner that a waiter names is that thread, and not one that came later', () => {
    const { outcome } = runScript(function* (scene) {
      const holder = yield* spawn(scene, 'holder', function* () {
        yield* sys.thread_sleep(1000);
      });
      yield* spawn(scene, 'waiter', function* () {
        yield* sys.futex_wait(scene.stackLow + 4096, 0, holder, FOREVER);
      });
      yield* sys.thread_yield();
      yield* sys.handle_close(holder);
      yield* sys.thread_sleep(5000);
      yield* spawn(scene, 'innocent', function* () {
        yield* sys.futex_wait(scene.stackLow + 8192, 0, 0, FOREVER);
      });
    });
    if (outcome.kind !== 'blocked') throw new Error(`it ended as ${outcome.kind}`);
    expect(outcome.threads.map(({ name, heldBy }) => [name, heldBy?.name])).toEqual([
      ['waiter', undefined],
      ['innocent', undefined],
    ]);
  });
});
