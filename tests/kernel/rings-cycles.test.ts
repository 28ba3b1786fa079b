/** Rings whose handles lie in pools: what nobody can get at any more goes, with every frame; what somebody can, stays. */
import { describe, expect, it } from 'vitest';
import { statusName } from '../../syscalls/errors.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { desk, lent, makeChannel, moved } from './messages.js';
import { makePool, scratch, takeAll } from './packets.js';
import { NULL_CALL, TestRing } from './ring-memory.js';

/** A ring that its program does not map any more, so that nothing but handles keeps it. */
function* makeRing(scene: Scene): CallScript<TestRing> {
  const ring = yield* TestRing.make(scene, 4);
  expectStatus((yield* sys.vmar_unmap(scene.vmar, ring.address, 4096)).status, 'OK');
  return ring;
}

/** Puts a handle into a pool, through a channel that is closed again. */
function* putInto(scene: Scene, pool: number, handle: number): CallScript<void> {
  const { first, second } = yield* makeChannel(scene);
  expectStatus((yield* sys.channel_receive_async(second, pool, 1, 0, 0)).status, 'OK');
  expectStatus(yield* desk(scene, 1).send(first, '', [moved(handle)], 0), 'OK');
  yield* sys.handle_close(first);
  yield* sys.handle_close(second);
}

/** Does a script that closes everything leave no object, no frame and no charge behind? */
function expectNothingLeft(script: (scene: Scene) => CallScript<void>): void {
  expectSuccess(function* (scene) {
    const { pools, rings, channels, messages, replies, vmos, frames, handles, allocators } = scene.system.state;
    const left = () => ({
      objects: [pools, rings, channels, messages, replies, vmos, handles].map(({ live }) => live),
      frames: frames.live,
      charged: allocators.charged[0],
    });
    // Pages that the script itself touches are there before it begins.
    for (let page = 0; page < 4; page++) yield* desk(scene, page).message('touched');
    yield* script(scene);
    yield* sys.thread_yield();
    const first = left();
    yield* script(scene);
    yield* sys.thread_yield();
    expect(left()).toEqual(first);
    expect(first.objects.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  });
}

describe('rings in pools', () => {
  it('a ring that lies in its own pool goes with it when nobody else names the pool', () => {
    expectNothingLeft(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      yield* putInto(scene, pool, ring);
      expect([scene.system.state.rings.live, scene.system.state.pools.live]).toEqual([1, 1]);
      yield* sys.handle_close(pool);
    });
  });

  it('so it does where its handle is the last to leave', () => {
    expectNothingLeft(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      const { first, second } = yield* makeChannel(scene);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 0, 0)).status, 'OK');
      yield* sys.handle_close(pool);
      expectStatus(yield* desk(scene, 1).send(first, '', [moved(ring)], 0), 'OK');
      expect([scene.system.state.rings.live, scene.system.state.pools.live]).toEqual([0, 0]);
      yield* sys.handle_close(first);
      yield* sys.handle_close(second);
    });
  });

  it('two rings that lie in the pools of each other go together', () => {
    expectNothingLeft(function* (scene) {
      const [one, two] = [yield* makeRing(scene), yield* makeRing(scene)];
      yield* putInto(scene, one.pool, two.ring);
      yield* putInto(scene, two.pool, one.ring);
      yield* sys.handle_close(one.pool);
      expect([scene.system.state.rings.live, scene.system.state.pools.live]).toEqual([2, 2]);
      yield* sys.handle_close(two.pool);
    });
  });

  it('a ring, its pool and a channel that hold each other in a circle go together', () => {
    expectNothingLeft(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      const inner = yield* makeChannel(scene);
      yield* putInto(scene, pool, inner.second);
      const wait = yield* makePool(scene);
      const message = yield* desk(scene, 1).message('', [moved(ring)]);
      expectStatus((yield* sys.channel_send_async(inner.first, message, wait, 1)).status, 'OK');
      yield* sys.handle_close(inner.first);
      yield* sys.handle_close(wait);
      // The pool of the one who sent pays for the message, which went with it.
      yield* sys.handle_close(pool);
    });
  });

  it('many rings of one pool, one of which lies in it, go when the others are closed', () => {
    expectNothingLeft(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      const others: TestRing[] = [];
      for (let i = 0; i < 3; i++) {
        const other = yield* TestRing.make(scene, 4, pool);
        yield* sys.vmar_unmap(scene.vmar, other.address, 4096);
        others.push(other);
      }
      yield* putInto(scene, pool, ring);
      yield* sys.handle_close(pool);
      const { rings } = scene.system.state;
      expect(rings.live).toBe(4);
      for (const other of others) yield* sys.handle_close(other.ring);
      expect(rings.live).toBe(0);
    });
  });

  it('a caller who lent a ring to its own pool is told that nobody will answer', () => {
    const statuses: string[] = [];
    expectNothingLeft(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      const { first, second } = yield* makeChannel(scene);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 0, 0)).status, 'OK');
      const caller = yield* spawn(
        scene,
        'caller',
        function* () {
          statuses.push(statusName((yield* desk(scene, 2).call(first, '', [lent(ring)])).status));
        },
        20,
      );
      for (const handle of [first, second, pool, caller]) yield* sys.handle_close(handle);
      expect(scene.system.state.rings.live).toBe(1);
      yield* sys.handle_close(ring);
    });
    expect(statuses).toEqual(['CANCELED', 'CANCELED']);
  });

  it('a ring in its own pool stays as long as somebody can take it out, and works then', () => {
    expectSuccess(function* (scene) {
      const made = yield* TestRing.make(scene, 4);
      yield* putInto(scene, made.pool, made.ring);
      const at = scratch(scene, 3);
      expectStatus((yield* sys.pool_take(made.pool, 0, scratch(scene), at, 64)).status, 'OK');
      const [handle] = new Uint32Array((yield* load(at, 4)).slice().buffer);
      yield* made.submit({ ...NULL_CALL, key: 5 });
      expectStatus((yield* sys.ring_enter(handle, 1, 0, 0)).status, 'OK');
      expect((yield* takeAll(made.pool, scratch(scene))).map(({ key }) => key)).toEqual([5]);
    });
  });

  it('a ring in its own pool stays while another handle to the ring is there, whose completions still come', () => {
    expectSuccess(function* (scene) {
      const made = yield* TestRing.make(scene, 4);
      const { copy } = yield* sys.handle_duplicate(made.ring, SAME_RIGHTS);
      yield* putInto(scene, made.pool, made.ring);
      yield* sys.handle_close(made.pool);
      yield* made.submit(NULL_CALL);
      const entered = yield* sys.ring_enter(copy, 1, 2, 0);
      expect([statusName(entered.status), entered.taken]).toEqual(['OK', 1]);
      yield* sys.handle_close(copy);
      const { rings, pools } = scene.system.state;
      expect([rings.live, pools.live]).toEqual([0, 0]);
    });
  });

  it('a process that dies with all of that leaves nothing', () => {
    const { system } = runScript(function* (scene) {
      const { ring, pool } = yield* makeRing(scene);
      yield* putInto(scene, pool, ring);
      yield* sys.process_exit(0);
    });
    expect([system.state.rings.live, system.state.pools.live]).toEqual([0, 0]);
  });
});
