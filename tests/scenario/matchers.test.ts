import { describe, expect, it } from 'vitest';
import { STATUS } from '../../syscalls/errors.js';
import { FOREVER } from '../../syscalls/limits.js';
import { POOL_KIND, SEEN_NOW, SOURCE } from '../../syscalls/options.js';
import type { Scene } from '../../tools/scenario/scene.js';
import { type Expectation, matchers, expect as ours } from '../../tools/scenario.js';
import {
  event_listen,
  event_wait,
  futex_wait,
  pool_create,
  process_exit,
  task_kill,
  thread_sleep,
} from '../../userland/script/calls.js';
import { load } from '../../userland/script/script.js';
import { failureOf, messageOf, unnumbered } from './played.js';

/** What `check` says where it is not met; "met" where it is. */
function saying(check: () => void): string {
  try {
    check();
    return 'met';
  } catch (error) {
    return unnumbered((error as Error).message);
  }
}

/** Plays a scenario that has to pass. */
async function passes(body: (s: Scene) => void): Promise<void> {
  expect(await failureOf(body)).toBeUndefined();
}

describe('the small expect', () => {
  it.each<[string, (e: (value: unknown) => Expectation) => void, string]>([
    ['toBe', (e) => e(1).toBe(1), 'met'],
    ['toBe of another', (e) => e(1).toBe(2), 'expected 1 to be 2'],
    ['toBe of an equal list', (e) => e([1]).toBe([1]), 'expected [ 1 ] to be [ 1 ]'],
    ['toEqual', (e) => e({ a: [1] }).toEqual({ a: [1] }), 'met'],
    ['toEqual of another', (e) => e({ a: 1 }).toEqual({ a: 2 }), 'expected { a: 1 } to equal { a: 2 }'],
    ['toContain of a part', (e) => e('abc').toContain('b'), 'met'],
    ['toContain of no part', (e) => e('abc').toContain('d'), "expected 'abc' to contain 'd'"],
    ['toContain of an element', (e) => e([{ a: 1 }]).toContain({ a: 1 }), 'met'],
    ['toContain of a number', (e) => e(1).toContain(1), 'expected 1 to contain 1'],
    ['toMatch', (e) => e('abc').toMatch(/^a/), 'met'],
    ['toMatch of another', (e) => e('abc').toMatch(/^b/), "expected 'abc' to match /^b/"],
    ['toHaveLength', (e) => e([1, 2]).toHaveLength(2), 'met'],
    ['toHaveLength of nothing', (e) => e(undefined).toHaveLength(0), 'expected undefined to have length 0'],
    ['toBeGreaterThan', (e) => e(2).toBeGreaterThan(1), 'met'],
    ['toBeGreaterThan of an equal', (e) => e(1).toBeGreaterThan(1), 'expected 1 to be greater than 1'],
    ['toBeLessThan', (e) => e(1).toBeLessThan(2), 'met'],
    ['toBeLessThan of an equal', (e) => e(1).toBeLessThan(1), 'expected 1 to be less than 1'],
    ['not, met', (e) => e(1).not.toBe(2), 'met'],
    ['not', (e) => e(1).not.toBe(1), 'expected 1 not to be 1'],
    ['toBeStatus', (e) => e(0).toBeStatus('OK'), 'met'],
    ['toBeStatus of another', (e) => e(-16).toBeStatus('OK'), 'expected the status to be OK, but it is TIMED_OUT'],
    ['toBeStatus of no status', (e) => e('OK').toBeStatus('OK'), 'expected the status to be OK, but it is OK'],
  ])('%s', (_, check, said) => {
    expect(saying(() => check(ours))).toBe(said);
  });

  it('shows no value for ever', () => {
    expect(saying(() => ours('x'.repeat(100_000)).toBe(1)).length).toBeLessThan(2000);
  });
});

describe('vitest takes the matchers, too', () => {
  expect.extend(matchers);

  it('toBeStatus', () => {
    const own = expect(STATUS.TIMED_OUT) as unknown as Expectation;
    own.toBeStatus('TIMED_OUT');
    expect(() => own.toBeStatus('OK')).toThrow('expected the status to be OK, but it is TIMED_OUT');
  });
});

describe('toBeBlockedOn', () => {
  it('knows what, where and by whom', () =>
    passes((s) => {
      const word = s.memory(4);
      const holder = s.thread('holder', () => thread_sleep(FOREVER));
      const waiter = s.thread('waiter', () => futex_wait(word, 0, holder.handle, 5000));
      s.run(() => waiter.state === 'blocked');
      ours(waiter).toBeBlockedOn();
      ours(waiter).toBeBlockedOn('futex');
      ours(waiter).toBeBlockedOn('futex', { address: word, heldBy: holder });
      ours(waiter).not.toBeBlockedOn('sleep');
      const where = `waits for the futex 0x${word.toString(16)}, held by holder # until 5000 ns`;
      expect(saying(() => ours(waiter).not.toBeBlockedOn())).toBe(
        `expected thread waiter # not to be blocked, but it ${where}`,
      );
      expect(saying(() => ours(waiter).toBeBlockedOn('sleep'))).toBe(
        `expected thread waiter # to be blocked on sleep, but it ${where}`,
      );
      expect(saying(() => ours(waiter).toBeBlockedOn('futex', { address: 64 }))).toContain(
        'to be blocked on futex 0x40, but',
      );
      expect(saying(() => ours(waiter).toBeBlockedOn('futex', { heldBy: waiter }))).toContain(
        'on futex, held by waiter #, but',
      );
      expect(saying(() => ours(holder).toBeBlockedOn('futex'))).toContain('but it sleeps for ever');
    }));
});

describe('toHaveEnded', () => {
  it('knows how', () =>
    passes((s) => {
      const quits = s.spawn('quits', () => process_exit(3));
      const faults = s.spawn('faults', () => load(16, 1));
      const killed = s.spawn('killed', (own) => task_kill(own.process));
      const lives = s.spawn('lives', () => thread_sleep(FOREVER));
      s.run();
      ours(quits).toHaveEnded();
      ours(quits).toHaveEnded('exited');
      ours(quits).toHaveEnded({ code: 3 });
      ours(faults).toHaveEnded('fault');
      ours(faults.process).toHaveEnded({ faultAt: 16 });
      ours(killed).toHaveEnded('killed');
      ours(lives).not.toHaveEnded();
      expect(saying(() => ours(lives).toHaveEnded())).toContain('thread main # to have ended, but it sleeps for ever');
      expect(saying(() => ours(lives.process).toHaveEnded())).toMatch(
        /process lives # to have ended, but it has not ended/,
      );
      expect(saying(() => ours(quits).toHaveEnded({ code: 4 }))).toMatch(/ended with code 4, but it ended with code 3/);
      expect(saying(() => ours(quits).toHaveEnded('killed'))).toContain(
        'ended by being killed, but it ended with code 3',
      );
      expect(saying(() => ours(killed).toHaveEnded('fault'))).toContain('ended by a fault, but it was killed');
      expect(saying(() => ours(faults).toHaveEnded({ faultAt: 20 }))).toContain(
        'a fault at 0x14, but it ended by a fault (cause 13) at 0x10',
      );
      expect(saying(() => ours(quits).not.toHaveEnded())).toContain('not to have ended, but it has ended');
    }));
});

describe('toHaveDelivered', () => {
  it('knows to how many, to whom and in which order', () =>
    passes((s) => {
      const event = s.structure('packet');
      const mortal = s.thread('mortal', () => thread_sleep(1000));
      const quiet = s.thread('quiet', () => thread_sleep(2000));
      const owner = s.thread('owner', function* (own) {
        const { pool } = yield* pool_create(own.allocator, POOL_KIND.FIXED, 4, 0);
        yield* event_listen(mortal.handle, SOURCE.LIFECYCLE, pool, 1, 0);
        return pool;
      });
      const watcher = s.thread('watcher', () => event_wait(mortal.handle, SOURCE.LIFECYCLE, SEEN_NOW, FOREVER, event));
      s.run(() => watcher.state === 'ended');
      const source = s.object(mortal.handle);
      const pool = s.object(owner.result);
      ours(source).toHaveDelivered();
      ours(source).toHaveDelivered(2);
      ours(source).toHaveDelivered([pool, watcher]);
      ours(s.object(quiet.handle)).not.toHaveDelivered();
      ours(s.object(quiet.handle)).toHaveDelivered(0);
      expect(saying(() => ours(source).toHaveDelivered(1))).toBe(
        `expected thread # to have delivered one event, but it told #, watcher #`,
      );
      expect(saying(() => ours(source).toHaveDelivered([watcher, pool]))).toBe(
        `expected thread # to have delivered to watcher #, #, but it told #, watcher #`,
      );
      expect(saying(() => ours(source).toHaveDelivered(watcher))).toContain('to have delivered to watcher #, but');
      expect(saying(() => ours(source).not.toHaveDelivered())).toContain('not to have delivered an event');
      expect(saying(() => ours(s.object(quiet.handle)).toHaveDelivered())).toBe(
        'expected thread # to have delivered an event, but it told nobody',
      );
    }));

  it('a wait that ended without an event is no delivery', () =>
    passes((s) => {
      const event = s.structure('packet');
      const mortal = s.thread('mortal', () => thread_sleep(1000));
      s.thread('watcher', () => event_wait(mortal.handle, SOURCE.LIFECYCLE, SEEN_NOW, 100, event));
      s.run();
      ours(s.object(mortal.handle)).not.toHaveDelivered();
    }));
});

it('what an expectation compares is kept for whoever shows differences', async () => {
  const failure = await failureOf((s) => {
    s.run();
    ours([1, 2]).toEqual([1, 3]);
  });
  expect(failure?.cause).toMatchObject({ name: 'AssertionError', actual: [1, 2], expected: [1, 3], showDiff: true });
  expect(await messageOf(() => ours([1, 2]).toEqual([1, 3]))).toBe('expected [ 1, 2 ] to equal [ 1, 3 ]');
});
