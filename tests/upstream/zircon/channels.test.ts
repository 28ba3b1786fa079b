/** What Zircon's tests of channels assert, told of ours. */
import { describe, expect, it } from 'vitest';
import { LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { expectStatus, expectSuccess, spawn } from '../../kernel/booted.js';
import { handleFields } from '../../kernel/information.js';
import { desk, expectText, makeChannel, moved } from '../../kernel/messages.js';
import { scratch } from '../../kernel/packets.js';

describe('channels of Zircon, as ours', () => {
  it('two endpoints are two objects', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [one, two] = [yield* handleFields(first, scratch(scene)), yield* handleFields(second, scratch(scene))];
      expect(one.type).toBe(two.type);
      expect(one.koid).not.toBe(two.koid);
    });
  });

  it('what is written at one end is read at the other, whole and in order', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      for (const [i, text] of ['a', 'bc', ''].entries())
        yield* spawn(scene, `sender ${i}`, () => desk(scene, i + 1).send(first, text) as never, 20);
      for (const text of ['a', 'bc', '']) expectText(yield* desk(scene).receive(second), text);
    });
  });

  it('a read that does not wait finds nothing in an empty one', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      expectStatus((yield* desk(scene).receive(first, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('when the other end is closed: writes are PEER_CLOSED, and reads', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* sys.handle_close(second);
      expectStatus(yield* desk(scene).send(first, 'x'), 'PEER_CLOSED');
      expectStatus((yield* desk(scene).receive(first)).status, 'PEER_CLOSED');
    });
  });

  it('a buffer that is too small is told what is needed, and the message is there for the next read', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'four') as never, 20);
      const refused = yield* desk(scene).receive(second, { bytes: 3 });
      expectStatus(refused.status, 'BUFFER_TOO_SMALL');
      expect(refused.bytes).toBe(4);
      expectText(yield* desk(scene).receive(second, { bytes: 4 }), 'four');
    });
  });

  it('room for too few handles is told how many, and the message stays', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, '', [moved(vmo)]) as never, 20);
      const refused = yield* desk(scene).receive(second, { count: 0 });
      expectStatus(refused.status, 'BUFFER_TOO_SMALL');
      expect(refused.handle_count).toBe(1);
      expect((yield* desk(scene).receive(second)).handles).toHaveLength(1);
    });
  });

  it('a handle that was sent is gone here and works there, with the rights that it had', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const { replacement } = yield* sys.handle_replace(vmo, RIGHTS.TRANSFER | RIGHTS.READ | RIGHTS.INSPECT);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, '', [moved(replacement)]) as never, 20);
      expectStatus((yield* sys.handle_close(replacement)).status, 'BAD_HANDLE');
      const { handles } = yield* desk(scene).receive(second);
      const { rights } = yield* handleFields(handles[0], scratch(scene));
      expect(rights).toBe(RIGHTS.TRANSFER | RIGHTS.READ | RIGHTS.INSPECT);
    });
  });

  it('a handle without TRANSFER cannot be sent', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const { replacement } = yield* sys.handle_replace(vmo, RIGHTS.READ);
      expectStatus(yield* desk(scene).send(first, '', [moved(replacement)], 0), 'ACCESS_DENIED');
    });
  });

  it('one handle twice in a message is refused', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      expectStatus(yield* desk(scene).send(first, '', [moved(vmo), moved(vmo)], 0), 'INVALID_ARGS');
    });
  });

  it('more bytes or handles than a message takes are OUT_OF_RANGE', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene, 4);
      expectStatus(yield* desk(scene).send(first, 'fives', [], 0), 'OUT_OF_RANGE');
      const many = Array.from({ length: LIMITS.messageHandles + 1 }, () => moved(1));
      expectStatus(yield* desk(scene).send(first, '', many, 0), 'OUT_OF_RANGE');
    });
  });

  it('a call gets the reply to itself, however many wait', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const replies: string[] = [];
      for (let i = 1; i <= 3; i++) {
        yield* spawn(
          scene,
          `caller ${i}`,
          function* () {
            replies.push(`${i}: ${(yield* desk(scene, i).call(first, `${i}`)).text}`);
          },
          20,
        );
      }
      const letters = [];
      for (let i = 0; i < 3; i++) letters.push(yield* desk(scene).receive(second));
      for (const { reply, text } of letters.reverse()) yield* desk(scene).reply(reply, `to ${text}`);
      expect(replies).toEqual(['3: to 3', '2: to 2', '1: to 1']);
    });
  });

  it('a call whose deadline passes is TIMED_OUT; the reply then reaches nobody', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'caller',
        function* () {
          const deadline = scene.system.time + 5000;
          statuses.push((yield* desk(scene, 1).call(first, 'x', [], { deadline })).status);
        },
        20,
      );
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expectStatus(statuses[0], 'TIMED_OUT');
      expectStatus(yield* desk(scene).reply(reply, 'late'), 'PEER_CLOSED');
    });
  });

  it('a call ends when the other end is closed before anybody received it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'caller',
        function* () {
          statuses.push((yield* desk(scene, 1).call(first, 'x')).status);
        },
        20,
      );
      yield* sys.handle_close(second);
      expectStatus(statuses[0], 'PEER_CLOSED');
    });
  });

  it('channels inside messages inside channels go with the outermost', () => {
    expectSuccess(function* (scene) {
      const { channels } = scene.system.state;
      let { first: outer, second: other } = yield* makeChannel(scene);
      for (let depth = 0; depth < 5; depth++) {
        const next = yield* makeChannel(scene);
        const sender = [outer, other] as const;
        // Nobody receives: the message, and the endpoint in it, wait with a pool.
        const { pool } = yield* sys.pool_create(scene.allocator, 0, 1, 0);
        const message = yield* desk(scene).message('', [moved(sender[1])]);
        expectStatus((yield* sys.channel_send_async(next.first, message, pool, 0)).status, 'OK');
        yield* sys.handle_close(sender[0]);
        [outer, other] = [next.first, next.second];
      }
      expect(channels.live).toBeGreaterThan(2);
      yield* sys.handle_close(outer);
      yield* sys.handle_close(other);
      expect(channels.live).toBe(0);
    });
  });
});
