/** Channels and pools: sends without waiting, pools that receive, both queues with threads and pools in one order. */
import { describe, expect, it } from 'vitest';
import { EVENT, POOL_KIND, RECEIVE } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { MEMORY_STATE } from '../../syscalls/options.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { copied, desk, expectText, makeChannel, moved, type Sent } from './messages.js';
import { expectFlags, makePool, type Packet, packetAt, scratch, take } from './packets.js';
import { free, Listener, makeAllocator, takePages } from './shortage/shortages.js';

const variable = (scene: Scene, bytes = 8192) => makePool(scene, bytes, POOL_KIND.VARIABLE);

function* receiveInto(pool: number, h: number, key: number, max = 0, options = 0): CallScript<number> {
  const { status, registration } = yield* sys.channel_receive_async(h, pool, key, max, options);
  expectStatus(status, 'OK');
  return registration;
}

function* sendAsync(
  scene: Scene,
  h: number,
  text: string,
  pool: number,
  key: number,
  handles: readonly Sent[] = [],
): CallScript<number> {
  const message = yield* desk(scene, 20).message(text, handles);
  const { status, registration } = yield* sys.channel_send_async(h, message, pool, key);
  expectStatus(status, 'OK');
  return registration;
}

interface Taken extends Packet {
  readonly text: string;
  readonly handles: readonly number[];
}

/** Takes a packet with what it carries. */
function* takeMessage(scene: Scene, pool: number): CallScript<Taken> {
  const [at, buf] = [scratch(scene, 50), scratch(scene, 51)];
  const taken = yield* sys.pool_take(pool, 0, at, buf, 2048);
  expectStatus(taken.status, 'OK');
  const packet = yield* packetAt(at);
  const count = packet.type === EVENT.MESSAGE ? packet.data[1] : 0;
  const bytes = count > 0 ? Math.min(packet.data[0], taken.n) : taken.n;
  const text = new TextDecoder().decode(yield* load(buf, bytes));
  const numbers = new Int32Array((yield* load(buf + ((bytes + 3) & ~3), count * 4)).slice().buffer);
  return { ...packet, text, handles: [...numbers] };
}

describe('channels: sending without waiting', () => {
  it('bytes are copied when they are sent: what the sender does with them afterwards changes nothing', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* sendAsync(scene, first, 'as sent', pool, 7);
      yield* desk(scene, 20).message('changed');
      expectText(yield* desk(scene).receive(second), 'as sent');
    });
  });

  it('22: the packet comes when a receiver has the message, not before', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* sendAsync(scene, first, 'hello', pool, 7);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      expectText(yield* desk(scene).receive(second), 'hello');
      const packet = yield* take(pool, scratch(scene));
      expect([packet.key, packet.type, packet.status, packet.data[0]]).toEqual([7, EVENT.SENT, 0, 5]);
      expectFlags(packet, '');
    });
  });

  it("what waits is charged to the pool's allocator, and given back when it was received", () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene, 8192);
      const { child } = yield* sys.allocator_create(scene.allocator, 16 * 4096);
      const { pool } = yield* sys.pool_create(child, POOL_KIND.FIXED, 4, 0);
      const { allocators } = scene.system.state;
      const row = allocators.used - 1;
      const before = allocators.charged[row];
      yield* sendAsync(scene, first, 'x'.repeat(3000), pool, 1);
      expect(allocators.charged[row] - before).toBe(4096 + 64 + 64 + 64);
      yield* desk(scene).receive(second, { bytes: 1024, options: RECEIVE.TRUNCATE });
      yield* take(pool, scratch(scene));
      expect(allocators.charged[row]).toBe(before);
    });
  });

  it('threads and pools stand in one queue of senders', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* sendAsync(scene, first, 'one', pool, 1);
      yield* spawn(scene, 'two', () => desk(scene, 1).send(first, 'two'));
      yield* sys.thread_yield();
      yield* sendAsync(scene, first, 'three', pool, 3);
      for (const text of ['one', 'two', 'three']) expectText(yield* desk(scene).receive(second), text);
    });
  });

  it('15: a send that is cancelled is never received; one that was received cannot be cancelled any more', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const one = yield* sendAsync(scene, first, 'one', pool, 1);
      const two = yield* sendAsync(scene, first, 'two', pool, 2);
      expectStatus((yield* sys.event_cancel(pool, one)).status, 'OK');
      expectText(yield* desk(scene).receive(second), 'two');
      expect((yield* take(pool, scratch(scene))).key).toBe(2);
      expectStatus((yield* sys.event_cancel(pool, two)).status, 'NOT_FOUND');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('a pool that goes takes its sends with it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* sendAsync(scene, first, 'x', pool, 1, [moved(vmo)]);
      yield* sys.handle_close(pool);
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
      expect(scene.system.state.messages.live).toBe(0);
    });
  });

  it('when nobody can receive any more the packet says PEER_CLOSED', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* sendAsync(scene, first, 'x', pool, 9);
      yield* sys.handle_close(second);
      const packet = yield* take(pool, scratch(scene));
      expect(packet.key).toBe(9);
      expectStatus(packet.status, 'PEER_CLOSED');
      expectFlags(packet, 'ERROR|LAST');
    });
  });

  it('the packet of a send names the endpoint that it was sent at', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* sendAsync(scene, first, 'x', pool, 9);
      yield* desk(scene).receive(second);
      const { source } = yield* take(pool, scratch(scene));
      const { channels } = scene.system.state;
      expect(source).toBe(channels.koid[0]);
    });
  });

  it('a message that the quota of the pool does not hold is NO_MEMORY, and its handles stay', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene, 65_536);
      const { child } = yield* sys.allocator_create(scene.allocator, 4 * 4096);
      const { pool } = yield* sys.pool_create(child, POOL_KIND.FIXED, 4, 0);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const message = yield* desk(scene, 20).message('y'.repeat(1500), [moved(vmo)]);
      const full = yield* sys.vmo_create(child, 4096, 0);
      expectStatus(full.status, 'OK');
      yield* sys.vmo_write(full.vmo, 0, scene.stackLow, 4096);
      expectStatus((yield* sys.channel_send_async(first, message, pool, 1)).status, 'NO_MEMORY');
      expectStatus((yield* sys.handle_duplicate(vmo, SAME_RIGHTS)).status, 'OK');
    });
  });
});

describe('channels: pools that receive', () => {
  it('a pool receives bytes, handles, the badge, and says so in a packet', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* receiveInto(pool, second, 77, 100);
      expectStatus(yield* desk(scene).send(first, 'hello', [copied(vmo)], 0), 'OK');
      const got = yield* takeMessage(scene, pool);
      expect([got.key, got.type, got.status, got.data[0], got.data[1], got.text]).toEqual([
        77,
        EVENT.MESSAGE,
        0,
        5,
        1,
        'hello',
      ]);
      expectFlags(got, '');
      expectStatus((yield* sys.vmo_read(got.handles[0], 0, scene.stackLow, 4)).status, 'OK');
    });
  });

  it('12: threads and pools stand in one queue of receivers; [P, T] gives e1 to P and e2 to T', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const got: string[] = [];
      yield* receiveInto(pool, second, 1, 16);
      yield* spawn(scene, 'T', function* () {
        got.push((yield* desk(scene, 1).receive(second)).text);
      });
      yield* sys.thread_yield();
      for (const text of ['e1', 'e2']) expectStatus(yield* desk(scene).send(first, text, [], 0), 'OK');
      yield* sys.thread_yield();
      expect([(yield* takeMessage(scene, pool)).text, ...got]).toEqual(['e1', 'e2']);
    });
  });

  for (const [order, expected] of [
    ['[P*, T]', { pool: ['e1', 'e3'], thread: ['e2'] }],
    ['[T, P*]', { pool: ['e2', 'e3'], thread: ['e1'] }],
  ] as const) {
    it(`13: pending e1 e2 e3 and the queue ${order}: ${JSON.stringify(expected)}`, () => {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const pool = yield* variable(scene);
        const got: string[] = [];
        const thread = function* () {
          yield* spawn(scene, 'T', function* () {
            got.push((yield* desk(scene, 1).receive(second)).text);
          });
          yield* sys.thread_yield();
        };
        if (order === '[T, P*]') yield* thread();
        yield* receiveInto(pool, second, 1, 16, RECEIVE.REENTER);
        if (order === '[P*, T]') yield* thread();
        for (const text of ['e1', 'e2', 'e3']) expectStatus(yield* desk(scene).send(first, text, [], 0), 'OK');
        yield* sys.thread_yield();
        const texts = [yield* takeMessage(scene, pool), yield* takeMessage(scene, pool)];
        expect(texts.map(({ text }) => text)).toEqual(expected.pool);
        for (const packet of texts) expectFlags(packet, 'MORE');
        expect(got).toEqual(expected.thread);
      });
    });
  }

  it('messages that are pending go to a pool when it comes, as many as it re-enters for', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [pool, sends] = [yield* variable(scene), yield* makePool(scene)];
      for (const text of ['a', 'b', 'c']) yield* sendAsync(scene, first, text, sends, 1);
      yield* receiveInto(pool, second, 1, 16);
      expect((yield* takeMessage(scene, pool)).text).toBe('a');
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      yield* receiveInto(pool, second, 1, 16, RECEIVE.REENTER);
      expect((yield* takeMessage(scene, pool)).text).toBe('b');
      expect((yield* takeMessage(scene, pool)).text).toBe('c');
    });
  });

  it('14: a pool without room parks outside the queue, holds nobody up, and comes back at the tail when it has', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [pool, sends] = [yield* makePool(scene, 1), yield* makePool(scene)];
      yield* receiveInto(pool, second, 1, 0, RECEIVE.REENTER);
      const got: string[] = [];
      expectStatus(yield* desk(scene).send(first, '', [], 0), 'OK');
      // Its one slot is full: it is parked, and a thread that comes later is served.
      yield* spawn(scene, 'T', function* () {
        got.push(`T ${(yield* desk(scene, 1).receive(second)).bytes}`);
      });
      yield* sys.thread_yield();
      expectStatus(yield* desk(scene).send(first, 'for T', [], 0), 'OK');
      yield* sendAsync(scene, first, '', sends, 3);
      yield* sys.thread_yield();
      expect(got).toEqual(['T 5']);
      expectStatus((yield* sys.pool_take(sends, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      // Taking the packet frees the slot: the pool is back, and has the pending message in the same step.
      expectFlags(yield* take(pool, scratch(scene)), 'MORE');
      expect((yield* take(sends, scratch(scene))).key).toBe(3);
      expectFlags(yield* take(pool, scratch(scene)), 'MORE');
    });
  });

  it('14: a pool that cannot have the memory for another packet parks, its allocator is short once, and it is back with the memory', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene, 4096);
      const small = yield* makeAllocator(scene, 16);
      const { status, pool } = yield* sys.pool_create(small, POOL_KIND.VARIABLE, 16 * PAGE_BYTES, 0);
      expectStatus(status, 'OK');
      const sends = yield* makePool(scene);
      const listener = yield* Listener.make(scene, small);
      yield* receiveInto(pool, second, 1, 4000, RECEIVE.REENTER);
      const hog = yield* takePages(small, Math.floor((yield* free(scene, small)) / PAGE_BYTES) - 1);
      while ((yield* free(scene, small)) >= PAGE_BYTES) yield* takePages(small, 1);
      expect(yield* listener.heard()).toEqual([]);
      expectStatus(yield* desk(scene).send(first, 'x'.repeat(1500), [], 0), 'OK');
      expectStatus(yield* desk(scene).send(first, 'y'.repeat(1500), [], 0), 'TIMED_OUT');
      const heard = yield* listener.heard();
      expect(heard.map(({ state, wanted }) => [state, wanted])).toEqual([[MEMORY_STATE.OOM, PAGE_BYTES]]);
      yield* sendAsync(scene, first, 'later', sends, 3);
      expectStatus((yield* sys.pool_take(sends, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      yield* sys.handle_close(hog);
      expect((yield* take(sends, scratch(scene))).key).toBe(3);
      yield* listener.released();
      expect((yield* takeMessage(scene, pool)).text.length).toBe(1500);
      expect((yield* takeMessage(scene, pool)).text).toBe('later');
    });
  });

  it('a message too long for a pool: an error packet with the needed size, the registration ends, the message stays', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const registration = yield* receiveInto(pool, second, 5, 4, RECEIVE.REENTER);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'five!'));
      yield* sys.thread_yield();
      const packet = yield* takeMessage(scene, pool);
      expectStatus(packet.status, 'BUFFER_TOO_SMALL');
      expect([packet.key, packet.data[0], packet.data[1]]).toEqual([5, 5, 0]);
      expectFlags(packet, 'ERROR');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      expectText(yield* desk(scene).receive(second), 'five!');
    });
  });

  it('20: the message that was too long for a pool goes to the next in the same step', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [small, large] = [yield* variable(scene), yield* variable(scene)];
      yield* receiveInto(small, second, 1, 1);
      yield* receiveInto(large, second, 2, 100);
      expectStatus(yield* desk(scene).send(first, 'hello', [], 0), 'OK');
      expectFlags(yield* takeMessage(scene, small), 'ERROR');
      expect((yield* takeMessage(scene, large)).text).toBe('hello');
    });
  });

  it('TRUNCATE into a pool takes what fits and says how much there was', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      yield* receiveInto(pool, second, 1, 3, RECEIVE.TRUNCATE);
      expectStatus(yield* desk(scene).send(first, 'abcdef', [], 0), 'OK');
      const got = yield* takeMessage(scene, pool);
      expect([got.data[0], got.text]).toEqual([6, 'abc']);
    });
  });

  it('15: a receive that is cancelled gets nothing: the message goes to the next', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const one = yield* receiveInto(pool, second, 1, 16);
      yield* receiveInto(pool, second, 2, 16);
      expectStatus((yield* sys.event_cancel(pool, one)).status, 'OK');
      expectStatus(yield* desk(scene).send(first, 'x', [], 0), 'OK');
      expect((yield* takeMessage(scene, pool)).key).toBe(2);
    });
  });

  it('15: a message in the pool that nobody has taken goes with the cancel, and its handles are closed', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const one = yield* receiveInto(pool, second, 1, 16);
      const { vmos } = scene.system.state;
      const before = vmos.live;
      expectStatus(yield* desk(scene).send(first, 'x', [moved(vmo)], 0), 'OK');
      expectStatus((yield* sys.event_cancel(pool, one)).status, 'OK');
      expect(vmos.live).toBe(before - 1);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
    });
  });

  it('pools that receive are told PEER_CLOSED in a last packet; a parked one when it has room for it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [pool, full] = [yield* variable(scene), yield* makePool(scene, 1)];
      yield* receiveInto(full, second, 2, 0, RECEIVE.REENTER);
      expectStatus(yield* desk(scene).send(first, '', [], 0), 'OK');
      yield* receiveInto(pool, second, 1, 16, RECEIVE.REENTER);
      yield* sys.handle_close(first);
      const packet = yield* takeMessage(scene, pool);
      expectStatus(packet.status, 'PEER_CLOSED');
      expectFlags(packet, 'ERROR|LAST');
      expectFlags(yield* take(full, scratch(scene)), 'MORE');
      const last = yield* take(full, scratch(scene));
      expectStatus(last.status, 'PEER_CLOSED');
      expectFlags(last, 'ERROR|LAST');
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 16, 0)).status, 'PEER_CLOSED');
    });
  });

  it('receives of a pool are CANCELED in a last packet when their own endpoint goes', () => {
    expectSuccess(function* (scene) {
      const { second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      yield* receiveInto(pool, second, 1, 16);
      yield* sys.handle_close(second);
      const packet = yield* takeMessage(scene, pool);
      expectStatus(packet.status, 'CANCELED');
      expectFlags(packet, 'ERROR|LAST');
    });
  });

  it('a fixed pool receives messages without bytes, and has no room for others', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 1, 0)).status, 'NOT_SUPPORTED');
      yield* receiveInto(pool, second, 1);
      expectStatus(yield* desk(scene).send(first, '', [moved(vmo)], 0), 'OK');
      const { handles } = yield* takeMessage(scene, pool);
      expectStatus((yield* sys.vmo_read(handles[0], 0, scene.stackLow, 4)).status, 'OK');
    });
  });

  it('2: a registration reserves the room for its message: where there is none it is NO_RESOURCES, then, never later', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene, 4096);
      const pool = yield* variable(scene, 4096);
      yield* receiveInto(pool, second, 1, 2048);
      expectStatus((yield* sys.channel_receive_async(second, pool, 2, 2048, 0)).status, 'NO_RESOURCES');
      yield* receiveInto(pool, second, 3, 1024);
      expectStatus(yield* desk(scene).send(first, 'x'.repeat(1500), [], 0), 'OK');
      expect((yield* takeMessage(scene, pool)).text.length).toBe(1500);
    });
  });

  it('a thread that waits for a packet gets message, handles and all', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* variable(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const got: string[] = [];
      yield* receiveInto(pool, second, 1, 64, RECEIVE.REENTER);
      yield* spawn(scene, 'taker', function* () {
        const [at, buf] = [scratch(scene, 60), scratch(scene, 61)];
        const { status, n } = yield* sys.pool_take(pool, Number.POSITIVE_INFINITY, at, buf, 64);
        expectStatus(status, 'OK');
        got.push(new TextDecoder().decode(yield* load(buf, 3)));
        const [handle] = new Int32Array((yield* load(buf + 4, 4)).slice().buffer);
        expectStatus((yield* sys.vmo_read(handle, 0, at, 4)).status, 'OK');
        expect(n).toBe(8);
      });
      yield* sys.thread_yield();
      expectStatus(yield* desk(scene).send(first, 'abc', [moved(vmo)], 0), 'OK');
      yield* sys.thread_yield();
      expect(got).toEqual(['abc']);
    });
  });

  it('a thousand messages through a variable pool leave its charge as it was', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const { child } = yield* sys.allocator_create(scene.allocator, 64 * 4096);
        const { pool } = yield* sys.pool_create(child, POOL_KIND.VARIABLE, 16_384, 0);
        const { allocators } = scene.system.state;
        const row = allocators.used - 1;
        const before = allocators.charged[row];
        const registration = yield* receiveInto(pool, second, 1, 700, RECEIVE.REENTER);
        const unread: number[] = [];
        for (let i = 0; i < 1000; i++) {
          const length = (i * 37) % 701;
          // Where it is full it is parked, and the message is refused.
          const status = yield* desk(scene).send(first, 'm'.repeat(length), [], 0);
          if (status === 0) unread.push(length);
          else expectStatus(status, 'TIMED_OUT');
          if (i % 3 !== 0) expect((yield* takeMessage(scene, pool)).text.length).toBe(unread.shift());
        }
        expect(unread.length).toBeGreaterThan(5);
        while (unread.length > 0) expect((yield* takeMessage(scene, pool)).text.length).toBe(unread.shift());
        yield* sys.event_cancel(pool, registration);
        expect(allocators.charged[row]).toBe(before);
      },
      { checked: false },
    );
  });
});
