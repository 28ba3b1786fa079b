/**
 * Every record of a recorded run. A recording that has inputs and choices only is run again, in memory: the others follow from
 * them, and what a run was asked about is in its records of state.
 */
import {
  type ImageRole,
  Recording as Read,
  Recorder,
  type Recording,
  RecordingError,
  Replay,
  recordingBytes,
  type Sha256,
} from '../../kernel/index.js';

/** Bytes of records that are kept in memory at the most: some three hundred million of them. */
const MOST_BYTES = 1.5e9;

/** The same run with every record; `images` are those that the recording only names. Throws RecordingError. */
export function withEveryRecord(
  recording: Recording,
  images: Readonly<Partial<Record<ImageRole, Uint8Array>>>,
  sha256: Sha256,
): Recording {
  if (recording.description.content === 'all') return recording;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const write = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new RecordingError(`its records take more than ${MOST_BYTES} bytes in memory: record with --record-all`);
    parts.push(part);
  };
  const replay = new Replay({ recording, images });
  const { tocsin, options } = recording.description;
  const recorder = new Recorder({ tocsin, options, all: true, images: {}, write, sha256 });
  const { journal } = replay.system.kernel;
  // The replay's own comparison goes on.
  const compare = journal.onBlock;
  // So does its reading of the tape.
  const { outside: playing } = journal;
  recorder.attach(journal, () => replay.system.executed);
  const { onBlock: take, outside: noting } = journal;
  journal.outside = {
    before: (index) => {
      noting?.before(index);
      playing?.before(index);
    },
    after: (index) => {
      noting?.after(index);
      playing?.after(index);
    },
  };
  journal.onBlock = () => {
    compare?.();
    take?.();
  };
  const over = replay.run();
  if (over.kind === 'different')
    throw new RecordingError(`its replay is not the recorded run: ${over.lines.join('; ')}`);
  recorder.finish(recording.end?.ending ?? 'cut off');
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return Read.open(recordingBytes(whole), sha256);
}
