/** A system that goes back to a snapshot is what it was: the same run follows, with the same machine, state and journal. */
import { describe, expect, it } from 'vitest';
import { System, type SystemOptions } from '../../../kernel/index.js';
import { seededPick } from '../../../machine/index.js';
import { thread_yield } from '../../../userland/script/calls.js';
import { guest, hasCompiler, imageOf } from './guests.js';
import { type Seen, see, unlike } from './seen.js';

const DEMOS = 'userland/demos';
const SNAPSHOTS = 12;
const MOST = 3_000_000;

interface Case {
  readonly path: string;
  readonly options?: Partial<SystemOptions>;
  /** A program that decides where the machine has no frame left. */
  readonly monitor?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'with threads': { path: `${DEMOS}/threads.c` },
  'with threads on small quanta': { path: `${DEMOS}/threads.c`, options: { quantum: 33 } },
  'with an allocation that fails': { path: `${DEMOS}/threads.c`, options: { failAllocation: 40 } },
  'that faults': { path: `${DEMOS}/null-pointer.c` },
  'that deadlocks': { path: `${DEMOS}/philosophers.c` },
  'in which a program debugs another': { path: `${DEMOS}/debugger.c` },
  'in which processes share memory that gets short': { path: `${DEMOS}/grant-quota.c` },
  'with interrupts': { path: 'tests/tools/debugger/proof/programs/device.c' },
  'with reservations': { path: 'tests/tools/debugger/proof/programs/reservations.c', options: { quantum: 77 } },
  'in which the machine has no frame left': {
    path: `${DEMOS}/greedy.c`,
    options: { memoryBytes: 2 << 20, overcommit: 16 << 20 },
  },
  'in which the machine has no frame left, with a monitor': {
    path: `${DEMOS}/greedy.c`,
    options: { memoryBytes: 2 << 20, overcommit: 16 << 20 },
    monitor: `${DEMOS}/choose.c`,
  },
};

describe.skipIf(!hasCompiler)('from a snapshot the same run follows', () => {
  it.each(Object.entries(CASES))('%s', async (_, { path, options = {}, monitor }) => {
    const more = monitor === undefined ? {} : { monitor: imageOf(await guest(monitor)) };
    const { options: booted } = await guest(path, { ...options, ...more });
    const uncut = System.boot(booted);
    const outcome = uncut.run(MOST);
    const end = see(uncut);
    expect(outcome.kind).not.toBe('limit');

    const system = System.boot(booted);
    const marks = Array.from({ length: SNAPSHOTS }, (_, i) => seededPick(1, i, uncut.executed)).sort((a, b) => a - b);
    const taken = marks.map((mark) => {
      system.run(mark - system.executed);
      return { snapshot: system.snapshot(), seen: see(system) };
    });
    expect(system.run(MOST)).toEqual(outcome);
    expectAlike(end, see(system));
    for (let i = 0; i < SNAPSHOTS; i++) {
      const at = seededPick(2, i, SNAPSHOTS);
      system.restore(taken[at].snapshot);
      expectAlike(taken[at].seen, see(system));
      system.check();
      const { [at + 1]: next } = taken;
      if (next !== undefined) {
        system.run(marks[at + 1] - system.executed);
        expectAlike(next.seen, see(system));
      }
      if (i % 4 !== 0) continue;
      expect(system.run(MOST)).toEqual(outcome);
      expectAlike(end, see(system));
    }
  });

  it('when the same is typed as was typed then; what had gone in before is in it', async () => {
    const { options } = await guest(`${DEMOS}/guess.c`, { interactive: 'at once' });
    const lines = ['50', '25', 'nonsense', '99', '7', '12'];
    const system = System.boot(options);
    const taken = lines.map((line) => {
      expect(system.run(MOST).kind).toBe('input');
      const snapshot = system.snapshot();
      system.input(Buffer.from(`${line}\n`));
      return snapshot;
    });
    expect(system.run(MOST).kind).toBe('input');
    const end = see(system);
    for (const at of [5, 0, 3, 3, 1]) {
      system.restore(taken[at]);
      for (const line of lines.slice(at)) {
        expect(system.run(MOST).kind).toBe('input');
        system.input(Buffer.from(`${line}\n`));
      }
      expect(system.run(MOST).kind).toBe('input');
      expectAlike(end, see(system));
    }
    // Something else is another run.
    system.restore(taken[3]);
    system.input(Buffer.from('98\n'));
    for (const line of lines.slice(4)) {
      expect(system.run(MOST).kind).toBe('input');
      system.input(Buffer.from(`${line}\n`));
    }
    system.run(MOST);
    expect(unlike(end, see(system))).toContain('journal');
  });

  it('and a debugger from outside that was there then is gone, without a trace in the run', async () => {
    const { options } = await guest('tally.c');
    const uncut = System.boot(options);
    uncut.run(MOST);
    const system = System.boot(options);
    system.run(500);
    const attached = system.debug(() => undefined);
    system.run(500);
    const snapshot = system.snapshot();
    system.run(500);
    system.restore(snapshot);
    expect(attached.stop()).toBeLessThan(0);
    expect(system.run(MOST)).toEqual(uncut.run(1));
    expect(unlike(see(uncut), see(system))).toBeUndefined();
    expect(system.state.outsideSteps).toBeGreaterThan(0);
  });
});

it('a script that runs has no snapshot', () => {
  const system = System.boot({
    name: 'script',
    memoryBytes: 4 << 20,
    *script() {
      for (;;) yield* thread_yield();
    },
  });
  expect(() => system.snapshot()).toThrow(new RangeError('a thread runs that is a script: it has no snapshot'));
});

function expectAlike(a: Seen, b: Seen): void {
  expect(unlike(a, b)).toBeUndefined();
  expect(b.whole).toBeDefined();
}
