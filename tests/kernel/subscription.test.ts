import { describe, expect, it } from 'vitest';
import { History, type ReadRecord, type Subscription, System, type SystemOptions } from '../../kernel/index.js';
import { JOURNAL_RECORDS } from '../../kernel/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { callOf, imageOf } from './compiled.js';

/** Makes far more records than the smallest ring holds: `rounds` times a handle, two threads that take turns. */
function boot(rounds: number, options: Partial<SystemOptions> = {}): System {
  return System.boot({
    name: 'busy',
    memoryBytes: 4 << 20,
    journal: { capacity: JOURNAL_RECORDS.least },
    script: function* ({ allocator, process }): Script {
      for (let i = 0; i < rounds; i++) {
        const { lock } = yield* sys.lock_create(allocator);
        yield* sys.lock_acquire(lock, 0);
        yield* sys.lock_release(lock);
        yield* sys.handle_close(lock);
      }
      yield* sys.system_halt(process, 0);
    },
    ...options,
  });
}

/** Everything that a subscription has, in batches of at most `most`. */
function drain(
  subscription: Subscription,
  most?: number,
): { records: ReadRecord[]; gaps: { after: number; lost: number }[] } {
  const records: ReadRecord[] = [];
  const gaps: { after: number; lost: number }[] = [];
  for (;;) {
    const batch = subscription.read(most);
    records.push(...batch.records);
    if (batch.lost > 0) gaps.push({ after: records.at(-1)?.index ?? -1, lost: batch.lost });
    if (batch.records.length === 0) return { records, gaps };
  }
}

describe('a subscription', () => {
  it('has every record from its beginning on, in order, however often the ring wraps', () => {
    const system = boot(5000);
    const begun = system.records;
    const subscription = system.subscribe({ capacity: 1 << 17 });
    const seen: ReadRecord[] = [];
    for (let limit = 1; ; limit = (limit * 7) % 9973) {
      const { kind } = system.run(limit);
      seen.push(...drain(subscription, 100).records);
      if (kind !== 'limit') break;
    }
    expect(system.records).toBeGreaterThan(5 * system.kernel.journal.capacity);
    expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: system.records - begun }, (_, i) => begun + i));
    expect(seen.at(-1)).toEqual(system.kernel.journal.read(system.records - 1));
    expect(subscription.lost).toBe(0);
  });

  it('by type has those alone, and several at once do not disturb each other', () => {
    const system = boot(1000);
    const locks = system.subscribe({ types: ['lock_created', 'lock_removed'], capacity: 4096 });
    const owned = system.subscribe({ types: ['lock_owned'], capacity: 4096 });
    const all = system.subscribe({ capacity: 1 << 16 });
    system.run();
    const everything = drain(all).records;
    const types = (wanted: readonly string[]): ReadRecord[] => everything.filter(({ type }) => wanted.includes(type));
    expect(drain(locks).records).toEqual(types(['lock_created', 'lock_removed']));
    expect(drain(owned, 3).records).toEqual(types(['lock_owned']));
    expect(types(['lock_owned'])).toHaveLength(2000);
  });

  it('counts what does not fit, and says where it is missing', () => {
    const system = boot(3000);
    const small = system.subscribe({ types: ['call'], capacity: 10 });
    const whole = system.subscribe({ types: ['call'], capacity: 1 << 16 });
    const records: ReadRecord[] = [];
    const gaps: { after: number; lost: number }[] = [];
    for (let i = 0; ; i++) {
      const { kind } = system.run(1700);
      // Now and then it reads only a part: the gap then lies behind what it has left.
      const batches = i % 2 === 0 ? [small.read(4)] : [small.read(), small.read(), small.read()];
      for (const batch of batches) {
        records.push(...batch.records);
        if (batch.lost > 0) gaps.push({ after: records.at(-1)?.index ?? -1, lost: batch.lost });
      }
      if (kind !== 'limit') break;
    }
    const rest = drain(small);
    records.push(...rest.records);
    gaps.push(...rest.gaps);
    const all = drain(whole).records;
    expect(gaps.length).toBeGreaterThan(2);
    expect(records.length + small.lost).toBe(all.length);
    expect(gaps.reduce((sum, { lost }) => sum + lost, 0)).toBe(small.lost);
    // With the gaps filled by records that are not there it is all of them, in order.
    const filled: (number | undefined)[] = [];
    for (const { index } of records) {
      filled.push(index);
      const gap = gaps.find(({ after }) => after === index);
      for (let i = 0; i < (gap?.lost ?? 0); i++) filled.push(undefined);
    }
    expect(filled).toHaveLength(all.length);
    filled.forEach((index, i) => {
      if (index !== undefined) expect(all[i].index).toBe(index);
    });
  });

  it('that has ended gets nothing more, and what it has can be read', () => {
    const system = boot(1000);
    const subscription = system.subscribe({ types: ['lock_created'] });
    system.run(100);
    const { waiting } = subscription;
    expect(waiting).toBeGreaterThan(0);
    subscription.end();
    subscription.end();
    system.run();
    expect(subscription.waiting).toBe(waiting);
    expect(drain(subscription).records).toHaveLength(waiting);
    const other = system.subscribe();
    other.end();
    expect(drain(other).records).toEqual([]);
  });

  it('changes nothing of the run', () => {
    const plain = boot(2000);
    const subscribed = boot(2000);
    subscribed.subscribe({ types: ['call'], capacity: 1 });
    for (const system of [plain, subscribed]) system.run();
    expect(subscribed.journalHash()).toBe(plain.journalHash());
  });

  it('goes on where the system goes that returns to a snapshot, and loses nothing of before', () => {
    const code = Array.from({ length: 40 }, () => callOf('thread_sleep', 50, 0)).flat();
    const system = System.boot({
      name: 'sleeper',
      memoryBytes: 1 << 20,
      image: imageOf([...code, ...callOf('process_exit', 0)]),
    });
    const { journal } = system.kernel;
    system.run(20);
    const snapshot = system.snapshot();
    const subscription = system.subscribe();
    const histories = [History.ofJournal(journal), History.ofJournal(journal, { cacheBytes: 0 })];
    const from = system.records;
    system.run(40);
    const there = system.records;
    for (const history of histories) history.get('calls');
    system.restore(snapshot);
    expect(system.records).toBe(from);
    for (const history of histories) expect(history.get('calls').byCall).toEqual([]);
    system.run();
    const indexes = drain(subscription).records.map(({ index }) => index);
    const range = (end: number): number[] => Array.from({ length: end - from }, (_, i) => from + i);
    expect(indexes).toEqual([...range(there), ...range(system.records)]);
    expect(histories[0].all('thread')).toEqual(histories[1].all('thread'));
    expect(histories[0].get('calls').byCall[0].count).toBeGreaterThan(10);
    expect(histories[0].all('thread')[0][1].at(-1)?.state).toBe('ended');
  });

  it('refuses what cannot be', () => {
    const system = boot(1);
    expect(() => system.subscribe({ types: ['call', 'cal'] })).toThrow('there is no record type "cal"');
    for (const capacity of [0, -1, 1.5, (1 << 22) + 1, Number.NaN])
      expect(() => system.subscribe({ capacity })).toThrow(RangeError);
    const off = boot(1, { journal: { enabled: false } });
    expect(() => off.subscribe()).toThrow('a system whose journal is off has no records to subscribe to');
  });
});
