/** Random calls on channels by several threads, with handles that mean something: every invariant holds after every step. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { POOL_KIND, TRANSFER } from '../../syscalls/calls.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { desk, makeChannel, type Sent } from './messages.js';
import { makePool, scratch } from './packets.js';

const THREADS = 4;

/** What one thread does: numbers below 2^16 that are taken as choices. */
type Choices = readonly number[];

/** Handles that any thread may use; they come and go. */
class Shared {
  readonly endpoints: number[] = [];
  readonly pools: number[] = [];
  readonly replies: number[] = [];
  readonly others: number[] = [];
  readonly registrations: number[] = [];
}

function* act(scene: Scene, page: number, shared: Shared, choices: Choices): CallScript {
  const mine = desk(scene, page);
  let at = 0;
  const below = (n: number): number => (choices[at++ % choices.length] ?? 0) % n;
  const oneOf = (list: readonly number[]): number => list[below(Math.max(1, list.length))] ?? 0;
  const all = (): number[] => [...shared.endpoints, ...shared.pools, ...shared.replies, ...shared.others];
  const handles = (most: number): Sent[] =>
    Array.from({ length: below(3) }, () => [oneOf(all()), below(most)] as const);
  const keep = (numbers: readonly number[], types: readonly number[]): void => {
    numbers.forEach((handle, i) => {
      if (types[i] === 6) shared.endpoints.push(handle);
      else if (types[i] === 10) shared.pools.push(handle);
      else if (types[i] === 15) shared.replies.push(handle);
      else if (handle > 0) shared.others.push(handle);
    });
  };
  while (at < choices.length) {
    const deadline = below(3) === 0 ? 0 : scene.system.time + below(3000);
    const text = 'x'.repeat(below(40));
    const room = { bytes: below(48), count: below(4), options: below(2), deadline };
    switch (below(10)) {
      case 0:
      case 1:
        yield* mine.send(oneOf(shared.endpoints), text, handles(TRANSFER.COPY + 1), deadline);
        break;
      case 2: {
        const message = yield* mine.message(text, handles(TRANSFER.COPY + 1));
        const made = yield* sys.channel_send_async(oneOf(shared.endpoints), message, oneOf(shared.pools), 1);
        if (made.status === 0) shared.registrations.push(made.registration);
        break;
      }
      case 3:
      case 4: {
        const got = yield* mine.receive(oneOf(shared.endpoints), room);
        if (got.status !== 0) break;
        keep(got.handles, yield* mine.types(got.handle_count));
        if (got.reply > 0) shared.replies.push(got.reply);
        break;
      }
      case 5: {
        const made = yield* sys.channel_receive_async(
          oneOf(shared.endpoints),
          oneOf(shared.pools),
          2,
          below(2) * below(64),
          below(4),
        );
        if (made.status === 0) shared.registrations.push(made.registration);
        break;
      }
      case 6: {
        const got = yield* mine.call(oneOf(shared.endpoints), text, handles(TRANSFER.LEND + 1), room);
        if (got.status === 0) keep(got.handles, yield* mine.types(got.handle_count));
        break;
      }
      case 7:
        yield* mine.reply(oneOf(shared.replies), text, handles(TRANSFER.COPY + 1));
        break;
      case 8: {
        const at = scratch(scene, 50 + page);
        const taken = yield* sys.pool_take(oneOf(shared.pools), deadline, at, at + 64, 512);
        if (taken.status !== 0) break;
        const words = new Int32Array((yield* load(at, 64)).slice().buffer);
        if (words[3] === 16 && words[13] > 0) shared.replies.push(words[13]);
        break;
      }
      default:
        switch (below(5)) {
          case 0:
            yield* sys.handle_close(oneOf(all()));
            break;
          case 1:
            yield* sys.handle_revoke(oneOf(all()));
            break;
          case 2: {
            const { status, copy } = yield* sys.handle_duplicate(oneOf(shared.endpoints), SAME_RIGHTS);
            if (status === 0) shared.endpoints.push(copy);
            break;
          }
          case 3:
            yield* sys.event_cancel(oneOf(shared.pools), oneOf(shared.registrations));
            break;
          default: {
            const { first, second } = yield* makeChannel(scene, 48);
            shared.endpoints.push(first, second);
          }
        }
    }
  }
}

function runRandom(plans: readonly Choices[]): void {
  runScript(function* (scene) {
    const shared = new Shared();
    for (let i = 0; i < 2; i++) {
      const { first, second } = yield* makeChannel(scene, 48);
      shared.endpoints.push(first, second);
    }
    shared.pools.push(yield* makePool(scene, 2), yield* makePool(scene, 4096, POOL_KIND.VARIABLE));
    shared.others.push((yield* sys.vmo_create(scene.allocator, 4096, 0)).vmo);
    for (const [i, choices] of plans.entries())
      yield* spawn(scene, `${i}`, () => act(scene, i + 1, shared, choices), 16 + (i % 2));
    yield* sys.thread_sleep(10_000_000);
  });
}

describe('channels under random calls', () => {
  it('every invariant holds after every step', { timeout: 60_000 }, () => {
    const plan = fc.array(fc.nat(0xffff), { minLength: 40, maxLength: 200 });
    fc.assert(
      fc.property(fc.array(plan, { minLength: 2, maxLength: THREADS }), (plans) => runRandom(plans)),
      { numRuns: 25, seed: 4 },
    );
  });
});
