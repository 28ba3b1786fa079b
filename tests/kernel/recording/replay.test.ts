/** A replay is the recorded run, byte for byte; and where it cannot be, the first difference is reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recording, RecordingError, Replay, type ReplayOptions, recordingBytes } from '../../../kernel/index.js';
import * as guests from '../../tools/guest-programs.js';
import { type Change, opened, type Recorded, type RecordedRun, record, rewritten } from './recorded.js';

function replay(bytes: Uint8Array, options: Partial<ReplayOptions> = {}): Replay {
  return new Replay({ recording: opened(bytes), verified: true, ...options });
}

/** The replay is the recorded run. */
function expectSame({ bytes, system }: Recorded): Replay {
  const again = replay(bytes);
  const outcome = again.run();
  expect(outcome.kind === 'different' ? outcome.lines : []).toEqual([]);
  expect(outcome.kind).toBe('over');
  expect(again.system.journalHash()).toBe(system.journalHash());
  expect(again.system.records).toBe(system.records);
  expect(again.system.instructions).toBe(system.instructions);
  expect(again.system.time).toBe(system.time);
  again.system.check();
  return again;
}

const RUNS: readonly (readonly [string, RecordedRun])[] = [
  ['that says something', { program: guests.SAYS_HELLO }],
  ['that ends with a code', { program: guests.EXITS_WITH_300 }],
  ['that faults', { program: guests.READS_NULL }],
  ['with an instruction that there is not', { program: guests.IS_ILLEGAL }],
  ['that waits for ever', { program: guests.BLOCKS_FOR_EVER }],
  ['that is stopped at a limit', { program: guests.LOOPS, drive: (system) => system.run(100_003).kind }],
  ['whose allocation fails', { program: guests.SAYS_HELLO, options: { failAllocation: 2 } }],
  [
    'with a seed',
    { program: guests.TALKS_FOR_EVER, options: { seed: 9, quantum: 100 }, drive: (system) => system.run(50_000).kind },
  ],
  ['with arguments', { program: guests.SAYS_HELLO, options: { arguments: ['one', 'ümlaut', ''] } }],
  [
    'whose wires were moved',
    {
      program: guests.LOOPS,
      drive: (system) => {
        for (let i = 0; i < 20; i++) {
          system.run(1 + i * 777);
          if (i % 2 === 0) system.raiseInterrupt(40 + i);
          else system.lowerInterrupt(39 + i);
        }
        return system.run(1000).kind;
      },
    },
  ],
];

describe('a replay of a run', () => {
  it.each(RUNS)('%s is the same', (_, run) => {
    expectSame(record(run));
    const all = record({ ...run, all: true });
    expect(expectSame(all).comparison.records).toBe(all.system.records);
  });

  it('whose wires moved at any instructions is the same, in slices of any size', () => {
    const when = fc.array(fc.tuple(fc.nat({ max: 5000 }), fc.integer({ min: 40, max: 60 }), fc.boolean()), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        when,
        fc.nat({ max: 1000 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 3000 }),
        (moves, seed, all, slice) => {
          const run = record({
            program: guests.TALKS_FOR_EVER,
            all,
            options: { seed, quantum: 150 },
            drive: (system, flush) => {
              for (const [instructions, line, high] of moves) {
                system.run(instructions);
                if (high) system.raiseInterrupt(line);
                else system.lowerInterrupt(line);
                if (instructions % 3 === 0) flush();
              }
              return system.run(777).kind;
            },
          });
          const again = replay(run.bytes);
          let outcome = again.run(slice);
          while (outcome.kind === 'limit') outcome = again.run(slice);
          expect(outcome.kind).toBe('over');
          expect(again.system.journalHash()).toBe(run.system.journalHash());
          expect(again.system.instructions).toBe(run.system.instructions);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('with the images from elsewhere is the same; without them it says which it needs', () => {
    const { bytes, system } = record({ program: guests.SAYS_HELLO, namesImages: true });
    expect(() => replay(bytes)).toThrow(/only names its program.*SHA-256 [0-9a-f]{64}/);
    const again = replay(bytes, { images: { program: guests.SAYS_HELLO } });
    expect(again.run().kind).toBe('over');
    expect(again.system.journalHash()).toBe(system.journalHash());
  });

  it('prints what was printed', () => {
    const { bytes } = record({ program: guests.SAYS_HELLO });
    let text = '';
    replay(bytes, { onOutput: (part) => (text += new TextDecoder().decode(part)) }).run();
    expect(text).toBe('hello\n');
  });

  it('stops after a step, or after so many instructions, where the recorded run was then', () => {
    const run = record(RUNS[7][1]);
    const step = replay(run.bytes, { untilSeq: 50 });
    expect(step.run()).toEqual({ kind: 'until' });
    expect(step.system.steps).toBe(50);
    const instruction = replay(run.bytes, { untilInstruction: 12_345 });
    expect(instruction.run()).toEqual({ kind: 'until' });
    expect(instruction.system.instructions).toBe(12_345);
    const late = replay(run.bytes, { untilInstruction: 1e9 });
    expect(late.run()).toMatchObject({ kind: 'over' });
  });

  it.each([{ enabled: false }, { hashed: false }])(
    'cannot be of a run without a journal, or without its hash: %o',
    (journal) => {
      expect(() => record({ program: guests.SAYS_HELLO, options: { journal } })).toThrow(
        'needs its journal on, and hashed',
      );
    },
  );

  it('gets its input from the recording alone', () => {
    const { system } = replay(record({ program: guests.LOOPS, drive: (s) => s.run(10).kind }).bytes);
    expect(() => system.input(Uint8Array.of(1))).toThrow(RangeError);
  });
});

describe('a replay that is not the recorded run says where they part:', () => {
  const seeded = { ...RUNS[7][1] };
  const wires = { ...RUNS[9][1] };
  const parts = (run: RecordedRun, change: Change): string => {
    const outcome = replay(rewritten(record(run).bytes, change)).run();
    return outcome.kind === 'different' ? outcome.lines.join('\n') : outcome.kind;
  };
  const choice = 3;

  it('a state record that says something else', () => {
    const change: Change = {
      record: (words, index) => {
        if (index === 30) words[9] += 1;
      },
    };
    expect(parts({ ...seeded, all: true }, change)).toMatch(
      /^the first difference is record 30:\n {2}recorded: .*\n {2}replayed: /,
    );
  });

  it('a choice of another kind', () => {
    const change: Change = {
      record: (words) => {
        if (words[6] === choice) words[8] = 4;
      },
    };
    expect(parts(seeded, change)).toMatch(/asks for a choice of kind \d with \d+ ways; recorded is kind 4/);
  });

  it('a choice with an answer that there is not', () => {
    const change: Change = {
      record: (words) => {
        if (words[6] === choice) words[10] = words[9];
      },
    };
    expect(parts(seeded, change)).toContain('asks for a choice');
  });

  it('another choice', () => {
    let changed = 0;
    const change: Change = {
      record: (words) => {
        if (words[6] === choice && words[9] > 50 && changed++ === 0) words[10] = (words[10] + 1) % words[9];
      },
    };
    expect(parts(seeded, change)).toMatch(/hash|choice|step/);
  });

  it('another hash at a block, or at the end', () => {
    const zeros = '0'.repeat(32);
    expect(parts(seeded, { head: (head) => ({ ...head, end: { ...head.end, hash: zeros } }) })).toContain(
      `the hash of the recorded one is ${zeros}`,
    );
    const end: Change = { json: (kind, value) => (kind === 5 ? { ...value, hash: zeros } : value) };
    expect(parts(seeded, end)).toContain(`that of the recorded run was ${zeros}`);
    const records: Change = { json: (kind, value) => (kind === 5 ? { ...value, records: 7 } : value) };
    expect(parts(seeded, records)).toContain('and the recorded run 7');
  });

  it('options that are others', () => {
    const quantum: Change = {
      json: (kind, value) =>
        kind === 1 ? { ...value, options: { ...(value.options as object), quantum: 101 } } : value,
    };
    expect(parts({ ...seeded, all: true }, quantum)).toContain('the first difference is record 0');
    expect(parts(seeded, quantum)).not.toBe('over');
  });

  it('input at an instruction that the replay has passed', () => {
    const change: Change = {
      record: (words) => {
        const doubles = new Float64Array(words.buffer);
        if (words[6] !== 0 && doubles[0] > 10) doubles[0] += 5;
      },
    };
    expect(parts(wires, change)).toMatch(/input is recorded as step|does not come|ends after step/);
  });

  it.each([true, false])(
    'what a debugger outside of the machine did, which is not replayed yet (every record: %s)',
    (all) => {
      const run: RecordedRun = {
        program: guests.LOOPS,
        all,
        drive: (system) => {
          system.run(500);
          system.debug(() => undefined).detach();
          return system.run(500).kind;
        },
      };
      expect(parts(run, {})).toContain('a debugger outside of the machine takes part from here on');
    },
  );

  it('input on a line that there is not, which the machine must not see', () => {
    let last = 0;
    const change: Change = {
      record: (words) => {
        if (words[6] !== 0) last = words[8] = 4096;
      },
    };
    expect(parts(wires, change)).toContain(`there is no interrupt line ${last || 4096}`);
  });
});

describe('a recording that this build cannot replay is refused with one line:', () => {
  const { bytes } = record({ program: guests.SAYS_HELLO });
  const refusal = (change: Change): string => {
    try {
      new Replay({ recording: Recording.open(recordingBytes(rewritten(bytes, change))) });
    } catch (error) {
      if (error instanceof RecordingError) return error.message;
      throw error;
    }
    return 'none';
  };
  const types = (value: Record<string, unknown>): Record<string, unknown>[] => value.types as Record<string, unknown>[];

  it.each<[string, Change['json'], RegExp]>([
    [
      'with a record type more',
      (kind, value) =>
        kind === 2 ? { ...value, types: [...types(value), { ...types(value)[0], name: 'quantum_leaped' }] } : value,
      /recorded by Tocsin 0.1.0, and cannot be replayed by this one: this Tocsin has no record type quantum_leaped/,
    ],
    [
      'with another field',
      (kind, value) =>
        kind === 2
          ? { ...value, types: types(value).map((type, i) => (i === 2 ? { ...type, fields: ['x'] } : type)) }
          : value,
      /record type trap has other fields there/,
    ],
    ['without a schema', (kind, value) => (kind === 2 ? {} : value), /its schema is none/],
    ['without options', (kind, value) => (kind === 1 ? { ...value, options: null } : value), /its description is none/],
    [
      'with memory that cannot be',
      (kind, value) =>
        kind === 1 ? { ...value, options: { ...(value.options as object), memoryBytes: 4097 } } : value,
      /cannot be booted/,
    ],
    [
      'with another image than it says',
      (kind, value) =>
        kind === 1
          ? { ...value, images: (value.images as object[]).map((image) => ({ ...image, sha256: '0'.repeat(64) })) }
          : value,
      /is not the program that it should be/,
    ],
  ])('%s', (_, json, text) => {
    expect(refusal({ ...(json && { json }) })).toMatch(text);
    expect(refusal({})).toBe('none');
  });
});
