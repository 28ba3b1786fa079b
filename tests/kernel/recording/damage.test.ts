/** Recordings that were cut, changed, put together wrongly: each is found, and located to its block; what is before is replayed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkRecording,
  damageText,
  Recording,
  RecordingError,
  Replay,
  recordingBytes,
} from '../../../kernel/index.js';
import { PREAMBLE_BYTES } from '../../../kernel/journal/recording/blocks.js';
import { BLOCKS_FOR_EVER, TALKS_FOR_EVER } from '../../tools/guest-programs.js';
import { joined, record, rewritten } from './recorded.js';

/** A run of many blocks. */
const RUN = record({
  program: TALKS_FOR_EVER,
  all: true,
  options: { seed: 5, quantum: 200 },
  drive: (system, flush) => {
    for (let i = 0; i < 25; i++) {
      system.run(400);
      flush();
    }
    return 'limit';
  },
});
const WHOLE = RUN.bytes;
const { blocks: BLOCKS } = checkRecording(recordingBytes(WHOLE));
const RECORDS_FROM = BLOCKS.findIndex(({ kind }) => kind === 4);

/** The block in which a byte is, -1 for what is before the first. */
function blockAt(offset: number): number {
  return BLOCKS.findLastIndex((place) => place.offset <= offset);
}

function check(bytes: Uint8Array): ReturnType<typeof checkRecording> | RecordingError {
  try {
    return checkRecording(recordingBytes(bytes));
  } catch (error) {
    if (error instanceof RecordingError) return error;
    throw error;
  }
}

/** The damage is in this block, and all before it are whole. */
function expectDamage(bytes: Uint8Array, block: number, kind: 'torn' | 'damaged'): void {
  const found = check(bytes);
  if (block < 0) {
    expect(found).toBeInstanceOf(RecordingError);
    return;
  }
  if (found instanceof RecordingError) throw found;
  expect(found.damage).toMatchObject({ kind, block, offset: BLOCKS[block].offset });
  expect(found.blocks).toEqual(BLOCKS.slice(0, block));
}

/** Byte positions, half of them in the records and not in the large image and schema. */
const anywhere = fc.oneof(
  fc.nat({ max: WHOLE.length - 1 }),
  fc.integer({ min: BLOCKS[RECORDS_FROM].offset, max: WHOLE.length - 1 }),
);

describe('1,000 recordings', () => {
  it('the run has many blocks', () => {
    expect(BLOCKS.length).toBeGreaterThan(25);
    expect(check(WHOLE)).toMatchObject({ damage: undefined, root: RUN.root });
  });

  it('that were cut somewhere: the block in which the file ends is torn', () => {
    fc.assert(
      fc.property(anywhere, (length) => {
        const bytes = WHOLE.subarray(0, length);
        const place = BLOCKS.find(({ offset }) => offset === length);
        if (length === PREAMBLE_BYTES || place !== undefined) {
          // Between two blocks nothing is torn; there is no end.
          const found = check(bytes);
          expect(found).toMatchObject({ damage: undefined, blocks: BLOCKS.slice(0, blockAt(length)) });
        } else expectDamage(bytes, blockAt(length), 'torn');
      }),
      { numRuns: 1000 },
    );
  });

  it('of which one bit is another: the block with it is damaged', () => {
    fc.assert(
      fc.property(anywhere, fc.nat({ max: 7 }), (offset, bit) => {
        const bytes = WHOLE.slice();
        bytes[offset] ^= 1 << bit;
        expectDamage(bytes, blockAt(offset), 'damaged');
      }),
      { numRuns: 1000 },
    );
  });

  it('of which some bytes are missing: the block from which they are is damaged, or torn where all that follows is missing', () => {
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 300 }), (offset, count) => {
        const bytes = joined([WHOLE.subarray(0, offset), WHOLE.subarray(offset + count)]);
        const found = check(bytes);
        // What is missing may be the same as what follows it.
        const first = bytes.findIndex((byte, i) => byte !== WHOLE[i]);
        const block = blockAt(first < 0 ? bytes.length : first);
        if (block < 0) expect(found).toBeInstanceOf(RecordingError);
        else if (first < 0 && BLOCKS[block].offset === bytes.length) expect(found).toMatchObject({ damage: undefined });
        else {
          if (found instanceof RecordingError) throw found;
          expect(found.damage?.block).toBe(block);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('with bytes that are others: the first block with one is damaged', () => {
    fc.assert(
      fc.property(anywhere, fc.uint8Array({ minLength: 1, maxLength: 200 }), (offset, others) => {
        const bytes = WHOLE.slice();
        bytes.set(others.subarray(0, WHOLE.length - offset), offset);
        const first = bytes.findIndex((byte, i) => byte !== WHOLE[i]);
        fc.pre(first >= 0);
        expectDamage(bytes, blockAt(first), 'damaged');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a recording', () => {
  const part = (from: number, to: number): Uint8Array =>
    WHOLE.subarray(BLOCKS[from].offset, BLOCKS[to]?.offset ?? WHOLE.length);
  const N = RECORDS_FROM + 3;

  it('without one of its blocks is damaged there', () => {
    expectDamage(joined([WHOLE.subarray(0, BLOCKS[N].offset), part(N + 1, BLOCKS.length)]), N, 'damaged');
  });

  it('with two blocks in the wrong order is damaged there', () => {
    const bytes = [WHOLE.subarray(0, BLOCKS[N].offset), part(N + 1, N + 2), part(N, N + 1), part(N + 2, BLOCKS.length)];
    expectDamage(joined(bytes), N, 'damaged');
  });

  it('with a block of another run, whose own checks hold, is damaged there', () => {
    const other = rewritten(WHOLE, {
      record: (words, index) => {
        if (index === 2) words[8] ^= 1;
      },
    });
    const places = checkRecording(recordingBytes(other)).blocks;
    expect(places.length).toBe(BLOCKS.length);
    const foreign = other.subarray(places[N].offset, places[N + 1].offset);
    const found = check(joined([WHOLE.subarray(0, BLOCKS[N].offset), foreign, part(N + 1, BLOCKS.length)]));
    expect(found).toMatchObject({ damage: { block: N, text: expect.stringContaining('hash') } });
  });

  it('with something behind its end is damaged there', () => {
    const found = check(joined([WHOLE, Uint8Array.of(1, 2, 3)]));
    expect(found).toMatchObject({ damage: { kind: 'damaged', block: BLOCKS.length } });
  });

  it('that somebody changed with care has another root', () => {
    const changed = rewritten(WHOLE, {
      record: (words, index) => {
        if (index === 40) words[9] ^= 4;
      },
    });
    expect(check(changed)).toMatchObject({ damage: undefined });
    expect(check(changed)).not.toMatchObject({ root: RUN.root });
    expect(check(rewritten(WHOLE, {}))).toMatchObject({ root: RUN.root });
  });

  it('that is cut anywhere is replayed up to its last whole block', () => {
    const replayedSteps = new Set<number>();
    fc.assert(
      fc.property(fc.integer({ min: BLOCKS[RECORDS_FROM + 1].offset, max: WHOLE.length - 1 }), (length) => {
        const recording = Recording.open(recordingBytes(WHOLE.subarray(0, length)));
        expect(recording.end).toBe(undefined);
        const replay = new Replay({ recording, verified: true });
        expect(replay.run()).toMatchObject({ kind: 'over' });
        expect(replay.system.steps).toBe(recording.last?.seq);
        expect(replay.system.instructions).toBe(recording.last?.instructions);
        expect(replay.comparison).toMatchObject({ records: recording.last?.records, difference: undefined });
        replayedSteps.add(replay.system.steps);
      }),
      { numRuns: 40 },
    );
    expect(replayedSteps.size).toBeGreaterThan(5);
  });

  it('that is cut before anything was recorded says so', () => {
    for (const length of [BLOCKS[1].offset, BLOCKS[2].offset - 3]) {
      expect(() => Recording.open(recordingBytes(WHOLE.subarray(0, length)))).toThrow('does not say what was run');
    }
    const recording = Recording.open(recordingBytes(WHOLE.subarray(0, BLOCKS[RECORDS_FROM].offset + 5)));
    expect(() => new Replay({ recording })).toThrow('cut off before anything was recorded');
  });

  it('of a run that waits for ever is whole, too', () => {
    const { bytes } = record({ program: BLOCKS_FOR_EVER });
    const recording = Recording.open(recordingBytes(bytes));
    expect(recording.end?.ending).toBe('blocked');
    expect(new Replay({ recording }).run()).toMatchObject({ kind: 'over', outcome: { kind: 'blocked' } });
  });

  it('says in one line where it is damaged', () => {
    const { damage } = checkRecording(recordingBytes(WHOLE.subarray(0, BLOCKS[N].offset + 12)));
    expect(damage && damageText(damage)).toBe(
      `block ${N}, at byte ${BLOCKS[N].offset}, is torn: the file ends after 12 bytes of it`,
    );
  });
});

describe('no recording', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'the file is empty'],
    ['another file', new TextEncoder().encode('#include <stdio.h>\nint main(void) { return 0; }\n'), 'not a recording'],
    ['the first bytes of one', WHOLE.subarray(0, 9), 'torn'],
    ['one in another format', withVersion(2), 'format 2, of a newer Tocsin'],
  ])('%s', (_, bytes, text) => {
    expect(() => checkRecording(recordingBytes(bytes))).toThrow(text);
  });

  it('any bytes are refused with one line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, hasStart) => {
        const start = hasStart ? WHOLE.subarray(0, PREAMBLE_BYTES) : new Uint8Array(0);
        expect(() => Recording.open(recordingBytes(joined([start, bytes])))).toThrow(RecordingError);
      }),
      { numRuns: 1000 },
    );
  });
});

function withVersion(version: number): Uint8Array {
  const bytes = WHOLE.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  let crc = -1;
  for (let i = 0; i < 12; i++) {
    crc ^= bytes[i];
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  view.setUint32(12, ~crc >>> 0, true);
  return bytes;
}
