/** Calls and replies: a send that waits on for one answer, and what was lent for that time. */
import { describe, expect, it } from 'vitest';
import { EVENT, MAP_OPTIONS, POOL_KIND } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, spawn } from './booted.js';
import { ended, spawnCaller } from './callers.js';
import { makeProcess } from './compiled.js';
import { copied, Desk, desk, expectText, give, lent, makeChannel, moved } from './messages.js';
import { makePool, scratch, take } from './packets.js';

const SOMEWHERE = 0x2000_0000;
const READ_WRITE = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE;

describe('channels: calls', () => {
  it('a call ends with the reply to it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'question');
      const got = yield* desk(scene).receive(second);
      expectText(got, 'question');
      yield* sys.thread_yield();
      expect(caller.letter).toBeUndefined();
      expectStatus(yield* desk(scene).reply(got.reply, 'answer'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'answer');
    });
  });

  it('a receiver that waits has the call in the same step', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'server', function* () {
        for (let i = 0; i < 3; i++) {
          const { text, reply } = yield* desk(scene, 1).receive(second);
          expectStatus(yield* desk(scene, 1).reply(reply, `${text}!`), 'OK');
        }
      });
      yield* sys.thread_yield();
      for (const text of ['a', 'b', 'c']) expectText(yield* desk(scene).call(first, text), `${text}!`);
      expect(scene.system.state.replies.live).toBe(0);
    });
  });

  it('a plain send brings no reply', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x'));
      expect((yield* desk(scene).receive(second)).reply).toBe(0);
    });
  });

  it('several calls wait for their replies at once, which can come in any order', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const callers = [];
      for (const page of [1, 2, 3]) callers.push(yield* spawnCaller(scene, page, first, `${page}`));
      const replies: number[] = [];
      for (let i = 0; i < 3; i++) replies.push((yield* desk(scene).receive(second)).reply);
      for (const i of [2, 0, 1]) expectStatus(yield* desk(scene).reply(replies[i], `to ${i + 1}`), 'OK');
      yield* sys.thread_yield();
      expect(callers.map((caller) => ended(caller).text)).toEqual(['to 1', 'to 2', 'to 3']);
    });
  });

  it('a reply answers once: its handle is gone afterwards', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'once'), 'OK');
      expectStatus(yield* desk(scene).reply(reply, 'twice'), 'BAD_HANDLE');
    });
  });

  it('a copy of a reply that was used finds PEER_CLOSED, and takes nobody else for the caller', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      const { copy } = yield* sys.handle_duplicate(reply, SAME_RIGHTS);
      expectStatus(yield* desk(scene).reply(reply, 'once'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'once');
      yield* spawnCaller(scene, 2, first, 'y', [], { deadline: 1e6 });
      expectStatus(yield* desk(scene).reply(copy, 'twice'), 'PEER_CLOSED');
      expectStatus(yield* desk(scene).reply(copy, 'thrice'), 'BAD_HANDLE');
    });
  });

  it('dropping the reply completes the call with CANCELED, when the last handle to it goes', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      const { copy } = yield* sys.handle_duplicate(reply, SAME_RIGHTS);
      yield* sys.handle_close(reply);
      yield* sys.thread_yield();
      expect(caller.letter).toBeUndefined();
      yield* sys.handle_close(copy);
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'CANCELED');
    });
  });

  it('a server that dies with the reply does so, too', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const server = yield* makeProcess(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* sys.vmar_map(server.vmar, vmo, 0, 4096, READ_WRITE | MAP_OPTIONS.FIXED, SOMEWHERE);
      const endpoint = give(scene.system, second, server.process, -1 & 0x1ffff);
      const entry = scene.system.enter(function* () {
        yield* new Desk(SOMEWHERE).receive(endpoint);
      });
      expectStatus((yield* sys.process_start(server.process, server.thread, entry, 0, 0)).status, 'OK');
      expectStatus((yield* desk(scene).call(first, 'x')).status, 'CANCELED');
    });
  });

  it('a call that nobody receives is PEER_CLOSED when nobody can any more', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      yield* sys.handle_close(second);
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'PEER_CLOSED');
      expect(scene.system.state.replies.live).toBe(0);
    });
  });

  it('a receiver that has the call may close its endpoint: the reply still answers', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.handle_close(second);
      yield* sys.handle_close(first);
      expectStatus(yield* desk(scene).reply(reply, 'late'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'late');
    });
  });

  it('16: a call whose deadline passes before it is received is never received', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      expectStatus((yield* desk(scene).call(first, 'x', [], { deadline: 100_000 })).status, 'TIMED_OUT');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
      expect(scene.system.state.replies.live).toBe(0);
    });
  });

  it('a call whose deadline passes after it was received is over: the reply finds PEER_CLOSED', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [], { deadline: 100_000 });
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.thread_sleep(200_000);
      expectStatus(ended(caller).status, 'TIMED_OUT');
      expectStatus(yield* desk(scene).reply(reply, 'too late'), 'PEER_CLOSED');
      expectStatus(yield* desk(scene).reply(reply, 'too late'), 'BAD_HANDLE');
      expect(scene.system.state.replies.live).toBe(0);
    });
  });

  it('17: a call that polls is TIMED_OUT at once, and nobody hears of it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const before = scene.system.state.vmos.live;
      yield* spawn(scene, 'server', () => desk(scene, 1).receive(second, { deadline: 1e9 }));
      yield* sys.thread_yield();
      expectStatus((yield* desk(scene).call(first, 'x', [moved(vmo)], { deadline: 0 })).status, 'TIMED_OUT');
      expect(scene.system.state.vmos.live).toBe(before - 1);
    });
  });

  it('a caller that is killed: the reply finds PEER_CLOSED, and its handles are consumed', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      expectStatus((yield* sys.task_kill(caller.thread)).status, 'OK');
      const before = scene.system.state.vmos.live;
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      expectStatus(yield* desk(scene).reply(reply, 'x', [moved(vmo)]), 'PEER_CLOSED');
      expect(scene.system.state.vmos.live).toBe(before);
    });
  });

  it('a caller that is killed before its call was received takes the call away', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      expectStatus((yield* sys.task_kill(caller.thread)).status, 'OK');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
      expect([scene.system.state.replies.live, scene.system.state.messages.live]).toEqual([0, 0]);
    });
  });

  it("a reply that does not fit the caller's buffer is used up, and both are told", () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [], { bytes: 2, count: 0 });
      const { reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'three'), 'BUFFER_TOO_SMALL');
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'BUFFER_TOO_SMALL');
      expect([ended(caller).bytes, ended(caller).handle_count]).toEqual([5, 0]);
      expectStatus(yield* desk(scene).reply(reply, 'x'), 'BAD_HANDLE');
    });
  });

  it('a caller without its buffer is told INVALID_ARGS, and the one who answers PEER_CLOSED', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.vmar_unmap(scene.vmar, desk(scene, 1).at, 4096);
      expectStatus(yield* desk(scene).reply(reply, 'x'), 'PEER_CLOSED');
      yield* sys.task_kill(caller.thread);
    });
  });

  it('a reply can be passed on in a message, and another thread answers', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const caller = yield* spawnCaller(scene, 1, a.first, 'x');
      const { reply } = yield* desk(scene).receive(a.second);
      yield* spawn(scene, 'front', () => desk(scene, 2).send(b.first, 'do it', [moved(reply)]));
      const { handles } = yield* desk(scene).receive(b.second);
      expect(yield* desk(scene).types(1)).toEqual([OBJECT_TYPE.reply]);
      expectStatus(yield* desk(scene).reply(handles[0], 'done'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'done');
    });
  });

  it('a reply in a message that is dropped completes the call with CANCELED', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const caller = yield* spawnCaller(scene, 1, a.first, 'x');
      const { reply } = yield* desk(scene).receive(a.second);
      yield* spawn(scene, 'front', () => desk(scene, 2).send(b.first, 'do it', [moved(reply)]));
      yield* sys.thread_yield();
      yield* sys.handle_close(b.second);
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'CANCELED');
    });
  });

  it('a pool receives calls: the packet brings the reply', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene, 4096, POOL_KIND.VARIABLE);
      expectStatus((yield* sys.channel_receive_async(second, pool, 5, 64, 0)).status, 'OK');
      const caller = yield* spawnCaller(scene, 1, first, 'ping');
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), scratch(scene, 1), 64)).status, 'OK');
      const words = new Int32Array((yield* load(scratch(scene), 64)).slice().buffer);
      expect(words[3]).toBe(EVENT.MESSAGE);
      expectStatus(yield* desk(scene).reply(words[13], 'pong'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'pong');
    });
  });

  it('a call in a pool that goes is CANCELED', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.channel_receive_async(second, pool, 5, 0, 0)).status, 'OK');
      const caller = yield* spawnCaller(scene, 1, first, '');
      yield* sys.handle_close(pool);
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'CANCELED');
    });
  });

  it('a call that was taken from a mapped pool without the kernel is CANCELED: nobody can answer it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const { addr } = yield* sys.pool_map(pool, scene.vmar);
      expectStatus((yield* sys.channel_receive_async(second, pool, 5, 0, 0)).status, 'OK');
      const caller = yield* spawnCaller(scene, 1, first, '');
      yield* store(addr, Uint8Array.of(1, 0, 0, 0));
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'CANCELED');
    });
  });

  it('handles come with the call and with the reply', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [moved(vmo)]);
      const { handles, reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'y', [moved(handles[0]), copied(scene.process)]), 'OK');
      yield* sys.thread_yield();
      expect(ended(caller).handles.length).toBe(2);
      expect(yield* desk(scene, 1).types(2)).toEqual([OBJECT_TYPE.vmo, OBJECT_TYPE.process]);
      expectStatus((yield* sys.vmo_read(ended(caller).handles[0], 0, scratch(scene), 4)).status, 'OK');
    });
  });

  it('a reply cannot be sent with itself', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const caller = yield* spawnCaller(scene, 1, first, 'x');
      const { reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'x', [moved(reply)]), 'INVALID_ARGS');
      expectStatus(yield* desk(scene).reply(reply, 'x'), 'OK');
      yield* sys.thread_yield();
      expectText(ended(caller), 'x');
    });
  });

  it('a call that waits for nobody is shown as a thread that can never go on', () => {
    const { outcome } = runScript(function* (scene) {
      const { first } = yield* makeChannel(scene);
      yield* desk(scene).call(first, 'anybody?', [], { deadline: FOREVER });
    });
    expect(outcome.kind).toBe('blocked');
  });
});

describe('channels: lending', () => {
  it('a lent handle is the receiver’s until the reply, and revoked before the caller runs again', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)]);
      const { handles, reply } = yield* desk(scene).receive(second);
      const { copy } = yield* sys.handle_duplicate(handles[0], SAME_RIGHTS);
      for (const handle of [handles[0], copy])
        expectStatus((yield* sys.vmo_read(handle, 0, scratch(scene), 4)).status, 'OK');
      expectStatus(yield* desk(scene).reply(reply, 'y'), 'OK');
      for (const handle of [handles[0], copy])
        expectStatus((yield* sys.vmo_read(handle, 0, scratch(scene), 4)).status, 'BAD_HANDLE');
      yield* sys.thread_yield();
      expectText(ended(caller), 'y');
      expectStatus((yield* sys.vmo_read(vmo, 0, scratch(scene), 4)).status, 'OK');
    });
  });

  it('mappings that were made through it are gone, too, whole and in parts', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4 * 4096, 0);
      const mine = yield* sys.vmar_map(scene.vmar, vmo, 0, 4096, READ_WRITE, 0);
      yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)]);
      const { handles, reply } = yield* desk(scene).receive(second);
      const { copy } = yield* sys.handle_duplicate(handles[0], SAME_RIGHTS);
      const fixed = READ_WRITE | MAP_OPTIONS.FIXED;
      expectStatus((yield* sys.vmar_map(scene.vmar, copy, 0, 4 * 4096, fixed, SOMEWHERE)).status, 'OK');
      yield* store(SOMEWHERE, Uint8Array.of(42));
      expect((yield* load(mine.addr, 1))[0]).toBe(42);
      yield* sys.handle_close(copy);
      // In the middle: two mappings are left.
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE + 4096, 4096)).status, 'OK');
      expectStatus((yield* sys.vmar_protect(scene.vmar, SOMEWHERE + 3 * 4096, 4096, 1)).status, 'OK');
      expectStatus(yield* desk(scene).reply(reply, 'y'), 'OK');
      for (const page of [0, 2, 3])
        expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE + page * 4096, 4096)).status, 'NOT_FOUND');
      expect((yield* load(mine.addr, 1))[0]).toBe(42);
    });
  });

  it('lending ends with the call, however it ends', () => {
    for (const how of ['deadline', 'killed', 'dropped'] as const) {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
        const deadline = how === 'deadline' ? 100_000 : FOREVER;
        const caller = yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)], { deadline });
        const { handles, reply } = yield* desk(scene).receive(second);
        if (how === 'killed') yield* sys.task_kill(caller.thread);
        else if (how === 'dropped') yield* sys.handle_close(reply);
        else yield* sys.thread_sleep(200_000);
        expectStatus((yield* sys.vmo_read(handles[0], 0, scratch(scene), 4)).status, 'BAD_HANDLE');
        expectStatus((yield* sys.vmo_read(vmo, 0, scratch(scene), 4)).status, 'OK');
      });
    }
  });

  it('what is lent can be lent on, and comes back through all hands', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makeChannel(scene), yield* makeChannel(scene)];
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* spawnCaller(scene, 1, a.first, 'x', [lent(vmo)]);
      const outer = yield* desk(scene).receive(a.second);
      yield* spawnCaller(scene, 2, b.first, 'x', [lent(outer.handles[0])]);
      const inner = yield* desk(scene).receive(b.second);
      expectStatus((yield* sys.vmar_map(scene.vmar, inner.handles[0], 0, 4096, READ_WRITE, SOMEWHERE)).status, 'OK');
      expectStatus(yield* desk(scene).reply(outer.reply, 'y'), 'OK');
      expectStatus((yield* sys.vmo_read(inner.handles[0], 0, scratch(scene), 4)).status, 'BAD_HANDLE');
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE, 4096)).status, 'NOT_FOUND');
      expectStatus(yield* desk(scene).reply(inner.reply, 'y'), 'OK');
    });
  });

  it('a lent handle that is given back in the reply is revoked all the same', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)]);
      const { handles, reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'y', [moved(handles[0])]), 'OK');
      yield* sys.thread_yield();
      expectStatus((yield* sys.vmo_read(ended(caller).handles[0], 0, scratch(scene), 4)).status, 'BAD_HANDLE');
    });
  });

  it('a lent handle in a reply that fails is closed once', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)], { count: 0 });
      const { handles, reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'y', [moved(handles[0])]), 'BUFFER_TOO_SMALL');
      expectStatus((yield* sys.vmo_read(vmo, 0, scratch(scene), 4)).status, 'OK');
    });
  });

  it('lending in a call that nobody received ends with it, and the pool that sent nothing hears nothing', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      const caller = yield* spawnCaller(scene, 1, first, 'x', [lent(vmo)]);
      const { handles } = scene.system.state;
      const before = handles.live;
      yield* sys.handle_close(second);
      // The endpoint's handle, the one that was lent, and the one in flight.
      expect(handles.live).toBe(before - 3);
      yield* sys.thread_yield();
      expectStatus(ended(caller).status, 'PEER_CLOSED');
      expectStatus((yield* sys.pool_post(pool, scratch(scene))).status, 'OK');
      expect((yield* take(pool, scratch(scene))).type).toBe(EVENT.POSTED);
    });
  });
});
