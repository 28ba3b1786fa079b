import { describe, expect, it } from 'vitest';
import { FOREVER } from '../../syscalls/limits.js';
import { expect as ours } from '../../tools/scenario.js';
import { clock_get, futex_wait, thread_sleep } from '../../userland/script/calls.js';
import { failureOf } from './played.js';

describe('a failure shows the last records', () => {
  it('about the thread that an expectation is about, and no other', async () => {
    const failure = await failureOf((s) => {
      const word = s.memory(4);
      const first = s.thread('first', () => futex_wait(word, 0, 0, FOREVER));
      s.thread('second', () => thread_sleep(10));
      s.run();
      ours(first).toHaveEnded();
    });
    expect(failure?.about).toEqual(['first #']);
    expect(failure?.records.at(-1)).toContain('# call futex_wait=waits');
    expect(failure?.records.filter((record) => record.includes('thread_sleep'))).toEqual([]);
  });

  it('about the thread whose script threw', async () => {
    const failure = await failureOf((s) => {
      s.thread('quiet', () => thread_sleep(10));
      s.thread('loud', function* () {
        yield* clock_get(0);
        throw new Error('no');
      });
      s.run();
    });
    expect(failure?.about).toEqual(['loud #']);
    expect(failure?.records.at(-1)).toContain('call clock_get=OK');
  });

  it('about all threads where it is about none', async () => {
    const failure = await failureOf((s) => {
      s.thread('first', () => thread_sleep(10));
      s.thread('second', () => thread_sleep(10));
      s.run();
      ours(1).toBe(2);
    });
    expect(failure?.about).toEqual(['first #', 'second #']);
  });

  it('and not more than twelve of them', async () => {
    const failure = await failureOf((s) => {
      s.thread('first', function* () {
        for (let i = 0; i < 100; i++) yield* clock_get(0);
      });
      s.run();
      ours(1).toBe(2);
    });
    expect(failure?.records).toHaveLength(12);
  });
});

describe('a failure names the seed of its schedule', () => {
  it('the one that the scenario chose', async () => {
    const failure = await failureOf(() => ours(1).toBe(2), { seed: 7 });
    expect(failure?.seed).toBe(7);
  });

  it('or the one that goes before it', async () => {
    const failure = await failureOf((s) => ours(s.seed).toBe(7), { seed: 7 }, 8);
    expect(failure?.seed).toBe(8);
    expect(failure?.message).toBe('expected 8 to be 7');
  });

  it('or none', async () => {
    const failure = await failureOf((s) => ours(s.seed).toBe(7));
    expect(failure?.seed).toBeUndefined();
  });
});
