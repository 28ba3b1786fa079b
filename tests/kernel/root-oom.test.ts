/** The machine itself is out of frames: the record, shrinkers, the monitor, a victim, the end (`kernel/root-oom/README.md`). */
import { describe, expect, it } from 'vitest';
import { type ReadRecord, type Script, type Startup, System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { Kernel } from '../../kernel/kernel.js';
import { JOURNAL_RECORDS } from '../../kernel/limits.js';
import { releaseFrame, takeFrame } from '../../kernel/memory/frames.js';
import { entryOf, PTE } from '../../kernel/memory/page-tables.js';
import { ROOT, rootOutOfMemory } from '../../kernel/root-oom/path.js';
import type { Shrinker } from '../../kernel/root-oom/shrinkers.js';
import { FRAME_USE, type MutableState } from '../../kernel/state/state.js';
import { nextRow } from '../../kernel/state/table.js';
import { vmoCreated } from '../../kernel/transitions/memory.js';
import { MAP_OPTIONS, PROPERTY, PROTECTION, ROOT_OOM_ANSWER, VMO_OPTIONS } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { BLOCKED_ON, EXIT_REASON } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type RunOptions, runScript, type Scene } from './booted.js';
import { makeJob } from './errors/time.js';
import { eat, endingOf, FOOD, type Hungry, hungry, oomWait, SMALL, type Told } from './hungry.js';
import { scratch } from './packets.js';

const { NONE, FREED, KILL, HALT } = ROOT_OOM_ANSWER;

/** More than the machine has: what one that eats this needs kills somebody. */
const TOO_MUCH = 400;

/** Lets others run for a while. */
function* rest({ system }: Scene): CallScript<void> {
  yield* sys.thread_sleep(system.time + 100_000);
}

function* rank(scene: Scene, job: number, value: number): CallScript<void> {
  yield* store(scratch(scene, 9), Uint8Array.of(value & 0xff, value >> 8, 0, 0));
  expectStatus((yield* sys.object_set(job, PROPERTY.KILL_RANK, scratch(scene, 9), 4)).status, 'OK');
}

/** Has the kernel itself take all frames that are left: they are nobody's, and stay. */
function fill({ system }: Scene): void {
  fillFrames(system.kernel);
}

function fillFrames(k: Kernel): void {
  k.shrinkers.length = 0;
  while (takeFrame(k, FRAME_USE.JOURNAL, -1, 0, 0) >= 0);
  k.framesWanted = 0;
}

/** A shrinker that gives at most so many of those frames each time that it is asked. */
function giving(most: number, name = 'some'): Shrinker {
  return {
    name,
    shrink(k, frames) {
      let given = 0;
      for (let frame = 0; frame < k.state.frames.used && given < Math.min(most, frames); frame++) {
        if (k.state.frames.use[frame] !== FRAME_USE.JOURNAL) continue;
        releaseFrame(k, frame);
        given++;
      }
      return given;
    },
  };
}

/** Records of the root path, in order. */
function rootRecords(system: System): ReadRecord[] {
  const { journal } = system.kernel;
  const found: ReadRecord[] = [];
  for (let index = Math.max(0, journal.count - journal.capacity); index < journal.count; index++) {
    const record = journal.read(index);
    if (record.type.startsWith('root_')) found.push(record);
  }
  return found;
}

describe('a request that its quota allows and that finds no frame', () => {
  it('without --overcommit there is none: the quota of the root is used up before its frames are', () => {
    const { system } = expectSuccess(
      function* (scene) {
        const { vmo } = yield* sys.vmo_create(scene.allocator, 512 * PAGE_BYTES, 0);
        let status = 0;
        for (let page = 0; status === 0 && page < 512; page++)
          ({ status } = yield* sys.vmo_write(vmo, page * PAGE_BYTES, scratch(scene), 1));
        expectStatus(status, 'NO_MEMORY');
      },
      { memoryBytes: 1 << 20 },
    );
    expect(rootRecords(system)).toEqual([]);
  });

  it('a page fault kills the largest process, whose exit record says so, and is then satisfied', () => {
    expectSuccess(function* (scene) {
      const large = yield* hungry(scene, eat(120), { priority: 18 });
      const small = yield* hungry(scene, eat(20), { priority: 18 });
      const last = yield* hungry(scene, eat(118), { priority: 17 });
      yield* rest(scene);
      expect([large, small, last].map((one) => endingOf(scene, one))).toEqual([
        EXIT_REASON.OUT_OF_MEMORY,
        EXIT_REASON.NONE,
        EXIT_REASON.NONE,
      ]);
      const records = rootRecords(scene.system).map(({ type, fields }) => [type, fields.outcome ?? fields.wanted]);
      expect(records.slice(-2)).toEqual([
        ['root_oom', 1],
        ['root_oom_ended', 2],
      ]);
      for (const { process } of [small, last]) yield* sys.task_kill(process);
    }, SMALL);
  });

  it('who asks may be the one that is killed: it does not come back', () => {
    expectSuccess(function* (scene) {
      const glutton = yield* hungry(scene, eat(TOO_MUCH));
      yield* rest(scene);
      expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
    }, SMALL);
  });

  it('a call is made again in the same step, as if there had been frames', () => {
    expectSuccess(function* (scene) {
      const large = yield* hungry(scene, eat(150));
      yield* rest(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 110 * PAGE_BYTES, 0);
      const before = scene.system.steps;
      // Reads pages that were never touched: nothing but the object needs frames.
      expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 110 * PAGE_BYTES)).status, 'OK');
      expect(scene.system.steps).toBe(before + 1);
      expect(endingOf(scene, large)).toBe(EXIT_REASON.OUT_OF_MEMORY);
    }, SMALL);
  });

  it('one that wants more frames than the machine has fails with NO_MEMORY, and kills nobody', () => {
    expectSuccess(function* (scene) {
      const large = yield* hungry(scene, eat(50));
      yield* rest(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 257 * PAGE_BYTES, 0);
      const { pool, status } = yield* sys.pool_create(scene.allocator, 0, 65_536, 0);
      expectStatus(status, 'NO_MEMORY');
      expect(pool).toBeDefined();
      expect(endingOf(scene, large)).toBe(EXIT_REASON.NONE);
      yield* sys.handle_close(vmo);
      yield* sys.task_kill(large.process);
    }, SMALL);
  });

  it('the first process may be the victim: the run ends with that', () => {
    const { outcome } = runScript(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 512 * PAGE_BYTES, 0);
      for (let page = 0; page < 512; page++) yield* sys.vmo_write(vmo, page * PAGE_BYTES, scratch(scene), 1);
    }, SMALL);
    expect(outcome).toEqual({ kind: 'out of memory' });
  });
});

describe('shrinkers', () => {
  it("the journal's cache goes first, whole, and is there once", () => {
    expectSuccess(function* (scene) {
      const { state, kernel } = scene.system;
      expect(state.journalFrames).toBe(16);
      yield* store(scratch(scene), Uint8Array.of(1));
      const charged = state.allocators.charged[0];
      const one = yield* hungry(scene, eat(TOO_MUCH));
      yield* rest(scene);
      expect(state.journalFrames).toBe(0);
      expect(endingOf(scene, one)).toBe(EXIT_REASON.OUT_OF_MEMORY);
      const ended = rootRecords(scene.system).filter(({ type }) => type === 'root_oom_ended');
      expect(ended[0].fields).toEqual({ outcome: 0, free: 16 });
      // The frames are the root's again; the process is still named.
      yield* sys.handle_close(one.process);
      expect(state.allocators.charged[0]).toBe(charged - 16 * PAGE_BYTES);
      expect(kernel.shrinkers.map(({ name }) => name)).toEqual(['journal', 'discardable memory']);
    }, SMALL);
  });

  it('a program finds the same, whether a journal is written or not, and however long it is', () => {
    const ran = [{ enabled: false }, { enabled: true }, { capacity: JOURNAL_RECORDS.least }].map((journal) => {
      const { system } = expectSuccess(
        function* (scene) {
          const all: Hungry[] = [];
          for (const pages of [60, 40, TOO_MUCH]) all.push(yield* hungry(scene, eat(pages)));
          yield* rest(scene);
          expect(all.map((one) => endingOf(scene, one))).toEqual([0, 0, EXIT_REASON.OUT_OF_MEMORY]);
        },
        { ...SMALL, journal },
      );
      return { time: system.time, steps: system.steps, peak: system.state.allocators.peak[0] };
    });
    expect(ran[1]).toEqual(ran[0]);
    expect(ran[2]).toEqual(ran[0]);
  });

  it('discardable memory that nobody has pinned goes before anybody is killed, what is pinned stays', () => {
    expectSuccess(function* (scene) {
      const cache = yield* sys.vmo_create(scene.allocator, 40 * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
      const kept = yield* sys.vmo_create(scene.allocator, 40 * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
      for (const { vmo } of [cache, kept]) {
        const { discards } = yield* sys.vmo_pin(vmo);
        expect(discards).toBe(0);
        expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 40 * PAGE_BYTES)).status, 'OK');
      }
      yield* sys.vmo_unpin(cache.vmo);
      const one = yield* hungry(scene, eat(180));
      yield* rest(scene);
      expect(endingOf(scene, one)).toBe(EXIT_REASON.NONE);
      expect((yield* sys.vmo_pin(cache.vmo)).discards).toBe(1);
      expect((yield* sys.vmo_pin(kept.vmo)).discards).toBe(0);
      yield* sys.task_kill(one.process);
    }, SMALL);
  });

  it('are asked in the order in which they were registered, for what is missing, and no further than needed', () => {
    const asked: [string, number][] = [];
    const cache = (name: string, gives: number): Shrinker => ({
      name,
      shrink(k, frames) {
        asked.push([name, frames]);
        return giving(gives).shrink(k, frames);
      },
    });
    const system = boot({ overcommit: 3 << 20 });
    const k = system.kernel;
    k.shrinkers.splice(0, 2, cache('first', 2), cache('second', 2), cache('third', 2));
    system.step(() => {
      while (k.state.frames.live < k.state.frames.limit) takeFrame(k, FRAME_USE.JOURNAL, -1, 0, 0);
      expect(takeFrame(k, FRAME_USE.JOURNAL, -1, 0, 0)).toBeGreaterThanOrEqual(0);
    });
    expect(asked).toEqual([['first', 1]]);
    system.check();
  });
});

function boot(options: RunOptions = {}): System {
  return System.boot({
    name: 'root',
    ...SMALL,
    overcommit: 0,
    script: function* () {
      yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
    },
    ...options,
  });
}

describe('nothing is charged on the root path', () => {
  it('a shrinker that has something charged makes the kernel panic', () => {
    const system = boot({ overcommit: 3 << 20 });
    const k = system.kernel;
    k.shrinkers.splice(0, 1, {
      name: 'thief',
      shrink() {
        k.journal.commit(vmoCreated, nextRow(k.state.vmos), k.state.nextKoid, 0, 1);
        return 0;
      },
    });
    expect(() =>
      system.step(() => {
        while (takeFrame(k, FRAME_USE.JOURNAL, -1, 0, 0) >= 0);
      }),
    ).toThrow(/charged while the machine is out of frames/);
  });
});

describe('the victim', () => {
  /** Runs four hungry processes in jobs, then has one frame too many taken; gives who was killed, by name. */
  function victims(
    jobs: readonly { readonly rank: number; readonly pages: readonly number[] }[],
    options: RunOptions = {},
  ): string[] {
    const killed: string[] = [];
    expectSuccess(
      function* (scene) {
        const all: [string, Hungry][] = [];
        for (const [i, { rank: value, pages }] of jobs.entries()) {
          const job = yield* makeJob(scene);
          yield* rank(scene, job, value);
          for (const [j, count] of pages.entries())
            all.push([`${i}.${j}`, yield* hungry(scene, eat(count), { job, priority: 18 })]);
        }
        yield* rest(scene);
        fill(scene);
        const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
        expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), 1)).status, 'OK');
        for (const [name, one] of all) {
          if (endingOf(scene, one) === EXIT_REASON.OUT_OF_MEMORY) killed.push(name);
          else yield* sys.task_kill(one.process);
        }
      },
      { ...SMALL, ...options },
    );
    return killed;
  }

  it('is the largest process where no job is marked', () => {
    expect(
      victims([
        { rank: 0, pages: [20, 50] },
        { rank: 0, pages: [40, 30] },
      ]),
    ).toEqual(['0.1']);
  });

  it('is the youngest of equals', () => {
    expect(
      victims([
        { rank: 0, pages: [30, 30] },
        { rank: 0, pages: [30, 30] },
      ]),
    ).toEqual(['1.1']);
  });

  it('is a marked job before any larger process, whole', () => {
    expect(
      victims([
        { rank: 0, pages: [100] },
        { rank: 1, pages: [5, 6] },
      ]),
    ).toEqual(['1.0', '1.1']);
  });

  it('is the job of the highest rank, whatever it holds', () => {
    expect(
      victims([
        { rank: 1, pages: [60] },
        { rank: 255, pages: [5] },
        { rank: 2, pages: [30] },
      ]),
    ).toEqual(['1.0']);
  });

  it('is the job of that rank that holds most, with all its processes', () => {
    expect(
      victims([
        { rank: 3, pages: [30] },
        { rank: 3, pages: [20, 25] },
        { rank: 3, pages: [40] },
      ]),
    ).toEqual(['1.0', '1.1']);
  });

  it('of jobs that hold the same is the youngest', () => {
    expect(
      victims([
        { rank: 3, pages: [30] },
        { rank: 3, pages: [30] },
      ]),
    ).toEqual(['1.0']);
  });

  it('is never the monitor, nor a job that it is in', () => {
    function* monitor(startup: Startup): CallScript<void> {
      yield* oomWait(startup, NONE);
      yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
    }
    const { outcome } = runScript(
      function* (scene) {
        yield* rank(scene, scene.job, 9);
        const glutton = yield* hungry(scene, eat(700));
        yield* rest(scene);
        expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
        expect(scene.system.state.monitor).toBeGreaterThanOrEqual(0);
      },
      { ...SMALL, memoryBytes: 2 << 20, monitor },
    );
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });
});

/** A machine with a monitor: it needs a few frames itself. */
const WATCHED = { memoryBytes: 1 << 20, overcommit: 3 << 20 } as const;

/** Runs a script that has to succeed, beside a monitor. */
function expectWatched(
  script: (scene: Scene) => Script,
  monitor: (startup: Startup) => Script,
  options: RunOptions = {},
): void {
  expectSuccess(script, { ...WATCHED, monitor, ...options });
}

/** A monitor that answers each question as told, and remembers what it was told. */
function answering(answer: (told: Told, startup: Startup) => [number, number] | CallScript<[number, number]>): {
  monitor: (startup: Startup) => Script;
  told: Told[];
} {
  const told: Told[] = [];
  return {
    told,
    *monitor(startup) {
      let next: [number, number] = [NONE, 0];
      for (;;) {
        const news = yield* oomWait(startup, ...next);
        told.push(news);
        const said = news.status === 0 ? answer(news, startup) : ([NONE, 0] as [number, number]);
        next = Array.isArray(said) ? said : yield* said;
      }
    },
  };
}

describe('the monitor', () => {
  it('is told of every process, with its job, rank, frames and name, and kills whom it names', () => {
    const { monitor, told } = answering(({ tasks }) => [
      KILL,
      tasks.find(({ name }) => name === 'chosen')?.process ?? 0,
    ]);
    expectSuccess(
      function* (scene) {
        const job = yield* makeJob(scene);
        yield* rank(scene, job, 7);
        const large = yield* hungry(scene, eat(60), { job, name: 'large', priority: 18 });
        const chosen = yield* hungry(scene, eat(20), { name: 'chosen', priority: 18 });
        const last = yield* hungry(scene, eat(150), { name: 'last' });
        yield* rest(scene);
        expect([large, chosen, last].map((one) => endingOf(scene, one))).toEqual([0, EXIT_REASON.OUT_OF_MEMORY, 0]);
        expect(told[0]).toMatchObject({ status: 0, wanted: 1, free: 0 });
        const { tasks } = told[0];
        expect(tasks.map(({ name }) => name)).toEqual(['test', 'large', 'chosen', 'last']);
        expect(tasks.map(({ process }) => process).slice(1)).toEqual([large.koid, chosen.koid, last.koid]);
        expect(tasks.map(({ rank: value }) => value)).toEqual([0, 7, 0, 0]);
        // Pages and a root table and a save area; scripts need no page tables.
        expect(tasks[1].frames).toBe(60 + 2);
        expect(tasks[2].frames).toBe(20 + 2);
        for (const { process } of [large, last]) yield* sys.task_kill(process);
      },
      { ...WATCHED, monitor },
    );
  });

  it('while it decides nobody else runs, however high, and the one that asked waits for frames', () => {
    const seen: unknown[] = [];
    let system: System | undefined;
    let ran = 0;
    const { monitor } = answering(function* ({ tasks }, startup) {
      const before = ran;
      for (let i = 0; i < 200; i++) yield* store(startup.stackLow + 8192, Uint8Array.of(i));
      const { threads } = (system as System).state;
      const waiting = Array.from(threads.blockedOn).filter((on) => on === BLOCKED_ON.FRAMES).length;
      seen.push([ran - before, waiting]);
      return [KILL, tasks.at(-1)?.process ?? 0];
    });
    expectWatched(
      function* (scene) {
        system = scene.system;
        yield* hungry(
          scene,
          function* () {
            for (;;) {
              ran++;
              yield* sys.clock_get(0);
            }
          },
          { priority: 10 },
        );
        const glutton = yield* hungry(scene, eat(TOO_MUCH));
        yield* rest(scene);
        expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
        expect(seen).toEqual([[0, 1]]);
        expect(ran).toBeGreaterThan(0);
      },
      monitor,
      { checked: false },
    );
  });

  it('FREED where nothing is free is not believed', () => {
    const { monitor, told } = answering(() => [FREED, 0]);
    expectWatched(function* (scene) {
      const glutton = yield* hungry(scene, eat(TOO_MUCH));
      yield* rest(scene);
      // It said so, and it was not so: the rule of the machine went on.
      expect(told).toHaveLength(1);
      expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
      const outcomes = rootRecords(scene.system).filter(({ type }) => type === 'root_oom_ended');
      expect(outcomes.slice(-2).map(({ fields }) => fields.outcome)).toEqual([1, 2]);
    }, monitor);
  });

  it('HALT stops the machine, with an epitaph', () => {
    const { monitor } = answering(() => [HALT, 0]);
    const { outcome, system } = runScript(
      function* (scene) {
        yield* hungry(scene, eat(TOO_MUCH));
        yield* rest(scene);
        throw new Error('the machine went on');
      },
      { ...WATCHED, monitor },
    );
    expect(outcome).toEqual({
      kind: 'halted',
      code: 71,
      epitaph: 'out of memory: 1 frames wanted, 0 free, and the monitor halted the machine',
    });
    expect(system.run()).toEqual(outcome);
  });

  it.each<[string, (startup: Startup) => CallScript<unknown>]>([
    [
      'runs for ever',
      function* ({ stackLow }) {
        for (;;) yield* store(stackLow + 8192, Uint8Array.of(1));
      },
    ],
    [
      'waits for something else',
      function* () {
        yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
      },
    ],
    [
      'faults',
      function* () {
        yield* store(0, Uint8Array.of(1));
      },
    ],
    [
      'ends',
      function* () {
        yield* sys.process_exit(1);
      },
    ],
    [
      'suspends itself',
      function* ({ thread }) {
        // A token would have to be charged, and nothing is.
        expectStatus((yield* sys.task_suspend(thread)).status, 'NO_MEMORY');
        yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
      },
    ],
  ])('one that %s gives no answer: the machine kills whom it would have killed', (_what, act) => {
    let asked = 0;
    let at = 0;
    function* monitor(startup: Startup): CallScript<void> {
      yield* oomWait(startup, NONE);
      asked++;
      yield* act(startup);
    }
    expectWatched(
      function* (scene) {
        const glutton = yield* hungry(scene, eat(TOO_MUCH));
        at = scene.system.time;
        yield* sys.thread_sleep(at + 1_010_000);
        expect(asked).toBe(1);
        expect(endingOf(scene, glutton)).toBe(EXIT_REASON.OUT_OF_MEMORY);
        const outcomes = rootRecords(scene.system).filter(({ type }) => type === 'root_oom_ended');
        const values = outcomes.map(({ fields }) => fields.outcome);
        expect(values).toContain(3);
        expect(values.at(-1)).toBe(2);
      },
      monitor,
      { checked: false },
    );
  });

  it('answers that nobody waits for are BAD_STATE, koids of nothing NOT_FOUND, and itself ACCESS_DENIED', () => {
    const statuses: string[] = [];
    function* monitor(startup: Startup): CallScript<void> {
      const answer = function* (value: number, koid = 0): CallScript<void> {
        statuses.push(statusName((yield* oomWait(startup, value, koid)).status));
      };
      for (const value of [FREED, KILL, HALT]) yield* answer(value);
      const { tasks } = yield* oomWait(startup, NONE);
      yield* answer(KILL, 999_999);
      yield* answer(KILL, tasks[0].job);
      statuses.push(statusName((yield* sys.root_oom_wait(KILL, tasks[1].process, startup.stackLow + 1, 40)).status));
      yield* answer(KILL, tasks[1].process);
    }
    expectWatched(function* (scene) {
      yield* hungry(scene, eat(TOO_MUCH));
      yield* rest(scene);
      expect(statuses).toEqual(['BAD_STATE', 'BAD_STATE', 'BAD_STATE', 'NOT_FOUND', 'ACCESS_DENIED', 'INVALID_ARGS']);
      expectStatus((yield* sys.root_oom_wait(NONE, 0, scratch(scene), 0)).status, 'ACCESS_DENIED');
    }, monitor);
  });

  it('root_oom_wait is NO_MEMORY where not all that its process has mapped can have frames', () => {
    const statuses: string[] = [];
    function* monitor(startup: Startup): CallScript<void> {
      const { vmo } = yield* sys.vmo_create(startup.allocator, 256 * PAGE_BYTES, 0);
      yield* sys.vmar_map(startup.vmar, vmo, 0, 256 * PAGE_BYTES, 3 | 8, FOOD);
      statuses.push(statusName((yield* oomWait(startup, NONE)).status));
    }
    // Only the process's death is left of it.
    expectWatched(function* (scene) {
      yield* rest(scene);
    }, monitor);
    expect(statuses).toEqual(['NO_MEMORY']);
  });

  it('has all pages in its page table when it waits, those too that another of its mappings copies', () => {
    const READ_ONLY = FOOD + (4 << 20);
    const WRITABLE = FOOD + (8 << 20);
    let system: System | undefined;
    let entries: number[] = [];
    function* monitor({ allocator, vmar, stackLow }: Startup): CallScript<void> {
      while (system === undefined) yield* sys.thread_yield();
      const { vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, stackLow, 1)).status, 'OK');
      const copy = yield* sys.vmo_child(allocator, vmo, 0, PAGE_BYTES);
      // The first page that is entered shows what the second has copied afterwards.
      yield* sys.vmar_map(vmar, copy.vmo, 0, PAGE_BYTES, PROTECTION.READ | MAP_OPTIONS.FIXED, READ_ONLY);
      const both = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
      expectStatus((yield* sys.vmar_map(vmar, copy.vmo, 0, PAGE_BYTES, both, WRITABLE)).status, 'OK');
      yield* sys.root_oom_wait(NONE, 0, stackLow, 0);
    }
    expectWatched(function* (scene) {
      ({ system } = scene);
      yield* rest(scene);
      const k = system.kernel;
      const process = k.state.threads.process[k.state.monitor];
      entries = [READ_ONLY, WRITABLE].map((address) => entryOf(k, process, address));
    }, monitor);
    expect(entries.map((entry) => entry & (PTE.V | PTE.W))).toEqual([PTE.V, PTE.V | PTE.W]);
    expect(entries[0] >>> 10).toBe(entries[1] >>> 10);
  });

  it('where nobody is left to be killed the machine stops with an epitaph', () => {
    const system = boot({ overcommit: 3 << 20 });
    const k = system.kernel;
    system.run(10);
    // The only process there is counts as the console's: such are spared.
    k.consoleKoid = k.state.processes.koid[k.bootProcess];
    system.step(() => {
      fillFrames(k);
      k.shrinkers.push(giving(5));
      expect(rootOutOfMemory(k, 5)).toBe(ROOT.GAVE);
      k.shrinkers.length = 0;
      expect(rootOutOfMemory(k, 200)).toBe(ROOT.NOTHING);
      expect(rootOutOfMemory(k, 200)).toBe(ROOT.NOTHING);
    });
    expect(system.run()).toEqual({
      kind: 'halted',
      code: 71,
      epitaph: 'out of memory: 200 frames wanted, 5 free, and nobody is left to be killed',
    });
    system.check();
  });
});

describe('invariant 41 can fail', () => {
  it.each<[string, (s: MutableState) => void, RegExp]>([
    ['a path that stays open', (s) => (s.rootPath = 1), /a step ended on the root path/],
    ['a monitor that does not run', (s) => (s.rootPath = 2), /the monitor decides and does not run/],
    [
      'a frame taken meanwhile',
      (s) => {
        s.rootPath = 2;
        s.rootLive = 0;
      },
      /a frame was taken/,
    ],
    [
      'a thread that waits in vain',
      (s) => {
        s.threads.blockedOn[0] = BLOCKED_ON.FRAMES;
      },
      /waits for frames in vain/,
    ],
    ["frames of the journal's that are not there", (s) => (s.journalFrames = 3), /counted wrong/],
  ])('%s', (_what, damage, sentence) => {
    const system = boot();
    system.run(10);
    expect(invariantViolations(system.kernel)).toEqual([]);
    damage(system.kernel.state as MutableState);
    expect(invariantViolations(system.kernel).join('\n')).toMatch(sentence);
  });
});
