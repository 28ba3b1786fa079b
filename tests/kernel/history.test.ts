import { describe, expect, it } from 'vitest';
import { DERIVED_NAMES, DERIVED_VIEWS, History, KeptRecords, type State, System } from '../../kernel/index.js';
import { JOURNAL_RECORDS } from '../../kernel/limits.js';
import { isLive } from '../../kernel/state/table.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { AREAS } from './everything.js';
import { Knowledge, randomNumbers, randomThread } from './random-calls.js';

/** A system whose threads make random calls, in the smallest ring. */
function randomSystem(seed: number, calls: number): { system: System; random: (below: number) => number } {
  const random = randomNumbers(seed);
  const known = new Knowledge(random);
  const box: { system?: System } = {};
  const system = System.boot({
    name: 'random',
    memoryBytes: 1 << 20,
    journal: { capacity: JOURNAL_RECORDS.least },
    quantum: 50,
    choices: { pick: (_kind, count) => random(count) },
    *script(startup) {
      const run = (): Script => randomThread(known, random, calls, entry);
      const entry = box.system?.enter(run) ?? 0;
      for (const type of ['process', 'thread', 'vmar', 'allocator', 'job'] as const)
        known.learnHandle(startup[type], type);
      for (const address of [startup.stackLow, startup.stackHigh - 8192]) known.learnAddress(address);
      yield* run();
    },
  });
  box.system = system;
  return { system, random };
}

/** A script that can be run in slices. */
function bootScene(script: (scene: Scene) => Script): System {
  const box: { system?: System } = {};
  const system = System.boot({
    name: 'scene',
    memoryBytes: 4 << 20,
    script: (startup) =>
      script({
        ...startup,
        get system() {
          if (box.system === undefined) throw new Error('no system has been booted');
          return box.system;
        },
      }),
  });
  box.system = system;
  return system;
}

/** Asks a view of a key that there is, or one that there never was. */
function someKey(history: History, name: (typeof DERIVED_NAMES)[number], random: (below: number) => number): number {
  const keys = history.keys(DERIVED_VIEWS[name].key);
  // The first and the last are those of whom most is heard.
  const few = random(2) === 0 ? keys.length : Math.min(keys.length, 3);
  const place = random(few);
  return random(20) === 0 ? 2 ** 30 : (keys[random(2) === 0 ? place : keys.length - 1 - place] ?? 0);
}

/** What the kernel's tables say of a thread, in the words of its history. */
function liveState(s: State, row: number): string {
  const { state, suspensions } = s.threads;
  if (s.current === row || s.heldThread === row) return 'running';
  switch (state[row]) {
    case TASK_STATE.NEW:
      return 'new';
    case TASK_STATE.ENDED:
      return 'ended';
    case TASK_STATE.BLOCKED:
      return 'blocked';
    default:
      return suspensions[row] > 0 ? 'suspended' : 'ready';
  }
}

/** The history of every thread ends with what the kernel says of it, and adds up to the time that it has run. */
function expectLive(system: System, history: History): number {
  const { state: s } = system;
  let threads = 0;
  const runTimes = new Map<number, number>();
  for (let row = 0; row < s.threads.used; row++) {
    if (!isLive(s.threads, row)) continue;
    threads++;
    const spans = history.get('thread', s.threads.koid[row]);
    expect(spans.at(-1)?.state, `thread ${s.threads.koid[row]}`).toBe(liveState(s, row));
    const ran = spans
      .filter(({ state }) => state === 'running')
      .reduce((sum, { from, to }) => sum + (to === null ? 0 : to - from), 0);
    expect(ran).toBe(s.threads.timeUsed[row]);
    const process = s.processes.koid[s.threads.process[row]];
    expect(history.processOf(s.threads.koid[row])).toBe(process);
    runTimes.set(process, (runTimes.get(process) ?? 0) + ran);
  }
  // Threads that are gone ran, too.
  for (const [process, ran] of runTimes) expect(history.get('process', process).runTime).toBeGreaterThanOrEqual(ran);
  return threads;
}

describe('the history of a system', () => {
  it('is what the kernel says of each thread, in runs that do all that the kernel does', () => {
    for (const script of Object.values(AREAS)) {
      const records = new KeptRecords();
      let take = (): void => undefined;
      const { system } = runScript(
        function* (scene): Script {
          take = records.follow(scene.system.kernel.journal);
          yield* script(scene);
        },
        { playedOnce: 'its subject is what views make of records, not what a failed allocation does' },
      );
      take();
      expectLive(system, History.ofRecords(records));
    }
  });

  it('is what the kernel says of each thread, whatever calls are made', () => {
    let threads = 0;
    for (let seed = 1; seed <= 9; seed++) {
      const { system } = randomSystem(seed, 6000);
      const records = new KeptRecords();
      const take = records.follow(system.kernel.journal);
      const history = History.ofRecords(records);
      for (let i = 0; i < 12; i++) {
        const { kind } = system.run(500);
        take();
        threads += expectLive(system, history);
        if (kind !== 'limit') break;
      }
    }
    expect(threads).toBeGreaterThan(50);
  });

  it('has the same answers with a cache, with a small one, and without, while records come and go', () => {
    let compared = 0;
    let evicted = 0;
    let invalidated = 0;
    let hits = 0;
    const compare = (system: System, random: (below: number) => number, slice: number): void => {
      const { journal } = system.kernel;
      const cached = History.ofJournal(journal);
      const small = History.ofJournal(journal, { cacheBytes: 700 });
      const plain = History.ofJournal(journal, { cacheBytes: 0 });
      for (let i = 0; i < 40; i++) {
        const { kind } = system.run(1 + random(slice));
        for (let question = 0; question < 12; question++) {
          const name = DERIVED_NAMES[random(DERIVED_NAMES.length)];
          const key = someKey(plain, name, random);
          const answer = plain.get(name, key);
          for (const history of [cached, cached, small]) expect(history.get(name, key)).toEqual(answer);
          compared++;
        }
        if (kind !== 'limit') break;
      }
      for (const name of DERIVED_NAMES) {
        const all = plain.all(name);
        expect(cached.all(name)).toEqual(all);
        expect(small.all(name)).toEqual(all);
        for (const [key, value] of all.slice(0, 3)) expect(plain.get(name, key)).toEqual(value);
      }
      expect(plain.figures).toBeUndefined();
      expect(small.figures?.bytes).toBeLessThanOrEqual(700);
      hits += cached.figures?.hits ?? 0;
      invalidated += cached.figures?.invalidated ?? 0;
      evicted += small.figures?.evicted ?? 0;
    };
    for (let seed = 1; seed <= 6; seed++) {
      const { system, random } = randomSystem(100 + seed, 20_000);
      // One that begins in the middle does not have what was before.
      if (seed % 2 === 0) system.run(10_000);
      compare(system, random, 600);
    }
    for (const script of Object.values(AREAS)) compare(bootScene(script), randomNumbers(1), 20);
    expect(compared).toBeGreaterThan(500);
    expect(Math.min(hits, invalidated, evicted)).toBeGreaterThan(100);
  });

  it('a record invalidates what it concerns, and nothing else', () => {
    const koids: Record<string, number> = {};
    const { system } = runScript(
      function* (scene: Scene): Script {
        yield* spawn(scene, 'quiet', () => sys.thread_sleep(FOREVER), 20);
        yield* spawn(scene, 'busy', function* () {
          for (;;) yield* sys.thread_sleep(scene.system.time + 100);
        });
        yield* sys.thread_sleep(FOREVER);
      },
      { maxInstructions: 100, checked: false, playedOnce: 'no allocation is its subject' },
    );
    const history = History.ofJournal(system.kernel.journal);
    for (const { name, koid } of system.view('threads')) koids[String(name)] = Number(koid);
    expect(history.nameOf(koids.busy)).toBe('busy');
    const quiet = history.get('thread', koids.quiet);
    const busy = history.get('thread', koids.busy);
    const order = history.get('locks');
    system.run(50);
    expect(history.get('thread', koids.quiet)).toBe(quiet);
    expect(history.get('locks')).toBe(order);
    expect(history.get('thread', koids.busy).length).toBeGreaterThan(busy.length);
    expect(history.figures).toMatchObject({ hits: 2, misses: 4, invalidated: 1, values: 3 });
  });
});
