/** A script that runs a second time, with what came from outside from a tape of the first, is the same run; or that is found. */
import { describe, expect, it, vi } from 'vitest';
import { type Startup, System, type SystemOptions } from '../../../kernel/index.js';
import { Tape } from '../../../kernel/replay/tape.js';
import { chosen } from '../../../kernel/transitions/steps.js';
import { thread_create, thread_start, thread_yield } from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { endingOf, replayScripts, type Taped, taping } from '../replayed-scripts.js';

const MOST = 100_000;

/** Threads that yield to each other, and wires that one of them moves. */
function* yields(startup: Startup, system: () => System): CallScript {
  for (let i = 0; i < 3; i++) {
    const { thread } = yield* thread_create(startup.process, 16, 0, 0);
    const entry = system().enter(function* () {
      for (let turn = 0; turn < 5; turn++) yield* thread_yield();
    });
    yield* thread_start(thread, entry, 0, 0);
  }
  for (let turn = 0; turn < 5; turn++) {
    system().raiseInterrupt(40 + turn);
    yield* thread_yield();
  }
}

function run(options: Partial<SystemOptions>, script = yields): Taped {
  const box: { system?: System } = {};
  const tape = new Tape();
  const system = System.boot({
    name: 'test',
    memoryBytes: 4 << 20,
    ...taping(tape, options),
    script: (startup) => script(startup, () => box.system as System),
  });
  box.system = system;
  const ended = endingOf(system, system.run(MOST));
  return { script, options, maxInstructions: MOST, tape, ended };
}

describe('a script that runs again from a tape', () => {
  it.each([
    ['plainly', {}],
    ['with a seed', { seed: 7, quantum: 20 }],
    ['with allocations that a seed lets fail', { seed: 7, failAllocation: { pick: () => 0 } }],
  ] as const)('%s is the same run', (_, options) => {
    const taped = run(options);
    // Wires, and boot; and choices where there is a seed.
    expect(taped.tape.length).toBeGreaterThan('seed' in options ? 10 : 5);
    replayScripts([taped]);
  });

  it('that has another choice or wire is found', () => {
    const change = (at: (tape: Tape, i: number) => boolean): Taped => {
      const taped = run({ seed: 7 });
      const { tape } = taped;
      const other = new Tape();
      let isChanged = false;
      for (let i = 0; i < tape.length; i++) {
        const words = Int32Array.from({ length: 8 }, (_, field) => tape.field(i, field));
        if (!isChanged && at(tape, i)) {
          isChanged = true;
          words[tape.type(i) === chosen.number ? 2 : 0] ^= 1;
        }
        other.append(tape.type(i), tape.seq(i), tape.time(i), tape.instructions(i), words, 0);
      }
      expect(isChanged).toBe(true);
      return { ...taped, tape: other };
    };
    expect(() => replayScripts([change((tape, i) => tape.type(i) === chosen.number)])).toThrow('is another run');
    expect(() => replayScripts([change((tape, i) => i > 0 && tape.type(i) !== chosen.number)])).toThrow(
      'is another run',
    );
  });

  it('of a test that does something else each time is not compared, and that is said', () => {
    let turns = 0;
    const taped = run({}, function* () {
      turns++;
      for (let i = 0; i < turns; i++) yield* thread_yield();
    });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    replayScripts([taped]);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^script 0 of ".*" does something else each time/)]]);
    warn.mockRestore();
  });
});
