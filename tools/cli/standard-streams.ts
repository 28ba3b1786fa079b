/**
 * Standard output belongs to the guest, standard error to us.
 *
 * Output is gathered and written between slices of a run: a guest that prints byte by byte does not cost a system call of the
 * host for each. A reader of either that goes away (`| head -1`) ends the run quietly; nothing is written any more. What else
 * can happen to standard output (a full disk) is kept, and said when all is over: `standardOutput.settled`.
 */

/** More than this is written at once. */
const GATHERED_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** What becomes of the writes to standard output. */
class StandardOutput {
  #failure: NodeJS.ErrnoException | undefined;
  #last: Promise<void> = Promise.resolve();
  #isWatched = false;

  /** Whether a write has failed, for whatever reason. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  write(content: string | Uint8Array): void {
    // Each write hears of its own failure; without a listener the stream would throw besides.
    if (!this.#isWatched) process.stdout.on('error', () => undefined);
    this.#isWatched = true;
    this.#last = new Promise((resolve) => {
      process.stdout.write(content, (error) => {
        this.#failure ??= error ?? undefined;
        resolve();
      });
    });
  }

  /** Resolves when the last write is over; gives why the first that failed did. */
  async settled(): Promise<NodeJS.ErrnoException | undefined> {
    await this.#last;
    return this.#failure;
  }
}

export const standardOutput = new StandardOutput();

export class GuestOutput {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that came one by one, not yet among the chunks. */
  readonly #bytes = new Uint8Array(4096);
  #byteCount = 0;
  #isErrorClosed = false;
  #isAtLineStart = true;

  constructor() {
    process.stderr.on('error', () => {
      this.#isErrorClosed = true;
    });
  }

  /** Whether nothing can be written any more to one of the two. */
  get isClosed(): boolean {
    return this.#isErrorClosed || standardOutput.hasFailed;
  }

  /** The bytes are copied: they may be a view of the machine's memory. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#gatherBytes();
    this.#gather(bytes);
  }

  /** A byte by itself: most guests print so, and a buffer for each would cost more than all else. */
  writeByte(byte: number): void {
    this.#bytes[this.#byteCount++] = byte;
    if (this.#byteCount === this.#bytes.length) this.#gatherBytes();
  }

  #gatherBytes(): void {
    if (this.#byteCount > 0) this.#gather(this.#bytes.subarray(0, this.#byteCount));
    this.#byteCount = 0;
  }

  #gather(bytes: Uint8Array): void {
    this.#chunks.push(Buffer.from(bytes));
    this.#isAtLineStart = bytes[bytes.length - 1] === NEWLINE;
    this.#size += bytes.length;
    if (this.#size > GATHERED_BYTES) this.#send();
  }

  /** On a terminal what we say begins on a line of its own. */
  endLine(): void {
    this.flush();
    if (!this.#isAtLineStart && process.stdout.isTTY && process.stderr.isTTY) process.stderr.write('\n');
    this.#isAtLineStart = true;
  }

  flush(): void {
    this.#gatherBytes();
    this.#send();
  }

  #send(): void {
    if (this.#size > 0 && !this.isClosed) standardOutput.write(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#size = 0;
  }

  /** Resolves when everything is written, or cannot be. */
  async finished(): Promise<void> {
    this.flush();
    await standardOutput.settled();
  }

  /** Resolves when the reader has taken enough that more may be written, or has gone. */
  async written(): Promise<void> {
    this.flush();
    if (!process.stdout.writableNeedDrain || this.isClosed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        process.stdout.off('drain', done).off('error', done).off('close', done);
        resolve();
      };
      process.stdout.on('drain', done).on('error', done).on('close', done);
    });
  }
}

/** Text of ours on standard output: help, listings. */
export function print(text: string): void {
  if (!standardOutput.hasFailed) standardOutput.write(text);
}

/** A line of ours on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
