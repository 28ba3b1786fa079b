import { describe, expect, it } from 'vitest';
import { IS_SEEN } from '../../kernel/audit/hidden.js';
import { WINDOW_RECORDS } from '../../kernel/audit/window.js';
import { type ReadRecord, System, TRANSITIONS } from '../../kernel/index.js';
import { MAIN_STACK } from '../../kernel/limits.js';
import { encode } from '../../machine/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { CODE, callOf, imageOf } from './compiled.js';
import { makeJob } from './errors/time.js';
import { read, type SeenRecord, writeFilter } from './journal-reading.js';
import { recordsOf } from './records.js';

/** A process whose thread makes so many calls, waiting before each; its handle. */
function* busyProcess(scene: Scene, calls: number, pause = 100, job = 0): CallScript<number> {
  const made = yield* sys.process_create(job, scene.allocator, 0, 0);
  expectStatus(made.status, 'OK');
  const { thread } = yield* sys.thread_create(made.process, 16, 0, 0);
  const entry = scene.system.enter(function* () {
    for (let i = 0; i < calls; i++) {
      yield* sys.thread_sleep(scene.system.time + pause);
      yield* sys.clock_get(0);
    }
  });
  const { copy } = yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS);
  expectStatus((yield* sys.process_start(made.process, thread, entry, 0, 0, copy)).status, 'OK');
  return made.process;
}

/** As the journal has it, in the words of who reads. */
function inWords(record: ReadRecord): readonly unknown[] {
  const { fields } = TRANSITIONS.find(({ name }) => name === record.type) ?? { fields: [] };
  return [record.time, record.type, record.actor, fields.map((name) => record.fields[name])];
}

function seenInWords({ time, type, actor, words }: SeenRecord): readonly unknown[] {
  const { fields } = TRANSITIONS.find(({ name }) => name === type) ?? { fields: [] };
  return [time, type, actor, fields.map((_, i) => words[i])];
}

describe('journal_read', () => {
  it('gives what others in a job did, as the journal has it, and nothing of what the reader does', () => {
    expectSuccess(function* (scene) {
      yield* writeFilter(scene);
      yield* read(scene, scene.job, 0);
      const begun = scene.system.records;
      const process = yield* busyProcess(scene, 5);
      yield* sys.thread_sleep(scene.system.time + 3000);
      const seen: SeenRecord[] = [];
      for (let from = 0; ; ) {
        const { status, next, records } = yield* read(scene, scene.job, from, 7);
        expectStatus(status, 'OK');
        seen.push(...records);
        if (records.length === 0) break;
        from = next;
      }
      const own = scene.system.view('processes')[0].koid;
      expect(seen.filter((record) => record.process === own)).toEqual([]);
      const others = new Set(seen.map(({ actor }) => actor).filter((actor) => actor !== 0));
      expect(others.size).toBe(1);
      const [child] = others;
      const expected = recordsOf(scene.system)
        .slice(begun)
        .filter(({ actor, type }) => actor === child && IS_SEEN[TRANSITIONS.findIndex(({ name }) => name === type)]);
      const ofChild = seen.filter(({ actor }) => actor === child).map(seenInWords);
      // A step that an interrupt began is nobody's, which the journal does not say.
      expect(expected.map(inWords)).toEqual(expect.arrayContaining(ofChild));
      expect(ofChild.filter(([, type]) => type === 'call').length).toBeGreaterThan(9);
      for (let i = 1; i < seen.length; i++) {
        expect(seen[i].number).toBeGreaterThan(seen[i - 1].number);
        expect(seen[i].seq).toBeGreaterThanOrEqual(seen[i - 1].seq);
      }
      yield* sys.handle_close(process);
    });
  });

  it('of one process, of some types', () => {
    expectSuccess(function* (scene) {
      yield* writeFilter(scene, { types: ['thread_ended', 'process_ended'] });
      const process = yield* busyProcess(scene, 3);
      expectStatus((yield* read(scene, process, 0)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 3000);
      const { status, records } = yield* read(scene, process, 0);
      expectStatus(status, 'OK');
      expect(records.map(({ type }) => type)).toEqual(['thread_ended', 'process_ended']);
      const { next } = yield* read(scene, process, 0);
      expectStatus((yield* read(scene, process, next)).status, 'BAD_STATE');
    });
  });

  it('waits until there is a record that it looks for, and no longer', () => {
    expectSuccess(function* (scene) {
      const process = yield* busyProcess(scene, 4, 1000);
      yield* writeFilter(scene, { types: ['thread_blocked'], deadline: FOREVER });
      let from = 0;
      const times: number[] = [];
      for (let i = 0; i < 4; i++) {
        const { status, next, records } = yield* read(scene, process, from);
        expectStatus(status, 'OK');
        expect(records.map(({ type }) => type)).toEqual(['thread_blocked']);
        times.push(scene.system.time);
        expect(scene.system.time - records[0].time).toBeLessThan(200);
        from = next;
      }
      for (let i = 1; i < 4; i++) expect(times[i] - times[i - 1]).toBeGreaterThanOrEqual(1000);
      // It ends with the process.
      expectStatus((yield* read(scene, process, from)).status, 'BAD_STATE');
    });
  });

  it('a deadline ends the wait, and so does one that comes after it', () => {
    expectSuccess(function* (scene) {
      const process = yield* busyProcess(scene, 20, 50);
      for (let round = 0; round < 3; round++) {
        const { time } = scene.system;
        yield* writeFilter(scene, { types: ['lock_created'], deadline: time + 300 });
        expectStatus((yield* read(scene, process, 0)).status, 'TIMED_OUT');
        expect(scene.system.time).toBeGreaterThanOrEqual(time + 300);
        expect(scene.system.time).toBeLessThan(time + 600);
      }
    });
  });

  it('several wait for different things, and each is woken by its own', () => {
    expectSuccess(function* (scene) {
      const process = yield* busyProcess(scene, 2, 500);
      const got: string[] = [];
      for (const [i, type] of ['process_ended', 'call'].entries())
        yield* spawn(
          scene,
          type,
          function* () {
            yield* writeFilter(scene, { types: [type], deadline: FOREVER, page: 2 * (i + 1) });
            const { records } = yield* read(scene, process, 0, 1, 2 * (i + 1));
            got.push(...records.map((record) => record.type));
          },
          20,
        );
      yield* sys.thread_sleep(scene.system.time + 3000);
      expect(got).toEqual(['call', 'process_ended']);
    });
  });

  it('without a handle a process reads its own calls, renumbered: what others do changes nothing', () => {
    const own = (others: boolean): readonly (readonly unknown[])[] => {
      let seen: readonly SeenRecord[] = [];
      expectSuccess(
        function* (scene) {
          if (others) yield* busyProcess(scene, 30, 20);
          yield* writeFilter(scene);
          yield* read(scene, 0, 0);
          for (let i = 0; i < 5; i++) yield* sys.clock_get(0);
          yield* sys.handle_close(12_345);
          const { records, status } = yield* read(scene, 0, 0);
          expectStatus(status, 'OK');
          seen = records;
        },
        { checked: false },
      );
      return seen.map(({ seq, type, number, words }) => [seq, type, number, words.slice(0, 3)]);
    };
    const alone = own(false);
    expect(alone).toHaveLength(7);
    expect(alone.map(([seq, type, number]) => [seq, type, number])).toEqual(alone.map((_, i) => [i + 1, 'call', i]));
    expect(own(true)).toEqual(alone);
  });

  it('the right AUDIT is needed, of a process and of a job, and a job is what is below it', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const inside = yield* busyProcess(scene, 3, 100, job);
      const outside = yield* busyProcess(scene, 3, 100);
      yield* writeFilter(scene);
      yield* read(scene, job, 0);
      for (const handle of [job, outside]) {
        const { copy } = yield* sys.handle_duplicate(handle, ALL_RIGHTS & ~RIGHTS.AUDIT);
        expectStatus((yield* read(scene, copy, 0)).status, 'ACCESS_DENIED');
      }
      yield* sys.thread_sleep(scene.system.time + 2000);
      const { records } = yield* read(scene, job, 0, 60);
      const processes = new Set(records.map(({ process }) => process));
      expect(processes.size).toBe(1);
      const of = yield* read(scene, inside, 0, 60);
      expect(of.records).toEqual(records);
      expect((yield* read(scene, scene.job, 0, 60)).records.length).toBeGreaterThan(records.length);
    });
  });

  it('who reads too late is told of the oldest that there is', () => {
    expectSuccess(
      function* (scene) {
        yield* writeFilter(scene);
        yield* read(scene, scene.job, 0);
        for (let i = 0; i < WINDOW_RECORDS; i++) yield* sys.clock_get(0);
        const late = yield* read(scene, scene.job, 0);
        expectStatus(late.status, 'OUT_OF_RANGE');
        expect(late.next).toBeGreaterThan(0);
        expectStatus((yield* read(scene, scene.job, late.next + 100)).status, 'OK');
        const own = yield* read(scene, 0, 0);
        expectStatus(own.status, 'OUT_OF_RANGE');
        const again = yield* read(scene, 0, own.next + 20, 3);
        expect(again.records.map(({ number }) => number)).toEqual([0, 1, 2].map((i) => own.next + 20 + i));
      },
      { checked: false },
    );
  });

  it('nobody waits for what it does itself', () => {
    expectSuccess(function* (scene) {
      yield* writeFilter(scene, { types: ['lock_created'], deadline: FOREVER });
      for (const task of [0, scene.process]) expectStatus((yield* read(scene, task, 0)).status, 'INVALID_ARGS');
    });
  });

  it('what a program reads is the same after a system went back to a snapshot', () => {
    const buffer = MAIN_STACK.top - 8192;
    // The filter lies before the code, behind a jump over it: whatever has passed, all types.
    const filter = [0, 0, ...Array.from({ length: 8 }, () => -1)];
    const jump = encode('jal', { rd: 0, imm: 4 * (filter.length + 1) });
    const round = [...callOf('clock_get', 0), ...callOf('journal_read', 0, 0, 0, CODE + 4, buffer, 4096)];
    const code = [...Array.from({ length: 60 }, () => round).flat(), ...callOf('process_exit', 0)];
    const image = imageOf([jump, ...filter, ...code]);
    const boot = (): System => System.boot({ name: 'reader', memoryBytes: 1 << 20, image });
    const straight = boot();
    straight.run();
    const travelled = boot();
    const snapshots = [travelled.snapshot()];
    for (let i = 0; i < 5; i++) {
      travelled.run(150);
      snapshots.push(travelled.snapshot());
    }
    travelled.run();
    for (const snapshot of [snapshots[3], snapshots[1], snapshots[5], snapshots[0], snapshots[4]]) {
      travelled.restore(snapshot);
      travelled.run(70);
      travelled.restore(snapshot);
      travelled.run();
      expect(travelled.journalHash()).toBe(straight.journalHash());
      expect(Buffer.compare(travelled.kernel.memory.u8, straight.kernel.memory.u8)).toBe(0);
    }
    // It has read something.
    expect(straight.kernel.audit?.count).toBeGreaterThan(100);
  });

  it('what a program reads does not depend on how many records the ring holds', () => {
    const run = (capacity: number): readonly SeenRecord[] => {
      const seen: SeenRecord[] = [];
      const { system } = expectSuccess(
        function* (scene) {
          yield* busyProcess(scene, 1500, 5);
          yield* writeFilter(scene);
          let from = 0;
          for (let round = 0; round < 60; round++) {
            yield* sys.thread_sleep(scene.system.time + 700);
            const { next, records } = yield* read(scene, scene.job, from, 60);
            seen.push(...records);
            from = next;
          }
        },
        { checked: false, journal: { capacity }, playedOnce: 'its subject is the ring' },
      );
      expect(system.records).toBeGreaterThan(8192);
      return seen;
    };
    expect(run(8192)).toEqual(run(65_536));
  });
});
