/** Where a command writes what it makes: standard output, or a file that is whole or not there. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { whyNot } from '../toolchain/input.js';
import { Refusal } from './failure.js';
import { print, standardOutput } from './standard-streams.js';

export interface Output {
  /** Whether nothing can be written any more. */
  readonly hasFailed: boolean;
  /** Resolves when more may be written. Throws Refusal. */
  write(text: string): Promise<void>;
  /** All is written. Throws Refusal. */
  finish(): void;
  /** Leaves what was there before. */
  discard(): void;
}

export const STANDARD_OUTPUT: Output = {
  get hasFailed() {
    return standardOutput.hasFailed;
  },
  write: async (text) => {
    print(text);
    await standardOutput.settled();
  },
  finish: () => undefined,
  discard: () => undefined,
};

/** Opens a file to be written, which must not be `source`, from which is read. Throws Refusal. */
export function outputFile(path: string, source: string): Output {
  try {
    const present = statSync(path, { throwIfNoEntry: false });
    const read = statSync(source, { throwIfNoEntry: false });
    if (present?.isDirectory()) throw new Refusal(`${path}: is a folder`);
    if (present !== undefined && present.dev === read?.dev && present.ino === read.ino)
      throw new Refusal(`--output ${path}: is the recording itself, which is never changed`);
    if (present !== undefined && !present.isFile()) return new FileOutput(path, path, path);
    const target = present === undefined ? path : realpathSync(path);
    return new FileOutput(path, `${target}.${randomBytes(4).toString('hex')}`, target, present?.mode);
  } catch (error) {
    throw refusal(path, error);
  }
}

class FileOutput implements Output {
  readonly hasFailed = false;
  private readonly descriptor: number;
  private isClosed = false;

  constructor(
    private readonly path: string,
    /** Where it is written; another name until it is whole, but for a device. */
    private readonly madeAt: string,
    private readonly target: string,
    mode = 0o666,
  ) {
    this.descriptor = openSync(madeAt, madeAt === target ? 'w' : 'wx', mode & 0o777);
  }

  async write(text: string): Promise<void> {
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(this.descriptor, bytes, done);
    } catch (error) {
      this.discard();
      throw refusal(this.path, error);
    }
  }

  finish(): void {
    try {
      this.close();
      if (this.madeAt !== this.target) renameSync(this.madeAt, this.target);
    } catch (error) {
      throw refusal(this.path, error);
    }
  }

  discard(): void {
    this.close();
    if (this.madeAt !== this.target) rmSync(this.madeAt, { force: true });
  }

  private close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    closeSync(this.descriptor);
  }
}

function refusal(path: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return new Refusal(`${path}: ${isFolderMissing ? 'the folder does not exist' : whyNot(error)}`);
}
