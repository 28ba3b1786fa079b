/** `tocsin build`. */
import type { BuildOptions } from './build-command.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { loadProgram } from './load.js';
import { writeWhole } from './write-whole.js';

const EXECUTABLE = 0o755;

export async function build(files: readonly string[], options: BuildOptions): Promise<number> {
  if (files.includes(options.output))
    throw new Refusal(`${options.output}: would be overwritten by the program made of it`);
  const linked = files.find((file) => file.endsWith('.elf'));
  if (linked !== undefined) throw new Refusal(`${linked}: is linked already; build takes sources and objects`);
  writeWhole(options.output, await loadProgram(files, options), EXECUTABLE);
  return EXIT.OK;
}
