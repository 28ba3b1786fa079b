/**
 * Standard output belongs to the guest, standard error to us.
 *
 * Output is gathered and written between slices of a run: a guest that prints byte by byte does not cost a system call of the
 * host for each. A reader of either that goes away (`| head -1`)
 * ends the run quietly; nothing is written any more.
 */

/** More than this is written at once. */
const GATHERED_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export class GuestOutput {
  #chunks: Buffer[] = [];
  #size = 0;
  #isClosed = false;
  #isAtLineStart = true;

  constructor() {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', () => {
        this.#isClosed = true;
      });
    }
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The bytes are copied: they may be a view of the machine's memory. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(Buffer.from(bytes));
    this.#isAtLineStart = bytes[bytes.length - 1] === NEWLINE;
    this.#size += bytes.length;
    if (this.#size > GATHERED_BYTES) this.flush();
  }

  /** On a terminal what we say begins on a line of its own. */
  endLine(): void {
    this.flush();
    if (!this.#isAtLineStart && process.stdout.isTTY && process.stderr.isTTY) process.stderr.write('\n');
    this.#isAtLineStart = true;
  }

  flush(): void {
    if (this.#size > 0 && !this.#isClosed) process.stdout.write(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#size = 0;
  }

  /** Resolves when the reader has taken enough that more may be written, or has gone. */
  async written(): Promise<void> {
    this.flush();
    if (!process.stdout.writableNeedDrain || this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        process.stdout.off('drain', done).off('error', done).off('close', done);
        resolve();
      };
      process.stdout.on('drain', done).on('error', done).on('close', done);
    });
  }
}

/** Text of ours on standard output: help, listings. A reader that goes away ends it quietly. */
export function print(text: string): void {
  process.stdout.on('error', () => undefined);
  process.stdout.write(text);
}

/** A line of ours on standard error. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
