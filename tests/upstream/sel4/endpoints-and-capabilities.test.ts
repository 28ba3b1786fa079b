/**
 * What seL4's tests assert of endpoints, capabilities, scheduling and notifications, told of channels, handles and events. A name
 * begins with the numbers of the tests that it tells.
 */
import { describe, expect, it } from 'vitest';
import { PROPERTY, SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, setPriority, spawn } from '../../kernel/booted.js';
import { desk, expectText, makeChannel } from '../../kernel/messages.js';
import { makePool, packetAt, post, scratch, takeAll } from '../../kernel/packets.js';

/** Texts of growing length, as their messages are. */
const TEXTS = Array.from({ length: 8 }, (_, i) => 'abcdefgh'.slice(0, i).repeat(5));

/** For priorities of a sender around those of a receiver, and either of the two first. */
function forEachOrder(told: (sender: number, receiver: number, senderFirst: boolean) => void): void {
  for (const sender of [17, 18, 19, 20]) for (const first of [true, false]) told(sender, 18, first);
}

describe('sel4test, as ours: messages', () => {
  it('IPC0001: messages of all lengths arrive in order, whichever of the two has the higher priority or comes first', () => {
    forEachOrder((sender, receiver, senderFirst) => {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const got: string[] = [];
        const send = () =>
          spawn(
            scene,
            'sender',
            function* () {
              for (const text of TEXTS) expectStatus(yield* desk(scene, 1).send(first, text), 'OK');
            },
            sender,
          );
        const receive = () =>
          spawn(
            scene,
            'receiver',
            function* () {
              while (got.length < TEXTS.length) got.push((yield* desk(scene, 2).receive(second)).text);
            },
            receiver,
          );
        for (const start of senderFirst ? [send, receive] : [receive, send]) yield* start();
        expect(got).toEqual(TEXTS);
      });
    });
  });

  it('IPC0002, IPC0003: calls of all lengths are answered in order, in the same way', () => {
    forEachOrder((caller, server, callerFirst) => {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const answers: string[] = [];
        const call = () =>
          spawn(
            scene,
            'caller',
            function* () {
              for (const text of TEXTS) answers.push((yield* desk(scene, 1).call(first, text)).text);
            },
            caller,
          );
        const serve = () =>
          spawn(
            scene,
            'server',
            function* () {
              for (const expected of TEXTS) {
                const { text, reply } = yield* desk(scene, 2).receive(second);
                expect(text).toBe(expected);
                yield* desk(scene, 2).reply(reply, `${text}!`);
              }
            },
            server,
          );
        for (const start of callerFirst ? [call, serve] : [serve, call]) yield* start();
        expect(answers).toEqual(TEXTS.map((text) => `${text}!`));
      });
    });
  });

  it('IPC0004: a send that does not wait is received where somebody waits for it, and by nobody else', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus(yield* desk(scene).send(first, 'lost', [], 0), 'TIMED_OUT');
      const got: string[] = [];
      yield* spawn(
        scene,
        'receiver',
        function* () {
          while (got.length < TEXTS.length) got.push((yield* desk(scene, 1).receive(second)).text);
        },
        20,
      );
      for (const text of TEXTS) expectStatus(yield* desk(scene).send(first, text, [], 0), 'OK');
      expect(got).toEqual(TEXTS);
    });
  });

  it('IPC0010: a caller that was received can be suspended, resumed, suspended again and killed', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawn(scene, 'caller', () => desk(scene, 1).call(first, 'x'), 20);
      const { reply } = yield* desk(scene).receive(second);
      for (let i = 0; i < 2; i++) {
        const { status, token } = yield* sys.task_suspend(caller);
        expectStatus(status, 'OK');
        if (i === 0) yield* sys.handle_close(token);
      }
      expectStatus((yield* sys.task_kill(caller)).status, 'OK');
      expectStatus(yield* desk(scene).reply(reply, 'late'), 'PEER_CLOSED');
    });
  });

  it('IPCRIGHTS0001, IPCRIGHTS0002: sending needs one right and receiving another, whatever else the handle has', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      for (const [h, needed] of [
        [first, RIGHTS.WRITE],
        [second, RIGHTS.READ],
      ]) {
        for (const rights of [needed, ALL_RIGHTS & ~needed]) {
          const { copy } = yield* sys.handle_duplicate(h, rights);
          const status =
            h === first
              ? yield* desk(scene).send(copy, 'x', [], 0)
              : (yield* desk(scene).receive(copy, { deadline: 0 })).status;
          expect(statusName(status)).toBe(rights === needed ? 'TIMED_OUT' : 'ACCESS_DENIED');
        }
      }
    });
  });

  it('NBWAIT0001: polling an endpoint and a notification brings what is there, once, with its badge', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const poll = () => desk(scene).receive(second, { deadline: 0 });
      expectStatus((yield* poll()).status, 'TIMED_OUT');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      yield* post(pool, scratch(scene), 2);
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([2]);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      const { copy } = yield* sys.handle_duplicate(first, SAME_RIGHTS);
      yield* store(scratch(scene), Uint8Array.of(1, 0, 0, 0));
      expectStatus((yield* sys.object_set(copy, PROPERTY.BADGE, scratch(scene), 4)).status, 'OK');
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(copy, 'beef'), 20);
      const letter = yield* poll();
      expectText(letter, 'beef');
      expect(letter.badge).toBe(1);
      expectStatus((yield* poll()).status, 'TIMED_OUT');
    });
  });
});

describe('sel4test, as ours: capabilities', () => {
  it('CNODEOP0007: revoking leaves the capability itself, and removes all that was derived from it, however far', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const chain = [vmo];
      for (let i = 0; i < 10; i++) chain.push((yield* sys.handle_duplicate(chain[i], SAME_RIGHTS)).copy);
      expect((yield* sys.handle_revoke(chain[3])).removed).toBe(7);
      expectStatus((yield* sys.handle_revoke(0)).status, 'BAD_HANDLE');
      for (const [i, handle] of chain.entries())
        expectStatus((yield* sys.handle_close(handle)).status, i <= 3 ? 'OK' : 'BAD_HANDLE');
    });
  });

  it('CANCEL_BADGED_SENDS_0002: clients whose handles were revoked reach the server no more; the others do', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(
        scene,
        'server',
        function* () {
          for (;;) {
            const { reply, badge, status } = yield* desk(scene, 3).receive(second);
            if (status !== 0) return;
            yield* desk(scene, 3).reply(reply, `${badge}`);
          }
        },
        20,
      );
      const clients: { badged: number; derived: number }[] = [];
      for (let i = 0; i < 8; i++) {
        const badged = (yield* sys.handle_duplicate(first, SAME_RIGHTS)).copy;
        yield* store(scratch(scene), Uint8Array.of(200 + i, 0, 0, 0));
        expectStatus((yield* sys.object_set(badged, PROPERTY.BADGE, scratch(scene), 4)).status, 'OK');
        clients.push({ badged, derived: (yield* sys.handle_duplicate(badged, SAME_RIGHTS)).copy });
      }
      for (const [i, { badged }] of clients.entries()) {
        expect((yield* sys.handle_revoke(badged)).removed).toBe(1);
        for (const [j, { derived }] of clients.entries()) {
          const { status, text } = yield* desk(scene).call(derived, 'x');
          expect([statusName(status), text]).toEqual(j <= i ? ['BAD_HANDLE', ''] : ['OK', `${200 + j}`]);
        }
      }
      yield* sys.handle_close(first);
      for (const { badged } of clients) yield* sys.handle_close(badged);
    });
  });
});

describe('sel4test, as ours: scheduling', () => {
  it('SCHED0000: a thread that was suspended does nothing until it is resumed', () => {
    expectSuccess(function* (scene) {
      let count = 0;
      const thread = yield* spawn(scene, 'counter', function* (): CallScript<never> {
        for (;;) {
          count++;
          yield* sys.thread_yield();
        }
      });
      const others = function* (): CallScript<number> {
        const before = count;
        for (let i = 0; i < 10; i++) yield* sys.thread_yield();
        return count - before;
      };
      expect(yield* others()).toBeGreaterThan(0);
      const { status, token } = yield* sys.task_suspend(thread);
      expectStatus(status, 'OK');
      for (let i = 0; i < 2; i++) expect(yield* others()).toBe(0);
      yield* sys.handle_close(token);
      expect(yield* others()).toBeGreaterThan(0);
      yield* sys.task_kill(thread);
    });
  });

  it('SCHED0004: a thread of every priority runs, the highest first', () => {
    expectSuccess(function* (scene) {
      const order: number[] = [];
      yield* setPriority(scene, scene.thread, LIMITS.maxPriority);
      for (let priority = 0; priority < LIMITS.maxPriority; priority++)
        yield* spawn(
          scene,
          `${priority}`,
          function* () {
            order.push(priority);
            yield* sys.thread_yield();
          },
          priority,
        );
      yield* sys.thread_sleep(scene.system.time + 100_000);
      expect(order).toEqual(Array.from({ length: LIMITS.maxPriority }, (_, i) => LIMITS.maxPriority - 1 - i));
    });
  });

  it('SCHED0005: a thread that lowers its own priority is behind those above it at once', () => {
    expectSuccess(function* (scene) {
      const steps: string[] = [];
      yield* spawn(
        scene,
        'second',
        function* () {
          steps.push('second');
          yield* sys.thread_yield();
        },
        14,
      );
      steps.push('first');
      yield* setPriority(scene, scene.thread, 12);
      steps.push('first again');
      expect(steps).toEqual(['first', 'second', 'first again']);
    });
  });

  it('SCHED0020: a thread that gets a higher priority runs at once', () => {
    expectSuccess(function* (scene) {
      let state = 0;
      const thread = yield* spawn(
        scene,
        'helper',
        function* () {
          state = 1;
          yield* sys.thread_yield();
          state = 2;
          yield* sys.thread_yield();
        },
        10,
      );
      expect(state).toBe(0);
      yield* setPriority(scene, thread, 20);
      expect(state).toBe(2);
    });
  });

  it('SCHED0021: threads of one priority that never give way all run', () => {
    expectSuccess(
      function* (scene) {
        const counts = Array<number>(4).fill(0);
        const threads: number[] = [];
        for (const i of counts.keys())
          threads.push(
            yield* spawn(scene, `${i}`, function* () {
              for (;;) {
                yield* sys.clock_get(0);
                counts[i]++;
              }
            }),
          );
        yield* sys.thread_sleep(scene.system.time + 800);
        expect(Math.min(...counts)).toBeGreaterThan(40);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(20);
        for (const thread of threads) expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      },
      { quantum: 20 },
    );
  });
});

describe('sel4test, as ours: bound notifications', () => {
  it('BIND0001: one thread waits for messages and for signals at once, and has all of both', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene, 64);
      const [messages, signals] = [10, 10];
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 0, 2)).status, 'OK');
      yield* spawn(scene, 'sync', function* () {
        for (let i = 0; i < messages; i++) expectStatus(yield* desk(scene, 1).send(first, ''), 'OK');
      });
      yield* spawn(scene, 'async', function* () {
        for (let i = 0; i < signals; i++) expectStatus(yield* post(pool, scratch(scene, 2), 2), 'OK');
      });
      const count = [0, 0, 0];
      for (let i = 0; i < messages + signals; i++) {
        expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, 3), 0, 0)).status, 'OK');
        count[(yield* packetAt(scratch(scene, 3))).key]++;
      }
      expect(count).toEqual([0, messages, signals]);
    });
  });

  it('BIND0003, BIND0004: a signal ends the wait, whichever of the two has the higher priority', () => {
    for (const [waiter, sender] of [
      [20, 18],
      [18, 20],
    ]) {
      expectSuccess(function* (scene) {
        const [left, right] = [yield* makePool(scene), yield* makePool(scene)];
        const ended: number[] = [];
        yield* spawn(
          scene,
          'waiter',
          function* () {
            const at = scratch(scene, 1);
            const items = Uint32Array.of(left, SOURCE.RECEIVED, 0, right, SOURCE.RECEIVED, 0);
            yield* store(at, new Uint8Array(items.buffer));
            const { status, index } = yield* sys.event_wait_many(at, 2, FOREVER, at + 1024);
            expectStatus(status, 'OK');
            ended.push(index);
          },
          waiter,
        );
        yield* spawn(scene, 'sender', () => post(right, scratch(scene, 2), 5), sender);
        expect(ended).toEqual([1]);
      });
    }
  });
});
