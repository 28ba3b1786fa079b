/** The recording of one `tocsin run`: when blocks are written, and what is said at the end. */
import { type ImageRole, type RecordedOptions, Recorder, RecordingError } from '../../kernel/index.js';
import { Refusal } from '../cli/failure.js';
import { hostSha256, RecordingFile } from './recording-file.js';

/** What was recorded is written after so long at the latest, ms; what is lost with a process that is killed is not more. */
const FLUSH_MS = 100;
/** While nothing comes from outside it is written so often where the run is. */
const MARK_MS = 1000;

export interface RunRecording {
  readonly path: string;
  readonly force: boolean;
  readonly all: boolean;
  readonly namesImages: boolean;
  readonly tocsin: string;
  readonly options: RecordedOptions;
  readonly images: Readonly<Partial<Record<ImageRole, Uint8Array | undefined>>>;
}

/** A recording that is finished. */
export interface Recorded {
  readonly file: string;
  readonly bytes: number;
  readonly root: string;
}

export class RunRecorder {
  readonly recorder: Recorder;
  private readonly file: RecordingFile;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private markedAt = performance.now();

  /** Creates the file, and writes what does not depend on the run. Throws Refusal. */
  constructor(recording: RunRecording) {
    this.file = RecordingFile.create(recording.path, recording.force);
    try {
      this.recorder = new Recorder({
        ...recording,
        write: (bytes) => this.file.write(bytes),
        sha256: hostSha256,
      });
    } catch (error) {
      this.file.discard();
      throw error instanceof RecordingError ? new Refusal(`${recording.path}: ${error.message}`) : error;
    }
    this.file.begun();
  }

  /** Between two slices of a run. `isPause`: it may be long until the next. Throws Refusal. */
  look(isPause: boolean): void {
    const now = performance.now();
    if (!isPause && now - this.flushedAt < FLUSH_MS) return;
    this.flushedAt = now;
    const marks = now - this.markedAt >= MARK_MS;
    if (marks) this.markedAt = now;
    this.recorder.flush(marks);
  }

  /** The run is over. Throws Refusal. */
  finish(ending: string): Recorded {
    const root = this.recorder.finish(ending);
    this.file.close();
    return { file: this.file.path, bytes: this.file.bytes, root };
  }

  /** Something went wrong: what was recorded up to there is the most that can be had. */
  leave(): void {
    try {
      this.recorder.flush(true);
      this.file.close();
    } catch {
      // Said is what went wrong first.
    }
  }

  /** The system could not be booted. */
  discard(): void {
    this.file.discard();
  }
}
