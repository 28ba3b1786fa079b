/** The debugger without a terminal: commands come from a pipe or a file, and all is printed plainly. */
import { readFileSync, statSync } from 'node:fs';
import type { TypedLines } from '../../cli/guest-input.js';
import { whyNot } from '../../toolchain/input.js';
import type { Host } from './host.js';
import type { PlainOutput } from './plain-output.js';

/** Larger files are no sources, and no commands of a person. */
const MAX_FILE_BYTES = 64 << 20;

export function readTextFile(path: string): { readonly text: string } | { readonly error: string } {
  try {
    const status = statSync(path);
    if (!status.isFile()) return { error: 'is no file' };
    if (status.size > MAX_FILE_BYTES) return { error: 'is too large' };
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { error: whyNot(error) };
  }
}

export class ScriptHost implements Host {
  readonly view = undefined;
  onInterrupt: () => void = () => {};
  private isInterrupted = false;

  constructor(
    private readonly output: PlainOutput,
    /** What is typed into the guest; undefined where standard input has the commands. */
    private readonly input: TypedLines | undefined,
    readonly serveGdb: Host['serveGdb'],
  ) {}

  print(text: string): void {
    this.output.say(text);
  }

  async look(): Promise<void> {
    await this.output.written();
    await new Promise((resolve) => setImmediate(resolve));
  }

  interrupt(): void {
    this.isInterrupted = true;
    this.wakeGuestLine();
    this.onInterrupt();
  }

  wakeGuestLine(): void {
    this.input?.interrupt();
  }

  takeInterrupt(): boolean {
    const { isInterrupted } = this;
    this.isInterrupted = false;
    return isInterrupted;
  }

  async guestLine(): Promise<Uint8Array | undefined> {
    return this.input?.next();
  }

  guestLineIfThere(): Uint8Array | undefined {
    return this.input?.nextIfThere();
  }

  async confirm(): Promise<boolean> {
    return true;
  }

  readFile(path: string) {
    return readTextFile(path);
  }
}
