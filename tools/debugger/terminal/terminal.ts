/** The terminal itself: keys one by one, its size, and the way back to how it was found, on every way out. */
import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';
import { ENTER, LEAVE } from './screen.js';

export interface Key {
  readonly name: string | undefined;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly sequence: string;
}

/** As shells report SIGHUP. */
const HUNG_UP = 129;

export class Terminal {
  private isAlternate = false;
  private isOpen = false;
  onKey: (key: Key) => void = () => {};
  onResize: () => void = () => {};
  /** The terminal has gone away. */
  onEnd: () => void = () => {};

  constructor(
    private readonly input: ReadStream,
    private readonly output: WriteStream,
  ) {}

  open(): void {
    this.isOpen = true;
    emitKeypressEvents(this.input);
    this.input.on('keypress', this.keyPressed).on('end', this.ended).on('error', this.ended);
    this.output.on('resize', this.resized).on('error', this.ended);
    process.once('exit', this.restore);
    // What is not caught ends the process without a word on the screen that was there before, unless that comes back first.
    process.once('uncaughtExceptionMonitor', this.restore);
    process.once('SIGHUP', this.hungUp).on('SIGCONT', this.continued);
    this.input.setRawMode(true);
    this.input.resume();
  }

  close(): void {
    if (!this.isOpen) return;
    this.restore();
    this.isOpen = false;
    this.input.off('keypress', this.keyPressed).off('end', this.ended).off('error', this.ended);
    this.output.off('resize', this.resized).off('error', this.ended);
    process.off('exit', this.restore).off('uncaughtExceptionMonitor', this.restore);
    process.off('SIGHUP', this.hungUp).off('SIGCONT', this.continued);
    this.input.destroy();
  }

  write(text: string | Uint8Array): void {
    this.output.write(text);
  }

  get width(): number {
    return this.output.columns || 80;
  }

  get height(): number {
    return this.output.rows || 24;
  }

  /** The full screen, or what was there before. */
  setAlternate(isAlternate: boolean): void {
    if (isAlternate === this.isAlternate) return;
    this.isAlternate = isAlternate;
    this.write(isAlternate ? ENTER : LEAVE);
  }

  /** Ctrl-Z: the shell gets its terminal back until it continues us. */
  suspend(): void {
    if (this.isAlternate) this.write(LEAVE);
    this.input.setRawMode(false);
    process.kill(process.pid, 'SIGTSTP');
  }

  private readonly keyPressed = (text: string | undefined, key: Partial<Key> | undefined): void => {
    const sequence = key?.sequence ?? text ?? '';
    this.onKey({ name: key?.name, ctrl: key?.ctrl === true, meta: key?.meta === true, sequence });
  };

  private readonly resized = (): void => this.onResize();

  private readonly ended = (): void => this.onEnd();

  private readonly hungUp = (): void => process.exit(HUNG_UP);

  private readonly continued = (): void => {
    this.input.setRawMode(true);
    if (this.isAlternate) this.write(ENTER);
    this.onResize();
  };

  private readonly restore = (): void => {
    if (!this.isOpen) return;
    this.setAlternate(false);
    // A terminal that has gone away cannot be set to anything.
    if (!this.input.destroyed) this.input.setRawMode(false);
  };
}
