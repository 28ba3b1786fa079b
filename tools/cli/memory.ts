/** `tocsin memory`: a program is run to a stop, and who has which memory then is drawn. */
import { allocatorTree, memoryMap } from '../../kernel/index.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { outputColours } from './colours.js';
import { mapPicture } from './memory-map.js';
import { treePicture } from './memory-tree.js';
import { print } from './standard-streams.js';
import { runToStop } from './stop.js';
import type { StopOptions } from './stop-options.js';

export async function memory(
  files: readonly string[],
  guestArguments: readonly string[],
  options: StopOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const { system, outcome, text, status } = await runToStop(files, guestArguments, options, takeInterrupts);
  const tree = allocatorTree(system.state);
  const map = memoryMap(system.state);
  if (options.json) {
    const { instructions, time } = system;
    const frames = {
      bytes: PAGE_BYTES,
      count: system.state.frameCount,
      free: system.state.frameCount - system.state.frames.live,
    };
    print(`${JSON.stringify({ outcome, instructions, time, memoryBytes: options.memory, frames, tree, map })}\n`);
  } else {
    const colours = outputColours();
    const { cyan, yellow, green, magenta, blue, red } = colours;
    const processes = system.view('processes').map(({ koid, name }) => ({ koid: Number(koid), name: String(name) }));
    const picture = mapPicture(system.kernel.memory.base, map, processes, {
      bold: colours.bold,
      dim: colours.dim,
      owners: [cyan, yellow, green, magenta, blue, red],
    });
    print(`${colours.dim(text)}\n\n${treePicture(tree, colours)}\n${picture}`);
  }
  return status;
}
