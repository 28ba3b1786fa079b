/** Channels: the rendezvous of threads that send and threads that receive. */
import { describe, expect, it } from 'vitest';
import { PROPERTY, RECEIVE } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import { RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, spawn } from './booted.js';
import { desk, expectText, makeChannel } from './messages.js';

describe('channels: sending and receiving', () => {
  it('19: a message that is sent at one endpoint is received at the other, whoever came first', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [mine, theirs] = [desk(scene, 0), desk(scene, 1)];
      const got: string[] = [];
      yield* spawn(scene, 'other', function* () {
        // It waits when the first comes, and finds the second waiting.
        got.push((yield* theirs.receive(second)).text);
        expectStatus(yield* theirs.send(second, 'back'), 'OK');
      });
      yield* sys.thread_yield();
      expectStatus(yield* mine.send(first, 'there'), 'OK');
      yield* sys.thread_yield();
      expectText(yield* mine.receive(first), 'back');
      expect(got).toEqual(['there']);
    });
  });

  it('22: a send that waits ends when a receiver has the message, not before', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      let sent = false;
      yield* spawn(scene, 'sender', function* () {
        expectStatus(yield* desk(scene, 1).send(first, 'hello'), 'OK');
        sent = true;
      });
      for (let i = 0; i < 3; i++) yield* sys.thread_yield();
      expect(sent).toBe(false);
      expectText(yield* desk(scene).receive(second), 'hello');
      yield* sys.thread_yield();
      expect(sent).toBe(true);
    });
  });

  it('a message of no bytes and no handles is a message', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene, 0);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, ''));
      expectText(yield* desk(scene).receive(second), '');
    });
  });

  it('bytes are taken from where the sender has them when it meets a receiver: the kernel has no buffer', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const theirs = desk(scene, 1);
      yield* spawn(scene, 'sender', () => theirs.send(first, 'before'));
      yield* sys.thread_yield();
      yield* theirs.message('after!');
      expectText(yield* desk(scene).receive(second), 'after!');
    });
  });

  it('a message of 65,536 bytes that lies across pages arrives as it was', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene, 65_536);
        const [from, to] = [scene.stackLow + 0x10_003, scene.stackLow + 0x30_801];
        const structure = scene.stackLow + 0x8000;
        const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
        yield* store(from, bytes);
        const put = (at: number, data: number) => store(at, new Uint8Array(Uint32Array.of(data, 65_536, 0, 0).buffer));
        yield* put(structure, from);
        yield* put(structure + 16, to);
        yield* spawn(scene, 'sender', () => sys.channel_send(first, structure, FOREVER));
        const got = yield* sys.channel_receive(second, structure + 16, 0, FOREVER);
        expect([got.status, got.bytes]).toEqual([0, 65_536]);
        const arrived = yield* load(to, 65_536);
        expect(Buffer.compare(Buffer.from(arrived), Buffer.from(bytes))).toBe(0);
      },
      { checked: false },
    );
  });

  it('a sender whose bytes cannot be read any more ends with INVALID_ARGS, and the next one is received', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const statuses: number[] = [];
      for (const page of [1, 2])
        yield* spawn(scene, `sender ${page}`, function* () {
          statuses.push(yield* desk(scene, page).send(first, `from ${page}`));
        });
      yield* sys.thread_yield();
      expectStatus((yield* sys.vmar_unmap(scene.vmar, desk(scene, 1).at, 4096)).status, 'OK');
      expectText(yield* desk(scene).receive(second), 'from 2');
      yield* sys.thread_yield();
      expectStatus(statuses[0], 'INVALID_ARGS');
      expectStatus(statuses[1], 'OK');
    });
  });

  it('12: messages are received in the order in which they were sent, and priority does not reorder them', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      for (const [page, priority] of [17, 20, 18, 25].entries())
        yield* spawn(scene, `${page}`, () => desk(scene, page + 1).send(first, `${page}`) as never, priority);
      for (let i = 0; i < 4; i++) expectText(yield* desk(scene).receive(second), `${i}`);
    });
  });

  it('11, 12: receivers get messages in the order in which they came, each message one receiver', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const got: string[] = [];
      for (const [page, priority] of [17, 20, 18].entries())
        yield* spawn(
          scene,
          `${page}`,
          function* () {
            got.push(`${page}: ${(yield* desk(scene, page + 1).receive(second)).text}`);
          },
          priority,
        );
      for (const text of ['e1', 'e2', 'e3']) expectStatus(yield* desk(scene).send(first, text), 'OK');
      expect(got).toEqual(['0: e1', '1: e2', '2: e3']);
    });
  });

  it('a thread can send to itself through both endpoints without waiting only where somebody receives', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus(yield* desk(scene).send(first, 'x', [], 0), 'TIMED_OUT');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('17: a send that polls reaches a receiver that waits', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const got: string[] = [];
      yield* spawn(scene, 'receiver', function* () {
        got.push((yield* desk(scene, 1).receive(second)).text);
      });
      yield* sys.thread_yield();
      expectStatus(yield* desk(scene).send(first, 'now', [], 0), 'OK');
      expectStatus(yield* desk(scene).send(first, 'and now', [], 0), 'TIMED_OUT');
      yield* sys.thread_yield();
      expect(got).toEqual(['now']);
    });
  });

  it('16: a send whose deadline passes is in no queue: its message is never received', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus(yield* desk(scene).send(first, 'too late', [], 100_000), 'TIMED_OUT');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('16: a receive whose deadline passes is in no queue: the next message goes to another', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus((yield* desk(scene).receive(second, { deadline: 100_000 })).status, 'TIMED_OUT');
      expectStatus(yield* desk(scene).send(first, 'x', [], 0), 'TIMED_OUT');
    });
  });

  it('18: killing a sender takes its message away and reorders nobody', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const threads: number[] = [];
      for (const page of [1, 2, 3])
        threads.push(yield* spawn(scene, `${page}`, () => desk(scene, page).send(first, `${page}`)));
      yield* sys.thread_yield();
      expectStatus((yield* sys.task_kill(threads[1])).status, 'OK');
      expectText(yield* desk(scene).receive(second), '1');
      expectText(yield* desk(scene).receive(second), '3');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('18: killing a receiver loses no message and reorders nobody', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const got: string[] = [];
      const threads: number[] = [];
      for (const page of [1, 2, 3])
        threads.push(
          yield* spawn(scene, `${page}`, function* () {
            got.push(`${page}: ${(yield* desk(scene, page).receive(second)).text}`);
          }),
        );
      yield* sys.thread_yield();
      expectStatus((yield* sys.task_kill(threads[0])).status, 'OK');
      for (const text of ['a', 'b']) expectStatus(yield* desk(scene).send(first, text), 'OK');
      yield* sys.thread_yield();
      expect(got).toEqual(['2: a', '3: b']);
    });
  });
});

describe('channels: sizes', () => {
  it('20: a receive that is too small ends with BUFFER_TOO_SMALL and the needed sizes; message and sender stay', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      let sent = false;
      yield* spawn(scene, 'sender', function* () {
        expectStatus(yield* desk(scene, 1).send(first, 'a long one'), 'OK');
        sent = true;
      });
      yield* sys.thread_yield();
      const small = yield* desk(scene).receive(second, { bytes: 9 });
      expectStatus(small.status, 'BUFFER_TOO_SMALL');
      expect([small.bytes, small.handle_count]).toEqual([10, 0]);
      yield* sys.thread_yield();
      expect(sent).toBe(false);
      expectText(yield* desk(scene).receive(second, { bytes: 10 }), 'a long one');
      yield* sys.thread_yield();
      expect(sent).toBe(true);
    });
  });

  it('a receiver that waits and is too small is told so, and the next one has the message in the same step', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const got: string[] = [];
      for (const [page, bytes] of [
        [1, 2],
        [2, 3],
        [3, 100],
      ])
        yield* spawn(scene, `${page}`, function* () {
          const { status, bytes: needed, text } = yield* desk(scene, page).receive(second, { bytes });
          got.push(status === 0 ? text : `${status} ${needed}`);
        });
      yield* sys.thread_yield();
      expectStatus(yield* desk(scene).send(first, 'four', [], 0), 'OK');
      yield* sys.thread_yield();
      expect(got).toEqual(['-11 4', '-11 4', 'four']);
    });
  });

  it('a message that fits none of those who wait stays with its sender', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'small', () => desk(scene, 1).receive(second, { bytes: 1 }));
      yield* spawn(scene, 'sender', () => desk(scene, 2).send(first, 'large'));
      for (let i = 0; i < 2; i++) yield* sys.thread_yield();
      expectText(yield* desk(scene).receive(second), 'large');
    });
  });

  it('TRUNCATE takes what fits and says how much there was', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'abcdef'));
      const got = yield* desk(scene).receive(second, { bytes: 4, options: RECEIVE.TRUNCATE });
      expect([got.status, got.bytes, got.text]).toEqual([0, 6, 'abcd']);
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('more bytes than the channel takes are OUT_OF_RANGE, and nothing is sent', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene, 4);
      expectStatus(yield* desk(scene).send(first, 'five!'), 'OUT_OF_RANGE');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
      expectStatus((yield* sys.channel_create(scene.allocator, 65_537, 0)).status, 'OUT_OF_RANGE');
    });
  });

  it('a receiver whose buffer is not there any more ends with INVALID_ARGS, and the next one has the message', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const got: string[] = [];
      for (const page of [1, 2])
        yield* spawn(scene, `${page}`, function* () {
          const { status, text } = yield* desk(scene, page).receive(second);
          got.push(`${page} ${status} ${text}`);
        });
      yield* sys.thread_yield();
      yield* sys.vmar_unmap(scene.vmar, desk(scene, 1).at, 4096);
      expectStatus(yield* desk(scene).send(first, 'for the second'), 'OK');
      yield* sys.thread_yield();
      expect(got).toEqual(['1 -1 ', '2 0 for the second']);
    });
  });
});

describe('channels: ends', () => {
  it('PEER_CLOSED comes after what is pending was received', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      for (const page of [1, 2])
        yield* spawn(scene, `${page}`, function* () {
          expectStatus(yield* desk(scene, page).send(first, `${page}`), 'OK');
        });
      yield* sys.thread_yield();
      yield* sys.handle_close(first);
      expectText(yield* desk(scene).receive(second), '1');
      expectText(yield* desk(scene).receive(second), '2');
      expectStatus((yield* desk(scene).receive(second)).status, 'PEER_CLOSED');
      expectStatus(yield* desk(scene).send(second, 'x'), 'PEER_CLOSED');
    });
  });

  it('receivers that wait are told PEER_CLOSED when the other endpoint goes', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const statuses: number[] = [];
      for (const page of [1, 2])
        yield* spawn(scene, `${page}`, function* () {
          statuses.push((yield* desk(scene, page).receive(second)).status);
        });
      yield* sys.thread_yield();
      yield* sys.handle_close(first);
      yield* sys.thread_yield();
      for (const status of statuses) expectStatus(status, 'PEER_CLOSED');
      expect(statuses.length).toBe(2);
    });
  });

  it('senders that wait are told PEER_CLOSED when nobody can receive any more', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      let status = 0;
      yield* spawn(scene, 'sender', function* () {
        status = yield* desk(scene, 1).send(first, 'x');
      });
      yield* sys.thread_yield();
      yield* sys.handle_close(second);
      yield* sys.thread_yield();
      expectStatus(status, 'PEER_CLOSED');
    });
  });

  it('a receive at an endpoint that goes is CANCELED', () => {
    expectSuccess(function* (scene) {
      const { second } = yield* makeChannel(scene);
      let status = 0;
      yield* spawn(scene, 'receiver', function* () {
        status = (yield* desk(scene, 1).receive(second)).status;
      });
      yield* sys.thread_yield();
      yield* sys.handle_close(second);
      yield* sys.thread_yield();
      expectStatus(status, 'CANCELED');
    });
  });

  it('an endpoint lives as long as one handle to it does', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { copy } = yield* sys.handle_duplicate(first, SAME_RIGHTS);
      yield* sys.handle_close(first);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(copy, 'still here'));
      expectText(yield* desk(scene).receive(second), 'still here');
      yield* sys.handle_close(copy);
      expectStatus(yield* desk(scene).send(second, 'x'), 'PEER_CLOSED');
    });
  });

  it('37: closing both endpoints gives back everything, whatever was pending', () => {
    const { system } = expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      for (const [page, h] of [first, second].entries())
        yield* spawn(scene, `${page}`, () => desk(scene, page + 1).send(h, 'x'));
      yield* sys.thread_yield();
      yield* sys.handle_close(first);
      yield* sys.handle_close(second);
      yield* sys.thread_yield();
      const { channels, messages } = scene.system.state;
      expect([channels.live, messages.live]).toEqual([0, 0]);
    });
    expect(system.state.messages.live).toBe(0);
  });

  it('WRITE is needed to send and READ to receive', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const reader = yield* sys.handle_duplicate(first, RIGHTS.READ);
      const writer = yield* sys.handle_duplicate(second, RIGHTS.WRITE);
      expectStatus(yield* desk(scene).send(reader.copy, 'x'), 'ACCESS_DENIED');
      expectStatus((yield* desk(scene).receive(writer.copy)).status, 'ACCESS_DENIED');
    });
  });

  it('the receiver learns the badge of the handle that was sent with, and 0 where it has none', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { copy } = yield* sys.handle_duplicate(first, SAME_RIGHTS);
      yield* store(scene.stackLow, Uint8Array.of(42, 0, 0, 0));
      expectStatus((yield* sys.object_set(copy, PROPERTY.BADGE, scene.stackLow, 4)).status, 'OK');
      for (const [page, h] of [copy, first].entries())
        yield* spawn(scene, `${page}`, () => desk(scene, page + 1).send(h, 'x'));
      expect((yield* desk(scene).receive(second)).badge).toBe(42);
      expect((yield* desk(scene).receive(second)).badge).toBe(0);
    });
  });

  it('a sender that is to wait needs room for its message; without it NO_MEMORY, and nothing happens', () => {
    expectSuccess(function* (scene) {
      const { child } = yield* sys.allocator_create(scene.allocator, 4096);
      expectStatus((yield* sys.channel_create(child, 16, 0)).status, 'OK');
      let made = 0;
      while ((yield* sys.channel_create(child, 16, 0)).status === 0) made++;
      // 4,096 bytes for pairs of 128 each.
      expect(made + 1).toBe(16);
      expectStatus((yield* sys.channel_create(child, 16, 0)).status, 'NO_MEMORY');
      expect(yield* createThread(scene, 'unused')).toBeGreaterThan(0);
    });
  });
});
