import { describe, expect, it } from 'vitest';
import { History, type LockOrder, type System } from '../../kernel/index.js';
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { expectStatus, type RunOptions, runScript, type Scene, spawn } from './booted.js';
import { acquire, makeLock, release } from './lock-scene.js';
import { desk, expectText, makeChannel } from './messages.js';

const ONCE = { playedOnce: 'its subject is what views make of records, not what a failed allocation does' };

function historyOf(script: (scene: Scene) => Script, options: RunOptions = {}): { system: System; history: History } {
  const { system } = runScript(script, { ...ONCE, ...options });
  return { system, history: History.ofJournal(system.kernel.journal) };
}

/** The koid of the thread that has, or had, this name. */
function thread(history: History, name: string): number {
  const koid = history.keys('thread').find((one) => history.nameOf(one) === name);
  if (koid === undefined) throw new Error(`no thread is called ${name}`);
  return koid;
}

/** Threads that take locks, one thread after the other: each list is the locks of one, in its order. */
function orderOf(lists: readonly (readonly number[])[]): LockOrder {
  return historyOf(function* (scene) {
    const locks: number[] = [];
    for (let i = 0; i < 4; i++) locks.push(yield* makeLock(scene));
    for (const [i, list] of lists.entries()) {
      yield* spawn(scene, `thread ${i}`, function* () {
        for (const lock of list) yield* acquire(locks[lock]);
        for (const lock of [...list].reverse()) yield* release(locks[lock]);
      });
      yield* sys.thread_sleep(scene.system.time + 200);
    }
  }).history.get('locks');
}

describe('the order of locks', () => {
  it('two orders are a deadlock that can happen, though it did not', () => {
    const { edges, deadlocks } = orderOf([
      [0, 1],
      [1, 0],
    ]);
    expect(edges).toHaveLength(2);
    expect(deadlocks).toHaveLength(1);
    const [{ locks, threads, seqs, happened }] = deadlocks;
    expect(happened).toBe(false);
    expect(locks).toHaveLength(2);
    expect(new Set(threads).size).toBe(2);
    expect(seqs[0]).toBeLessThan(seqs[1]);
  });

  it('three are one over three locks', () => {
    const { deadlocks } = orderOf([
      [0, 1],
      [1, 2],
      [2, 0],
    ]);
    expect(deadlocks.map(({ locks }) => locks.length)).toEqual([3]);
  });

  it('one order is none, nor are two orders of one thread', () => {
    expect(
      orderOf([
        [0, 1, 2],
        [0, 2],
        [1, 2],
      ]).deadlocks,
    ).toEqual([]);
    const { history } = historyOf(function* (scene) {
      const [a, b] = [yield* makeLock(scene), yield* makeLock(scene)];
      for (const [first, second] of [
        [a, b],
        [b, a],
      ]) {
        yield* acquire(first);
        yield* acquire(second);
        yield* release(second);
        yield* release(first);
      }
    });
    expect(history.get('locks').edges).toHaveLength(2);
    expect(history.get('locks').deadlocks).toEqual([]);
  });

  it('a lock that is owned at both keeps them apart; at one of them it does not', () => {
    expect(
      orderOf([
        [3, 0, 1],
        [3, 1, 0],
      ]).deadlocks,
    ).toEqual([]);
    expect(
      orderOf([
        [3, 0, 1],
        [1, 0],
      ]).deadlocks,
    ).toHaveLength(1);
    // Once with it, once without: the second time counts.
    expect(
      orderOf([
        [3, 0, 1],
        [3, 1, 0],
        [0, 1],
      ]).deadlocks,
    ).toHaveLength(1);
  });

  it('a deadlock that the kernel refused has happened', () => {
    const { history } = historyOf(function* (scene) {
      const [a, b] = [yield* makeLock(scene), yield* makeLock(scene)];
      yield* acquire(a);
      yield* spawn(scene, 'other', function* () {
        yield* acquire(b);
        yield* acquire(a);
        yield* release(a);
      });
      yield* sys.thread_sleep(scene.system.time + 200);
      expectStatus((yield* sys.lock_acquire(b, FOREVER)).status, 'DEADLOCK');
      yield* release(a);
      yield* sys.thread_sleep(scene.system.time + 200);
    });
    expect(history.get('locks').deadlocks).toMatchObject([{ happened: true }]);
  });
});

describe('the history of a thread', () => {
  it('says what it waited for, how that ended and who ended it', () => {
    const { history } = historyOf(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      yield* spawn(
        scene,
        'waits',
        function* () {
          yield* acquire(lock);
          yield* sys.thread_sleep(scene.system.time + 300);
        },
        20,
      );
      yield* release(lock);
      yield* sys.thread_sleep(scene.system.time + 1000);
    });
    const spans = history.get('thread', thread(history, 'waits'));
    expect(spans.map(({ state }) => state)).toEqual([
      'new',
      'ready',
      'running',
      'blocked',
      'ready',
      'running',
      'blocked',
      'ready',
      'running',
      'ended',
    ]);
    const waits = spans.filter(({ state }) => state === 'blocked');
    expect(waits).toMatchObject([
      { on: BLOCKED_ON.LOCK, status: 0, wokenBy: thread(history, 'main') },
      { on: BLOCKED_ON.SLEEP, wokenBy: 0 },
    ]);
    for (let i = 1; i < spans.length; i++) expect(spans[i].from).toBe(spans[i - 1].to);
  });
});

describe('calls and channels', () => {
  const talk = function* (scene: Scene): Script {
    const { first, second } = yield* makeChannel(scene);
    yield* spawn(scene, 'client', function* () {
      for (let i = 0; i < 3; i++) expectText(yield* desk(scene, 1).call(first, 'ask'), 'told');
    });
    for (let i = 0; i < 3; i++) {
      yield* sys.thread_sleep(scene.system.time + 1000 * (i + 1));
      const { reply } = yield* desk(scene).receive(second);
      yield* sys.thread_sleep(scene.system.time + 5000);
      yield* desk(scene).reply(reply, 'told');
    }
  };

  it('the slowest calls come first, and all of a number are counted', () => {
    const { system, history } = historyOf(talk);
    const { calls, byCall } = history.get('calls');
    const latencies = calls.map(({ latency }) => latency);
    expect(latencies).toEqual([...latencies].sort((a, b) => b - a));
    expect(calls.filter(({ call }) => call === CALL_NUMBER.channel_call)).toHaveLength(3);
    expect(calls[0]).toMatchObject({
      call: CALL_NUMBER.channel_call,
      thread: thread(history, 'client'),
      endedBy: thread(history, 'main'),
      status: 0,
    });
    expect(calls[0].latency).toBeGreaterThanOrEqual(8000);
    const made = byCall.reduce((sum, { count }) => sum + count, 0);
    const process = history.get('process', history.processOf(thread(history, 'main')));
    expect(process.calls).toBe(made);
    expect(process.waited).toBe(byCall.reduce((sum, { waited }) => sum + waited, 0));
    expect(process.threads).toBe(2);
    const [row] = system.view('processes').filter(({ koid }) => koid === history.processOf(thread(history, 'main')));
    expect(row.name).toBe('test');
    // Of one process alone: the same here, and nothing of another.
    expect(history.get('calls', history.processOf(thread(history, 'main')))).toEqual(history.get('calls'));
    expect(history.get('calls', 2 ** 30)).toEqual({ calls: [], byCall: [] });
  });

  it('messages that waited at an endpoint, and calls through the other', () => {
    const { history } = historyOf(talk);
    const [client, server] = history.keys('channel').map((koid) => history.get('channel', koid));
    expect(client.calls.count).toBe(3);
    expect(client.calls.least).toBeGreaterThanOrEqual(5000);
    expect(client.calls.most).toBe(history.get('calls').calls[0].latency);
    expect(client.messages.count).toBe(0);
    expect(server.calls.count).toBe(0);
    expect(server.messages.count).toBeGreaterThan(0);
    expect(server.messages.most).toBeLessThan(client.calls.most);
    for (const { count, least, median, percentile99, most, total } of [client.calls, server.messages]) {
      expect([least, median, percentile99, most]).toEqual([least, median, percentile99, most].sort((a, b) => a - b));
      expect(total).toBeGreaterThanOrEqual(count * least);
    }
  });
});
