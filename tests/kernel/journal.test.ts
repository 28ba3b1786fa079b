import { describe, expect, it } from 'vitest';
import { type ReadRecord, recordLine, System, type SystemOptions, TRANSITIONS } from '../../kernel/index.js';
import { JOURNAL_RECORDS } from '../../kernel/limits.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { callOf, imageOf, makeProcess } from './compiled.js';
import { AREAS, debuggedFromOutside, OUT_OF_FRAMES, outOfFrames } from './everything.js';
import { recordsOf } from './records.js';

const SMALL = { capacity: JOURNAL_RECORDS.least };

/** A script whose run has a record of every type: all that the kernel does. */
function* everything(scene: Scene): CallScript {
  const { allocator, vmar, stackLow, thread } = scene;
  const { child } = yield* sys.allocator_create(allocator, 64 * 4096);
  const { vmo } = yield* sys.vmo_create(child, 3 * 4096, 0);
  const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
  yield* sys.vmar_map(vmar, vmo, 0, 3 * 4096, options, 0x2000_0000);
  yield* sys.vmar_protect(vmar, 0x2000_1000, 4096, PROTECTION.READ);
  yield* sys.vmar_unmap(vmar, 0x2000_0000, 3 * 4096);
  yield* sys.handle_replace(vmo, SAME_RIGHTS);
  const made = yield* makeProcess(scene, child);
  const entry = scene.system.enter(function* () {
    for (let i = 0; i < 20; i++) yield* sys.thread_yield();
  });
  const { copy: gift } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
  yield* sys.process_start(made.process, made.thread, entry, 0, 0, gift);
  yield* spawn(
    scene,
    'high',
    function* () {
      yield* sys.thread_sleep(scene.system.time + 40);
    },
    20,
  );
  yield* store(stackLow, Uint8Array.of(15, 0, 0, 0));
  yield* sys.object_set(thread, 1, stackLow, 4);
  for (let i = 0; i < 50; i++) yield* sys.clock_get(0);
  yield* sys.thread_sleep(scene.system.time + 1000);
  for (const handle of [made.thread, made.vmar, made.process]) yield* sys.handle_close(handle);
  for (let handle = 1; handle < 30; handle++) if (handle !== scene.process) yield* sys.handle_close(handle);
  yield* sys.system_halt(scene.process, 3);
}

describe('the journal', () => {
  it('42: everything that the kernel does is in it, and folded it gives the live state after every step', () => {
    const { system } = runScript(everything, { seed: 3, quantum: 5 });
    const types = new Set(recordsOf(system).map(({ type }) => type));
    for (const script of Object.values(AREAS))
      for (const { type } of recordsOf(runScript(script).system)) types.add(type);
    for (const { type } of recordsOf(debuggedFromOutside())) types.add(type);
    for (const { type } of recordsOf(runScript(outOfFrames, OUT_OF_FRAMES).system)) types.add(type);
    expect(TRANSITIONS.map(({ name }) => name).filter((name) => !types.has(name))).toEqual([]);
  });

  it('42: folding still gives the live state when the ring has wrapped many times', () => {
    const { system } = expectSuccess(
      function* (scene) {
        for (let round = 0; round < 4000; round++) {
          const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
          yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
          yield* sys.handle_revoke(vmo);
          yield* sys.handle_close(vmo);
          if (round % 97 === 0) scene.system.check();
        }
      },
      { journal: SMALL, checked: false },
    );
    expect(system.records).toBeGreaterThan(4 * SMALL.capacity);
    const { journal } = system.kernel;
    expect(journal.oldest).toBeGreaterThanOrEqual(journal.count - journal.capacity);
    expect(journal.oldest).toBeLessThanOrEqual(journal.count - journal.capacity / 2);
  });

  it('42: without its cache the journal folds from the later copy, however often the ring wraps', () => {
    const { system } = expectSuccess(
      function* (scene) {
        const { journal } = scene.system.kernel;
        // The ring is half full again: both copies are in use.
        while (journal.count < 1.75 * journal.capacity) yield* sys.clock_get(0);
        const { oldest } = journal;
        journal.giveUpEarlier();
        expect(journal.oldest).toBe(oldest + journal.capacity / 2);
        scene.system.check();
        let least = journal.capacity;
        let most = 0;
        while (journal.count < 6 * journal.capacity) {
          yield* sys.clock_get(0);
          const kept = journal.count - journal.oldest;
          expect(kept).toBeLessThanOrEqual(journal.capacity);
          least = Math.min(least, kept);
          most = Math.max(most, kept);
          if (journal.count % 1009 < 2) scene.system.check();
        }
        expect([least < 10, most > journal.capacity - 10]).toEqual([true, true]);
        scene.system.check();
      },
      { journal: SMALL, checked: false, playedOnce: 'nothing of it is about memory, and it is long' },
    );
    expect(system.kernel.journal.hash()).toHaveLength(32);
  });

  it('42: a step of more records than the whole ring holds changes nothing about that', () => {
    const { system } = expectSuccess(
      function* (scene) {
        const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
        for (let i = 0; i < 10_000; i++) expectStatus((yield* sys.handle_duplicate(vmo, SAME_RIGHTS)).status, 'OK');
        const before = scene.system.records;
        const { removed } = yield* sys.handle_revoke(vmo);
        expect(removed).toBe(10_000);
        expect(scene.system.records - before).toBeGreaterThan(SMALL.capacity);
        scene.system.check();
        for (let i = 0; i < 10_000; i++) yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
        // The process ends now, with all of its handles.
      },
      { journal: SMALL, checked: false },
    );
    const last = recordsOf(system).at(-1);
    expect(last?.seq).toBe(system.steps);
    expect(system.kernel.journal.read(system.records - SMALL.capacity).seq).toBe(system.steps);
  });

  it('steps have increasing numbers, records of one step one number, time and actor; a cause is an earlier step', () => {
    const { system } = runScript(everything, { quantum: 5 });
    const records = recordsOf(system);
    for (let i = 1; i < records.length; i++) {
      const [before, record] = [records[i - 1], records[i]];
      expect(record.index).toBe(i);
      expect(record.seq - before.seq === 0 || record.seq - before.seq === 1).toBe(true);
      if (record.seq === before.seq)
        expect([record.time, record.actor, record.cause]).toEqual([before.time, before.actor, before.cause]);
      else expect(record.time).toBeGreaterThanOrEqual(before.time);
      expect(record.cause).toBeLessThan(record.seq);
    }
    expect(records[0]).toMatchObject({ seq: 1, time: 0, cause: 0, actor: 0, type: 'booted' });
  });

  it('the cause of what a woken thread does is the step that woke it', () => {
    const { system } = expectSuccess(function* (scene) {
      yield* spawn(scene, 'waiter', function* () {
        yield* sys.futex_wait(scene.stackLow + 4096, 0, 0, Number.POSITIVE_INFINITY);
        yield* sys.clock_get(0);
      });
      yield* sys.thread_yield();
      yield* sys.futex_wake(scene.stackLow + 4096, 1);
      yield* sys.thread_yield();
    });
    const records = recordsOf(system);
    const woken = records.findIndex(({ type }) => type === 'thread_unblocked');
    const read = records.find(({ type, fields }) => type === 'call' && fields.number_status === 0x56);
    expect(read?.cause).toBe(records[woken].seq);
  });

  it('the hash can be done without, and is there all the same while the ring holds every record', () => {
    const few = function* () {
      yield* sys.clock_get(0);
    };
    const many = function* () {
      for (let i = 0; i < SMALL.capacity; i++) yield* sys.clock_get(0);
    };
    const hashes = (script: () => CallScript) =>
      [true, false].map((hashed) => {
        const { system } = expectSuccess(script, { checked: false, journal: { ...SMALL, hashed } });
        return system.journalHash();
      });
    const [taken, read] = hashes(few);
    expect(read).toBe(taken);
    expect(hashes(many)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), undefined]);
  });

  it('a record that is overwritten, or is not there yet, is a RangeError that says which are', () => {
    const { system } = expectSuccess(
      function* () {
        for (let i = 0; i < 9000; i++) yield* sys.clock_get(0);
      },
      { journal: SMALL, checked: false },
    );
    const { journal } = system.kernel;
    const oldest = journal.count - SMALL.capacity;
    expect(journal.read(oldest).index).toBe(oldest);
    for (const index of [0, oldest - 1, journal.count, -1])
      expect(() => journal.read(index)).toThrow(
        new RangeError(`the journal holds records ${oldest} to ${journal.count - 1}`),
      );
  });

  it('a capacity is rounded up to whole blocks', () => {
    for (const [capacity, rounded] of [
      [8192, 8192],
      [8193, 10_240],
      [10_000, 10_240],
    ]) {
      const system = System.boot({
        name: 'x',
        image: imageOf(callOf('process_exit')),
        journal: { capacity },
        memoryBytes: 1 << 16,
      });
      expect(system.kernel.journal.capacity).toBe(rounded);
    }
  });

  it('who traces it sees every record once, in order', () => {
    const seen: ReadRecord[] = [];
    const system = System.boot({ name: 'x', image: imageOf(callOf('process_exit')), memoryBytes: 1 << 16 });
    system.kernel.journal.onRecord = (record) => seen.push(record);
    const booted = system.records;
    system.run();
    expect(seen.map(recordLine)).toEqual(recordsOf(system).slice(booted).map(recordLine));
    expect(recordLine(seen[0])).toMatch(/^\d+ @\d+ #\d+ trap cause=0xc pc=0x10000 value=0x10000$/);
  });

  it('without it the same happens, and nothing is written', () => {
    const [on, off] = [true, false].map((enabled) => runScript(everything, { quantum: 5, journal: { enabled } }));
    expect(off.outcome).toEqual(on.outcome);
    expect([off.system.steps, off.system.time]).toEqual([on.system.steps, on.system.time]);
    expect(off.system.records).toBe(0);
    expect(() => off.system.kernel.journal.read(0)).toThrow(RangeError);
  });
});

describe('43: same image, options, inputs and choices: same journal', () => {
  const hashOf = (options: Partial<SystemOptions>): string => {
    const code = [
      ...callOf('thread_sleep', 500, 0),
      ...callOf('debug_write', 0x10000, 4),
      ...callOf('process_exit', 0),
    ];
    const system = System.boot({ name: 'p', image: imageOf(code), memoryBytes: 1 << 20, ...options });
    system.run();
    return system.journalHash() ?? 'no hash';
  };

  it('the hash is 32 hexadecimal digits, and the same every time', () => {
    const hash = hashOf({});
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf({})).toBe(hash);
  });

  it('whatever a run is made of changes it', () => {
    const image = imageOf(callOf('process_exit', 0));
    const { segments, ...rest } = image;
    const [segment] = segments;
    const variants: Partial<SystemOptions>[] = [
      {},
      { seed: 0 },
      { seed: 1 },
      { quantum: 49_999 },
      { memoryBytes: 1 << 21 },
      { name: 'q' },
      { name: 'p', arguments: [''] },
      { arguments: ['a'] },
      { arguments: ['a', 'b'] },
      { arguments: ['ab'] },
      { image },
      { image: { ...image, entry: image.entry + 4 } },
      { image: { ...rest, segments: [{ ...segment, writable: true }] } },
      { image: { ...rest, segments: [{ ...segment, readable: false }] } },
      { image: { ...rest, segments: [{ ...segment, memoryBytes: segment.memoryBytes + 1 }] } },
      { image: { ...rest, segments: [{ ...segment, fileBytes: Uint8Array.of(...segment.fileBytes, 0) }] } },
    ];
    const hashes = variants.map(hashOf);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('neither the size of the ring nor being asked on the way does', () => {
    const long = function* (): CallScript {
      for (let i = 0; i < 20_000; i++) yield* sys.clock_get(0);
    };
    const run = (capacity: number, limit: number): string => {
      const system = System.boot({ name: 'long', script: long, memoryBytes: 1 << 16, journal: { capacity } });
      while (system.run(limit).kind === 'limit') system.journalHash();
      return system.journalHash() ?? 'no hash';
    };
    const hash = run(1 << 16, 1e9);
    expect(run(8192, 1e9)).toBe(hash);
    expect(run(10_000, 777)).toBe(hash);
  });
});
