/** Errors of the calls that send, receive, call and reply. Where handles are consumed, or others are told, something is changed. */
import { TABLE_LIMIT } from '../../../kernel/limits.js';
import { POOL_KIND } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene, spawn } from '../booted.js';
import { copied, type Desk, desk, makeChannel, moved, type Room, type Sent } from '../messages.js';
import { makePool, post, scratch } from '../packets.js';
import { corruptPool } from './events.js';
import { type Scenario, type Scenarios, untilItFails, useUpQuota } from './scenario.js';

/** The ways of sending: each makes the call at once, with a message that stands in memory already. */
type Send = (scene: Scene, h: number, message: number, buffer: number) => CallScript<{ readonly status: number }>;

const SENDS: Readonly<Record<string, Send>> = {
  channel_send: (_scene, h, message) => sys.channel_send(h, message, FOREVER),
  *channel_send_async(scene, h, message) {
    return yield* sys.channel_send_async(h, message, yield* poolOf(scene), 0);
  },
  channel_call: (_scene, h, message, buffer) => sys.channel_call(h, message, buffer, FOREVER),
};

/** The pool in which sends of a scene end: the only object of that type. Made before anything is remembered. */
const pools = new WeakMap<object, number>();

function* poolOf(scene: Scene): CallScript<number> {
  const pool = pools.get(scene) ?? (yield* makePool(scene));
  pools.set(scene, pool);
  return pool;
}

/** Writes a message and a buffer, and makes the pool. */
function* prepare(scene: Scene, text: string, handles: readonly Sent[] = []): CallScript<[number, number]> {
  yield* poolOf(scene);
  return [yield* desk(scene).message(text, handles), yield* desk(scene).buffer({ bytes: 64, count: 4 })];
}

/** What channel_send, channel_send_async and channel_call have in common. */
function sendErrors(name: string, send: Send): Scenarios {
  return {
    *[`${name} PEER_CLOSED`](scene, remember) {
      const { first, second } = yield* makeChannel(scene);
      yield* sys.handle_close(second);
      const [message, buffer] = yield* prepare(scene, 'x');
      remember();
      return (yield* send(scene, first, message, buffer)).status;
    },
    *[`${name} OUT_OF_RANGE`](scene, remember) {
      const { first } = yield* makeChannel(scene, 4);
      const handles = Array.from({ length: LIMITS.messageHandles + 1 }, () => copied(scene.process));
      for (const words of [
        [scene.stackLow, LIMITS.messageBytes + 1, 0, 0],
        [scene.stackLow, 0xffff_ffff, 0, 0],
        [0, 0, scene.stackLow, 0x8000_0000],
      ]) {
        const [message, buffer] = yield* prepare(scene, '');
        yield* store(message, new Uint8Array(Uint32Array.from(words).buffer));
        expectStatus((yield* send(scene, first, message, buffer)).status, 'OUT_OF_RANGE');
      }
      const [many, room] = yield* prepare(scene, '', handles);
      expectStatus((yield* send(scene, first, many, room)).status, 'OUT_OF_RANGE');
      const [message, buffer] = yield* prepare(scene, 'five!');
      remember();
      return (yield* send(scene, first, message, buffer)).status;
    },
    *[`${name} BAD_HANDLE`](scene, remember) {
      const { first } = yield* makeChannel(scene);
      const [message, buffer] = yield* prepare(scene, 'x', [moved(scene.vmar), moved(9999)]);
      remember();
      return (yield* send(scene, first, message, buffer)).status;
    },
    *[`${name} ACCESS_DENIED`](scene, remember) {
      const { first } = yield* makeChannel(scene);
      const { copy } = yield* sys.handle_duplicate(scene.allocator, RIGHTS.ALLOC | RIGHTS.DUPLICATE);
      const [message, buffer] = yield* prepare(scene, 'x', [moved(scene.vmar), moved(copy)]);
      remember();
      return (yield* send(scene, first, message, buffer)).status;
    },
    *[`${name} NO_MEMORY`](scene, remember) {
      const { first } = yield* makeChannel(scene);
      const [message, buffer] = yield* prepare(scene, 'x');
      yield* useUpQuota(scene, 0);
      remember();
      return (yield* send(scene, first, message, buffer)).status;
    },
  };
}

/** A caller's call, received: the handle of the reply. */
function* callOf(scene: Scene, page: number, room: Room = {}): CallScript<number> {
  const { first, second } = yield* makeChannel(scene);
  yield* spawn(scene, 'caller', () => desk(scene, page).call(first, 'x', [], { deadline: 1e9, ...room }), 20);
  return (yield* desk(scene).receive(second)).reply;
}

/** A pool in which a message with a handle lies. */
function* poolWithMessage(scene: Scene, at: Desk): CallScript<number> {
  const { first, second } = yield* makeChannel(scene);
  const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
  expectStatus((yield* sys.channel_receive_async(second, pool, 1, 64, 0)).status, 'OK');
  expectStatus(yield* at.send(first, 'hello', [copied(scene.process)], 0), 'OK');
  return pool;
}

export const CHANNEL_ERRORS: Scenarios = {
  ...Object.assign({}, ...Object.entries(SENDS).map(([name, send]) => sendErrors(name, send))),
  *'channel_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 280);
    remember();
    return (yield* sys.channel_create(scene.allocator, 0, 0)).status;
  },
  *'channel_create OUT_OF_RANGE'({ allocator }, remember) {
    remember();
    return (yield* sys.channel_create(allocator, LIMITS.messageBytes + 1, 0)).status;
  },
  *'channel_send TIMED_OUT'(scene, remember) {
    const { first } = yield* makeChannel(scene);
    const [message] = yield* prepare(scene, 'x');
    remember();
    return (yield* sys.channel_send(first, message, 0)).status;
  },
  *'channel_send_async NO_RESOURCES'(scene, remember) {
    const { first } = yield* makeChannel(scene);
    const pool = yield* makePool(scene, 1);
    expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
    const [message] = yield* prepare(scene, 'x');
    remember();
    return (yield* sys.channel_send_async(first, message, pool, 0)).status;
  },
  *'channel_send_async BAD_STATE'(scene, remember) {
    const { first } = yield* makeChannel(scene);
    const pool = yield* corruptPool(scene);
    const [message] = yield* prepare(scene, 'x');
    remember();
    return (yield* sys.channel_send_async(first, message, pool, 0)).status;
  },
  *'channel_receive PEER_CLOSED'(scene, remember) {
    const { first, second } = yield* makeChannel(scene);
    yield* sys.handle_close(first);
    const [, buffer] = yield* prepare(scene, '');
    remember();
    return (yield* sys.channel_receive(second, buffer, 0, FOREVER)).status;
  },
  *'channel_receive CANCELED'(scene) {
    const { second } = yield* makeChannel(scene);
    yield* spawn(scene, 'closer', () => sys.handle_close(second));
    return (yield* desk(scene).receive(second)).status;
  },
  *'channel_receive BUFFER_TOO_SMALL'(scene, remember) {
    const { first, second } = yield* makeChannel(scene);
    const [message, buffer] = yield* prepare(scene, 'x'.repeat(65));
    expectStatus((yield* sys.channel_send_async(first, message, yield* poolOf(scene), 0)).status, 'OK');
    remember();
    return (yield* sys.channel_receive(second, buffer, 0, FOREVER)).status;
  },
  *'channel_receive TIMED_OUT'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const [, buffer] = yield* prepare(scene, '');
    remember();
    return (yield* sys.channel_receive(second, buffer, 0, 0)).status;
  },
  *'channel_receive OUT_OF_RANGE'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const buffer = yield* desk(scene).buffer({ bytes: LIMITS.messageBytes + 1 });
    expectStatus((yield* sys.channel_receive(second, buffer, 0, 0)).status, 'OUT_OF_RANGE');
    yield* desk(scene).buffer({ count: LIMITS.messageHandles + 1 });
    remember();
    return (yield* sys.channel_receive(second, buffer, 0, 0)).status;
  },
  *'channel_receive NO_MEMORY'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const buffer = yield* desk(scene).buffer();
    yield* store(buffer, new Uint8Array(Uint32Array.of(desk(scene, 1).at, 64, 0, 0).buffer));
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.channel_receive(second, buffer, 0, FOREVER)).status;
  },
  *'channel_receive_async PEER_CLOSED'(scene, remember) {
    const { first, second } = yield* makeChannel(scene);
    yield* sys.handle_close(first);
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, 0, 0)).status;
  },
  *'channel_receive_async OUT_OF_RANGE'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, LIMITS.messageBytes + 1, 0)).status;
  },
  *'channel_receive_async NOT_SUPPORTED'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, 1, 0)).status;
  },
  *'channel_receive_async NO_RESOURCES'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, PAGE_BYTES, 0)).status;
  },
  *'channel_receive_async NO_MEMORY'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const pool = yield* makePool(scene, 4 * PAGE_BYTES, POOL_KIND.VARIABLE);
    yield* useUpQuota(scene, 128);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, PAGE_BYTES, 0)).status;
  },
  *'channel_receive_async BAD_STATE'(scene, remember) {
    const { second } = yield* makeChannel(scene);
    const pool = yield* corruptPool(scene);
    remember();
    return (yield* sys.channel_receive_async(second, pool, 0, 0, 0)).status;
  },
  *'channel_call TIMED_OUT'(scene, remember) {
    const { first } = yield* makeChannel(scene);
    const [message, buffer] = yield* prepare(scene, 'x');
    remember();
    return (yield* sys.channel_call(first, message, buffer, 0)).status;
  },
  *'channel_call CANCELED'(scene) {
    const { first, second } = yield* makeChannel(scene);
    yield* spawn(scene, 'server', function* () {
      yield* sys.handle_close((yield* desk(scene, 1).receive(second)).reply);
    });
    return (yield* desk(scene).call(first, 'x')).status;
  },
  *'channel_call BUFFER_TOO_SMALL'(scene) {
    const { first, second } = yield* makeChannel(scene);
    yield* spawn(scene, 'server', function* () {
      yield* desk(scene, 1).reply((yield* desk(scene, 1).receive(second)).reply, 'two');
    });
    return (yield* desk(scene).call(first, 'x', [], { bytes: 2 })).status;
  },
  *'channel_reply PEER_CLOSED'(scene) {
    const reply = yield* callOf(scene, 1, { deadline: 50_000 });
    yield* sys.thread_sleep(100_000);
    return yield* desk(scene).reply(reply, 'x');
  },
  *'channel_reply OUT_OF_RANGE'(scene, remember) {
    const reply = yield* callOf(scene, 1);
    const message = yield* desk(scene).message('x');
    yield* store(message, new Uint8Array(Uint32Array.of(0, LIMITS.messageBytes + 1, 0, 0).buffer));
    remember();
    return (yield* sys.channel_reply(reply, message)).status;
  },
  *'channel_reply BUFFER_TOO_SMALL'(scene) {
    const reply = yield* callOf(scene, 1, { bytes: 0 });
    return yield* desk(scene).reply(reply, 'x');
  },
  *'channel_reply NO_MEMORY'(scene) {
    const reply = yield* callOf(scene, 1);
    const message = yield* desk(scene).message('x', [copied(scene.process)]);
    yield* useUpQuota(scene, 0);
    return (yield* sys.channel_reply(reply, message)).status;
  },
  *'channel_reply BAD_HANDLE'(scene, remember) {
    const reply = yield* callOf(scene, 1);
    const message = yield* desk(scene).message('x', [moved(9999)]);
    remember();
    return (yield* sys.channel_reply(reply, message)).status;
  },
  *'channel_reply ACCESS_DENIED'(scene, remember) {
    const reply = yield* callOf(scene, 1);
    const { copy } = yield* sys.handle_duplicate(scene.allocator, RIGHTS.TRANSFER);
    const message = yield* desk(scene).message('x', [copied(copy)]);
    remember();
    return (yield* sys.channel_reply(reply, message)).status;
  },
  *'pool_take BUFFER_TOO_SMALL'(scene, remember) {
    const pool = yield* poolWithMessage(scene, desk(scene));
    yield* store(scratch(scene, 1), Uint8Array.of(0));
    remember();
    // Five bytes, three to the next word, and a handle.
    return (yield* sys.pool_take(pool, 0, scratch(scene), scratch(scene, 1), 11)).status;
  },
};

/** Fills the table of handles. */
function* fillHandles(scene: Scene): CallScript<void> {
  while ((yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS)).status === 0);
}

/** Fills the table of messages. */
function* fillMessages(scene: Scene, h: number): CallScript<number> {
  const { pool } = yield* sys.pool_create(scene.allocator, POOL_KIND.FIXED, LIMITS.poolPackets, 0);
  const message = yield* desk(scene).message('');
  return yield* untilItFails(function* () {
    return (yield* sys.channel_send_async(h, message, pool, 0)).status;
  }, TABLE_LIMIT.messages - 2);
}

export const FULL_CHANNEL_TABLES: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'channel_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(
        function* () {
          return (yield* sys.channel_create(allocator, 0, 0)).status;
        },
        TABLE_LIMIT.channels / 2 - 10,
      ),
  ],
  'channel_send NO_RESOURCES': [
    32 << 20,
    function* (scene) {
      const { first } = yield* makeChannel(scene);
      yield* fillMessages(scene, first);
      return yield* desk(scene).send(first, 'x');
    },
  ],
  'channel_call NO_RESOURCES': [
    32 << 20,
    function* (scene) {
      const { first } = yield* makeChannel(scene);
      yield* fillMessages(scene, first);
      return (yield* desk(scene).call(first, 'x')).status;
    },
  ],
  'channel_receive NO_RESOURCES': [
    16 << 20,
    function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'caller', () => desk(scene, 1).call(first, 'x', [], { deadline: 1e9 }), 20);
      yield* fillHandles(scene);
      return (yield* desk(scene).receive(second)).status;
    },
  ],
  'channel_reply NO_RESOURCES': [
    16 << 20,
    function* (scene) {
      const reply = yield* callOf(scene, 1);
      yield* fillHandles(scene);
      return yield* desk(scene).reply(reply, 'x', [copied(scene.process)]);
    },
  ],
  'pool_take NO_RESOURCES': [
    16 << 20,
    function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 0, 0)).status, 'OK');
      yield* spawn(scene, 'caller', () => desk(scene, 1).call(first, '', [], { deadline: 1e9 }), 20);
      yield* fillHandles(scene);
      return (yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status;
    },
  ],
};
