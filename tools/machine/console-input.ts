/**
 * Standard input on its way to the guest's console.
 *
 * A terminal is put into raw mode, so that the guest gets every key but those of escape-keys.ts, and back on every way out. A
 * regular file is read when the guest has room, so that a run with it is the same every time. Anything else, such as a pipe,
 * goes in as it arrives, without keys that mean something to us.
 */
import { fstatSync, readSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { isatty, type ReadStream } from 'node:tty';
import { EscapeKeys, type Request, type Typed } from './escape-keys.js';

/** Bytes that wait for the guest at most before the sender is told to wait. */
const MAX_QUEUED_BYTES = 64 * 1024;
const FILE_PORTION_BYTES = 4096;
const STANDARD_INPUT = 0;
const NEWLINE = 0x0a;

export class ConsoleInput {
  readonly isTerminal: boolean;
  /** Whether what comes, and when, is the same in every run. */
  readonly isFile: boolean;
  private readonly keys = new EscapeKeys();
  private queue: Uint8Array = new Uint8Array(0);
  private requests: Request[] = [];
  private hasEnded = false;
  private wake: () => void = () => {};
  private lines: Interface | undefined;
  /** Lines of the editor that nobody has read yet; undefined where it was left. */
  private typed: (string | undefined)[] = [];
  /** Keys for the editor from before it was there. */
  private forMonitor = Buffer.alloc(0);

  constructor() {
    const kind = kindOfStandardInput();
    this.isTerminal = kind === 'terminal';
    this.isFile = kind === 'file';
    this.hasEnded = kind === 'nothing';
    if (kind !== 'terminal' && kind !== 'stream') return;
    const { stdin } = process;
    stdin.on('data', this.onData).on('end', this.onEnd).on('error', this.onEnd);
    if (this.isTerminal) process.once('exit', this.restore);
    this.setRaw(true);
  }

  /** Nothing is left, and nothing will come. */
  get isExhausted(): boolean {
    return this.hasEnded && this.queue.length === 0;
  }

  /** Gives the guest what it takes: `receive` says how many bytes it took. */
  feed(receive: (bytes: Uint8Array) => number): void {
    if (this.isFile && this.queue.length === 0) this.readFile();
    if (this.queue.length === 0) return;
    this.queue = this.queue.subarray(receive(this.queue));
    this.letSenderGoOn();
  }

  /** What was asked for with keys, first things first. */
  nextRequest(): Request | undefined {
    return this.requests.shift();
  }

  /** Resolves when something has come: bytes, a request, or the end. */
  async arrival(): Promise<void> {
    if (this.requests.length > 0 || this.queue.length > 0 || this.hasEnded || this.isFile) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  /** Makes whoever waits for an arrival look again. */
  interrupt(): void {
    this.wake();
  }

  /** A line for the monitor: with an editor and a history on a terminal, else from what comes. Undefined at the end. */
  async readLine(prompt: string): Promise<string | undefined> {
    if (this.isTerminal) return this.readEditedLine(prompt);
    for (;;) {
      if (this.isFile && !this.queue.includes(NEWLINE)) this.readFile();
      const end = this.queue.indexOf(NEWLINE);
      const isWhole = end >= 0 || this.hasEnded || this.queue.length >= MAX_QUEUED_BYTES;
      if (isWhole) {
        if (this.queue.length === 0) return undefined;
        const line = Buffer.from(this.queue.subarray(0, end < 0 ? undefined : end)).toString('utf8');
        this.queue = this.queue.subarray(end < 0 ? this.queue.length : end + 1);
        this.letSenderGoOn();
        return line;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Gives the terminal back to the guest after lines were read. */
  endLines(): void {
    if (this.lines === undefined) return;
    this.lines.off('close', this.onEditorClosed).close();
    this.lines = undefined;
    this.typed = [];
    process.stdin.on('data', this.onData);
    this.setRaw(true);
    process.stdin.resume();
  }

  /** Leaves standard input as it was found, so that the process can end. */
  close(): void {
    this.lines?.close();
    process.stdin.off('data', this.onData).off('end', this.onEnd).off('error', this.onEnd);
    process.off('exit', this.restore);
    this.restore();
    if (this.isFile || this.hasEnded) return;
    process.stdin.destroy();
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.isTerminal) this.takeKeys(this.keys.filter(chunk));
    else this.append(chunk);
    if (this.queue.length >= MAX_QUEUED_BYTES) process.stdin.pause();
    this.wake();
  };

  private takeKeys({ bytes, requests, forMonitor }: Typed): void {
    this.append(bytes);
    this.requests.push(...requests);
    this.forMonitor = Buffer.concat([this.forMonitor, forMonitor]);
  }

  private readonly onEnd = (): void => {
    this.hasEnded = true;
    this.wake();
  };

  private readonly onEditorClosed = (): void => {
    this.typed.push(undefined);
    this.wake();
  };

  private readonly restore = (): void => this.setRaw(false);

  private setRaw(raw: boolean): void {
    if (this.isTerminal) (process.stdin as ReadStream).setRawMode(raw);
  }

  private letSenderGoOn(): void {
    if (!this.isFile && !this.hasEnded && this.queue.length < MAX_QUEUED_BYTES) process.stdin.resume();
  }

  private append(bytes: Uint8Array): void {
    this.queue = this.queue.length === 0 ? bytes : Buffer.concat([this.queue, bytes]);
  }

  private readFile(): void {
    if (this.hasEnded) return;
    const portion = new Uint8Array(FILE_PORTION_BYTES);
    const length = readSync(STANDARD_INPUT, portion, 0, portion.length, null);
    this.hasEnded = length === 0;
    this.append(portion.subarray(0, length));
  }

  private async readEditedLine(prompt: string): Promise<string | undefined> {
    this.lines ??= this.openEditor();
    this.lines.setPrompt(prompt);
    if (this.typed.length === 0) this.lines.prompt();
    while (this.typed.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const line = this.typed.shift();
    if (line === undefined) this.endLines();
    return line;
  }

  private openEditor(): Interface {
    process.stdin.off('data', this.onData);
    const editor = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    editor.on('line', (line) => {
      this.typed.push(line);
      this.wake();
    });
    // Ctrl-D: nothing more is to be said to the monitor. Ctrl-C throws away what was typed.
    editor.on('close', this.onEditorClosed);
    editor.on('SIGINT', () => {
      process.stderr.write('\n');
      editor.write(null, { ctrl: true, name: 'u' });
      editor.prompt();
    });
    if (this.forMonitor.length > 0) process.stdin.unshift(this.forMonitor);
    this.forMonitor = Buffer.alloc(0);
    return editor;
  }
}

function kindOfStandardInput(): 'terminal' | 'file' | 'stream' | 'nothing' {
  try {
    const status = fstatSync(STANDARD_INPUT);
    if (isatty(STANDARD_INPUT)) return 'terminal';
    return status.isFile() ? 'file' : 'stream';
  } catch {
    // Standard input was closed before we were started.
    return 'nothing';
  }
}
