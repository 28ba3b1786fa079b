/** The format of recordings: what is written is what is read, by our reader and by one that knows FORMAT.md alone. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordLine, sha256 } from '../../../kernel/index.js';
import { ByteReader, ByteWriter, putDifference } from '../../../kernel/journal/recording/bytes.js';
import { RecordReader, RecordWriter } from '../../../kernel/journal/recording/record-coder.js';
import { ownSchema } from '../../../kernel/journal/recording/schema.js';
import { SAYS_HELLO, TALKS_FOR_EVER } from '../../tools/guest-programs.js';
import { recordsOf } from '../records.js';
import { readByThePage } from './by-the-page.js';
import { opened, record } from './recorded.js';

const { types } = ownSchema();
const word = fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: -3, max: 3 }));
const safe = fc.maxSafeNat();
const small = fc.nat({ max: 300 });

/** A record as a ring has it: any words in the fields that its type has, zeros in the others. */
const anyRecord = fc.record({
  type: fc.nat({ max: types.length - 1 }),
  step: fc.oneof(fc.constant(0), fc.constant(1), small),
  time: fc.oneof(fc.constant(0), small, fc.nat({ max: 2 ** 40 })),
  actor: fc.oneof(fc.nat({ max: 4 }), word),
  cause: small,
  fields: fc.array(word, { minLength: 8, maxLength: 8 }),
  payloadTime: fc.oneof(small, safe, fc.constant(Number.POSITIVE_INFINITY), fc.double({ noNaN: true })),
  instructions: fc.option(fc.nat({ max: 2 ** 40 }), { nil: -1 }),
});

describe('numbers of a recording', () => {
  it('are read as they were written', () => {
    const difference = fc.integer({ min: -(2 ** 51) + 1, max: 2 ** 51 - 1 });
    fc.assert(
      fc.property(fc.array(safe), fc.array(difference), (numbers, differences) => {
        const writer = new ByteWriter(8 * numbers.length);
        for (const value of numbers) writer.number(value);
        const buffer = new Uint8Array(8 * differences.length);
        const end = differences.reduce((at, value) => putDifference(buffer, at, value), 0);
        const written = [...writer.finish(), ...buffer.subarray(0, end)];
        const reader = new ByteReader(Uint8Array.from(written));
        expect(numbers.map(() => reader.number())).toEqual(numbers);
        expect(differences.map(() => reader.difference() + 0)).toEqual(differences.map((value) => value + 0));
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it('that are none are refused: too large, too long, cut', () => {
    for (const bytes of [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], Array(40).fill(0x80), [0x80], []])
      expect(() => new ByteReader(Uint8Array.from(bytes)).number()).toThrow(/its bytes end|too large|too long/);
  });
});

describe('records of a recording', () => {
  it('are read as they were written, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 60 }), (given) => {
        const writer = new RecordWriter(types);
        const base = { seq: 5, time: 70, instructions: 3 };
        writer.begin(base);
        let [seq, time] = [5, 70];
        const written = given.map((one) => {
          seq += one.step;
          time += one.time;
          const words = new Int32Array(16);
          const doubles = new Float64Array(words.buffer);
          doubles.set([seq, time, Math.max(0, seq - one.cause)]);
          words[6] = one.type;
          words[7] = one.actor;
          const { fields, time: name } = types[one.type];
          fields.forEach((_, i) => {
            words[8 + i] = one.fields[i];
          });
          if (name !== null) doubles[7] = one.payloadTime;
          writer.write(words, doubles, 0, one.instructions);
          return { words: [...words], instructions: one.instructions };
        });
        const bytes = new ByteReader(writer.bytes());
        const reader = new RecordReader(types);
        reader.begin(base);
        for (const one of written) {
          reader.read(bytes);
          expect({ words: [...reader.words], instructions: reader.instructions }).toEqual(one);
        }
        expect(bytes.isAtEnd).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('that nobody wrote are refused with one line, or are records', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const source = new ByteReader(bytes);
        const reader = new RecordReader(types);
        reader.begin({ seq: 0, time: 0, instructions: 0 });
        try {
          while (!source.isAtEnd) reader.read(source);
        } catch (error) {
          expect((error as Error).name).toBe('RecordingError');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a recording', () => {
  const run = record({ program: SAYS_HELLO, all: true });

  it('with all records has those of the journal', () => {
    const lines = [...opened(run.bytes).records()].map((one) => opened(run.bytes).line(one));
    expect(lines).toEqual(recordsOf(run.system).map((one) => recordLine(one)));
    expect(lines.length).toBeGreaterThan(20);
  });

  it('is read by a reader that knows the page of the format alone', () => {
    const { records, end, description, root } = readByThePage(run.bytes);
    expect(root).toBe(run.root);
    expect(end).toMatchObject({ ending: 'exited', hash: run.system.journalHash(), records: run.system.records });
    expect(description).toMatchObject({ content: 'all', options: { name: 'test', seed: null } });
    expect(records).toEqual(
      recordsOf(run.system).map(({ seq, time, cause, actor, type, fields }) => ({
        seq,
        time,
        cause,
        actor,
        type,
        fields,
      })),
    );
  });

  it('of a long run with a seed, in many blocks, is read by that reader', () => {
    const long = record({
      program: TALKS_FOR_EVER,
      all: true,
      options: { seed: 11, quantum: 100 },
      drive: (system, flush) => {
        for (let i = 1; i <= 12; i++) {
          system.run(i * 1000);
          flush();
        }
        return 'limit';
      },
    });
    const { records } = readByThePage(long.bytes);
    expect(records.length).toBe(long.system.records);
    expect(records.slice(-200)).toEqual(
      recordsOf(long.system)
        .slice(-200)
        .map(({ seq, time, cause, actor, type, fields }) => ({ seq, time, cause, actor, type, fields })),
    );
  });
});

describe('SHA-256', () => {
  it('is the one of everybody else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), (parts) => {
        const hash = createHash('sha256');
        for (const part of parts) hash.update(part);
        expect(Buffer.from(sha256(...parts)).toString('hex')).toBe(hash.digest('hex'));
      }),
    );
  });
});
