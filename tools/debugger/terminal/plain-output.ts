/** Standard output for both: what the program prints goes there untouched, and what the debugger says begins on a line of its own. */
import { GuestOutput } from '../../cli/standard-streams.js';

const NEWLINE = 0x0a;

export class PlainOutput {
  private readonly output = new GuestOutput();
  private isAtLineStart = true;

  /** Of the guest. The bytes are copied. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.isAtLineStart = bytes[bytes.length - 1] === NEWLINE;
    this.output.write(bytes);
  }

  /** Of the debugger: whole lines. */
  say(text: string): void {
    this.output.write(Buffer.from(this.isAtLineStart ? text : `\n${text}`, 'utf8'));
    this.isAtLineStart = true;
  }

  /** Whether nothing can be written any more. */
  get isClosed(): boolean {
    return this.output.isClosed;
  }

  flush(): void {
    this.output.flush();
  }

  /** Resolves when the reader has taken enough that more may be written, or has gone. */
  written(): Promise<void> {
    return this.output.written();
  }

  /** Resolves when everything is written, or cannot be. */
  finished(): Promise<void> {
    return this.output.finished();
  }
}
