import { describe, expect, it } from 'vitest';
import { encode } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { A0, CODE, callOf, li, type MadeProcess, makeProcess, mapCode, runInProcess, S0 } from './compiled.js';
import { copyOf, get, mapAt, put, SOMEWHERE, smallAllocator, vmoOf } from './copy-scene.js';
import { processFields } from './information.js';
import { desk, lent, makeChannel, moved } from './messages.js';

describe('copies and page tables', () => {
  const storeTo = (address: number, value: number): number[] => [
    ...li(S0, address),
    ...li(A0, value),
    encode('sw', { rs1: S0, rs2: A0, imm: 0 }),
  ];
  const loadFrom = (address: number): number[] => [...li(S0, address), encode('lw', { rd: A0, rs1: S0, imm: 0 })];
  /** Ends the process with what a0 holds. */
  const exit = callOf('process_exit');
  /** Longer than what the first thread does meanwhile. */
  const rest = (time: number): number[] => callOf('thread_sleep', time, 0);

  /** Runs code beside the test, with an object mapped at SOMEWHERE. */
  function* beside(scene: Scene, vmo: number, code: readonly number[]): CallScript<MadeProcess> {
    const made = yield* makeProcess(scene, scene.allocator, 20);
    yield* mapAt(made.vmar, vmo, 2, SOMEWHERE);
    yield* mapCode(scene, made.vmar, code);
    expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
    return made;
  }

  it('a page that a program has written before the copy was made is written for itself afterwards', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      yield* beside(scene, vmo, [...storeTo(SOMEWHERE, 1), ...rest(100_000), ...storeTo(SOMEWHERE, 2), ...exit]);
      const copy = yield* copyOf(scene, vmo, 2);
      yield* sys.thread_sleep(200_000);
      expect([yield* get(scene, vmo, 0), yield* get(scene, copy, 0)]).toEqual([2, 1]);
    });
  });

  it('a page that was loaded while it was shared can be stored to, shared or not any more', () => {
    for (const closed of [true, false]) {
      expectSuccess(function* (scene) {
        const vmo = yield* vmoOf(scene, 2);
        yield* put(scene, vmo, 0, 7);
        const copy = yield* copyOf(scene, vmo, 2);
        // It goes out with what it loaded at first.
        const code = [...loadFrom(SOMEWHERE), ...rest(100_000), ...storeTo(SOMEWHERE, 9)];
        const { process } = yield* beside(scene, copy, [...code, ...loadFrom(SOMEWHERE), ...exit]);
        const frames = scene.system.kernel.state.frames.live;
        if (closed) yield* sys.handle_close(vmo);
        yield* sys.thread_sleep(200_000);
        expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(9);
        if (closed) expect(yield* get(scene, copy, 0)).toBe(9);
        else expect([yield* get(scene, vmo, 0), yield* get(scene, copy, 0)]).toEqual([7, 9]);
        expect(frames).toBeGreaterThan(0);
      });
    }
  });

  it('two processes that map one copy go on seeing the same page after one of them has written', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      yield* put(scene, vmo, 1, 7);
      const copy = yield* copyOf(scene, vmo, 2);
      const second = SOMEWHERE + PAGE_BYTES;
      const reader = [...loadFrom(second), ...rest(100_000), ...loadFrom(second), ...exit];
      const { process } = yield* beside(scene, copy, reader);
      yield* beside(scene, copy, [...loadFrom(second), ...storeTo(second, 8), ...exit]);
      yield* sys.thread_sleep(200_000);
      expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(8);
      expect(yield* get(scene, vmo, 1)).toBe(7);
    });
  });

  it('a page that a program has touched and somebody gives back alone is zeros for the program, too, and a page of its own again', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      const second = SOMEWHERE + PAGE_BYTES;
      const keep = [...li(S0, second), encode('sw', { rs1: S0, rs2: A0, imm: 0 })];
      const code = [...storeTo(SOMEWHERE, 5), ...rest(100_000), ...loadFrom(SOMEWHERE)];
      yield* beside(scene, vmo, [...code, ...keep, ...storeTo(SOMEWHERE, 6), ...exit]);
      yield* sys.thread_sleep(50_000);
      expect(yield* get(scene, vmo, 0)).toBe(5);
      expectStatus((yield* sys.vmo_release(vmo, 0, PAGE_BYTES)).status, 'OK');
      // The frame that came back is somebody else's now.
      const other = yield* vmoOf(scene, 1);
      yield* put(scene, other, 0, 7);
      yield* put(scene, vmo, 1, 9);
      yield* sys.thread_sleep(200_000);
      // What it loaded in between it has put into the second page.
      expect([yield* get(scene, vmo, 0), yield* get(scene, vmo, 1), yield* get(scene, other, 0)]).toEqual([6, 0, 7]);
    });
  });

  it('an atomic operation on a shared page copies it', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      yield* put(scene, vmo, 0, 40);
      const copy = yield* copyOf(scene, vmo, 2);
      const add = [...li(S0, SOMEWHERE), ...li(A0, 2), encode('amoadd.w', { rd: A0, rs1: S0, rs2: A0 })];
      const { process } = yield* beside(scene, copy, [...loadFrom(SOMEWHERE), ...add, ...exit]);
      yield* sys.thread_sleep(100_000);
      expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(40);
      expect([yield* get(scene, vmo, 0), yield* get(scene, copy, 0)]).toEqual([40, 42]);
    });
  });

  it('a store that does not fit the quota is a fault that says so, and both pages stay', () => {
    expectSuccess(function* (scene) {
      const payer = yield* smallAllocator(scene, 1);
      const vmo = yield* vmoOf(scene, 1);
      yield* put(scene, vmo, 0, 7);
      const copy = yield* copyOf(scene, vmo, 1, payer);
      const made = yield* makeProcess(scene, scene.allocator, 20);
      yield* mapAt(made.vmar, copy, 1, SOMEWHERE);
      yield* mapCode(scene, made.vmar, [...loadFrom(SOMEWHERE), ...storeTo(SOMEWHERE, 8), ...exit]);
      expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
      const { exit_code, fault_address } = yield* processFields(made.process, scene.stackLow);
      expect([exit_code, fault_address]).toEqual([FAULT_DETAIL.NO_MEMORY, SOMEWHERE]);
      expect([yield* get(scene, vmo, 0), yield* get(scene, copy, 0)]).toEqual([7, 7]);
    });
  });

  it('code in a copy runs', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const bytes = new Uint8Array(Uint32Array.from([...li(A0, 33), ...exit]).buffer);
      yield* store(scene.stackLow, bytes);
      yield* sys.vmo_write(vmo, 0, scene.stackLow, bytes.length);
      const copy = yield* copyOf(scene, vmo, 1);
      const made = yield* makeProcess(scene, scene.allocator, 20);
      const executable = PROTECTION.READ | PROTECTION.EXECUTE | MAP_OPTIONS.FIXED;
      yield* sys.vmar_map(made.vmar, copy, 0, PAGE_BYTES, executable, CODE);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      expect((yield* processFields(made.process, scene.stackLow)).exit_code).toBe(33);
    });
  });

  it('a guard in a copy and code that can only be read are what they are in any object', () => {
    expectSuccess(function* (scene) {
      const { process } = yield* runInProcess(scene, [...storeTo(CODE, 1), ...exit]);
      expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(FAULT_DETAIL.DENIED);
      const vmo = yield* vmoOf(scene, 2);
      yield* put(scene, vmo, 0, 7);
      const copy = yield* copyOf(scene, vmo, 2);
      const made = yield* makeProcess(scene, scene.allocator, 20);
      yield* mapAt(made.vmar, copy, 2, SOMEWHERE);
      expectStatus((yield* sys.vmar_protect(made.vmar, SOMEWHERE, PAGE_BYTES, 0)).status, 'OK');
      yield* mapCode(scene, made.vmar, [...storeTo(SOMEWHERE + PAGE_BYTES, 1), ...storeTo(SOMEWHERE, 1), ...exit]);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      const { exit_code, fault_address } = yield* processFields(made.process, scene.stackLow);
      expect([exit_code, fault_address]).toEqual([FAULT_DETAIL.GUARD, SOMEWHERE]);
      expect(yield* get(scene, copy, 0)).toBe(7);
    });
  });
});

describe('copies through channels', () => {
  it('a copy that is moved is the receiver’s, and the original goes on as it was', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* vmoOf(scene, 1);
      yield* put(scene, vmo, 0, 7);
      const copy = yield* copyOf(scene, vmo, 1);
      yield* spawn(scene, 'sender', () => desk(scene, 1).send(first, 'x', [moved(copy)]));
      const { handles } = yield* desk(scene).receive(second);
      yield* put(scene, handles[0], 0, 8);
      expect([yield* get(scene, vmo, 0), yield* get(scene, handles[0], 0)]).toEqual([7, 8]);
    });
  });

  it('what is written into a lent copy stays in it; a copy of what is lent outlives the lending', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const vmo = yield* vmoOf(scene, 1);
      yield* put(scene, vmo, 0, 7);
      const copy = yield* copyOf(scene, vmo, 1);
      yield* spawn(scene, 'caller', () => desk(scene, 1).call(first, 'x', [lent(copy)]), 20);
      const { reply, handles } = yield* desk(scene).receive(second);
      yield* mapAt(scene.vmar, handles[0], 1, SOMEWHERE);
      const kept = yield* copyOf(scene, handles[0], 1);
      yield* store(SOMEWHERE, Uint8Array.of(8));
      yield* desk(scene).reply(reply, 'done');
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE, PAGE_BYTES)).status, 'NOT_FOUND');
      expect([yield* get(scene, vmo, 0), yield* get(scene, copy, 0), yield* get(scene, kept, 0)]).toEqual([7, 8, 7]);
    });
  });
});
