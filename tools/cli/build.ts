/** `tocsin build`. */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { whyNot } from '../toolchain/input.js';
import type { BuildOptions } from './build-command.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { loadProgram } from './load.js';

export async function build(files: readonly string[], options: BuildOptions): Promise<number> {
  if (files.includes(options.output))
    throw new Refusal(`${options.output}: would be overwritten by the program made of it`);
  const linked = files.find((file) => file.endsWith('.elf'));
  if (linked !== undefined) throw new Refusal(`${linked}: is linked already; build takes sources and objects`);
  writeWhole(options.output, await loadProgram(files, options));
  return EXIT.OK;
}

/** All of it or nothing: an interrupted build leaves what was there. */
function writeWhole(path: string, bytes: Uint8Array): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
      // A device such as /dev/stdout cannot be replaced.
      writeFileSync(path, bytes);
      return;
    }
    const fresh = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(fresh, bytes, { mode: 0o755 });
      renameSync(fresh, path);
    } finally {
      rmSync(fresh, { force: true });
    }
  } catch (error) {
    const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Refusal(`${path}: ${isFolderMissing ? 'the folder does not exist' : whyNot(error)}`);
  }
}
