import { describe, it, expect as vitestExpect } from 'vitest';
import { FOREVER } from '../../syscalls/limits.js';
import { POOL_KIND, SEEN_NOW, SOURCE } from '../../syscalls/options.js';
import type { Scene } from '../../tools/scenario/scene.js';
import { expect, scenario } from '../../tools/scenario.js';
import {
  channel_create,
  channel_receive,
  channel_send,
  clock_get,
  debug_write,
  event_listen,
  event_wait,
  futex_wait,
  futex_wake,
  interrupt_create,
  pool_create,
  pool_post,
  pool_take,
  process_exit,
  task_kill,
  thread_sleep,
  thread_yield,
} from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { failureOf } from './played.js';

describe('threads and processes', () => {
  scenario('a thread of a higher priority that a script makes runs before its maker goes on', (s) => {
    const order: string[] = [];
    s.thread('maker', function* () {
      s.thread(
        'urgent',
        function* () {
          order.push('urgent');
          yield* thread_yield();
        },
        { priority: 20 },
      );
      yield* thread_yield();
      order.push('maker');
    });
    s.run('ended');
    expect(order).toEqual(['urgent', 'maker']);
  });

  scenario('threads of one priority take turns in the order in which they were made', (s) => {
    const order: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      s.thread(name, function* () {
        order.push(name);
        yield* thread_yield();
        order.push(name);
      });
    }
    s.run('ended');
    expect(order).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
  });

  scenario('processes share the memory of the scenario, and nothing else', (s) => {
    const word = s.memory(4);
    const reader = s.spawn('reader', function* () {
      yield* futex_wait(word, 0, 0, FOREVER);
      return (yield* load(word, 1))[0];
    });
    s.spawn('writer', function* () {
      yield* store(word, Uint8Array.of(9));
      yield* futex_wake(word, 1);
    });
    s.run('ended');
    expect(reader.result).toBe(9);
  });

  scenario('each process has handles to itself, and is charged to the allocator of all', (s) => {
    const ended = s.spawn('quits', (own) => task_kill(own.process));
    s.run();
    expect(ended).toHaveEnded('killed');
  });

  scenario('a process can have more threads, which end with it', (s) => {
    const main = s.spawn('two', function* () {
      yield* thread_sleep(100);
      yield* process_exit(1);
    });
    const second = s.thread('second', () => thread_sleep(FOREVER), { process: main.process });
    s.run(() => second.state === 'blocked');
    expect(s.threads.map(({ name, process }) => `${process}/${name}`)).toEqual(['two/main', 'two/second']);
    s.run();
    expect(second).toHaveEnded();
  });

  scenario('what another process is given is the same object, by a number of its own', (s) => {
    const packet = s.structure('packet', { key: 0, data0: 55 });
    const owner = s.thread('owner', (own) => pool_create(own.allocator, POOL_KIND.FIXED, 2, 0));
    s.run();
    const stranger = s.spawn('stranger', () => pool_post(given, packet));
    const given = s.share(owner.result.pool, stranger.process);
    expect(s.object(given, stranger.process).koid).toBe(s.object(owner.result.pool).koid);
    s.run();
    expect(stranger.result.status).toBeStatus('OK');
    const taken = s.structure('packet');
    s.thread('taker', () => pool_take(owner.result.pool, 0, taken, 0, 0));
    s.run();
    expect(s.fields('packet', taken).data0).toBe(55);
  });
});

describe('the right to hardware', () => {
  scenario('is with the scenario, and with processes that are given it', (s) => {
    const driver = s.spawn('driver', (own) => interrupt_create(own.resource, 20, 0, 0), { hardware: true });
    const other = s.spawn('other', (own) => interrupt_create(own.resource, 21, 0, 0));
    s.run();
    expect(driver.result.status).toBeStatus('OK');
    expect(other.result.status).toBeStatus('BAD_HANDLE');
  });
});

describe('looking', () => {
  scenario('threads say what they wait for', (s) => {
    const [word, event] = [s.memory(4), s.structure('packet')];
    const owner = s.thread('owner', function* (own) {
      const { pool } = yield* pool_create(own.allocator, POOL_KIND.FIXED, 2, 0);
      const { first, second } = yield* channel_create(own.allocator, 16, 0);
      return { pool, first, second };
    });
    s.run();
    const { pool, first, second } = owner.result;
    const [poolName, firstName, secondName] = [pool, first, second].map((handle) => String(s.object(handle)));
    s.thread('sleeps', () => thread_sleep(FOREVER));
    const waits = s.thread('waits', () => futex_wait(word, 0, 0, FOREVER));
    s.thread('takes', () => pool_take(pool, FOREVER, event, 0, 0));
    s.thread('sends', () => channel_send(first, s.structure('message'), FOREVER));
    s.thread('receives', () => channel_receive(first, s.structure('message'), 0, FOREVER));
    s.thread('hears', () => event_wait(waits.handle, SOURCE.LIFECYCLE, SEEN_NOW, FOREVER, event));
    s.run();
    expect(s.threads.map(({ name, sentence }) => `${name} ${sentence}`)).toEqual([
      'sleeps sleeps for ever',
      `waits waits for the futex 0x${word.toString(16)}`,
      `takes waits for a packet of ${poolName}`,
      `sends waits to send on ${secondName}`,
      `receives waits to receive on ${firstName}`,
      `hears waits for an event of thread #${waits.koid}`,
    ]);
  });

  scenario('output is what was written to the console', (s) => {
    const text = s.data('scripted\n');
    s.thread('writer', () => debug_write(text.address, text.length));
    s.run();
    expect(s.output).toBe('scripted\n');
  });

  scenario('objects show who stands in their queues, and pools what they hold', (s) => {
    const event = s.structure('packet');
    const mortal = s.thread('mortal', () => thread_sleep(10_000));
    const owner = s.thread('owner', function* (own) {
      const { pool } = yield* pool_create(own.allocator, POOL_KIND.FIXED, 4, 0);
      yield* event_listen(mortal.handle, SOURCE.LIFECYCLE, pool, 7, 0);
      return pool;
    });
    const watcher = s.thread('watcher', () => event_wait(mortal.handle, SOURCE.LIFECYCLE, SEEN_NOW, FOREVER, event));
    s.run(() => watcher.state === 'blocked');
    const [source, pool] = [s.object(mortal.handle), s.object(owner.result)];
    expect(source.queues).toEqual({ lifecycle: [pool.koid, watcher.koid] });
    expect(pool.packets).toEqual([]);
    s.run();
    expect(source.queues).toEqual({});
    const [packet] = pool.packets;
    expect(packet.key).toBe(7);
    expect(packet.source).toBe(mortal.koid);

    const takers = [1, 2].map((i) => s.thread(`taker ${i}`, () => pool_take(owner.result, FOREVER, event, 0, 0)));
    s.run();
    expect(pool.packets).toHaveLength(0);
    expect(pool.queues).toEqual({ takers: [takers[1].koid] });
  });

  scenario('views are those of tocsin ps', (s) => {
    const sleeper = s.thread('sleeper', () => thread_sleep(FOREVER));
    s.thread('owner', (own) => pool_create(own.allocator, POOL_KIND.FIXED, 2, 0));
    s.run();
    expect(s.view('threads').find(({ koid }) => koid === sleeper.koid)?.blockedOn).toBe('sleeps');
    expect(s.view('pools').map(({ kind, packets }) => [kind, packets])).toEqual([['fixed', 0]]);
  });

  scenario('the journal can be read by type, call, thread, step and any condition', (s) => {
    const sleeper = s.thread('sleeper', () => thread_sleep(100));
    const asker = s.thread('asker', () => clock_get(0));
    s.run();
    expect(s.journal({ call: 'clock_get' })).toHaveLength(1);
    expect(s.journal({ call: 'clock_get', thread: sleeper })).toHaveLength(0);
    expect(s.journal({ type: ['thread_started', 'thread_ended'], thread: asker }).map(({ type }) => type)).toEqual([
      'thread_started',
      'thread_ended',
    ]);
    const [woken] = s.journal({ type: 'thread_unblocked', thread: sleeper });
    expect(woken.time).toBe(100);
    expect(s.journal({ after: woken.seq, thread: asker })).toEqual([]);
    expect(s.journal({ where: ({ fields }) => fields.deadline === 100 })[0].text).toContain('thread_blocked');
  });
});

describe('running', () => {
  scenario('for so many instructions stops in the middle, and goes on', (s) => {
    const counter = s.thread('counter', function* () {
      for (let i = 0; i < 10; i++) yield* clock_get(0);
      return 'done';
    });
    s.runFor(5);
    expect(counter.state).toBe('running');
    s.run('ended');
    expect(counter.result).toBe('done');
  });

  scenario('to a point that is reached already executes nothing', (s) => {
    s.thread('x', () => thread_sleep(5));
    const { instructions } = s;
    s.run(() => true);
    expect(s.instructions).toBe(instructions);
  });

  scenario('a condition can make threads: also when all others wait', (s) => {
    const sleeper = s.thread('sleeper', () => thread_sleep(FOREVER));
    let woken = '';
    s.run(() => {
      if (sleeper.state === 'blocked' && woken === '') {
        woken = 'made';
        s.thread('waker', function* () {
          woken = 'ran';
          yield* task_kill(sleeper.handle);
        });
      }
      return sleeper.state === 'ended';
    });
    expect(woken).toBe('ran');
  });

  /** A few threads that wake each other, sleep and take turns; gives the hash of what they did. */
  async function hashOf(run: (s: Scene) => void, seed?: number): Promise<string | undefined> {
    let hash: string | undefined;
    const failure = await failureOf(
      (s) => {
        const word = s.memory(4);
        for (const name of ['one', 'two', 'three']) {
          s.thread(name, function* () {
            for (let i = 0; i < 5; i++) {
              yield* futex_wait(word, 0, 0, (yield* clock_get(0)).time + 7);
              yield* futex_wake(word, 1);
              yield* thread_yield();
            }
          });
        }
        run(s);
        s.run('ended');
        hash = s.system.journalHash();
      },
      { quantum: 3, checked: false },
      seed,
    );
    vitestExpect(failure).toBeUndefined();
    return hash;
  }

  it('where it stops cannot be seen in the journal', async () => {
    const straight = await hashOf(() => undefined);
    for (let at = 1; at < 60; at++) {
      vitestExpect(await hashOf((s) => s.run(() => s.system.steps >= at + 12))).toBe(straight);
      vitestExpect(await hashOf((s) => s.runFor(at))).toBe(straight);
    }
  });

  it('the same seed is the same journal, another seed another', async () => {
    const [first, second, other, plain] = await Promise.all(
      [1, 1, 2, undefined].map((seed) => hashOf(() => undefined, seed)),
    );
    vitestExpect(second).toBe(first);
    vitestExpect(new Set([first, other, plain]).size).toBe(3);
  });
});
