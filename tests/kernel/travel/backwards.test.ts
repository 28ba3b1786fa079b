/** Backwards is forwards, read from its end: by single steps, to places, to states, to what wrote somewhere last. */
import { describe, expect, it } from 'vitest';
import { isBefore, type Moment, type Place, type State, Timeline } from '../../../kernel/index.js';
import { nameText } from '../../../kernel/information.js';
import { seededPick } from '../../../machine/index.js';
import { addressOf, type Guest, guest, hasCompiler, timelineOf } from './guests.js';

const DEMOS = 'userland/demos';
const TRAVEL = { interval: 1500 };
const MOST = 9000;

/** A moment of a forward run, instruction by instruction. */
interface Traced {
  readonly moment: Moment;
  /** Koid of the thread that has the hart, 0 for none. */
  readonly thread: number;
  readonly pc: number;
  /** Does the thread execute an instruction, or make a call, next? */
  executes: boolean;
}

/** Runs on, one instruction or one step at a time. */
function trace(timeline: Timeline, each: (state: State) => void = () => undefined): Traced[] {
  const { system } = timeline;
  const { state, kernel } = system;
  const all: Traced[] = [];
  let records = kernel.journal.count;
  for (;;) {
    const thread = state.current < 0 ? 0 : state.threads.koid[state.current];
    const traced = { moment: timeline.now, thread, pc: kernel.hart.pc >>> 0, executes: false };
    each(state);
    all.push(traced);
    const outcome = all.length > MOST ? { kind: 'over' } : system.runUntil(() => true, 1);
    timeline.rest();
    if (outcome !== undefined && outcome.kind !== 'limit') return all;
    const { journal } = kernel;
    const calls = Array.from({ length: journal.count - records }, (_, i) => journal.read(records + i)).filter(
      ({ type, actor }) => type === 'call' && actor === thread,
    );
    records = journal.count;
    traced.executes = calls.length > 0 || timeline.now.instruction > traced.moment.instruction;
  }
}

const RUNS = [
  ['threads.c', { quantum: 400, seed: 3 }],
  ['debugger.c', { quantum: 900 }],
  ['philosophers.c', { quantum: 150, seed: 1 }],
  ['null-pointer.c', {}],
] as const;

describe.skipIf(!hasCompiler).each(RUNS)('in %s %o', (name, options) => {
  it('a step back is the last that the thread executed or called, for every thread', async () => {
    const timeline = await timelineOf(`${DEMOS}/${name}`, options, TRAVEL);
    const all = trace(timeline);
    const threads = [...new Set(all.map(({ thread }) => thread))].filter((koid) => koid > 0);
    expect(threads.length).toBeGreaterThan(1);
    for (const [i, thread] of threads.entries()) {
      const own = all.filter((traced) => traced.thread === thread && traced.executes);
      for (let n = 0; n < 8; n++) {
        const { moment } = all[seededPick(i, n, all.length)];
        timeline.goTo(moment);
        const expected = own.findLast((traced) => isBefore(traced.moment, moment));
        expect(timeline.reverseStep(thread)).toBe(expected !== undefined);
        expect(timeline.now).toEqual(expected?.moment ?? moment);
        if (expected !== undefined) expect(timeline.system.kernel.hart.pc >>> 0).toBe(expected.pc);
      }
      timeline.goTo(timeline.end);
      const last = own.filter((traced) => isBefore(traced.moment, timeline.end)).slice(-70);
      expect(timeline.lastInstructions(thread, 70)).toEqual(last.map(({ moment }) => moment));
      expect(timeline.now).toEqual(timeline.end);
    }
  });

  it('one goes back to the last of all hits of a place', async () => {
    const timeline = await timelineOf(`${DEMOS}/${name}`, options, TRAVEL);
    const { state } = timeline.system;
    const processes: number[] = [];
    const all = trace(timeline, ({ current, threads, processes: t }) => {
      processes.push(current < 0 ? 0 : t.koid[threads.process[current]]);
    });
    expect(state.threads.live).toBeGreaterThan(0);
    for (let n = 0; n < 25; n++) {
      const at = all[seededPick(1, 2 * n, all.length)];
      const { pc, thread } = all[seededPick(1, 2 * n + 1, all.length)];
      if (thread === 0) continue;
      const of = [0, thread, processes[all.findIndex((traced) => traced.thread === thread)]][n % 3];
      timeline.goTo(at.moment);
      const found = timeline.reverseContinue({ kind: 'places', places: [{ kind: 'execute', address: pc, of }] });
      const hits = all.filter(
        (traced, i) =>
          traced.pc === pc &&
          traced.executes &&
          (of === 0 || traced.thread === of || processes[i] === of) &&
          isBefore(traced.moment, at.moment),
      );
      const expected = hits.at(-1);
      expect(found?.moment).toEqual(expected?.moment);
      expect(timeline.now).toEqual(expected?.moment ?? at.moment);
      if (expected !== undefined) expect(found).toMatchObject({ thread: expected.thread, pc });
    }
  });

  it('one goes back to the last of all steps after which a state began to hold', async () => {
    const timeline = await timelineOf(`${DEMOS}/${name}`, options, TRAVEL);
    const conditions: ((state: State) => boolean)[] = [
      ({ current }) => current < 0,
      ({ threads }) => threads.live >= 4,
      ({ handles }) => handles.live % 2 === 0,
      () => false,
    ];
    const held: boolean[][] = [];
    const all = trace(timeline, (state) => held.push(conditions.map((is) => is(state))));
    for (let n = 0; n < 12; n++) {
      const at = all[seededPick(4, n, all.length)];
      const which = n % conditions.length;
      timeline.goTo(at.moment);
      const found = timeline.reverseContinue({ kind: 'state', is: conditions[which] });
      const begins = all.filter(
        ({ moment }, i) => i > 0 && held[i][which] && !held[i - 1][which] && isBefore(moment, at.moment),
      );
      expect(found?.moment).toEqual(begins.at(-1)?.moment);
      expect(timeline.now).toEqual(begins.at(-1)?.moment ?? at.moment);
    }
  });
});

describe.skipIf(!hasCompiler)('who wrote to a word last', () => {
  let made: Guest;
  let timeline: Timeline;
  const at = (name: string): Place => ({ kind: 'execute', address: addressOf(made, name) });
  const koid = (name: string): number => {
    const { processes } = timeline.system.state;
    for (let row = 0; row < processes.used; row++) if (nameText(processes, row) === name) return processes.koid[row];
    throw new Error(`there is no process ${name}`);
  };
  const word = (process: number): number[] => {
    const attached = timeline.system.debug(() => undefined);
    const bytes = attached.readMemory(process, addressOf(made, 'word'), 4);
    attached.detach();
    return [...bytes];
  };
  const goBackTo = async (name: string): Promise<number> => {
    made = await guest('writes.c');
    timeline = Timeline.boot(made.options, TRAVEL);
    expect(timeline.run()).toEqual({ kind: 'exited', code: 0 });
    timeline.goToStep(timeline.end.seq - 1);
    expect(timeline.reverseContinue({ kind: 'places', places: [at(name)] })).toBeDefined();
    return koid('writes');
  };
  const written = (process: number) => timeline.lastWriteTo(process, addressOf(made, 'word'), 4);

  it('an instruction: one stands before it', async () => {
    const process = await goBackTo('after_stores');
    for (const value of [2, 1]) {
      const now = timeline.now;
      const found = written(process);
      expect(found?.moment).toEqual(timeline.now);
      expect(isBefore(timeline.now, now)).toBe(true);
      expect(word(process)).toEqual([value - 1, 0, 0, 0]);
      timeline.run(1);
      expect(word(process)).toEqual([value, 0, 0, 0]);
      timeline.goTo(found?.moment ?? now);
    }
  });

  it('nobody: one stays', async () => {
    const process = await goBackTo('after_stores');
    written(process);
    written(process);
    const { now } = timeline;
    const found = written(process);
    expect([found, timeline.now]).toEqual([undefined, now]);
  });

  it('the kernel for a call: one stands before the step', async () => {
    const process = await goBackTo('after_call');
    const found = written(process);
    expect(word(process)).toEqual([2, 0, 0, 0]);
    expect(found?.moment).toEqual(timeline.now);
    timeline.goToStep((found?.moment.seq ?? 0) + 1);
    expect(word(process)).toEqual([3, 0, 0, 0]);
    expect(timeline.system.kernel.journal.tail(8).some((line) => line.includes('vmo_read'))).toBe(true);
  });

  it('not another process that has something at the same address', async () => {
    const process = await goBackTo('after_child');
    const { end } = timeline;
    const found = written(process);
    expect(word(process)).toEqual([2, 0, 0, 0]);
    timeline.goTo(end);
    timeline.goToStep(end.seq - 1);
    expect(timeline.reverseContinue({ kind: 'places', places: [at('after_child')] })).toBeDefined();
    const byChild = written(koid('child'));
    expect(byChild).toBeDefined();
    expect(isBefore(found?.moment ?? end, byChild?.moment ?? end)).toBe(true);
    expect(word(koid('child'))).toEqual([0, 0, 0, 0]);
    timeline.run(1);
    expect(word(koid('child'))).toEqual([4, 0, 0, 0]);
  });
});
