/** `tocsin run --gdb-wait` with a real gdb beside it, which is told nothing but the port and what a person would type. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { COMMAND } from '../../tools/tocsin-process.js';

export const GDB = 'gdb-multiarch';

/** There gdb finds the sources. */
const SOURCES = resolve('tests/further/gdb');

/** What it should end long before. Only keeps a hanging gdb from hanging the suite. */
const LIMIT_MS = 60_000;

export interface Session {
  readonly program: string;
  /** Arguments of the program. */
  readonly words?: readonly string[];
  /** Standard input of the program. */
  readonly input?: string;
  /** For `tocsin run`. */
  readonly options?: readonly string[];
  readonly commands: readonly string[];
  /** Ctrl-C for gdb when the program has said this. */
  readonly interruptAfter?: string;
}

export interface Shown {
  /** What gdb showed. */
  readonly gdb: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the run. */
  readonly status: number | null;
}

/** A run that listens for gdb. */
export class ListeningRun {
  stdout = '';
  stderr = '';
  private readonly ended: Promise<number | null>;
  private wake: () => void = () => {};
  private isOver = false;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (text) => {
      this.stdout += text;
      this.wake();
    });
    child.stderr?.on('data', (text) => {
      this.stderr += text;
      this.wake();
    });
    this.ended = new Promise((resolve) =>
      child.on('close', (status) => {
        this.isOver = true;
        this.wake();
        resolve(status);
      }),
    );
  }

  static async start(program: string, more: Partial<Session> = {}): Promise<ListeningRun> {
    const { options = ['--gdb-wait'], words = [], input = '' } = more;
    const child = spawn(process.execPath, [COMMAND, 'run', ...options, program, '--', ...words], { timeout: LIMIT_MS });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const run = new ListeningRun(child);
    await run.until(() => run.stderr.includes('\n'));
    return run;
  }

  get port(): string {
    const port = /^gdb: listening on 127\.0\.0\.1:(\d+)$/m.exec(this.stderr)?.[1];
    if (port === undefined) throw new Error(`it does not listen: ${this.stderr}`);
    return port;
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** A gdb that executes the commands and quits. */
  gdb(commands: readonly string[]): { readonly child: ChildProcess; readonly shown: Promise<string> } {
    const before = ['set width 0', 'set height 0', `target extended-remote :${this.port}`];
    const words = [...before, ...commands].flatMap((command) => ['-ex', command]);
    // One pipe for both, so that what it says comes in the order in which it says it; `exec`, so that a signal is gdb's.
    const child = spawn('sh', ['-c', 'exec "$@" 2>&1', 'sh', GDB, '--batch', '-nx', ...words], {
      cwd: SOURCES,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: LIMIT_MS,
    });
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
    });
    return { child, shown: new Promise((resolve) => child.on('close', () => resolve(text))) };
  }

  async over(): Promise<number | null> {
    return this.ended;
  }
}

/** One gdb from beginning to end, and then the run to its end. */
export async function debug(session: Session): Promise<Shown> {
  const run = await ListeningRun.start(session.program, session);
  const { child, shown } = run.gdb(session.commands);
  const { interruptAfter } = session;
  if (interruptAfter !== undefined) {
    await run.until(() => run.stdout.includes(interruptAfter));
    child.kill('SIGINT');
  }
  const gdb = await shown;
  const status = await run.over();
  return { gdb, stdout: run.stdout, stderr: run.stderr, status };
}
