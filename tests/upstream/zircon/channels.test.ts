/** What Zircon's tests of channels assert, told of ours. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { POOL_KIND, RECEIVE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { allocatorFields, channelFields, handleFields } from '../../kernel/information.js';
import { desk, expectText, makeChannel, moved, type Sent } from '../../kernel/messages.js';
import { flagsText, makePool, packetAt, scratch } from '../../kernel/packets.js';

/** Sends without waiting, as every write of theirs does. */
function* write(
  scene: Scene,
  pool: number,
  h: number,
  text: string,
  handles: readonly Sent[] = [],
): CallScript<number> {
  return (yield* sys.channel_send_async(h, yield* desk(scene, 20).message(text, handles), pool, 0)).status;
}

function* makeVmo({ allocator }: Scene): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

describe('channels of Zircon, as ours: messages', () => {
  it('CreateIsOkAndEndpointsAreRelated: each end names the other', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [one, two] = [yield* channelFields(first, scratch(scene)), yield* channelFields(second, scratch(scene))];
      expect([one.koid, two.koid]).not.toContain(0);
      expect([one.peer, two.peer]).toEqual([two.koid, one.koid]);
    });
  });

  it('WriteToEndpointCausesOtherToBecomeReadable: what is sent at one end waits at the other', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus(yield* write(scene, yield* makePool(scene), first, 'beef'), 'OK');
      expect((yield* channelFields(first, scratch(scene))).sends).toBe(0);
      expect((yield* channelFields(second, scratch(scene))).sends).toBe(1);
      expectText(yield* desk(scene).receive(second, { deadline: 0 }), 'beef');
    });
  });

  it('ReadWhenEmptyReturnsShouldWait: a read that does not wait finds nothing in an empty one', () => {
    expectSuccess(function* (scene) {
      const { second } = yield* makeChannel(scene);
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('ReadAndWriteWithMultipleSizes: messages of any size and number of handles arrive as they were sent', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene, 1500);
        const pool = yield* makePool(scene, 64);
        let seed = 4;
        const random = (below: number): number => {
          seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
          return (seed >>> 8) % below;
        };
        for (let i = 0; i < 100; i++) {
          const text = String.fromCharCode(65 + (i % 26)).repeat(random(1500));
          const sent: Sent[] = [];
          for (let n = random(LIMITS.messageHandles + 1); n > 0; n--) sent.push(moved(yield* makeVmo(scene)));
          expectStatus(yield* write(scene, pool, first, text, sent), 'OK');
          const letter = yield* desk(scene).receive(second, { bytes: text.length, count: sent.length });
          expectText(letter, text);
          expect(letter.handles).toHaveLength(sent.length);
          for (const handle of letter.handles) yield* sys.handle_close(handle);
          expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'OK');
        }
      },
      { checked: false },
    );
  });

  it('ConcurrentReadsConsumeUniqueElements: of two that read each message has one, and each has them in order', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const pool = yield* makePool(scene, 64);
        for (let i = 0; i < 40; i++) expectStatus(yield* write(scene, pool, first, String(i)), 'OK');
        const read: number[][] = [[], []];
        for (const [i, numbers] of read.entries())
          yield* spawn(scene, `reader ${i}`, function* () {
            while (numbers.length < 20)
              numbers.push(Number((yield* desk(scene, i + 1).receive(second, { deadline: 0 })).text));
          });
        while (read[0].length + read[1].length < 40) yield* sys.thread_yield();
        for (const numbers of read) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(new Set(read.flat()).size).toBe(40);
        expect(read[0]).not.toEqual(Array.from({ length: 20 }, (_, i) => i));
      },
      { quantum: 7 },
    );
  });

  for (const [name, both] of [
    [
      'WaitManyIsSignaledOnAnyElementWrite: who waits for two channels hears of the one where something was sent',
      false,
    ],
    ['WaitManyIsSignaledForBothWrites: who waits for two channels hears of both', true],
  ] as const) {
    it(name, () => {
      expectSuccess(function* (scene) {
        const channels = [yield* makeChannel(scene), yield* makeChannel(scene)];
        const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
        for (const [key, { second }] of channels.entries())
          expectStatus((yield* sys.channel_receive_async(second, pool, key, 16, RECEIVE.REENTER)).status, 'OK');
        const heard: string[] = [];
        yield* spawn(
          scene,
          'service',
          function* () {
            for (let closed = 0; closed < 2; ) {
              const at = scratch(scene, 1);
              yield* sys.pool_take(pool, Number.POSITIVE_INFINITY, at, at + 1024, 64);
              const { key, status, flags, data } = yield* packetAt(at);
              heard.push(`${key} ${statusName(status)} ${status === 0 ? data[0] : flagsText(flags)}`);
              if (status !== 0) closed++;
            }
          },
          20,
        );
        if (both) expectStatus(yield* desk(scene).send(channels[1].first, 'beef'), 'OK');
        expectStatus(yield* desk(scene).send(channels[0].first, 'beef'), 'OK');
        for (const { first } of channels) yield* sys.handle_close(first);
        const closed = ['0 PEER_CLOSED ERROR|LAST', '1 PEER_CLOSED ERROR|LAST'];
        expect(heard).toEqual([...(both ? ['1 OK 4'] : []), '0 OK 4', ...closed]);
      });
    });
  }

  it('ChannelFullException: who sends and is not heard comes to an end, and is told', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const pool = yield* makePool(scene, 4);
      for (let i = 0; i < 4; i++) expectStatus(yield* write(scene, pool, first, 'x'), 'OK');
      expectStatus(yield* write(scene, pool, first, 'x'), 'NO_RESOURCES');
    });
  });
});

describe('channels of Zircon, as ours: ends', () => {
  it('ReadWhenEmptyAndClosedReturnsPeerClosed: so does who reads when the other end is closed', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* sys.handle_close(second);
      expectStatus((yield* desk(scene).receive(first)).status, 'PEER_CLOSED');
      expectStatus(yield* desk(scene).send(first, 'x'), 'PEER_CLOSED');
    });
  });

  it('ReadRemainingMessagesWhenPeerIsClosed: what was sent before the end was closed is read after it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      for (const text of ['a', 'b', 'c', 'd']) expectStatus(yield* write(scene, pool, first, text), 'OK');
      yield* sys.handle_close(first);
      for (const text of ['a', 'b', 'c', 'd']) expectText(yield* desk(scene).receive(second), text);
      expectStatus((yield* desk(scene).receive(second)).status, 'PEER_CLOSED');
    });
  });

  it('CloseSignalsPeerClosed: who waits is told', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'reader',
        function* () {
          statuses.push((yield* desk(scene, 1).receive(second)).status);
        },
        20,
      );
      yield* sys.handle_close(first);
      expect(statuses.map(statusName)).toEqual(['PEER_CLOSED']);
    });
  });

  it('OnFlightHandlesSignalledWhenPeerIsClosed: handles that nobody can read any more are closed, others not', () => {
    expectSuccess(function* (scene) {
      const { first: local, second: remote } = yield* makeChannel(scene);
      const flights = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const pool = yield* makePool(scene);
      expectStatus(yield* write(scene, pool, local, '', [moved(flights[0].second)]), 'OK');
      expectStatus(yield* write(scene, pool, remote, '', [moved(flights[1].second)]), 'OK');
      const receive = function* (h: number): CallScript<string> {
        return statusName((yield* desk(scene).receive(h, { deadline: 0 })).status);
      };
      yield* sys.handle_close(local);
      expect([yield* receive(flights[0].first), yield* receive(flights[1].first)]).toEqual([
        'TIMED_OUT',
        'PEER_CLOSED',
      ]);
      yield* sys.handle_close(remote);
      expect(yield* receive(flights[0].first)).toBe('PEER_CLOSED');
    });
  });

  it('NestingIsOk: channels in messages in channels, two hundred deep, go with the outermost', () => {
    expectSuccess(
      function* (scene) {
        const pool = yield* makePool(scene, 256);
        const { channels, messages } = scene.system.state;
        let outer = yield* makeChannel(scene);
        for (let depth = 1; depth < 200; depth++) {
          const next = yield* makeChannel(scene);
          expectStatus(yield* write(scene, pool, next.first, '', [moved(outer.first), moved(outer.second)]), 'OK');
          outer = next;
        }
        expect([channels.live, messages.live]).toEqual([400, 199]);
        for (const handle of [outer.first, outer.second]) yield* sys.handle_close(handle);
        expect([channels.live, messages.live]).toEqual([0, 0]);
      },
      { checked: false },
    );
  });
});

describe('channels of Zircon, as ours: handles', () => {
  it('WriteConsumesAllHandles: more handles than a message takes are OUT_OF_RANGE', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const vmos: number[] = [];
      for (let i = 0; i <= LIMITS.messageHandles; i++) vmos.push(yield* makeVmo(scene));
      expectStatus(yield* write(scene, pool, first, '', vmos.map(moved)), 'OUT_OF_RANGE');
      // Theirs are gone now; ours were not looked at.
      for (const vmo of vmos) expectStatus((yield* sys.handle_close(vmo)).status, 'OK');
    });
  });

  it('WriteNonTransferableHandleReturnsAccessDeniedAndClosesHandle: without TRANSFER a handle cannot be sent', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const { replacement } = yield* sys.handle_replace(yield* makeVmo(scene), RIGHTS.READ);
      expectStatus(yield* write(scene, yield* makePool(scene), first, '', [moved(replacement)]), 'ACCESS_DENIED');
      expectStatus((yield* sys.handle_close(replacement)).status, 'OK');
    });
  });

  it('WriteRepeatedHandlesReturnsBadHandlesAndClosesHandle: one handle twice in a message is refused', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      expectStatus(yield* write(scene, yield* makePool(scene), first, '', [moved(vmo), moved(vmo)]), 'INVALID_ARGS');
      expectStatus((yield* sys.handle_close(vmo)).status, 'OK');
    });
  });

  it('ReadEtcHandleInfoValidation: types come with the handles, and each has the rights that were sent', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const other = yield* makeChannel(scene);
      const less = RIGHTS.TRANSFER | RIGHTS.INSPECT;
      const { copy } = yield* sys.handle_duplicate(yield* makeVmo(scene), less);
      const sent = [other.first, yield* makeVmo(scene), copy, other.second];
      const rights: number[] = [];
      for (const handle of sent) rights.push((yield* handleFields(handle, scratch(scene))).rights);
      expect(rights[2]).toBe(less);
      expectStatus(yield* write(scene, yield* makePool(scene), first, '', sent.map(moved)), 'OK');
      const { handles } = yield* desk(scene).receive(second);
      const { channel, vmo } = OBJECT_TYPE;
      expect(yield* desk(scene).types(4)).toEqual([channel, vmo, vmo, channel]);
      for (const [i, handle] of handles.entries())
        expect((yield* handleFields(handle, scratch(scene))).rights).toBe(rights[i]);
    });
  });

  it('ReadFaultDoesNotLeakHandles: a read whose room for handles is no memory takes nothing, however often', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus(yield* write(scene, yield* makePool(scene), first, 'm', [moved(yield* makeVmo(scene))]), 'OK');
      const at = scratch(scene, 3);
      yield* store(at, new Uint8Array(Uint32Array.of(at + 64, 1, 0xffff_fff0, 1).buffer));
      yield* allocatorFields(scene.allocator, scratch(scene));
      const { used } = yield* allocatorFields(scene.allocator, scratch(scene));
      for (let i = 0; i < 100; i++) expectStatus((yield* sys.channel_receive(second, at, 0, 0)).status, 'INVALID_ARGS');
      expect((yield* allocatorFields(scene.allocator, scratch(scene))).used).toBe(used);
      expect((yield* desk(scene).receive(second)).handles).toHaveLength(1);
    });
  });

  it('OverChannelThenRead: an end that is sent through another channel has what was sent to it, before and meanwhile', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const pool = yield* makePool(scene);
      yield* write(scene, pool, a.first, '0');
      expectStatus(yield* write(scene, pool, b.first, '', [moved(a.second)]), 'OK');
      yield* write(scene, pool, a.first, '1');
      const { handles } = yield* desk(scene).receive(b.second);
      yield* write(scene, pool, a.first, '2');
      for (const text of ['0', '1', '2']) expectText(yield* desk(scene).receive(handles[0]), text);
    });
  });

  it('CancelsWait: who waits at an end that is sent away', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const texts: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          texts.push((yield* desk(scene, 1).receive(a.first)).text);
        },
        20,
      );
      expectStatus(yield* write(scene, yield* makePool(scene), b.first, '', [moved(a.first)]), 'OK');
      expect((yield* desk(scene).receive(b.second)).handles).toHaveLength(1);
      expect(texts).toEqual([]);
      // Theirs is CANCELED by now; ours waits at the object, not at the handle.
      expectStatus(yield* desk(scene).send(a.second, 'still there'), 'OK');
      expect(texts).toEqual(['still there']);
    });
  });
});
