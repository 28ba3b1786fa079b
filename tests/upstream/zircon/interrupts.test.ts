/** What Zircon's tests of interrupts assert, told of ours. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, spawn } from '../../kernel/booted.js';
import { answer, makeInterrupt, PoolHandler, waitForInterrupt } from '../../kernel/drivers.js';
import { threadFields } from '../../kernel/information.js';
import { listen, makePool, scratch, takeAll } from '../../kernel/packets.js';

function* trigger(interrupt: number): CallScript<string> {
  return statusName((yield* sys.interrupt_trigger(interrupt)).status);
}

describe('interrupts of Zircon, as ours', () => {
  it('BindTriggeredIrqToPort: one that was triggered before anybody listened comes to the first who does', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      expect(yield* trigger(interrupt)).toBe('OK');
      const handler = yield* PoolHandler.make(scene, interrupt);
      expect(yield* handler.taken()).toHaveLength(1);
    });
  });

  it('BindPort: each comes as a packet; one that comes before the answer to the last is delivered with that answer', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* trigger(interrupt);
      expect(yield* handler.taken()).toHaveLength(1);
      yield* trigger(interrupt);
      expect(yield* handler.taken()).toEqual([]);
      yield* handler.answer();
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
      for (let i = 0; i < 2; i++) yield* trigger(interrupt);
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
      expect(yield* handler.taken()).toHaveLength(1);
      // Unanswered, and it goes: nobody can answer any more, nor trigger.
      yield* sys.handle_close(interrupt);
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, 0)).status, 'BAD_HANDLE');
      expect(yield* trigger(interrupt)).toBe('BAD_HANDLE');
    });
  });

  it('UnBindPort: a pool that no longer listens hears nothing, and what it has not taken is gone', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const [pool, other] = [yield* makePool(scene), yield* makePool(scene)];
      const bind = () => listen(interrupt, SOURCE.INTERRUPT, pool, 789);
      const first = yield* bind();
      expectStatus((yield* sys.event_listen(interrupt, SOURCE.INTERRUPT, pool, 0, 0x10000)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.event_cancel(other, first)).status, 'NOT_FOUND');
      expectStatus((yield* sys.event_cancel(pool, first)).status, 'OK');
      yield* trigger(interrupt);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      const second = yield* bind();
      yield* trigger(interrupt);
      expectStatus((yield* sys.event_cancel(pool, second)).status, 'OK');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      const third = yield* bind();
      yield* takeAll(pool, scratch(scene));
      yield* sys.handle_close(interrupt);
      expectStatus((yield* sys.event_cancel(pool, third)).status, 'NOT_FOUND');
    });
  });

  it('VirtualInterrupts: a thread that waits for one that was triggered has it; one that went ends the wait', () => {
    expectSuccess(function* (scene) {
      expectStatus((yield* sys.interrupt_create(scene.resource, 21, 0x80, 0)).status, 'INVALID_ARGS');
      const [interrupt, gone] = [yield* makeInterrupt(scene), yield* makeInterrupt(scene, 21)];
      const statuses: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          const at = scratch(scene, 1);
          statuses.push(statusName((yield* sys.event_wait(gone, SOURCE.INTERRUPT, 0, FOREVER, at)).status));
        },
        20,
      );
      yield* sys.handle_close(gone);
      expect(statuses).toEqual(['CANCELED']);
      for (let i = 0; i < 2; i++) {
        yield* trigger(interrupt);
        yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
      }
    });
  });

  it('WaitThreadFunctionsAfterSuspendResume: a thread that was suspended while it waited waits on, and is woken', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      let woken = 0;
      const thread = yield* spawn(
        scene,
        'driver',
        function* () {
          yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
          woken++;
        },
        20,
      );
      const waiting = { state: TASK_STATE.BLOCKED, blocked_on: BLOCKED_ON.EVENT };
      expect(yield* threadFields(thread, scratch(scene))).toMatchObject(waiting);
      const { status, token } = yield* sys.task_suspend(thread);
      expectStatus(status, 'OK');
      yield* sys.handle_close(token);
      expect(yield* threadFields(thread, scratch(scene))).toMatchObject(waiting);
      expect(woken).toBe(0);
      yield* trigger(interrupt);
      expect(woken).toBe(1);
    });
  });
});
