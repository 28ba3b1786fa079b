/** A full fixed pool: events are counted together, exactly; nothing is lost silently. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LISTEN, SOURCE } from '../../syscalls/calls.js';
import * as sys from '../../userland/script/calls.js';
import { expectStatus, expectSuccess } from './booted.js';
import {
  Bell,
  expectFlags,
  flagsText,
  makePool,
  type Packet,
  packetAt,
  post,
  scratch,
  take,
  takeAll,
} from './packets.js';

const { PERSISTENT, END_WHEN_FULL } = LISTEN;
const slots = (count: number): number => count << 8;

describe('a registration whose slots all hold packets that nobody took', () => {
  it('lets the newest one take the event in: its count goes up, its last step moves, it has the latest data', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 2);
      const source = yield* makePool(scene, 8);
      yield* sys.event_listen(source, SOURCE.RECEIVED, pool, 9, PERSISTENT | slots(2));
      for (let i = 1; i <= 5; i++) {
        expectStatus(yield* post(source, scratch(scene), i), 'OK');
        yield* take(source, scratch(scene));
      }
      const [first, second, ...others] = yield* takeAll(pool, scratch(scene));
      expect(others).toEqual([]);
      expectFlags(first, 'MORE');
      expectFlags(second, 'MORE|COALESCED');
      expect([first.count, second.count]).toEqual([1, 4]);
      expect(first.lastSeq).toBe(first.firstSeq);
      expect(second.firstSeq).toBeGreaterThan(first.lastSeq);
      expect(second.lastSeq).toBeGreaterThan(second.firstSeq);
      expect([first.key, second.key]).toEqual([9, 9]);
    });
  });

  it('begins a packet of its own again as soon as one was taken', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      yield* bell.listen(pool, 0, PERSISTENT);
      yield* bell.ring(3);
      expect((yield* take(pool, scratch(scene))).count).toBe(3);
      yield* bell.ring(2);
      const packet = yield* take(pool, scratch(scene));
      expect(packet.count).toBe(2);
      expectFlags(packet, 'MORE|COALESCED');
    });
  });

  it('ends with END_WHEN_FULL: the newest packet takes that one event in and is the last', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 4);
      const { registration } = yield* sys.event_listen(
        bell.pool,
        SOURCE.RECEIVED,
        pool,
        0,
        PERSISTENT | END_WHEN_FULL | slots(2),
      );
      yield* bell.ring(6);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ count, flags }) => [count, flagsText(flags)])).toEqual([
        [1, 'MORE'],
        [2, 'COALESCED|LAST'],
      ]);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
    });
  });

  it('is not full while others of the same pool are: slots belong to registrations', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 4);
      yield* bell.listen(pool, 1, PERSISTENT);
      yield* bell.listen(pool, 2, PERSISTENT | slots(3));
      yield* bell.ring(3);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ key, count }) => `${key}x${count}`)).toEqual(['1x3', '2x1', '2x1', '2x1']);
    });
  });
});

describe('slots', () => {
  it('are one where the option says none, and up to 255', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 256);
      yield* bell.listen(pool, 0, PERSISTENT | slots(255));
      yield* bell.listen(pool, 1, PERSISTENT);
      expectStatus((yield* sys.event_listen(bell.pool, SOURCE.RECEIVED, pool, 0, 0)).status, 'NO_RESOURCES');
      yield* bell.ring(256);
      const counts = (yield* takeAll(pool, scratch(scene))).filter(({ key }) => key === 0).map(({ count }) => count);
      expect(counts).toEqual([...Array.from({ length: 254 }, () => 1), 2]);
    });
  });

  it('are reserved at registration: programs cannot post into them, and nobody else can register there', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 4);
      yield* bell.listen(pool, 1, PERSISTENT | slots(3));
      expectStatus(yield* post(pool, scratch(scene), 2), 'OK');
      expectStatus(yield* post(pool, scratch(scene), 2), 'SHOULD_WAIT');
      expectStatus((yield* sys.event_listen(bell.pool, SOURCE.RECEIVED, pool, 0, 0)).status, 'NO_RESOURCES');
      yield* bell.ring(3);
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([2, 1, 1, 1]);
    });
  });

  it('come back in full when the registration ends', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 4);
      for (let i = 0; i < 10; i++) {
        const registration = yield* bell.listen(pool, 1, PERSISTENT | slots(4));
        yield* bell.ring(i % 6);
        expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      }
      for (let i = 0; i < 4; i++) expectStatus(yield* post(pool, scratch(scene), i), 'OK');
    });
  });
});

type Move = 'ring' | 'take' | 'post';

describe('3 and 4: however events, posts and takes are mixed', () => {
  const moves = fc.array(fc.constantFrom<Move>('ring', 'ring', 'take', 'post'), { maxLength: 40 });
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

  it('counts of delivered packets and of those that lie in the pool add up to the events; steps increase and never overlap', () => {
    fc.assert(
      fc.property(shapes, moves, (slotsOf, sequence) => {
        expectSuccess(function* (scene) {
          const bell = yield* Bell.make(scene);
          const pool = yield* makePool(scene, 16);
          for (const [key, count] of slotsOf.entries()) yield* bell.listen(pool, key, PERSISTENT | slots(count));
          const heard: Packet[] = [];
          let rung = 0;
          for (const move of sequence) {
            if (move === 'ring') {
              yield* bell.ring();
              rung++;
            } else if (move === 'post') yield* post(pool, scratch(scene), 99);
            else {
              const { status } = yield* sys.pool_take(pool, 0, scratch(scene), 0, 0);
              if (status === 0) heard.push(yield* packetAt(scratch(scene)));
            }
          }
          heard.push(...(yield* takeAll(pool, scratch(scene))));
          for (const key of slotsOf.keys()) {
            const mine = heard.filter((packet) => packet.key === key);
            expect(mine.reduce((sum, { count }) => sum + count, 0)).toBe(rung);
            for (let i = 1; i < mine.length; i++) expect(mine[i].firstSeq).toBeGreaterThan(mine[i - 1].lastSeq);
            for (const { count, firstSeq, lastSeq } of mine) expect(lastSeq > firstSeq).toBe(count > 1);
          }
        });
      }),
      { numRuns: 40 },
    );
  });
});
