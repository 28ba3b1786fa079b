/** What seL4's tests assert of endpoints, capabilities, scheduling and notifications, told of channels, handles and events. */
import { describe, expect, it } from 'vitest';
import { PROPERTY, SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, spawn } from '../../kernel/booted.js';
import { desk, expectText, makeChannel } from '../../kernel/messages.js';
import { Bell, packetAt, post, scratch } from '../../kernel/packets.js';

describe('sel4test, as ours', () => {
  it('IPC: a message arrives whichever of the two has the higher priority, and whichever comes first', () => {
    for (const receiver of [10, 16, 22]) {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const got: string[] = [];
        yield* spawn(
          scene,
          'receiver',
          function* () {
            got.push((yield* desk(scene, 1).receive(second)).text);
          },
          receiver,
        );
        expectStatus(yield* desk(scene).send(first, 'hello'), 'OK');
        yield* sys.thread_sleep(scene.system.time + 1000);
        expect(got).toEqual(['hello']);
      });
    }
  });

  it('IPC: a server that replies and receives in turn serves clients for as long as they call', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(
        scene,
        'server',
        function* () {
          for (let i = 0; i < 6; i++) {
            const { text, reply } = yield* desk(scene, 3).receive(second);
            yield* desk(scene, 3).reply(reply, `${text}!`);
          }
        },
        20,
      );
      for (let i = 0; i < 6; i++) expectText(yield* desk(scene).call(first, `${i}`), `${i}!`);
    });
  });

  it('badges: the receiver sees through which handle a message was sent', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const badges: number[] = [];
      for (const badge of [5, 7]) {
        const { copy } = yield* sys.handle_duplicate(first, SAME_RIGHTS);
        yield* store(scratch(scene), Uint8Array.of(badge, 0, 0, 0));
        expectStatus((yield* sys.object_set(copy, PROPERTY.BADGE, scratch(scene), 4)).status, 'OK');
        yield* spawn(scene, `sender ${badge}`, () => desk(scene, badge).send(copy, 'x') as never, 20);
      }
      for (let i = 0; i < 2; i++) badges.push((yield* desk(scene).receive(second)).badge);
      expect(badges).toEqual([5, 7]);
    });
  });

  it('revoking removes every capability that was derived, however far, and leaves the one itself', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const chain = [vmo];
      for (let i = 0; i < 10; i++) chain.push((yield* sys.handle_duplicate(chain[i], SAME_RIGHTS)).copy);
      expect((yield* sys.handle_revoke(chain[3])).removed).toBe(7);
      for (const [i, handle] of chain.entries())
        expectStatus((yield* sys.handle_close(handle)).status, i <= 3 ? 'OK' : 'BAD_HANDLE');
    });
  });

  it('a thread that was suspended does nothing until it is resumed', () => {
    expectSuccess(function* (scene) {
      let count = 0;
      const thread = yield* spawn(scene, 'counter', function* (): CallScript<never> {
        for (;;) {
          count++;
          yield* sys.thread_yield();
        }
      } as never);
      for (let i = 0; i < 4; i++) yield* sys.thread_yield();
      const { status, token } = yield* sys.task_suspend(thread);
      expectStatus(status, 'OK');
      const before = count;
      for (let i = 0; i < 10; i++) yield* sys.thread_yield();
      expect(count).toBe(before);
      yield* sys.handle_close(token);
      for (let i = 0; i < 4; i++) yield* sys.thread_yield();
      expect(count).toBeGreaterThan(before);
      yield* sys.task_kill(thread);
    });
  });

  it('of runnable threads the one with the highest priority runs, and a new priority counts at once', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const say = (name: string) =>
        function* (): CallScript<void> {
          order.push(name);
          yield* sys.thread_yield();
        } as never;
      yield* spawn(scene, 'low', say('low'), 5);
      const middle = yield* spawn(scene, 'middle', say('middle'), 4);
      yield* store(scratch(scene), Uint8Array.of(20, 0, 0, 0));
      yield* sys.object_set(middle, PROPERTY.PRIORITY, scratch(scene), 4);
      yield* sys.thread_sleep(scene.system.time + 1000);
      expect(order).toEqual(['middle', 'low']);
    });
  });

  it('a bound notification: one thread waits for messages and for signals at once, and is told which it was', () => {
    expectSuccess(function* (scene) {
      const [messages, signal] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const at = scratch(scene, 1);
      const items = Uint32Array.of(messages.pool, SOURCE.RECEIVED, 0, signal.pool, SOURCE.RECEIVED, 0);
      yield* store(at, new Uint8Array(items.buffer));
      yield* post(signal.pool, scratch(scene), 5);
      const { index } = yield* sys.event_wait_many(at, 2, FOREVER, at + 1024);
      expect([index, (yield* packetAt(at + 1024)).data[0]]).toEqual([1, 1]);
    });
  });
});
