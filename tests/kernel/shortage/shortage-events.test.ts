/** Who hears of a shortage, who may answer, and what comes of the answers. */
import { describe, expect, it } from 'vitest';
import { SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { LISTEN, MEMORY_STATE, SEEN_NOW, VERDICT } from '../../../syscalls/options.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { makePool, packetAt, scratch } from '../packets.js';
import {
  ask,
  fields,
  Listener,
  makeAllocator,
  requestBack,
  requestBytes,
  setAnswerTime,
  setWait,
  takePages,
  type Word,
  withoutResolve,
  wordOf,
} from './shortages.js';

const LONG = 1_000_000_000;
const { NORMAL, PRESSURE, OOM } = MEMORY_STATE;
const states = (words: readonly Word[]): number[] => words.map(({ state }) => state);

/** A thread that waits for the next event of an allocator, and what it heard. */
function* threadListener(scene: Scene, allocator: number, page: number, heard: Word[]): CallScript<number> {
  return yield* spawn(
    scene,
    `listener ${page}`,
    function* () {
      expectStatus(
        (yield* sys.event_wait(allocator, SOURCE.MEMORY, SEEN_NOW, FOREVER, scratch(scene, page))).status,
        'OK',
      );
      heard.push(wordOf(yield* packetAt(scratch(scene, page))));
      yield* sys.thread_sleep(FOREVER);
    },
    20,
  );
}

describe('hearing of a shortage', () => {
  it('38: threads and pools, with a token and without, hear of it before any request that waits is failed', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const news = yield* withoutResolve(scene, allocator);
      const [one, other]: [Word[], Word[]] = [[], []];
      yield* threadListener(scene, allocator, 70, one);
      yield* threadListener(scene, news, 71, other);
      const pools = [yield* Listener.make(scene, allocator), yield* Listener.make(scene, news)];
      const asker = yield* ask(scene, allocator, 4, LONG);
      expect(asker.status).toBeUndefined();
      const words = [one[0], other[0]];
      for (const pool of pools) words.push(...(yield* pool.heard()));
      const { koid } = yield* fields(scene, allocator);
      expect(words.length).toBe(4);
      for (const word of words) expect(word).toMatchObject({ state: OOM, wanted: requestBytes(4), koid });
      expect(words.map(({ token }) => token !== 0)).toEqual([true, false, true, false]);
      // Who only has news can answer nothing.
      expectStatus((yield* sys.event_resolve(news, words[0].token, VERDICT.CANNOT)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.event_resolve(allocator, words[0].token, VERDICT.CANNOT)).status, 'OK');
      expect(asker.status).toBeUndefined();
      yield* pools[0].cannot();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
      yield* sys.process_exit(0);
    });
  });

  it('38: nobody listens: the request that waits fails at once', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      expectStatus((yield* ask(scene, allocator, 4, LONG)).status ?? 1, 'NO_MEMORY');
    });
  });

  it('while a shortage is open further ones only add to it; once all have answered, the next is told of again', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const listener = yield* Listener.make(scene, allocator);
      for (const pages of [4, 5, 6]) yield* ask(scene, allocator, pages, 0);
      expect(states(yield* listener.heard())).toEqual([OOM]);
      yield* listener.cannot();
      yield* ask(scene, allocator, 7, 0);
      expect((yield* listener.heard()).map(({ wanted }) => wanted)).toEqual([requestBytes(7)]);
    });
  });

  it('a listener for one event owes the answer though its registration has ended, and hears nothing more', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const once = yield* Listener.make(scene, allocator, SOURCE.MEMORY, 0);
      const asker = yield* ask(scene, allocator, 4, LONG);
      expect((yield* once.heard()).length).toBe(1);
      yield* once.cannot();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
      yield* ask(scene, allocator, 4, 0);
      expect(yield* once.heard()).toEqual([]);
    });
  });

  it('a thread that listens with two handles may answer if one of them lets it', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const news = yield* withoutResolve(scene, allocator);
      const heard: Word[] = [];
      const items = Int32Array.of(news, SOURCE.MEMORY, SEEN_NOW, allocator, SOURCE.MEMORY, SEEN_NOW);
      yield* store(scratch(scene, 72), new Uint8Array(items.buffer));
      yield* spawn(
        scene,
        'both',
        function* () {
          yield* sys.event_wait_many(scratch(scene, 72), 2, FOREVER, scratch(scene, 73));
          heard.push(wordOf(yield* packetAt(scratch(scene, 73))));
          yield* sys.thread_sleep(FOREVER);
        },
        20,
      );
      const asker = yield* ask(scene, allocator, 4, LONG);
      expect(heard[0].token).toBeGreaterThan(0);
      expect(asker.status).toBeUndefined();
      yield* sys.process_exit(0);
    });
  });
});

describe('answers', () => {
  it('RELEASED: what was given back serves who waits, and the state is NORMAL again, which is told', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4);
      const listener = yield* Listener.make(scene, allocator);
      const held = yield* takePages(allocator, 4);
      const asker = yield* ask(scene, allocator, 3, LONG);
      expect(states(yield* listener.heard())).toEqual([OOM]);
      yield* sys.handle_close(held);
      expectStatus(asker.status ?? 1, 'OK');
      yield* listener.released();
      expect(states(yield* listener.heard())).toEqual([]);
      yield* sys.task_kill(asker.process);
      expect(states(yield* listener.heard())).toEqual([NORMAL]);
    });
  });

  it('GRANTED: quota comes with the answer; where so much is not free, the answer is still owed', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const poor = yield* makeAllocator(scene, 1);
      const listener = yield* Listener.make(scene, allocator);
      const asker = yield* ask(scene, allocator, 4, LONG);
      expectStatus(yield* listener.answer(VERDICT.GRANTED, 8, poor), 'NO_MEMORY');
      expectStatus(yield* listener.answer(VERDICT.GRANTED, 8, 0), 'INVALID_ARGS');
      expectStatus(yield* listener.answer(VERDICT.GRANTED, 8, scene.allocator), 'OK');
      expectStatus(asker.status ?? 1, 'OK');
      expect((yield* fields(scene, allocator)).quota).toBe(10 * PAGE_BYTES);
      expectStatus(yield* listener.answer(VERDICT.CANNOT), 'NOT_FOUND');
    });
  });

  it('a verdict of interrupts is none of a shortage, and the other way round', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const listener = yield* Listener.make(scene, allocator);
      yield* ask(scene, allocator, 4, LONG);
      for (const verdict of [VERDICT.HANDLED, VERDICT.NOT_MINE])
        expectStatus(yield* listener.answer(verdict), 'INVALID_ARGS');
      yield* listener.cannot();
    });
  });

  it('a liar that says RELEASED for ever ends the wait after the first time that nothing is free', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const liar = yield* Listener.make(scene, allocator);
      const asker = yield* ask(scene, allocator, 4, LONG);
      yield* liar.released();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it('one who gives a byte or so each time is asked at most 64 times', () => {
    expectSuccess(
      function* (scene) {
        const allocator = yield* makeAllocator(scene, 4);
        const miser = yield* Listener.make(scene, allocator);
        const crumbs: number[] = [];
        for (;;) {
          const { status, vmo } = yield* sys.vmo_create(allocator, 1);
          if (status !== 0) break;
          crumbs.push(vmo);
        }
        // Filling it up was a shortage, too.
        yield* miser.cannot();
        const asker = yield* ask(scene, allocator, 50, LONG);
        let rounds = 0;
        while (asker.status === undefined) {
          yield* sys.handle_close(crumbs[rounds++]);
          yield* miser.released();
        }
        expectStatus(asker.status, 'NO_MEMORY');
        expect(rounds).toBe(64);
      },
      { maxInstructions: 100_000 },
    );
  });

  it('39: a handler that never answers ends the wait with its time; its late answer is NOT_FOUND', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      yield* setAnswerTime(scene, allocator, 20_000);
      const listener = yield* Listener.make(scene, allocator);
      const begun = scene.system.time;
      const asker = yield* ask(scene, allocator, 4, LONG);
      yield* sys.thread_sleep(begun + 30_000);
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
      expect(asker.at).toBeLessThan(begun + 21_000);
      expectStatus(yield* listener.answer(VERDICT.RELEASED), 'NOT_FOUND');
    });
  });

  it('39: answering twice counts once', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const [one, other] = [yield* Listener.make(scene, allocator), yield* Listener.make(scene, allocator)];
      const asker = yield* ask(scene, allocator, 4, LONG);
      yield* one.cannot();
      expectStatus(yield* one.answer(VERDICT.CANNOT), 'NOT_FOUND');
      expect(asker.status).toBeUndefined();
      yield* other.cannot();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it.each(['closes its pool', 'cancels', 'dies'])('39: a handler that %s said CANNOT', (how) => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      let end: () => CallScript<unknown>;
      if (how === 'dies') {
        const heard: Word[] = [];
        const thread = yield* threadListener(scene, allocator, 70, heard);
        end = () => sys.task_kill(thread);
      } else {
        const { pool, registration } = yield* Listener.make(scene, allocator);
        end = () => (how === 'cancels' ? sys.event_cancel(pool, registration) : sys.handle_close(pool));
      }
      const asker = yield* ask(scene, allocator, 4, LONG);
      expect(asker.status).toBeUndefined();
      yield* end();
      yield* sys.thread_yield();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it('a thread that owes an answer cannot listen as one who may answer, but for news', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const news = yield* withoutResolve(scene, allocator);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'handler',
        function* () {
          yield* sys.event_wait(allocator, SOURCE.MEMORY, SEEN_NOW, FOREVER, scratch(scene, 70));
          for (const h of [allocator, news])
            statuses.push((yield* sys.event_wait(h, SOURCE.MEMORY, SEEN_NOW, 0, scratch(scene, 70))).status);
        },
        20,
      );
      yield* ask(scene, allocator, 4, 0);
      yield* sys.thread_yield();
      expectStatus(statuses[0], 'BAD_STATE');
      expectStatus(statuses[1], 'TIMED_OUT');
    });
  });

  it('a new time for answers holds for the shortage that is open', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      yield* setAnswerTime(scene, allocator, 0);
      yield* Listener.make(scene, allocator);
      const asker = yield* ask(scene, allocator, 4, LONG);
      yield* setAnswerTime(scene, allocator, 5000);
      yield* setAnswerTime(scene, allocator, 0);
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expect(asker.status).toBeUndefined();
      yield* setAnswerTime(scene, allocator, 5000);
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });
});

describe('handlers need memory themselves', () => {
  it('40: who owes an answer may use the reserve, and others may not', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4, { reserve: 2 });
      const listener = yield* Listener.make(scene, allocator);
      yield* takePages(allocator, 2);
      expectStatus((yield* sys.allocator_create(allocator, PAGE_BYTES)).status, 'NO_MEMORY');
      const { status, child } = yield* sys.allocator_create(allocator, PAGE_BYTES);
      expectStatus(status, 'OK');
      yield* sys.handle_close(child);
      yield* listener.cannot();
      expectStatus((yield* sys.allocator_create(allocator, PAGE_BYTES)).status, 'NO_MEMORY');
    });
  });

  it('40: its own requests never wait, whatever MEMORY_WAIT says', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const other = yield* makeAllocator(scene, 1);
      yield* Listener.make(scene, allocator);
      yield* setAnswerTime(scene, other, 0);
      yield* Listener.make(scene, other);
      yield* setWait(scene, scene.thread, LONG);
      const asker = yield* ask(scene, allocator, 4, LONG);
      const begun = scene.system.time;
      for (const h of [allocator, other])
        expectStatus((yield* sys.allocator_create(h, 9 * PAGE_BYTES)).status, 'NO_MEMORY');
      expect(scene.system.time).toBeLessThan(begun + 100);
      expect(asker.status).toBeUndefined();
    });
  });

  it('OOM is over when what was wanted would fit beside the reserve, and not before', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4, { reserve: 2 });
      const news = yield* Listener.make(scene, yield* withoutResolve(scene, allocator));
      const held = yield* takePages(allocator, 2);
      // Two pages are free, and both are reserved.
      expectStatus((yield* sys.allocator_create(allocator, PAGE_BYTES)).status, 'NO_MEMORY');
      expect(states(yield* news.heard())).toEqual([OOM]);
      yield* sys.handle_close(held);
      expect(states(yield* news.heard())).toEqual([NORMAL]);
    });
  });
});

describe('further up', () => {
  it('38: who listens to the subtree is asked when those below cannot help, level by level', () => {
    expectSuccess(function* (scene) {
      const levels = [yield* makeAllocator(scene, 40)];
      for (const pages of [30, 20, 4]) levels.push(yield* makeAllocator(scene, pages, {}, levels.at(-1)));
      const bottom = levels.length - 1;
      const listeners: Listener[] = [yield* Listener.make(scene, levels[bottom])];
      for (const level of [2, 0]) listeners.push(yield* Listener.make(scene, levels[level], SOURCE.MEMORY_SUBTREE));
      // Only its own shortages concern this one.
      const aside = yield* Listener.make(scene, levels[1]);
      const asker = yield* ask(scene, levels[bottom], 8, LONG);
      const { koid } = yield* fields(scene, levels[bottom]);
      for (const listener of listeners) {
        expect(asker.status).toBeUndefined();
        expect(yield* listener.heard()).toMatchObject([{ state: OOM, koid, wanted: requestBytes(8) }]);
        if (listener === listeners[2]) expectStatus(yield* listener.answer(VERDICT.GRANTED, 8, scene.allocator), 'OK');
        else yield* listener.cannot();
      }
      expectStatus(asker.status ?? 1, 'OK');
      expect(yield* aside.heard()).toEqual([]);
      expect((yield* fields(scene, levels[bottom])).quota).toBe(13 * PAGE_BYTES);
    });
  });

  it('a child cannot give the answer that a listener of the subtree above owes', () => {
    expectSuccess(function* (scene) {
      const parent = yield* makeAllocator(scene, 20);
      const child = yield* makeAllocator(scene, 4, {}, parent);
      const listener = yield* Listener.make(scene, parent, SOURCE.MEMORY_SUBTREE);
      const asker = yield* ask(scene, child, 8, LONG);
      for (const h of [child, scene.allocator])
        expectStatus((yield* sys.event_resolve(h, listener.registration, VERDICT.CANNOT)).status, 'NOT_FOUND');
      expect(asker.status).toBeUndefined();
      yield* listener.cannot();
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it('a listener that owes an answer elsewhere is asked when it gave that, and the others hear of it once', () => {
    expectSuccess(function* (scene) {
      const [one, other] = [yield* makeAllocator(scene, 1), yield* makeAllocator(scene, 1)];
      const above = yield* Listener.make(scene, scene.allocator, SOURCE.MEMORY_SUBTREE);
      const news = yield* Listener.make(scene, yield* withoutResolve(scene, scene.allocator), SOURCE.MEMORY_SUBTREE);
      const first = yield* ask(scene, one, 4, LONG);
      const second = yield* ask(scene, other, 5, LONG);
      // What happens at an allocator that is short does not make it come again.
      for (let i = 0; i < 5; i++) yield* sys.handle_close((yield* sys.vmo_create(one, 1)).vmo);
      expect((yield* above.heard()).map(({ token }) => token !== 0)).toEqual([true, false]);
      expect((yield* news.heard()).length).toBe(2);
      yield* above.cannot();
      expect([first.status !== undefined, second.status]).toEqual([true, undefined]);
      expect(yield* above.heard()).toMatchObject([{ token: above.registration, wanted: requestBytes(5) }]);
      yield* above.cannot();
      expectStatus(second.status ?? 1, 'NO_MEMORY');
    });
  });

  it('a shortage whose listeners are busy ends with its own time', () => {
    expectSuccess(function* (scene) {
      const [one, other] = [yield* makeAllocator(scene, 1), yield* makeAllocator(scene, 1)];
      yield* setAnswerTime(scene, one, 0);
      yield* setAnswerTime(scene, other, 20_000);
      yield* Listener.make(scene, scene.allocator, SOURCE.MEMORY_SUBTREE);
      const first = yield* ask(scene, one, 4, LONG);
      const second = yield* ask(scene, other, 5, LONG);
      yield* sys.thread_sleep(scene.system.time + 25_000);
      expect(first.status).toBeUndefined();
      expectStatus(second.status ?? 1, 'NO_MEMORY');
    });
  });
});

describe('pressure', () => {
  it('PRESSURE is told when more than the soft mark is in use, and NORMAL when it is not any more, also unanswered', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8, { softMark: 4 });
      const listener = yield* Listener.make(scene, allocator);
      yield* takePages(allocator, 3);
      expect(yield* listener.heard()).toEqual([]);
      const held = yield* takePages(allocator, 2);
      const [word] = yield* listener.heard();
      expect(word).toMatchObject({ state: PRESSURE, token: listener.registration, wanted: PAGE_BYTES + 128 });
      yield* sys.handle_close(held);
      expect(states(yield* listener.heard())).toEqual([NORMAL]);
      // It owes the answer still, and may give it.
      yield* listener.released();
      expectStatus(yield* listener.answer(VERDICT.RELEASED), 'NOT_FOUND');
    });
  });

  it('a request to give back is an event with an amount; the soft mark is seen to meanwhile', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8, { softMark: 4 });
      const listener = yield* Listener.make(scene, allocator);
      yield* requestBack(scene, allocator, 12_345);
      expect(yield* listener.heard()).toMatchObject([{ state: PRESSURE, wanted: 12_345 }]);
      yield* requestBack(scene, allocator, 5);
      expect(yield* listener.heard()).toEqual([]);
      const held = yield* takePages(allocator, 6);
      expect(states(yield* listener.heard())).toEqual([PRESSURE]);
      yield* sys.handle_close(held);
      expect(states(yield* listener.heard())).toEqual([NORMAL]);
      yield* listener.cannot();
    });
  });

  it('a request to give back changes nothing of a shortage that is not over', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const news = yield* Listener.make(scene, yield* withoutResolve(scene, allocator));
      yield* ask(scene, allocator, 4, 0);
      yield* requestBack(scene, allocator, 0);
      expect(states(yield* news.heard())).toEqual([OOM, PRESSURE]);
      expect(scene.system.state.allocators.state[1]).toBe(OOM);
    });
  });

  it('a shortage goes before PRESSURE: who owes an answer to that owes it to the shortage', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4, { softMark: 1 });
      const listener = yield* Listener.make(scene, allocator);
      const held = yield* takePages(allocator, 2);
      const asker = yield* ask(scene, allocator, 4, LONG);
      expect(states(yield* listener.heard())).toEqual([PRESSURE, OOM]);
      yield* sys.handle_close(held);
      expectStatus(asker.status ?? 1, 'OK');
      yield* listener.released();
    });
  });
});

describe('two processes on one allocator', () => {
  it('38: one of them tries everything to keep the event from the other: both hear it', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 30);
      const honest = yield* Listener.make(scene, allocator);
      const other = yield* makeProcess(scene, allocator, 20);
      const pool = yield* makePool(scene, 1);
      const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
      const log: number[] = [];
      const hostile = scene.system.enter(function* (_argument, given) {
        const made = yield* sys.pool_create(given, 0, 1, 0);
        const { registration } = yield* sys.event_listen(given, SOURCE.MEMORY, made.pool, 0, LISTEN.PERSISTENT);
        // Its pool is full from the first event on, and it never takes it.
        for (let round = 0; round < 4; round++) {
          yield* sys.allocator_create(given, 90 * PAGE_BYTES);
          yield* sys.pool_post(made.pool, 0x1_0000);
          // Everybody's tokens, with lies.
          for (let token = 1; token < registration + 20; token++)
            for (const verdict of [VERDICT.RELEASED, VERDICT.CANNOT])
              yield* sys.event_resolve(given, token, verdict, PAGE_BYTES);
          for (let number = 1; number < registration + 20; number++)
            if (number !== registration) yield* sys.event_cancel(made.pool, number);
          yield* sys.handle_revoke(given);
          log.push(round);
        }
        yield* sys.event_cancel(made.pool, registration);
        yield* sys.handle_close(made.pool);
        yield* sys.allocator_create(given, 90 * PAGE_BYTES);
        yield* sys.handle_close(given);
        yield* sys.process_exit(0);
      });
      expectStatus((yield* sys.process_start(other.process, other.thread, hostile, 0, 0, copy)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 100_000);
      expect(log).toEqual([0, 1, 2, 3]);
      const heard = (yield* honest.heard()).filter(({ state }) => state === OOM);
      expect(heard.length).toBe(5);
      // And its own shortage is heard afterwards as before.
      yield* honest.cannot();
      expect(states(yield* honest.heard())).toEqual([]);
      yield* ask(scene, allocator, 60, 0);
      expect(states(yield* honest.heard())).toContain(OOM);
      yield* sys.handle_close(pool);
    });
  });
});

describe('moving quota', () => {
  it('36: between any two: parent and child, cousins, itself; those in between change with it', () => {
    expectSuccess(function* (scene) {
      const left = yield* makeAllocator(scene, 20);
      const right = yield* makeAllocator(scene, 20);
      const leaf = yield* makeAllocator(scene, 5, {}, left);
      const cousin = yield* makeAllocator(scene, 5, {}, right);
      const quotas = function* (): CallScript<number[]> {
        const found: number[] = [];
        for (const h of [left, right, leaf, cousin]) found.push((yield* fields(scene, h)).quota / PAGE_BYTES);
        return found;
      };
      const moves: readonly (readonly [from: number, to: number, quotas: readonly number[]])[] = [
        [leaf, cousin, [20, 22, 5, 7]],
        [left, leaf, [20, 22, 6, 7]],
        [cousin, right, [20, 22, 6, 6]],
        [cousin, scene.allocator, [20, 21, 6, 5]],
        [scene.allocator, leaf, [21, 21, 7, 5]],
        [leaf, leaf, [21, 21, 7, 5]],
      ];
      for (const [from, to, expected] of moves) {
        expectStatus((yield* sys.allocator_transfer(from, to, PAGE_BYTES)).status, 'OK');
        expect(yield* quotas()).toEqual(expected);
      }
    });
  });

  it('neither what is in use, nor lent, nor reserved can be moved; and it serves who waits there in the same step', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 10, { reserve: 3 });
      yield* takePages(allocator, 4);
      expectStatus((yield* sys.allocator_transfer(allocator, scene.allocator, 4 * PAGE_BYTES)).status, 'NO_MEMORY');
      expectStatus((yield* sys.allocator_transfer(allocator, scene.allocator, 3 * PAGE_BYTES)).status, 'OK');
      const short = yield* makeAllocator(scene, 1);
      yield* Listener.make(scene, short);
      const asker = yield* ask(scene, short, 3, LONG);
      expectStatus((yield* sys.allocator_transfer(scene.allocator, short, 3 * PAGE_BYTES)).status, 'OK');
      expectStatus(asker.status ?? 1, 'OK');
    });
  });
});
