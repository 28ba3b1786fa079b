/** Runs one of the scripts in `children/`, with the loader that this process has, and reads its line of JSON. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MeasureError } from './rounds.js';

/** Seconds after which a child is given up. */
const TIME_LIMIT = 60;

/** @throws MeasureError with the child's complaint. */
export function runChild(name: string, ...args: readonly string[]): Record<string, number> {
  const script = fileURLToPath(new URL(`children/${name}.ts`, import.meta.url));
  try {
    const line = execFileSync(process.execPath, ['--expose-gc', ...process.execArgv, script, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT * 1000,
    });
    return JSON.parse(line) as Record<string, number>;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    const reason = said.split('\n').find((line) => /error/i.test(line)) ?? said;
    throw new MeasureError(`children/${name}.ts: ${reason.trim()}`);
  }
}
