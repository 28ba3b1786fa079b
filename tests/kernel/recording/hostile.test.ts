/** Recordings that somebody made to break the simulator: their checks hold, and what they say is anything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recording, RecordingError, Replay, recordingBytes } from '../../../kernel/index.js';
import * as guests from '../../tools/guest-programs.js';
import { type Change, record, rewritten } from './recorded.js';

const SEEDED = record({
  program: guests.TALKS_FOR_EVER,
  options: { seed: 9, quantum: 100 },
  drive: (system) => {
    for (let i = 0; i < 6; i++) {
      system.run(900);
      if (i % 2 === 0) system.raiseInterrupt(40 + i);
      else system.input(Uint8Array.of(65, 66, 10));
    }
    return system.run(900).kind;
  },
}).bytes;

/** It is refused, or it is replayed to an end of some kind; nothing else comes out. */
function tryOut(bytes: Uint8Array): string {
  try {
    const replay = new Replay({
      recording: Recording.open(recordingBytes(bytes)),
      verified: true,
      untilInstruction: 20_000,
    });
    return replay.run(30_000).kind;
  } catch (error) {
    if (error instanceof RecordingError) {
      expect(error.message).not.toContain('\n');
      return 'refused';
    }
    throw error;
  }
}

const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -2, max: 300 }));

describe('a recording that was made to do harm', () => {
  it('with any words in any of its records is refused, or replayed as far as it is the run', () => {
    const kinds = new Set<string>();
    const changes = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.integer({ min: 7, max: 15 }), word), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (given) => {
        const change: Change = {
          record: (words, index) => {
            for (const [at, place, value] of given) if (at === index) words[place] = value;
          },
        };
        kinds.add(tryOut(rewritten(SEEDED, change)));
      }),
      { numRuns: 150 },
    );
    expect(kinds).toContain('different');
  });

  it('with records of any types is refused, or replayed as far as it is the run', () => {
    fc.assert(
      fc.property(fc.nat({ max: 12 }), fc.nat({ max: 200 }), (at, type) => {
        const change: Change = {
          record: (words, index) => {
            if (index === at) words[6] = type % 150;
          },
        };
        tryOut(rewritten(SEEDED, change));
      }),
      { numRuns: 60 },
    );
  });

  it('with any options is refused, or is another run', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, -1, 2 ** 32, 2 ** 53, 4096, 1 << 20, null, 'text', [], {}, true),
      fc.string({ maxLength: 80 }),
      fc.array(fc.string({ maxLength: 3000 }), { maxLength: 40 }),
    );
    const name = fc.constantFrom('name', 'arguments', 'memoryBytes', 'overcommit', 'quantum', 'seed', 'failAllocation');
    fc.assert(
      fc.property(name, value, (option, given) => {
        const change: Change = {
          json: (kind, object) =>
            kind === 1 ? { ...object, options: { ...(object.options as object), [option]: given } } : object,
        };
        tryOut(rewritten(SEEDED, change));
      }),
      { numRuns: 100 },
    );
  });

  it('with any JSON in its blocks is refused, or replayed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 5),
        fc.dictionary(
          fc.constantFrom('types', 'images', 'options', 'content', 'seq', 'hash', 'calls', 'records'),
          fc.jsonValue(),
        ),
        (which, other) => {
          tryOut(rewritten(SEEDED, { json: (kind, object) => (kind === which ? { ...object, ...other } : object) }));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('that says it is longer than it is does not go on for ever', () => {
    const end: Change = {
      json: (kind, value) => (kind === 5 ? { ...value, seq: 2 ** 52, instructions: 12_000 } : value),
    };
    const replay = new Replay({ recording: Recording.open(recordingBytes(rewritten(SEEDED, end))) });
    expect(replay.run()).toMatchObject({ kind: 'different' });
  });
});
