/** Records of a file give the state that the run had; those that are not in the file come from its replay. */
import { describe, expect, it } from 'vitest';
import { RecordingError } from '../../../kernel/index.js';
import { stateDifference } from '../../../kernel/state/state.js';
import { frameTaken } from '../../../kernel/transitions/memory.js';
import { chosen } from '../../../kernel/transitions/steps.js';
import { FoldedRecords } from '../../../tools/recording/folded.js';
import { hostSha256 } from '../../../tools/recording/recording-file.js';
import { withEveryRecord } from '../../../tools/recording/whole.js';
import { opened, record, rewritten } from '../../kernel/recording/recorded.js';
import * as guests from '../guest-programs.js';

const all = record({ program: guests.READS_NULL, all: true });

describe('records of a file', () => {
  it.each<[string, Uint8Array]>([
    ['that ends well', guests.SAYS_HELLO],
    ['that ends with a fault', guests.READS_NULL],
  ])('fold to the state of the run: one %s', (_, program) => {
    const { bytes, system } = record({ program, all: true });
    const folded = new FoldedRecords(opened(bytes));
    let records = 0;
    folded.tell({
      after: () => {
        records++;
      },
    });
    expect(records).toBe(system.records);
    expect(stateDifference(system.kernel.state, folded.state)).toBe(undefined);
  });

  it('which cannot be those of a run are refused with the first that cannot follow', () => {
    const bytes = rewritten(all.bytes, {
      record: (words) => {
        // Twice the same frame.
        if (words[6] === frameTaken.number) words[8] = 1;
      },
    });
    const tell = (): void => new FoldedRecords(opened(bytes)).tell({});
    expect(tell).toThrow(RecordingError);
    expect(tell).toThrow(/^record \d+, \w+, cannot follow the records before it: /);
  });

  it('of another build are not applied', () => {
    const bytes = rewritten(all.bytes, {
      json: (kind, value) => {
        const types = value.types as { name: string }[] | undefined;
        if (kind === 2 && types) types[3] = { ...types[3], name: 'chance' };
        return value;
      },
    });
    expect(() => new FoldedRecords(opened(bytes))).toThrow(
      /^it was recorded by Tocsin 0.1.0, whose records are not those of this one: record type 3 is chance there/,
    );
  });

  it('of a machine that is too large are not applied', () => {
    const bytes = rewritten(all.bytes, {
      json: (kind, value) =>
        kind === 1 ? { ...value, options: { ...(value.options as object), memoryBytes: 2 ** 50 } } : value,
    });
    expect(() => new FoldedRecords(opened(bytes))).toThrow(/more memory than there can be/);
  });
});

describe('a recording without its records of state', () => {
  const options = { seed: 3, quantum: 500 } as const;
  const drive = (system: { run(most: number): { kind: string } }): string => system.run(20_000).kind;
  const outside = record({ program: guests.TALKS_FOR_EVER, options, drive });
  const whole = record({ program: guests.TALKS_FOR_EVER, options, drive, all: true });

  it('has all of them after a replay: the same as if they had been recorded', () => {
    const found = withEveryRecord(opened(outside.bytes), {}, hostSha256);
    expect([...opened(outside.bytes).records()].length).toBeLessThan(whole.system.records);
    const lines = (recording: typeof found): string[] => [...recording.records()].map((one) => recording.line(one));
    expect(lines(found)).toEqual(lines(opened(whole.bytes)));
    expect(found.end?.hash).toBe(whole.system.journalHash());
  });

  it('and one that has them is not run again', () => {
    const recording = opened(whole.bytes);
    expect(withEveryRecord(recording, {}, hostSha256)).toBe(recording);
  });

  it('and one that is not the run that it says is refused', () => {
    const bytes = rewritten(outside.bytes, {
      record: (words, index) => {
        // How many ways there were.
        if (index > 0 && words[6] === chosen.number) words[9] += 1;
      },
    });
    expect(() => withEveryRecord(opened(bytes), {}, hostSha256)).toThrow(
      /its replay is not the recorded run: step \d+/,
    );
  });
});
