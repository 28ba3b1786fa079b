/** A terminal that a program runs in: tmux, a window of its own server, whose screen can be read back. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function hasTmux(): boolean {
  const installed = spawnSync('tmux', ['-V']).error === undefined;
  if (!installed) console.log('skipped: tmux is not installed');
  return installed;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** So long a screen may take to become what is expected: it only keeps what hangs from hanging the suite. */
const PATIENCE_MS = 60_000;
let sessions = 0;

export class TerminalSession {
  private readonly name = `tocsin-test-${process.pid}-${sessions++}`;

  /** Runs a line of the shell. */
  constructor(line: string, { width, height }: Size, variables: Readonly<Record<string, string>> = {}) {
    const given = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    this.tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      String(width),
      '-y',
      String(height),
      ...given,
      `${line}; sleep 1000`,
    );
  }

  /** Types a text as it is. */
  type(text: string): void {
    this.tmux('send-keys', '-l', '--', text);
  }

  /** Presses keys by tmux's names: `C-c`, `Enter`, `PageDown`. */
  press(...keys: readonly string[]): void {
    for (const key of keys) this.tmux('send-keys', key);
  }

  line(text: string): void {
    this.type(text);
    this.press('Enter');
  }

  resize({ width, height }: Size): void {
    this.tmux('resize-window', '-x', String(width), '-y', String(height));
  }

  /** What is on the screen, without blanks at the ends of lines. `withColours`: with the control sequences that colour it. */
  screen(withColours = false): string {
    const { stdout } = this.tmux('capture-pane', '-p', ...(withColours ? ['-e'] : []));
    return stdout.replace(/ +$/gm, '').trimEnd();
  }

  /** The screen when it is what is expected. Throws with the screen where it does not come to be. */
  async until(expected: RegExp | ((screen: string) => boolean)): Promise<string> {
    const isIt = (screen: string) => (expected instanceof RegExp ? expected.test(screen) : expected(screen));
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const screen = this.screen();
      if (isIt(screen)) return screen;
      if (performance.now() > end) throw new Error(`the screen did not become ${expected}:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** The process that the shell of the window runs now. */
  child(): number {
    const { stdout } = this.tmux('display-message', '-p', '#{pane_pid}');
    const shell = stdout.trim();
    return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')[0]);
  }

  close(): void {
    this.tmux('kill-server');
  }

  private tmux(...words: readonly string[]) {
    return spawnSync('tmux', ['-L', this.name, ...words], { encoding: 'utf8' });
  }
}
