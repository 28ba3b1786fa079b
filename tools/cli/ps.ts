/** `tocsin ps`: a program is run to a stop, and what there is then is printed as tables. */
import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { BootError, type Outcome, System, VIEW_NAMES } from '../../kernel/index.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { quoted, Refusal } from './failure.js';
import { loadProgram, parseProgram } from './load.js';
import { nearest } from './nearest.js';
import type { PsOptions } from './ps-command.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import { print } from './standard-streams.js';
import { isViewName, viewObjects, viewTables } from './view-tables.js';

export async function ps(words: readonly string[], options: PsOptions, takeInterrupts: () => void): Promise<number> {
  const files = words.filter((word) => !isViewName(word));
  const named = words.filter(isViewName);
  const names = named.length > 0 ? named : VIEW_NAMES;
  const stray = files.find(isNothing);
  if (stray !== undefined) throw new Refusal(noSuchView(stray));
  if (files.length === 0) throw new Refusal('no FILE is named: a program has to run before there is anything to see');
  const image = parseProgram(await loadProgram(files, { ...options, optimize: '2' }), files);
  const system = boot(files, image, options);
  takeInterrupts();
  const outcome = await runToStop(system, options.until ?? Number.POSITIVE_INFINITY);
  if (options.json) {
    const { instructions, time } = system;
    print(`${JSON.stringify({ outcome: outcome.kind, instructions, time, views: viewObjects(system, names) })}\n`);
    return EXIT.OK;
  }
  const colours = outputColours();
  const stop = `${stopText(outcome)} after ${system.instructions.toLocaleString('en-US')} instructions`;
  print(`${colours.dim(stop)}\n\n${viewTables(system, names, colours)}`);
  return EXIT.OK;
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

function boot(files: readonly string[], image: ReturnType<typeof parseProgram>, options: PsOptions): System {
  try {
    return System.boot({
      name: basename(files[0], extname(files[0])),
      image,
      memoryBytes: options.memory,
      quantum: options.quantum,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      journal: { hashed: false },
    });
  } catch (error) {
    if (error instanceof BootError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
    throw error;
  }
}

/** In slices, so that Ctrl-C is noticed between them. */
async function runToStop(system: System, until: number): Promise<Outcome> {
  let slice = FIRST_SLICE;
  for (;;) {
    const begun = performance.now();
    const outcome = system.run(Math.min(slice, until - system.instructions));
    if (outcome.kind !== 'limit' || system.instructions >= until) return outcome;
    slice = nextSlice(slice, performance.now() - begun);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function stopText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `ended with code ${outcome.code}`;
    case 'halted':
      return outcome.epitaph ?? `stopped the machine with code ${outcome.code}`;
    case 'killed':
      return 'was killed';
    case 'out of memory':
      return 'was killed because the machine was out of memory';
    case 'fault':
      return 'ended by a fault';
    case 'limit':
      return 'stopped';
    case 'blocked':
    case 'input':
      return 'every thread is blocked';
  }
}
