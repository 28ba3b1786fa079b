/** What Zircon's tests of channels assert of calls, told of ours. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { desk, type Letter, makeChannel, moved, type Room, type Sent } from '../../kernel/messages.js';

/** A thread above the test's priority that calls; its letter comes when the call has ended. */
function* spawnCaller(
  scene: Scene,
  page: number,
  h: number,
  text: string,
  handles: readonly Sent[] = [],
  room: Room = {},
): CallScript<Letter[]> {
  const letters: Letter[] = [];
  yield* spawn(
    scene,
    `caller ${page}`,
    function* () {
      letters.push(yield* desk(scene, page).call(h, text, handles, room));
    },
    20,
  );
  return letters;
}

function* makeVmos({ allocator }: Scene, count: number): CallScript<number[]> {
  const vmos: number[] = [];
  for (let i = 0; i < count; i++) vmos.push((yield* sys.vmo_create(allocator, PAGE_BYTES, 0)).vmo);
  return vmos;
}

describe('calls of Zircon, as ours', () => {
  it('CallResponseBiggerThanRdNumBytesReturnsBufferTooSmall: the caller has too little room for the bytes', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const letters = yield* spawnCaller(scene, 1, first, 'five!', [], { bytes: 1 });
      const { reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, 'ab'), 'BUFFER_TOO_SMALL');
      expect(letters.map(({ status, bytes }) => [statusName(status), bytes])).toEqual([['BUFFER_TOO_SMALL', 2]]);
    });
  });

  it('CallResponseBiggerThanRdNumHandlesReturnsBufferTooSmall: the caller has too little room for the handles', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const [sent, ...back] = yield* makeVmos(scene, 3);
      const letters = yield* spawnCaller(scene, 1, first, '', [moved(sent)], { count: 1 });
      const { reply } = yield* desk(scene).receive(second);
      expectStatus(yield* desk(scene).reply(reply, '', back.map(moved)), 'BUFFER_TOO_SMALL');
      expect(letters.map(({ status, handle_count: count }) => [statusName(status), count])).toEqual([
        ['BUFFER_TOO_SMALL', 2],
      ]);
    });
  });

  for (const [name, question, sent, answer, back] of [
    ['CallBytesFitIsOk: bytes there and back', 'four', 0, 'fives', 0],
    ['CallHandlesFitIsOk: handles there and back', '', 1, '', 2],
    ['CallHandleAndBytesFitsIsOk: both', 'qu', 1, 'an', 2],
  ] as const) {
    it(name, () => {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const there = yield* makeVmos(scene, sent);
        const room = { bytes: answer.length, count: back };
        const letters = yield* spawnCaller(scene, 1, first, question, there.map(moved), room);
        const got = yield* desk(scene).receive(second);
        expect([got.text, got.handles.length]).toEqual([question, sent]);
        const home = yield* makeVmos(scene, back);
        expectStatus(yield* desk(scene).reply(got.reply, answer, home.map(moved)), 'OK');
        expect(letters.map(({ status, text, handles }) => [status, text, handles.length])).toEqual([[0, answer, back]]);
      });
    });
  }

  it('CallPendingTransactionsUseDifferentIds: twenty calls wait at once, and each has its own reply', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const callers: Letter[][] = [];
      for (let i = 1; i <= 20; i++) callers.push(yield* spawnCaller(scene, i, first, `${i}`));
      const questions: Letter[] = [];
      for (let i = 0; i < 20; i++) questions.push(yield* desk(scene).receive(second));
      expect(new Set(questions.map(({ reply }) => reply)).size).toBe(20);
      for (const { reply, text } of questions) expectStatus(yield* desk(scene).reply(reply, `to ${text}`), 'OK');
      expect(callers.flat().map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, i) => `to ${i + 1}`));
    });
  });

  it('CallDeadlineExceededReturnsTimedOut: a call that is not answered ends; an answer then reaches nobody', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const deadline = scene.system.time + 5000;
      const letters = yield* spawnCaller(scene, 1, first, 'x', [], { deadline });
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.thread_sleep(deadline + 1000);
      expect(letters.map(({ status }) => statusName(status))).toEqual(['TIMED_OUT']);
      expectStatus(yield* desk(scene).reply(reply, 'late'), 'PEER_CLOSED');
      // Theirs sends the question even where the deadline has passed; ours polls, as every call does.
      expectStatus((yield* desk(scene).call(first, 'x', [], { deadline: 0 })).status, 'TIMED_OUT');
      expectStatus((yield* desk(scene).receive(second, { deadline: 0 })).status, 'TIMED_OUT');
    });
  });

  it('CallConsumesHandlesOnSuccess, CallConsumesHandlesOnError: what was sent is gone, however the call ends', () => {
    for (const closed of [false, true]) {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const vmos = yield* makeVmos(scene, 2);
        if (closed) yield* sys.handle_close(second);
        const letters = yield* spawnCaller(scene, 1, first, '', vmos.map(moved), { deadline: FOREVER });
        if (!closed) yield* desk(scene).reply((yield* desk(scene).receive(second)).reply, '');
        expect(letters.map(({ status }) => statusName(status))).toEqual([closed ? 'PEER_CLOSED' : 'OK']);
        for (const vmo of vmos) expectStatus((yield* sys.handle_close(vmo)).status, 'BAD_HANDLE');
      });
    }
  });

  it('CallNotifiedOnPeerClosed: a call ends when the other end is closed before anybody received it', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const letters = yield* spawnCaller(scene, 1, first, 'x');
      yield* sys.handle_close(second);
      expect(letters.map(({ status }) => statusName(status))).toEqual(['PEER_CLOSED']);
    });
  });
});
