/** `tocsin ps`: a program is run to a stop, and what there is then is printed as tables. */
import { existsSync } from 'node:fs';
import { VIEW_NAMES } from '../../kernel/index.js';
import { outputColours } from './colours.js';
import { quoted, Refusal } from './failure.js';
import { nearest } from './nearest.js';
import { print } from './standard-streams.js';
import { runToStop } from './stop.js';
import type { StopOptions } from './stop-options.js';
import { isViewName, viewObjects, viewTables } from './view-tables.js';

export async function ps(
  words: readonly string[],
  guestArguments: readonly string[],
  options: StopOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const files = words.filter((word) => !isViewName(word));
  const named = words.filter(isViewName);
  const names = named.length > 0 ? named : VIEW_NAMES;
  const stray = files.find(isNothing);
  if (stray !== undefined) throw new Refusal(noSuchView(stray));
  const { system, outcome, text, status } = await runToStop(files, guestArguments, options, takeInterrupts);
  if (options.json) {
    const { instructions, time } = system;
    print(`${JSON.stringify({ outcome, instructions, time, views: viewObjects(system, names) })}\n`);
  } else {
    const colours = outputColours();
    print(`${colours.dim(text)}\n\n${viewTables(system, names, colours)}`);
  }
  return status;
}

/** A word that was not meant as a file: it has no extension and no folder, and there is no such file. */
function isNothing(word: string): boolean {
  return /^[^./\\]+$/.test(word) && !existsSync(word);
}

function noSuchView(word: string): string {
  const near = nearest(word.toLowerCase(), VIEW_NAMES);
  const meant = near === undefined ? '' : ` (Did you mean ${near}?)`;
  return `${quoted(word)} is neither a file nor a view${meant}; the views are ${VIEW_NAMES.join(' ')}`;
}
