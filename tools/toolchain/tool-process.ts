/** Runs compilers and linkers, in an environment that cannot change what they make. */
import { type ChildProcess, spawn } from 'node:child_process';
import { ToolchainError } from './failure.js';

export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

export interface ToolResult {
  readonly succeeded: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that give compilers folders and options behind our back. */
const MEDDLING = [
  'CPATH',
  'C_INCLUDE_PATH',
  'CPLUS_INCLUDE_PATH',
  'LIBRARY_PATH',
  'COMPILER_PATH',
  'GCC_EXEC_PREFIX',
  'GCC_COMPARE_DEBUG',
  'DEPENDENCIES_OUTPUT',
  'SUNPRO_DEPENDENCIES',
  'CCC_OVERRIDE_OPTIONS',
  'ZIG_LIB_DIR',
];

/** What a tool may say; beyond it, what it says is cut. */
const MAX_OUTPUT_BYTES = 1 << 20;

const running = new Set<ChildProcess>();

export function runTool(command: Command, folder: string, variables: NodeJS.ProcessEnv = {}): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, command.arguments, {
      cwd: folder,
      env: toolEnvironment(variables),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that what a compiler itself has started can be ended with it.
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error) => {
      running.delete(child);
      reject(new ToolchainError(`${command.program} cannot be started: ${error.message}`));
    });
    child.on('close', (code) => {
      running.delete(child);
      resolve({ succeeded: code === 0, stdout: stdout(), stderr: stderr() });
    });
  });
}

/** For the end of our own process: a compiler that went on would make anew the files that are being removed. */
export function killTools(): void {
  for (const child of running) {
    if (child.pid === undefined) continue;
    try {
      if (process.platform === 'win32') child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function toolEnvironment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of MEDDLING) delete environment[name];
  // `__DATE__` and `__TIME__` would make every result another one.
  return { ...environment, SOURCE_DATE_EPOCH: '0', TZ: 'UTC', ...variables };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    if (size < MAX_OUTPUT_BYTES) chunks.push(chunk);
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8', 0, MAX_OUTPUT_BYTES);
}
