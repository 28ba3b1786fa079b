/** What was typed in earlier sessions, in the user's state folder. A history that cannot be kept is none; nothing fails for that. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { HISTORY_LINES } from './line-editor.js';

const MAX_FILE_BYTES = 1 << 20;

/** `$XDG_STATE_HOME/tocsin/debug-history`, or below `~/.local/state` (XDG Base Directory Specification). */
export function historyPath(environment: NodeJS.ProcessEnv): string {
  const { XDG_STATE_HOME: state = '' } = environment;
  // As the specification wants it: a relative path counts as none.
  const folder = isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(folder, 'tocsin', 'debug-history');
}

/** The newest first. */
export function readHistory(path: string): string[] {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > MAX_FILE_BYTES) return [];
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.slice(-HISTORY_LINES).reverse();
  } catch {
    return [];
  }
}

/** `history` with the newest first. Replaces the file at once: whoever reads it meanwhile sees the old one or the new one. */
export function writeHistory(path: string, history: readonly string[]): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fresh = `${path}.${process.pid}`;
    const lines = history.slice(0, HISTORY_LINES).reverse();
    writeFileSync(fresh, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(fresh, path);
  } catch {
    // No home, a full disk, somebody else's file: the next session begins without a history.
  }
}
