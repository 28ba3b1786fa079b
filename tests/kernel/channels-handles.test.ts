/** Handles in messages: moved and copied, in flight, and what becomes of those that nobody receives. */
import { describe, expect, it } from 'vitest';
import { MAP_OPTIONS, POOL_KIND } from '../../syscalls/calls.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { copied, Desk, desk, expectText, give, lent, makeChannel, moved, type Sent } from './messages.js';
import { makePool } from './packets.js';

const SOMEWHERE = 0x2000_0000;

function* makeVmo(scene: Scene): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
  expectStatus(status, 'OK');
  return vmo;
}

/** Does the handle name something? */
function* isOpen(handle: number): CallScript<boolean> {
  const { status, copy } = yield* sys.handle_duplicate(handle, SAME_RIGHTS);
  if (status === 0) yield* sys.handle_close(copy);
  return status === 0;
}

describe('channels: handles in messages', () => {
  it('a moved handle is gone from the sender with the call, and the receiver has it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      yield* store(scene.stackLow, Uint8Array.of(1, 2, 3, 4));
      yield* sys.vmo_write(vmo, 0, scene.stackLow, 4);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(vmo)]));
      yield* sys.thread_yield();
      expect(yield* isOpen(vmo)).toBe(false);
      const { handles } = yield* desk(scene).receive(second);
      expect(yield* desk(scene).types(1)).toEqual([OBJECT_TYPE.vmo]);
      expect(yield* isOpen(handles[0])).toBe(true);
      expect(handles[0]).not.toBe(vmo);
    });
  });

  it('a copied handle stays with the sender; what the receiver has is derived from it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [copied(vmo)]));
      const { handles } = yield* desk(scene).receive(second);
      expect(yield* isOpen(vmo)).toBe(true);
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      expect(yield* isOpen(handles[0])).toBe(false);
    });
  });

  it('16 handles arrive in the order in which they were sent; 17 are OUT_OF_RANGE', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const sent: Sent[] = [];
      for (let i = 0; i < 16; i++) sent.push(i % 2 ? moved(yield* makeVmo(scene)) : copied(scene.allocator));
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', sent));
      const { handles } = yield* desk(scene).receive(second);
      expect(yield* desk(scene).types(16)).toEqual(
        sent.map((_, i) => (i % 2 ? OBJECT_TYPE.vmo : OBJECT_TYPE.allocator)),
      );
      expect(new Set(handles).size).toBe(16);
      const many = Array.from({ length: 17 }, () => copied(scene.allocator));
      expectStatus(yield* desk(scene).send(first, 'x', many), 'OUT_OF_RANGE');
    });
  });

  it('20: a buffer with room for fewer handles is too small, TRUNCATE or not; the message stays', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(vmo), copied(scene.process)]));
      yield* sys.thread_yield();
      for (const options of [0, 1]) {
        const small = yield* desk(scene).receive(second, { count: 1, options });
        expectStatus(small.status, 'BUFFER_TOO_SMALL');
        expect([small.bytes, small.handle_count]).toEqual([1, 2]);
      }
      expect((yield* desk(scene).receive(second, { count: 2 })).handles.length).toBe(2);
    });
  });

  it('45: what is received has the rights of what was sent', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      const reader = yield* sys.handle_duplicate(vmo, RIGHTS.READ | RIGHTS.TRANSFER | RIGHTS.DUPLICATE);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [copied(reader.copy), moved(reader.copy)]));
      yield* spawn(scene, 'sender', () => desk(scene, 2).send(first, 'x', [copied(reader.copy)]));
      const { handles } = yield* desk(scene).receive(second);
      expectStatus((yield* sys.vmo_write(handles[0], 0, scene.stackLow, 4)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.vmo_read(handles[0], 0, scene.stackLow, 4)).status, 'OK');
    });
  });

  it('what is refused at once leaves the handles where they are', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      const still = yield* sys.handle_duplicate(vmo, RIGHTS.READ | RIGHTS.DUPLICATE);
      const unique = yield* sys.handle_duplicate(vmo, RIGHTS.READ | RIGHTS.TRANSFER);
      const refused: [string, readonly (readonly [number, number])[]][] = [
        ['BAD_HANDLE', [moved(vmo), moved(9999)]],
        ['ACCESS_DENIED', [moved(vmo), moved(still.copy)]],
        ['ACCESS_DENIED', [moved(vmo), copied(unique.copy)]],
        ['INVALID_ARGS', [moved(vmo), moved(vmo)]],
        ['INVALID_ARGS', [copied(vmo), moved(vmo)]],
        ['INVALID_ARGS', [moved(vmo), lent(still.copy)]],
        ['INVALID_ARGS', [[vmo, 3]]],
      ];
      for (const [status, handles] of refused) {
        expectStatus(yield* desk(scene).send(first, 'x', handles), status as 'INVALID_ARGS');
        expect(yield* isOpen(vmo)).toBe(true);
      }
    });
  });

  it('handles are consumed even when the send fails: past its deadline, and where nobody can receive', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const before = scene.system.state.vmos.live;
      for (const deadline of [0, 1_000_000]) {
        const vmo = yield* makeVmo(scene);
        expectStatus(yield* desk(scene).send(first, 'x', [moved(vmo)], deadline), 'TIMED_OUT');
        expect(yield* isOpen(vmo)).toBe(false);
      }
      yield* sys.handle_close(second);
      const vmo = yield* makeVmo(scene);
      expectStatus(yield* desk(scene).send(first, 'x', [moved(vmo), copied(scene.process)]), 'PEER_CLOSED');
      expect(yield* isOpen(vmo)).toBe(false);
      expect(scene.system.state.vmos.live).toBe(before);
    });
  });

  it('49: revoking reaches handles in flight; the receiver finds 0 in their places', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      yield* spawn(scene, 'sender', () =>
        desk(scene, 1).send(first, 'x', [copied(scene.process), moved(copy), copied(scene.allocator)]),
      );
      yield* sys.thread_yield();
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      const { handles, handle_count } = yield* desk(scene).receive(second);
      expect(handle_count).toBe(3);
      expect(handles.map((handle) => handle > 0)).toEqual([true, false, true]);
      expect(yield* desk(scene).types(3)).toEqual([OBJECT_TYPE.process, 0, OBJECT_TYPE.allocator]);
    });
  });

  it('a handle in flight keeps its place in the tree: it can be revoked after it was received, too', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* makeVmo(scene);
      const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
      const grandchild = yield* sys.handle_duplicate(copy, SAME_RIGHTS);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(copy)]));
      const { handles } = yield* desk(scene).receive(second);
      expect((yield* sys.handle_revoke(handles[0])).removed).toBe(1);
      expect(yield* isOpen(grandchild.copy)).toBe(false);
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      expect(yield* isOpen(handles[0])).toBe(false);
    });
  });

  it('36: who sends pays for handles in flight, and who receives afterwards', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const { allocators } = scene.system.state;
      const pool = yield* makePool(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const before = allocators.charged[0];
      const message = yield* desk(scene).message('', [moved(vmo)]);
      const touched = allocators.charged[0] - before;
      expectStatus((yield* sys.channel_send_async(first, message, pool, 1)).status, 'OK');
      // The message and the registration; the handle costs the same in flight.
      expect(allocators.charged[0] - before - touched).toBe(64 + 64);
    });
  });

  it('a receiver without room for the handles is told NO_MEMORY, and the next one has the message', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const vmo = yield* makeVmo(scene);
        const { child } = yield* sys.allocator_create(scene.allocator, 32 * 4096);
        const poor = yield* makeProcess(scene, child);
        const memory = yield* sys.vmo_create(scene.allocator, 4096, 0);
        const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
        expectStatus((yield* sys.vmar_map(poor.vmar, memory.vmo, 0, 4096, options, SOMEWHERE)).status, 'OK');
        const endpoint = give(scene.system, second, poor.process, ALL_RIGHTS);
        let status = 0;
        const entry = scene.system.enter(function* () {
          while ((yield* sys.handle_duplicate(endpoint, SAME_RIGHTS)).status === 0);
          status = (yield* new Desk(SOMEWHERE).receive(endpoint)).status;
        });
        expectStatus((yield* sys.process_start(poor.process, poor.thread, entry, 0, 0)).status, 'OK');
        for (let i = 0; i < 8000 && scene.system.state.threads.blockedOn[1] !== BLOCKED_ON.RECEIVE; i++)
          yield* sys.thread_yield();
        const got: string[] = [];
        yield* spawn(scene, 'next', function* () {
          got.push((yield* desk(scene, 1).receive(second)).text);
        });
        yield* sys.thread_yield();
        expectStatus(yield* desk(scene).send(first, 'x', [moved(vmo)], 0), 'OK');
        for (let i = 0; i < 3; i++) yield* sys.thread_yield();
        expectStatus(status, 'NO_MEMORY');
        expect(got).toEqual(['x']);
      },
      { checked: false },
    );
  });
});

describe('channels: what nobody receives is closed', () => {
  it('a message that is dropped closes its handles', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const before = scene.system.state.vmos.live;
      const vmo = yield* makeVmo(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(vmo)]));
      yield* sys.thread_yield();
      yield* sys.handle_close(second);
      expect(scene.system.state.vmos.live).toBe(before);
    });
  });

  it('a killed sender does too', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const before = scene.system.state.vmos.live;
      const vmo = yield* makeVmo(scene);
      const thread = yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(vmo)]));
      yield* sys.thread_yield();
      expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      expect(scene.system.state.vmos.live).toBe(before);
    });
  });

  it('channels inside messages inside channels, a thousand deep, go by the work list', () => {
    expectSuccess(
      function* (scene) {
        const pool = yield* makePool(scene, 2048);
        let inner = yield* makeVmo(scene);
        for (let depth = 0; depth < 1000; depth++) {
          const { first, second } = yield* makeChannel(scene);
          const message = yield* desk(scene).message('', [moved(inner)]);
          expectStatus((yield* sys.channel_send_async(first, message, pool, depth)).status, 'OK');
          yield* sys.handle_close(first);
          inner = second;
        }
        const { channels, messages } = scene.system.state;
        expect([channels.live, messages.live]).toEqual([1000, 1000]);
        yield* sys.handle_close(inner);
        expect([channels.live, messages.live]).toEqual([0, 0]);
        scene.system.check();
      },
      { checked: false },
    );
  });

  it('21: an endpoint that was sent to itself goes when nothing else names it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const message = yield* desk(scene).message('', [moved(second)]);
      expectStatus((yield* sys.channel_send_async(first, message, pool, 1)).status, 'OK');
      const { channels, messages } = scene.system.state;
      expect([channels.live, messages.live]).toEqual([1, 0]);
      expectStatus(yield* desk(scene).send(first, 'x'), 'PEER_CLOSED');
    });
  });

  it('two channels whose ends lie in each other go together, with all that lies in them', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const pool = yield* makePool(scene);
      const before = scene.system.state.vmos.live;
      const vmo = yield* makeVmo(scene);
      const send = function* (h: number, handle: number) {
        const message = yield* desk(scene).message('', [moved(handle)]);
        expectStatus((yield* sys.channel_send_async(h, message, pool, 1)).status, 'OK');
      };
      yield* send(a.first, vmo);
      yield* send(a.first, b.second);
      expect(scene.system.state.channels.live).toBe(4);
      yield* send(b.first, a.second);
      const { channels, messages, vmos } = scene.system.state;
      expect([channels.live, messages.live, vmos.live]).toEqual([2, 0, before]);
    });
  });

  it('a pool that lies in a message in itself goes', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { pool } = yield* sys.pool_create(scene.allocator, POOL_KIND.VARIABLE, 4096, 0);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 16, 0)).status, 'OK');
      expectStatus(yield* desk(scene).send(first, 'x', [moved(pool)], 0), 'OK');
      expect(scene.system.state.pools.live).toBe(0);
    });
  });

  it('what can still be reached stays, however it lies in circles', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const pool = yield* makePool(scene);
      const send = function* (h: number, handle: number) {
        const message = yield* desk(scene).message('', [moved(handle)]);
        expectStatus((yield* sys.channel_send_async(h, message, pool, 1)).status, 'OK');
      };
      const kept = yield* sys.handle_duplicate(a.second, SAME_RIGHTS);
      yield* send(a.first, b.second);
      yield* send(b.first, a.second);
      const { channels } = scene.system.state;
      expect(channels.live).toBe(4);
      const one = yield* desk(scene).receive(kept.copy);
      const two = yield* desk(scene).receive(one.handles[0]);
      expect(yield* isOpen(two.handles[0])).toBe(true);
      yield* sys.handle_close(kept.copy);
      yield* sys.handle_close(two.handles[0]);
      expect(channels.live).toBe(3);
    });
  });

  it('an endpoint sent through its own channel arrives as any other handle', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'me', [moved(first)]));
      const got = yield* desk(scene).receive(second);
      yield* spawn(scene, 'sender', () => desk(scene, 2).send(got.handles[0], 'again'));
      expectText(yield* desk(scene).receive(second), 'again');
    });
  });
});
