/** Runs that are recorded in memory, and recordings that are changed with care: their checks hold, what they say does not. */
import { Recorder, type RecorderOptions, System, type SystemOptions } from '../../../kernel/index.js';
import { BlockWriter, blockContents, recordingBytes } from '../../../kernel/journal/recording/blocks.js';
import { type RecordReader, RecordWriter } from '../../../kernel/journal/recording/record-coder.js';
import { checkRecording, Recording } from '../../../kernel/journal/recording/recording.js';
import { type RecordsHead, readRecords, recordsBlock } from '../../../kernel/journal/recording/records-block.js';
import { parseElf } from '../../../machine/index.js';

export interface Recorded {
  readonly bytes: Uint8Array;
  readonly root: string;
  readonly system: System;
}

export interface RecordedRun {
  readonly program: Uint8Array;
  readonly console?: Uint8Array;
  readonly all?: boolean;
  readonly namesImages?: boolean;
  readonly options?: Partial<SystemOptions>;
  /** What is done with the system; it runs to its end unless given. The recorder can be asked to write a block. */
  readonly drive?: (system: System, flush: () => void) => string;
}

/** Records a run into memory. */
export function record({
  program,
  console,
  all = false,
  namesImages = false,
  options = {},
  drive,
}: RecordedRun): Recorded {
  const parts: Uint8Array[] = [];
  const { seed, failAllocation, memoryBytes = 4 << 20, overcommit = 0, quantum = 50_000 } = options;
  const described: RecorderOptions = {
    tocsin: '0.1.0',
    all,
    namesImages,
    options: {
      name: 'test',
      arguments: options.arguments ?? [],
      memoryBytes,
      overcommit,
      quantum,
      seed: seed ?? null,
      failAllocation: typeof failAllocation === 'number' ? failAllocation : null,
    },
    images: { program, console },
    write: (bytes) => parts.push(bytes),
  };
  const recorder = new Recorder(described);
  const system = System.boot({
    name: 'test',
    image: parseElf(program),
    ...(console === undefined ? {} : { console: parseElf(console) }),
    ...options,
    memoryBytes,
    quantum,
    recorder,
  });
  const ending = drive?.(system, () => recorder.flush(true)) ?? system.run(10_000_000).kind;
  const root = recorder.finish(ending);
  return { bytes: joined(parts), root, system };
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function opened(bytes: Uint8Array): Recording {
  return Recording.open(recordingBytes(bytes));
}

/** What is changed of a recording. */
export interface Change {
  /** The JSON object of a block of this kind. */
  readonly json?: (kind: number, value: Record<string, unknown>) => Record<string, unknown>;
  /** A record, in the words of the ring. */
  readonly record?: (words: Int32Array, index: number) => void;
  readonly head?: (head: RecordsHead) => RecordsHead;
}

/** The recording with something changed, and hashes that fit. */
export function rewritten(bytes: Uint8Array, { json, record: change, head: changeHead }: Change): Uint8Array {
  const source = recordingBytes(bytes);
  const { schema } = opened(bytes);
  const writer = new BlockWriter();
  const parts: Uint8Array[] = [writer.preamble];
  const reader = opened(bytes).reader();
  let index = 0;
  for (const place of checkRecording(source).blocks) {
    const contents = blockContents(source, place);
    let now = contents;
    if (place.kind === 4) {
      const { head, records } = recordsOf(contents, reader);
      const recordWriter = new RecordWriter(schema.types);
      recordWriter.begin(head.base);
      for (const { words, instructions } of records) {
        change?.(words, index++);
        recordWriter.write(words, new Float64Array(words.buffer), 0, instructions);
      }
      now = recordsBlock(changeHead?.(head) ?? head, recordWriter.bytes());
    } else if (json !== undefined && place.kind !== 3) {
      const value = JSON.parse(new TextDecoder().decode(contents)) as Record<string, unknown>;
      now = new TextEncoder().encode(JSON.stringify(json(place.kind, value)));
    }
    parts.push(writer.block(place.kind, now, place.kind < 4));
  }
  return joined(parts);
}

/** The records of a block as the ring has them. */
export function recordsOf(
  contents: Uint8Array,
  reader: RecordReader,
): { head: RecordsHead; records: { words: Int32Array; instructions: number }[] } {
  const generator = readRecords(contents, reader);
  const records: { words: Int32Array; instructions: number }[] = [];
  for (;;) {
    const next = generator.next();
    if (next.done === true) return { head: next.value, records };
    records.push({ words: reader.words.slice(), instructions: reader.instructions });
  }
}
