/**
 * What is typed into a guest under the kernel: standard input, or a file. Nothing is read before the guest waits for it, and
 * then a line at a time: so a run with the same input is the same every time, however a pipe cuts it into pieces. At a terminal
 * a person's lines arrive as they are finished; editing them, and echo, are the terminal's.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { whyNot } from '../toolchain/input.js';
import { Refusal } from './failure.js';

/** A line that is longer goes in in pieces of this length. */
const LINE_BYTES = 4096;
/** Bytes that wait for the guest at most before the sender is told to wait. */
const MAX_QUEUED_BYTES = 64 * 1024;
const STANDARD_INPUT = 0;
const NEWLINE = 0x0a;

/** Lines as a guest gets them. */
export interface TypedLines {
  /** A person types: what comes when is not ours to say. */
  readonly isTerminal: boolean;
  /** Nothing is left, and nothing will come. */
  readonly isExhausted: boolean;
  /** The next line, waiting for it; undefined at the end. Nothing (no bytes) where the waiting was interrupted. */
  next(): Promise<Uint8Array | undefined>;
  /** A line that is there already. */
  nextIfThere(): Uint8Array | undefined;
  /** Whoever waits for a line waits no more. */
  interrupt(): void;
}

export class GuestInput implements TypedLines {
  readonly isTerminal: boolean;
  /** The descriptor of a file that is read when it is needed; undefined for what arrives by itself. */
  readonly #file: number | undefined;
  readonly #isOwnFile: boolean;
  #queue: Buffer = Buffer.alloc(0);
  #hasEnded: boolean;
  #isListening = false;
  #wake: () => void = () => {};

  /** Throws Refusal where the file cannot be opened. */
  constructor(path: string | undefined) {
    this.#isOwnFile = path !== undefined;
    const kind = path === undefined ? kindOfStandardInput() : 'file';
    this.isTerminal = kind === 'terminal';
    this.#hasEnded = kind === 'nothing';
    if (kind === 'file') this.#file = path === undefined ? STANDARD_INPUT : open(path);
  }

  async next(): Promise<Uint8Array | undefined> {
    for (let isWoken = false; ; isWoken = true) {
      const line = this.nextIfThere();
      if (line !== undefined) return line;
      if (this.#hasEnded) return undefined;
      if (isWoken) return Buffer.alloc(0);
      await this.#arrival();
    }
  }

  nextIfThere(): Uint8Array | undefined {
    this.#fill();
    const queue = this.#queue;
    const end = queue.subarray(0, LINE_BYTES).indexOf(NEWLINE);
    // Half a line at a terminal is one that was ended with Ctrl-D.
    const isWhole = end >= 0 || queue.length >= LINE_BYTES || this.#hasEnded || this.isTerminal;
    if (queue.length === 0 || !isWhole) return undefined;
    const length = end >= 0 ? end + 1 : Math.min(queue.length, LINE_BYTES);
    this.#queue = queue.subarray(length);
    if (this.#isListening && this.#queue.length < MAX_QUEUED_BYTES) process.stdin.resume();
    return queue.subarray(0, length);
  }

  get isExhausted(): boolean {
    return this.#hasEnded && this.#queue.length === 0;
  }

  interrupt(): void {
    this.#wake();
  }

  /** Leaves standard input as it was found, so that the process can end. */
  close(): void {
    if (this.#file !== undefined && this.#isOwnFile) closeSync(this.#file);
    if (!this.#isListening) return;
    process.stdin.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onEnd);
    process.stdin.destroy();
  }

  /** A file is read as far as a line needs; of a stream it is only asked for. */
  #fill(): void {
    if (this.#file === undefined) {
      this.#listen();
      return;
    }
    while (!this.#hasEnded && this.#queue.length < LINE_BYTES && !this.#queue.includes(NEWLINE)) {
      const portion = Buffer.alloc(MAX_QUEUED_BYTES);
      const length = readPortion(this.#file, portion);
      this.#hasEnded = length === 0;
      this.#queue = Buffer.concat([this.#queue, portion.subarray(0, length)]);
    }
  }

  #listen(): void {
    if (this.#isListening || this.#hasEnded) return;
    this.#isListening = true;
    process.stdin.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onEnd);
  }

  async #arrival(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#queue = Buffer.concat([this.#queue, chunk]);
    if (this.#queue.length >= MAX_QUEUED_BYTES) process.stdin.pause();
    this.#wake();
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#wake();
  };
}

/** Lines that are typed into one run after the other: what one of them has asked for is kept for the others. */
export class RepeatedLines implements TypedLines {
  // Where runs are repeated nobody is asked between two of them.
  readonly isTerminal = false;
  readonly #lines: Uint8Array[] = [];
  #at = 0;

  constructor(private readonly source: TypedLines) {}

  /** The next line is the first one again. */
  rewind(): void {
    this.#at = 0;
  }

  get isExhausted(): boolean {
    return this.#at === this.#lines.length && this.source.isExhausted;
  }

  async next(): Promise<Uint8Array | undefined> {
    return this.#at < this.#lines.length ? this.#lines[this.#at++] : this.#keep(await this.source.next());
  }

  nextIfThere(): Uint8Array | undefined {
    return this.#at < this.#lines.length ? this.#lines[this.#at++] : this.#keep(this.source.nextIfThere());
  }

  interrupt(): void {
    this.source.interrupt();
  }

  #keep(line: Uint8Array | undefined): Uint8Array | undefined {
    if (line === undefined || line.length === 0) return line;
    this.#at = this.#lines.push(line);
    return line;
  }
}

function open(path: string): number {
  try {
    const file = openSync(path, 'r');
    if (fstatSync(file).isDirectory()) throw new Refusal(`${path}: is a folder`);
    return file;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${path}: ${whyNot(error)}`);
  }
}

/** What cannot be read (any more) ends there. */
function readPortion(file: number, portion: Buffer): number {
  try {
    return readSync(file, portion, 0, portion.length, null);
  } catch {
    return 0;
  }
}

function kindOfStandardInput(): 'terminal' | 'file' | 'stream' | 'nothing' {
  try {
    const status = fstatSync(STANDARD_INPUT);
    if (isatty(STANDARD_INPUT)) return 'terminal';
    if (status.isDirectory()) return 'nothing';
    return status.isFile() ? 'file' : 'stream';
  } catch {
    // Standard input was closed before we were started.
    return 'nothing';
  }
}
