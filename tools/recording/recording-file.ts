/**
 * Recordings as files of the host. A recording is created where nothing is, or nothing is done: two runs cannot write into one
 * file, and nobody's recording is lost by a slip. While it is written whole blocks alone are in it, but for the moment of a write.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { RecordingSource, Sha256 } from '../../kernel/index.js';
import { Refusal } from '../cli/failure.js';
import { whyNot } from '../toolchain/input.js';

/** The host's own, which is faster. */
export const hostSha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

export class RecordingFile {
  /** Bytes that were written. */
  bytes = 0;
  private isClosed = false;

  private constructor(
    /** As the user named it. */
    readonly path: string,
    private readonly descriptor: number,
    /** Where it was made; with `replaces` another name until it is in place. */
    private madeAt: string,
    /** What it is to replace. */
    private readonly replaces: string | undefined,
  ) {}

  /** Creates it. With `force` what is there is replaced, by `begun`. Throws Refusal. */
  static create(path: string, force: boolean): RecordingFile {
    try {
      const present = statSync(path, { throwIfNoEntry: false });
      if (present?.isDirectory()) throw new Refusal(`${path}: is a folder`);
      // A device, or a pipe: it cannot be replaced, and holds nothing that could be lost.
      if (present !== undefined && !present.isFile())
        return new RecordingFile(path, openSync(path, 'w'), '', undefined);
      if (present === undefined || !force) return new RecordingFile(path, openSync(path, 'wx'), path, undefined);
      const target = realpathSync(path);
      const fresh = `${target}.${randomBytes(4).toString('hex')}`;
      return new RecordingFile(path, openSync(fresh, 'wx', present.mode & 0o777), fresh, target);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST')
        throw new Refusal(`${path}: is there already, and is not written over; --force replaces it`);
      throw new Refusal(`${path}: ${code === 'ENOENT' ? 'the folder does not exist' : whyNot(error)}`);
    }
  }

  /** Writes behind what was written. Throws Refusal; what was there before is whole then. */
  write(bytes: Uint8Array): void {
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.descriptor, bytes, done);
      this.bytes += bytes.length;
    } catch (error) {
      this.cut();
      throw new Refusal(`${this.path}: ${whyNot(error)}; the recording ends there`);
    }
  }

  /** What a recording begins with is written: from here on it stands where it was to stand. Throws Refusal. */
  begun(): void {
    if (this.replaces === undefined) return;
    try {
      renameSync(this.madeAt, this.replaces);
      this.madeAt = this.replaces;
    } catch (error) {
      this.discard();
      throw new Refusal(`${this.path}: ${whyNot(error)}`);
    }
  }

  /** Everything is written. Throws Refusal. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      if (fstatSync(this.descriptor).isFile()) fsyncSync(this.descriptor);
      closeSync(this.descriptor);
    } catch (error) {
      throw new Refusal(`${this.path}: ${whyNot(error)}`);
    }
  }

  /** There is nothing to record after all. */
  discard(): void {
    this.isClosed = true;
    closeSync(this.descriptor);
    if (this.madeAt !== '') rmSync(this.madeAt, { force: true });
  }

  /** Leaves whole blocks. */
  private cut(): void {
    try {
      ftruncateSync(this.descriptor, this.bytes);
    } catch {
      // Then a torn block is at the end, which readers find.
    }
  }
}

/** A recording that is read from a file. */
export interface RecordingInput extends RecordingSource {
  /** Looks again how long it is: a run may still write it. Throws Refusal where another file stands in its place. */
  grow(): void;
  close(): void;
}

/** Opens a recording to be read. Throws Refusal. */
export function openRecording(path: string): RecordingInput {
  let descriptor: number;
  let length: number;
  let inode: number;
  try {
    descriptor = openSync(path, 'r');
    const status = fstatSync(descriptor);
    if (status.isDirectory()) throw new Refusal(`${path}: is a folder`);
    if (!status.isFile()) throw new Refusal(`${path}: is no regular file; a recording is read more than once`);
    length = status.size;
    inode = status.ino;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${path}: ${whyNot(error)}`);
  }
  return {
    get length() {
      return length;
    },
    grow: () => {
      if (statSync(path, { throwIfNoEntry: false })?.ino !== inode)
        throw new Refusal(`${path}: is another file now, or is gone`);
      length = fstatSync(descriptor).size;
    },
    read: (offset, count) => {
      const bytes = new Uint8Array(count);
      let done = 0;
      try {
        while (done < count) {
          const more = readSync(descriptor, bytes, done, count - done, offset + done);
          if (more === 0) throw new Refusal(`${path}: became shorter while it was read`);
          done += more;
        }
      } catch (error) {
        throw error instanceof Refusal ? error : new Refusal(`${path}: ${whyNot(error)}`);
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}
