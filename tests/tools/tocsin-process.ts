/** Drives the built command line as a person's shell does. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const COMMAND = resolve('dist/tocsin.js');

if (!existsSync(COMMAND)) throw new Error('dist/tocsin.js is missing: npm run build');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly folder?: string;
  readonly variables?: NodeJS.ProcessEnv;
  /** Another copy of the command. */
  readonly command?: string;
  /** Standard input; nothing unless given. */
  readonly input?: string;
  /** ms after which it is ended from outside. */
  readonly patience?: number;
}

/** Runs to the end. No limit that it meets is part of a test: it only keeps a hanging command from hanging the suite. */
export function tocsin(
  words: readonly string[],
  { folder, variables, command = COMMAND, input = '', patience = 60_000 }: Surroundings = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], {
    cwd: folder ?? process.cwd(),
    env: environment(variables),
    input,
    encoding: 'utf8',
    timeout: patience,
    maxBuffer: 64 << 20,
  });
  return { status, stdout, stderr };
}

export function startTocsin(words: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [COMMAND, ...words], { env: environment() });
}

/** The status of a process that was started; null if a signal ended it. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((done) => child.on('close', (status) => done({ status, stdout, stderr })));
}

function environment(variables: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { TOCSIN_CC: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  return { ...rest, ...variables };
}

/** A folder with files, for one test file. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'tocsin-test-'));

  /** Writes a file and gives its whole path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The last line of standard error as the object that `--json` prints. */
export function report(run: Ended): Record<string, unknown> {
  return JSON.parse(run.stderr.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}
