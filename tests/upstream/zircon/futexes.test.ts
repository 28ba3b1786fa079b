/** What Zircon's tests of interrupts, handles and futexes assert, told of ours. */
import { describe, expect, it } from 'vitest';
import { SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { VERDICT } from '../../../syscalls/options.js';
import { RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { answer, makeInterrupt, PoolHandler, settle, waitForInterrupt } from '../../kernel/drivers.js';
import { handleFields } from '../../kernel/information.js';
import { scratch } from '../../kernel/packets.js';

describe('interrupts of Zircon, as ours', () => {
  it('one that is triggered comes as a packet, and again after it was answered', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      for (let i = 0; i < 3; i++) {
        expectStatus((yield* sys.interrupt_trigger(interrupt)).status, 'OK');
        yield* settle();
        expect(yield* handler.taken()).toHaveLength(1);
        yield* handler.answer();
      }
    });
  });

  it('one that was triggered before anybody listened comes to the first who does', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      yield* sys.interrupt_trigger(interrupt);
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* settle();
      expect(yield* handler.taken()).toHaveLength(1);
    });
  });

  it('one that comes before the last was answered is remembered, once', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      for (let i = 0; i < 3; i++) yield* sys.interrupt_trigger(interrupt);
      yield* settle();
      for (const expected of [1, 1, 0]) {
        expect(yield* handler.taken()).toHaveLength(expected);
        if (expected > 0) yield* handler.answer();
        yield* settle();
      }
    });
  });

  it('a thread that waits is woken', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const woken: number[] = [];
      yield* spawn(
        scene,
        'driver',
        function* () {
          const token = yield* waitForInterrupt(scene, interrupt);
          woken.push(token);
          yield* answer(interrupt, token);
        },
        20,
      );
      yield* sys.interrupt_trigger(interrupt);
      expect(woken).toHaveLength(1);
    });
  });

  it('a wait ends with CANCELED when the object goes', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'driver',
        function* () {
          const at = scratch(scene, 1);
          statuses.push((yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, at)).status);
        },
        20,
      );
      yield* sys.handle_close(interrupt);
      expectStatus(statuses[0], 'CANCELED');
    });
  });

  it('an answer that nobody owes is refused', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      expectStatus((yield* sys.event_resolve(interrupt, 5, VERDICT.HANDLED)).status, 'NOT_FOUND');
    });
  });
});

function* makeVmo({ allocator }: Scene): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

describe('handles of Zircon, as ours', () => {
  it('a duplicate names the same object', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* makeVmo(scene);
      const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      const [one, two] = [yield* handleFields(vmo, scratch(scene)), yield* handleFields(copy, scratch(scene))];
      expect(two).toEqual(one);
    });
  });

  it('a duplicate with fewer rights has those, and more than there are cannot be had', () => {
    expectSuccess(function* (scene) {
      const { copy } = yield* sys.handle_duplicate(
        yield* makeVmo(scene),
        RIGHTS.READ | RIGHTS.DUPLICATE | RIGHTS.INSPECT,
      );
      expectStatus((yield* sys.handle_duplicate(copy, RIGHTS.WRITE)).status, 'INVALID_ARGS');
      expect((yield* handleFields(copy, scratch(scene))).rights & RIGHTS.WRITE).toBe(0);
    });
  });

  it('a handle that was replaced is gone', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* makeVmo(scene);
      const { status } = yield* sys.handle_replace(vmo, RIGHTS.READ);
      expectStatus(status, 'OK');
      expectStatus((yield* sys.handle_close(vmo)).status, 'BAD_HANDLE');
    });
  });

  it('one that was closed twice is BAD_HANDLE the second time', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* makeVmo(scene);
      expectStatus((yield* sys.handle_close(vmo)).status, 'OK');
      expectStatus((yield* sys.handle_close(vmo)).status, 'BAD_HANDLE');
    });
  });
});

const WORD_PAGE = 5;

function* waiter(scene: Scene, name: string, order: string[]): CallScript<number> {
  return yield* spawn(
    scene,
    name,
    function* () {
      const { status } = yield* sys.futex_wait(scratch(scene, WORD_PAGE), 0, 0, FOREVER);
      expectStatus(status, 'OK');
      order.push(name);
    },
    20,
  );
}

describe('futexes of Zircon, as ours', () => {
  it('a wait for another value than the word holds does not begin', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), Uint8Array.of(123, 0, 0, 0));
      expectStatus((yield* sys.futex_wait(scratch(scene), 124, 0, FOREVER)).status, 'SHOULD_WAIT');
    });
  });

  it('a wait ends at its deadline', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), Uint8Array.of(0, 0, 0, 0));
      expectStatus((yield* sys.futex_wait(scratch(scene), 0, 0, scene.system.time + 1000)).status, 'TIMED_OUT');
    });
  });

  it('addresses that are none, or not aligned, are refused', () => {
    expectSuccess(function* (scene) {
      for (const address of [0, scratch(scene) + 1, 0xffff_fff0]) {
        expectStatus((yield* sys.futex_wait(address, 0, 0, FOREVER)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.futex_wake(address, 1)).status, 'INVALID_ARGS');
      }
    });
  });

  it('those who wait are woken in order, as many as asked for', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene, WORD_PAGE), Uint8Array.of(0, 0, 0, 0));
      const order: string[] = [];
      for (const name of ['a', 'b', 'c', 'd']) yield* waiter(scene, name, order);
      expect((yield* sys.futex_wake(scratch(scene, WORD_PAGE), 2)).woken).toBe(2);
      expect(order).toEqual(['a', 'b']);
      expect((yield* sys.futex_wake(scratch(scene, WORD_PAGE), 9)).woken).toBe(2);
      expect((yield* sys.futex_wake(scratch(scene, WORD_PAGE), 9)).woken).toBe(0);
    });
  });

  it('another word wakes nobody', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene, WORD_PAGE), new Uint8Array(8));
      const order: string[] = [];
      yield* waiter(scene, 'a', order);
      expect((yield* sys.futex_wake(scratch(scene, WORD_PAGE) + 4, 9)).woken).toBe(0);
      yield* sys.futex_wake(scratch(scene, WORD_PAGE), 1);
    });
  });

  it('one who names itself as the owner is refused', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), Uint8Array.of(0, 0, 0, 0));
      expectStatus((yield* sys.futex_wait(scratch(scene), 0, scene.thread, FOREVER)).status, 'BAD_STATE');
    });
  });

  it('one that dies while it waits is not counted by a wake', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene, WORD_PAGE), Uint8Array.of(0, 0, 0, 0));
      const order: string[] = [];
      const dying = yield* waiter(scene, 'dying', order);
      yield* waiter(scene, 'living', order);
      yield* sys.task_kill(dying);
      expect((yield* sys.futex_wake(scratch(scene, WORD_PAGE), 1)).woken).toBe(1);
      expect(order).toEqual(['living']);
    });
  });
});
