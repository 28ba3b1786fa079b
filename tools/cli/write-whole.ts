/** Files that are written whole: all of it or nothing, so that an interrupted command leaves what was there. */
import { randomBytes } from 'node:crypto';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { whyNot } from '../toolchain/input.js';
import { Refusal } from './failure.js';

/** `mode` is that of a new file; one that is there keeps its own unless `mode` is given. Throws Refusal. */
export function writeWhole(path: string, content: Uint8Array | string, mode?: number): void {
  try {
    const present = statSync(path, { throwIfNoEntry: false });
    if (present?.isFile() === false) {
      // A device such as /dev/stdout cannot be replaced.
      writeFileSync(path, content);
      return;
    }
    // What a symbolic link points to is replaced, not the link.
    const target = present === undefined ? path : realpathSync(path);
    const fresh = `${target}.${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(fresh, content, { mode: mode ?? (present === undefined ? 0o666 : present.mode & 0o777) });
      renameSync(fresh, target);
    } finally {
      rmSync(fresh, { force: true });
    }
  } catch (error) {
    const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Refusal(`${path}: ${isFolderMissing ? 'the folder does not exist' : whyNot(error)}`);
  }
}
