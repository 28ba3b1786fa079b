/** Which modules `tocsin test` is about: those that are named, and those that are found in folders. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { whyNot } from '../toolchain/input.js';
import { Refusal } from './failure.js';

const MODULE = /\.m?[jt]s$/;
const SCENARIOS = /\.scenario\.m?[jt]s$/;

/** Law 6: somebody's whole disk is not what was meant. */
const MAX_FOLDERS = 10_000;

/** In the order in which they were named, those of a folder by their names. Throws Refusal. */
export function findScenarioFiles(named: readonly string[]): string[] {
  const found = (named.length === 0 ? ['.'] : named).flatMap((path) => (isFolder(path) ? filesUnder(path) : [path]));
  const other = found.find((path) => !MODULE.test(path));
  if (other !== undefined) throw new Refusal(`${other}: not a module by its name; expected one of .ts .mts .js .mjs`);
  return [...new Set(found)];
}

function isFolder(path: string): boolean {
  if (path === '') throw new Refusal('a file name is empty');
  try {
    const status = statSync(path);
    if (!status.isFile() && !status.isDirectory()) throw new Refusal(`${path}: not a regular file`);
    return status.isDirectory();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${path}: ${whyNot(error)}`);
  }
}

/** Links are not followed; neither installed packages nor hidden folders are looked into. */
function filesUnder(folder: string): string[] {
  const found: string[] = [];
  const folders = [folder];
  for (let at = 0; at < folders.length; at++) {
    if (at === MAX_FOLDERS)
      throw new Refusal(`${folder}: more than ${MAX_FOLDERS} folders; name the one with scenarios`);
    for (const entry of entriesOf(folders[at])) {
      const path = join(folders[at], entry.name);
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')) folders.push(path);
      else if (entry.isFile() && SCENARIOS.test(entry.name)) found.push(path);
    }
  }
  if (found.length === 0) throw new Refusal(`${folder}: no *.scenario.ts or *.scenario.js in it, nor under it`);
  return found.sort();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new Refusal(`${folder}: ${whyNot(error)}`);
  }
}
