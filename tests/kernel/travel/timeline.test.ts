/** A timeline goes to any moment of a run, live or recorded, and says in one line where it cannot. */
import { describe, expect, it } from 'vitest';
import { type Moment, System, Timeline } from '../../../kernel/index.js';
import { stateDifference } from '../../../kernel/state/state.js';
import { parseElf, type Snapshot, seededPick } from '../../../machine/index.js';
import { EXITS_WITH_7, LOOPS, SAYS_HELLO } from '../../tools/guest-programs.js';
import { opened, record } from '../recording/recorded.js';
import { guest, hasCompiler, timelineOf } from './guests.js';
import { type Seen, see, unlike } from './seen.js';

const DEMOS = 'userland/demos';
const TRAVEL = { interval: 3000 };
const LINES = ['50', '25', 'nonsense', '99', '7', '12'];

interface Mark {
  readonly moment: Moment;
  readonly seen: Seen;
}

/** Runs to the end, and remembers moments of all kinds. */
function marksOf(timeline: Timeline, lines: readonly string[] = []): Mark[] {
  const marks: Mark[] = [];
  for (let i = 0; ; i++) {
    marks.push({ moment: timeline.now, seen: see(timeline.system) });
    const { kind } = timeline.run(1 + seededPick(7, i, 600));
    if (kind === 'limit') continue;
    const line = kind === 'input' ? lines[marks.length % lines.length] : undefined;
    if (line === undefined || marks.length > 300) break;
    timeline.input(Buffer.from(`${line}\n`));
  }
  marks.push({ moment: timeline.now, seen: see(timeline.system) });
  return marks;
}

function expectAt(timeline: Timeline, { moment, seen }: Mark): void {
  expect(timeline.now).toEqual(moment);
  expect(unlike(seen, see(timeline.system))).toBeUndefined();
}

describe.skipIf(!hasCompiler)('a timeline goes to every moment at which the run was', () => {
  it.each([
    ['threads.c', {}],
    ['threads.c', { seed: 8, quantum: 100 }],
    ['debugger.c', { seed: 2 }],
    ['null-pointer.c', { failAllocation: 9 }],
  ] as const)('%s %o', async (name, options) => {
    const timeline = await timelineOf(`${DEMOS}/${name}`, options, TRAVEL);
    const marks = marksOf(timeline);
    const { end } = timeline;
    for (let i = marks.length - 1; i >= 0; i -= 3) {
      timeline.goTo(marks[i].moment);
      expectAt(timeline, marks[i]);
    }
    for (let i = 0; i < 60; i++) {
      const mark = marks[seededPick(3, i, marks.length)];
      timeline.goTo(mark.moment);
      expectAt(timeline, mark);
    }
    expect(timeline.end).toEqual(end);
  });

  it('with what was typed', async () => {
    const timeline = await timelineOf(`${DEMOS}/guess.c`, { interactive: 'at once' }, TRAVEL);
    const marks = marksOf(timeline, LINES);
    expect(marks.length).toBeGreaterThan(40);
    for (const mark of [...marks].reverse()) {
      timeline.goTo(mark.moment);
      expectAt(timeline, mark);
    }
  });

  it('and goes on as it went from each', async () => {
    const timeline = await timelineOf(`${DEMOS}/threads.c`, { seed: 3 }, TRAVEL);
    const marks = marksOf(timeline);
    const last = marks[marks.length - 1];
    for (let i = 0; i < marks.length; i += 7) {
      timeline.goTo(marks[i].moment);
      expect(timeline.isInPast).toBe(i < marks.length - 1);
      expect(timeline.run()).toEqual({ kind: 'exited', code: 0 });
      expectAt(timeline, last);
    }
  });
});

describe.skipIf(!hasCompiler)('the state after a step', () => {
  it('is the same by folding the journal and by executing again; one stays where one is', async () => {
    const timeline = await timelineOf(`${DEMOS}/threads.c`, { seed: 5 }, TRAVEL);
    timeline.run();
    const { now, beginning, end } = timeline;
    const steps = Array.from({ length: 20 }, (_, i) => beginning.seq + seededPick(9, i, end.seq - beginning.seq + 1));
    const folded = steps.map((seq) => timeline.stateAt(seq));
    expect(timeline.now).toEqual(now);
    // The journal in memory does not know what comes after the beginning.
    timeline.goTo(beginning);
    steps.forEach((seq, i) => {
      expect(folded[i].seq).toBe(seq);
      expect(stateDifference(folded[i], timeline.stateAt(seq))).toBeUndefined();
      expect(timeline.now).toEqual(beginning);
    });
    for (const [i, seq] of steps.entries()) {
      timeline.goToStep(seq);
      expect(stateDifference(folded[i], timeline.system.state)).toBeUndefined();
    }
  });
});

describe.skipIf(!hasCompiler)('the machine after so many instructions', () => {
  it('is the one that another run has then; one stays where one is', async () => {
    const { options } = await guest(`${DEMOS}/threads.c`);
    const timeline = Timeline.boot(options, TRAVEL);
    timeline.run();
    const { now } = timeline;
    const before = see(timeline.system);
    for (let i = 0; i < 12; i++) {
      const instruction = seededPick(11, i, now.instruction);
      const other = System.boot(options);
      other.run(instruction);
      expect(parts(timeline.machineAt(instruction))).toEqual(parts(other.kernel.board.snapshot()));
      expect(timeline.now).toEqual(now);
    }
    expect(unlike(before, see(timeline.system))).toBeUndefined();
  });
});

function parts({ memory, ...rest }: Snapshot): unknown {
  const frames = Array.from({ length: memory.bytes / 4096 }, (_, frame) => {
    const page = memory.page(frame);
    return page === undefined ? 0 : Buffer.from(page).readUInt32LE(0) ^ page.reduce((sum, byte) => sum * 31 + byte, 7);
  });
  return [JSON.stringify(rest), frames];
}

describe('a moment that is none is refused in one line', () => {
  const boot = () => {
    const timeline = Timeline.boot({ name: 'hello', image: parseElf(SAYS_HELLO), memoryBytes: 1 << 20 });
    timeline.run();
    return timeline;
  };

  it.each([
    ['before the beginning', (t: Timeline) => t.goTo({ seq: 0, instruction: 0 })],
    ['after the end', (t: Timeline) => t.goTo({ seq: t.end.seq + 1, instruction: t.end.instruction })],
    ['of no number', (t: Timeline) => t.goTo({ seq: Number.NaN, instruction: 0 })],
    [
      'between two steps, with instructions that were executed in none',
      (t: Timeline) => t.goTo({ seq: 1, instruction: 4 }),
    ],
    ['a step after the end', (t: Timeline) => t.goToStep(t.end.seq + 1)],
    ['a step before the beginning', (t: Timeline) => t.goToStep(t.beginning.seq - 1)],
    ['a step of no number', (t: Timeline) => t.goToStep(Number.NaN)],
    ['an instruction after the end', (t: Timeline) => t.goToInstruction(t.end.instruction + 1)],
    ['an instruction before the beginning', (t: Timeline) => t.goToInstruction(-1)],
    ['an instruction of no number', (t: Timeline) => t.goToInstruction(Number.NaN)],
    ['a state after the end', (t: Timeline) => t.stateAt(t.end.seq + 1)],
    ['a state before the beginning', (t: Timeline) => t.stateAt(-1)],
    ['a machine after the end', (t: Timeline) => t.machineAt(t.end.instruction + 1)],
    ['a branch that is not there', (t: Timeline) => t.goToBranch(1)],
  ])('%s', (_, go) => {
    const timeline = boot();
    const { now } = timeline;
    const before = see(timeline.system);
    expect(() => go(timeline)).toThrow(RangeError);
    expect(() => go(timeline)).toThrow(/^[^\n]+$/);
    expect(timeline.end).toEqual(now);
    timeline.goTo(now);
    expect(unlike(before, see(timeline.system))).toBeUndefined();
  });

  it('and so is a run in which there is no going back', () => {
    const options = { name: 'x', memoryBytes: 1 << 20 };
    expect(() => Timeline.boot({ ...options, *script() {} })).toThrow(RangeError);
    expect(() => Timeline.boot({ ...options, *script() {} })).toThrow(/^in a script[^\n]*there is no going back$/);
    const image = parseElf(SAYS_HELLO);
    expect(() => Timeline.boot({ ...options, image, journal: { enabled: false } })).toThrow(
      new RangeError('without its journal there is no going back in a run'),
    );
  });
});

describe('what is printed', () => {
  it('is handed on once, wherever one goes; and again where one runs through it again', () => {
    let printed = '';
    const timeline = Timeline.boot({
      name: 'hello',
      image: parseElf(SAYS_HELLO),
      memoryBytes: 1 << 20,
      onOutput: (bytes) => {
        printed += Buffer.from(bytes).toString();
      },
    });
    timeline.run();
    expect(printed).toBe('hello\n');
    const { beginning, end } = timeline;
    timeline.goTo(beginning);
    timeline.goTo(end);
    timeline.goToStep(beginning.seq);
    timeline.goToInstruction(end.instruction);
    timeline.stateAt(end.seq);
    timeline.machineAt(3);
    expect(printed).toBe('hello\n');
    timeline.goTo(beginning);
    timeline.run();
    expect(printed).toBe('hello\nhello\n');
  });
});

describe('a recording', () => {
  it('is a timeline from its beginning to its end, and no further', () => {
    const { bytes, system } = record({ program: LOOPS, drive: (driven) => driven.run(50_003).kind });
    const timeline = Timeline.open(opened(bytes), { interval: 3000 });
    expect(timeline.isLive).toBe(false);
    expect(timeline.end).toEqual({ seq: system.steps, instruction: 50_003 });
    expect(timeline.isInPast).toBe(true);
    expect(timeline.run()).toEqual({ kind: 'limit' });
    expect([timeline.isOver, timeline.now]).toEqual([true, timeline.end]);
    expect(timeline.system.journalHash()).toBe(system.journalHash());
    expect(unlike(see(system), see(timeline.system))).toBeUndefined();
    expect(timeline.run(100)).toEqual({ kind: 'limit' });
    expect(timeline.now).toEqual(timeline.end);
    timeline.goToInstruction(777);
    timeline.goTo(timeline.end);
    expect(timeline.system.journalHash()).toBe(system.journalHash());
  });

  it('can be gone to the end of before it was run', () => {
    const { bytes, system } = record({ program: EXITS_WITH_7 });
    const timeline = Timeline.open(opened(bytes));
    timeline.goTo(timeline.end);
    expect(timeline.system.journalHash()).toBe(system.journalHash());
    expect(timeline.run()).toEqual({ kind: 'exited', code: 7 });
  });

  it.skipIf(!hasCompiler)('with input, a seed and an allocation that fails has the moments of the run', async () => {
    const { program, console } = await guest(`${DEMOS}/guess.c`);
    const seen: Mark[] = [];
    const { bytes, system } = record({
      program,
      console,
      options: { seed: 4, quantum: 200, failAllocation: 30, interactive: true },
      drive: (driven) => {
        for (let i = 0; ; ) {
          const { kind } = driven.run(700);
          seen.push({
            moment: { seq: driven.steps, instruction: driven.executed },
            seen: see(driven),
          });
          if (kind === 'limit') continue;
          if (kind !== 'input' || i === LINES.length) return kind;
          driven.input(Buffer.from(`${LINES[i++]}\n`));
        }
      },
    });
    const timeline = Timeline.open(opened(bytes), { interval: 3000 });
    expect(seen.length).toBeGreaterThan(20);
    for (const mark of [...seen].reverse()) {
      timeline.goTo(mark.moment);
      expectAt(timeline, mark);
    }
    timeline.run();
    expect(timeline.system.journalHash()).toBe(system.journalHash());
  });
});
