/** Who changes the past begins a branch; the run that was there before stays as it was. */
import { describe, expect, it } from 'vitest';
import { type Attached, type Moment, Timeline } from '../../../kernel/index.js';
import { parseElf } from '../../../machine/index.js';
import { LOOPS } from '../../tools/guest-programs.js';
import { opened, record } from '../recording/recorded.js';
import { addressOf, type Guest, guest, hasCompiler } from './guests.js';
import { see, unlike } from './seen.js';

const TRAVEL = { interval: 2000 };

interface Tally {
  readonly timeline: Timeline;
  readonly made: Guest;
  /** What was printed since this was asked last. */
  readonly printed: () => string;
  readonly process: number;
}

async function tally(): Promise<Tally> {
  let text = '';
  const made = await guest('tally.c', {
    onOutput: (bytes) => {
      text += Buffer.from(bytes).toString();
    },
  });
  const timeline = Timeline.boot(made.options, TRAVEL);
  const { processes } = timeline.system.state;
  const printed = (): string => {
    const now = text;
    text = '';
    return now;
  };
  return { timeline, made, printed, process: processes.koid[timeline.system.kernel.bootProcess] };
}

/** The moment of the first step after which so many bytes or more were printed: about the middle of the program. */
function middle({ timeline, printed }: Tally, text: string): Moment {
  let all = '';
  while (!all.includes(text)) {
    timeline.run(20);
    all += printed();
  }
  return timeline.now;
}

function word(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

describe.skipIf(!hasCompiler)('what a debugger writes in the past', () => {
  it('is another run from there on, and the first is still there', async () => {
    const one = await tally();
    const { timeline, made, printed, process } = one;
    const at = middle(one, '10: 55\n');
    printed();
    expect(timeline.run()).toEqual({ kind: 'exited', code: 210 });
    expect(printed()).toBe('15: 120\n20: 210\n');
    const [hash, end] = [timeline.system.journalHash(), timeline.end];

    timeline.goTo(at);
    timeline.change();
    write(timeline, (attached) => attached.writeMemory(process, addressOf(made, 'last'), word(15)));
    expect(timeline.branch).toMatchObject({ number: 1, parent: 0, from: at });
    expect(timeline.run()).toEqual({ kind: 'exited', code: 120 });
    expect(printed()).toBe('15: 120\n');
    const changed = see(timeline.system);
    const [changedEnd, over] = [timeline.end, timeline.now];

    timeline.goToBranch(0);
    expect(timeline.now).toEqual(end);
    expect(timeline.system.journalHash()).toBe(hash);
    expect(timeline.run()).toEqual({ kind: 'exited', code: 210 });

    timeline.goToBranch(1);
    expect(timeline.now).toEqual(over);
    expect(unlike(changed, see(timeline.system))).toBeUndefined();
    expect(printed()).toBe('');
    // Before the change both are one; after it the branch has it, whichever way one comes.
    for (const instruction of [at.instruction - 100, at.instruction + 100, changedEnd.instruction - 50]) {
      timeline.goToInstruction(instruction);
      const expected = instruction < at.instruction ? 20 : 15;
      write(timeline, (attached) =>
        expect(attached.readMemory(process, addressOf(made, 'last'), 4)).toEqual(word(expected)),
      );
    }
    timeline.goTo(timeline.beginning);
    expect(timeline.run()).toEqual({ kind: 'exited', code: 120 });
    expect(timeline.branches.map(({ number, parent, end: last }) => [number, parent, last])).toEqual([
      [0, undefined, end],
      [1, 0, changedEnd],
    ]);
  });

  it('and a process that it kills there ends there each time', async () => {
    const one = await tally();
    const { timeline, process } = one;
    const at = middle(one, '10: 55\n');
    timeline.run();
    timeline.goTo(at);
    timeline.change();
    write(timeline, (attached) => attached.killProcess(process));
    expect(timeline.run()).toEqual({ kind: 'killed' });
    const killed = see(timeline.system);
    timeline.goTo(timeline.beginning);
    expect(timeline.run()).toEqual({ kind: 'killed' });
    expect(unlike(killed, see(timeline.system))).toBeUndefined();
    timeline.goToBranch(0);
    expect(timeline.run()).toEqual({ kind: 'exited', code: 210 });
  });
});

/** With a debugger that is attached for that alone. */
function write(timeline: Timeline, work: (attached: Attached) => unknown): void {
  const attached = timeline.system.debug(() => undefined);
  work(attached);
  attached.detach();
}

describe.skipIf(!hasCompiler)('registers that a debugger writes in the past', () => {
  it('are written again each time', async () => {
    const one = await tally();
    const { timeline, process } = one;
    const { instruction } = middle(one, '10: 55\n');
    timeline.run();
    timeline.goToInstruction(instruction);
    const { state } = timeline.system;
    const runs = (): number => state.processes.koid[state.threads.process[state.current]];
    for (let i = 1; runs() !== process; i++) timeline.goToInstruction(instruction + i);
    timeline.change();
    const thread = state.threads.koid[state.current];
    write(timeline, (attached) => {
      attached.stop();
      const words = attached.readRegisters(thread) ?? new Int32Array(32);
      words[0] = 0x123454;
      expect(attached.writeRegisters(thread, words)).toBe(true);
    });
    const fault = { kind: 'fault', pc: 0x123454, thread: { koid: thread } };
    expect(timeline.run()).toMatchObject(fault);
    const changed = see(timeline.system);
    timeline.goTo(timeline.beginning);
    expect(timeline.run()).toMatchObject(fault);
    expect(unlike(changed, see(timeline.system))).toBeUndefined();
  });
});

describe.skipIf(!hasCompiler)('what is typed in the past', () => {
  it('is another run from there on; what was typed first is still what the first one reads', async () => {
    const made = await guest('userland/demos/guess.c', { interactive: 'at once' });
    const timeline = Timeline.boot(made.options, TRAVEL);
    const moments: Moment[] = [];
    for (const line of ['50', '25', '12']) {
      expect(timeline.run().kind).toBe('input');
      moments.push(timeline.now);
      timeline.input(Buffer.from(`${line}\n`));
    }
    timeline.run();
    const first = see(timeline.system);

    timeline.goTo(moments[1]);
    timeline.input(Buffer.from('nonsense\n'));
    expect(timeline.run().kind).toBe('input');
    const second = see(timeline.system);
    expect(unlike(first, second)).toContain('memory');
    timeline.goTo(moments[0]);
    timeline.endInput();
    expect(timeline.run()).toEqual({ kind: 'exited', code: 1 });
    const third = see(timeline.system);
    expect(timeline.branches.map(({ parent, from }) => [parent, from])).toEqual([
      [undefined, timeline.beginning],
      [0, moments[1]],
      [1, moments[0]],
    ]);

    for (const [number, seen] of [
      [0, first],
      [2, third],
      [1, second],
      [0, first],
    ] as const) {
      timeline.goToBranch(number);
      expect(unlike(seen, see(timeline.system))).toBeUndefined();
      timeline.goToStep(timeline.end.seq - 3);
      timeline.goTo(timeline.end);
      expect(unlike(seen, see(timeline.system))).toBeUndefined();
    }
    // Where its end is a branch goes on live.
    expect(timeline.isInPast).toBe(false);
    timeline.input(Buffer.from('7\n'));
    expect(timeline.run().kind).toBe('input');
    expect(timeline.branches).toHaveLength(3);
  });
});

describe('a wire that moves in the past', () => {
  const boot = () =>
    Timeline.boot({ name: 'loop', image: parseElf(LOOPS), memoryBytes: 1 << 20, quantum: 500 }, TRAVEL);

  it('is another run; at the end of a run it is the same one', () => {
    const timeline = boot();
    timeline.run(5000);
    timeline.raiseInterrupt(40);
    timeline.run(5000);
    expect(timeline.branches).toHaveLength(1);
    const first = see(timeline.system);
    timeline.goToInstruction(2500);
    timeline.raiseInterrupt(41);
    timeline.run(7500);
    const second = see(timeline.system);
    expect(unlike(first, second)).toContain('devices');
    timeline.goToBranch(0);
    expect(unlike(first, see(timeline.system))).toBeUndefined();
    timeline.goToBranch(1);
    expect(unlike(second, see(timeline.system))).toBeUndefined();
    timeline.goToInstruction(2500);
    timeline.run(7500);
    expect(unlike(second, see(timeline.system))).toBeUndefined();
  });

  it('so often that there are too many branches is refused, in one line', () => {
    const timeline = boot();
    timeline.run(2000);
    for (let i = 0; i < 255; i++) {
      timeline.goToInstruction(1000);
      timeline.raiseInterrupt(40);
      timeline.run(10);
    }
    timeline.goToInstruction(1000);
    expect(() => timeline.raiseInterrupt(41)).toThrow(new RangeError('a run has at most 256 branches'));
    expect(timeline.branches).toHaveLength(256);
  });
});

describe('a branch of a recording', () => {
  it('goes on live, beyond where the recording ended; the recording does not', () => {
    const { bytes, system } = record({
      program: LOOPS,
      options: { quantum: 700, seed: 3 },
      drive: (driven) => driven.run(20_000).kind,
    });
    const timeline = Timeline.open(opened(bytes), TRAVEL);
    timeline.goToInstruction(9000);
    timeline.raiseInterrupt(40);
    expect(timeline.branch).toMatchObject({ number: 1, parent: 0 });
    expect(timeline.run(40_000)).toEqual({ kind: 'limit' });
    expect(timeline.now.instruction).toBe(49_000);
    const live = see(timeline.system);

    timeline.goToBranch(0);
    expect(timeline.now.instruction).toBe(20_000);
    expect(timeline.system.journalHash()).toBe(system.journalHash());
    expect(timeline.run(500)).toEqual({ kind: 'limit' });
    expect(timeline.now.instruction).toBe(20_000);

    timeline.goToBranch(1);
    expect(unlike(live, see(timeline.system))).toBeUndefined();
    timeline.goToInstruction(12_345);
    timeline.goTo(timeline.end);
    expect(unlike(live, see(timeline.system))).toBeUndefined();
  });
});
