/**
 * A recording that a run still writes. What is whole is read; a block that is torn is not there yet, and is looked for again. The
 * file is looked at in turns: no host tells reliably of changes of files.
 */
import {
  BLOCK,
  checkRecording,
  damageText,
  type RecordedRecord,
  Recording,
  RecordingError,
} from '../../kernel/index.js';
import { blockContents, readPlace } from '../../kernel/journal/recording/blocks.js';
import { readRecords } from '../../kernel/journal/recording/records-block.js';
import { hostSha256, openRecording, type RecordingInput } from './recording-file.js';

/** A recorder writes its blocks so often, ms. */
const PATIENCE_MS = 100;

export class FollowedRecording {
  private constructor(
    readonly recording: Recording,
    private readonly source: RecordingInput,
  ) {}

  /** Opens it, or waits until it says what is run. Throws Refusal, RecordingError. */
  static async open(path: string): Promise<FollowedRecording> {
    const source = openRecording(path);
    for (;;) {
      source.grow();
      try {
        return new FollowedRecording(Recording.open(source, hostSha256), source);
      } catch (error) {
        if (!(error instanceof RecordingError) || !isBeginning(source)) throw error;
      }
      await pause();
    }
  }

  /** Its records, and those that come, until it ends. `undefined`: there is none at the moment. Throws Refusal, RecordingError. */
  async *records(): AsyncGenerator<RecordedRecord | undefined> {
    const { recording, source } = this;
    const { checked } = recording;
    let index = 0;
    for (const record of recording.records()) {
      index++;
      yield record;
    }
    const reader = recording.reader();
    const last = checked.blocks.at(-1);
    let offset = last === undefined ? 0 : last.offset + last.bytes;
    let number = checked.blocks.length;
    let chain: Uint8Array = Buffer.from(checked.root, 'hex');
    for (let kind = last?.kind; kind !== BLOCK.END; ) {
      if (offset === source.length) {
        yield undefined;
        await pause();
        source.grow();
        continue;
      }
      const found = readPlace(source, offset, number, chain, hostSha256);
      if (!('place' in found)) {
        if (found.kind === 'damaged') throw new RecordingError(damageText(found));
        yield undefined;
        await pause();
        source.grow();
        continue;
      }
      const { place } = found;
      if (place.kind === BLOCK.RECORDS)
        for (const _ of readRecords(blockContents(source, place), reader))
          yield recording.named(reader, index++, place.number);
      ({ kind } = place);
      chain = found.chain;
      offset += place.bytes;
      number++;
    }
  }

  close(): void {
    this.source.close();
  }
}

/** Can the file become a recording, when more of it is written? */
function isBeginning(source: RecordingInput): boolean {
  if (source.length === 0) return true;
  try {
    // Whole blocks, and then nothing or a torn one.
    return checkRecording(source, hostSha256).damage?.kind !== 'damaged';
  } catch {
    return false;
  }
}

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, PATIENCE_MS));
}
