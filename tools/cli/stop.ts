/** A program is run to a stop, to be looked at: what `ps` and `memory` begin with. */
import { basename, extname } from 'node:path';
import { BootError, type Outcome, System } from '../../kernel/index.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { loadProgram, parseProgram } from './load.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import type { StopOptions } from './stop-options.js';

export interface Stopped {
  readonly system: System;
  /** The kernel's word for how it stopped, or `interrupted`: Ctrl-C. */
  readonly outcome: Outcome['kind'] | 'interrupted';
  /** `stopped after 1,000 instructions` */
  readonly text: string;
  /** What the command ends with. */
  readonly status: number;
}

/** Runs a program to its end, until every thread is blocked, for so many instructions, or until Ctrl-C. */
export async function runToStop(
  files: readonly string[],
  guestArguments: readonly string[],
  options: StopOptions,
  takeInterrupts: () => void,
): Promise<Stopped> {
  if (files.length === 0) throw new Refusal('no FILE is named: a program has to run before there is anything to see');
  const image = parseProgram(await loadProgram(files, { ...options, optimize: '2' }), files);
  const system = boot(files, guestArguments, image, options);
  takeInterrupts();
  const outcome = await drive(system, options.maxInstructions ?? Number.POSITIVE_INFINITY);
  return {
    system,
    outcome: outcome?.kind ?? 'interrupted',
    text: `${stopText(outcome)} after ${system.instructions.toLocaleString('en-US')} instructions`,
    status: outcome === undefined ? EXIT.INTERRUPTED : EXIT.OK,
  };
}

function boot(
  files: readonly string[],
  guestArguments: readonly string[],
  image: ReturnType<typeof parseProgram>,
  options: StopOptions,
): System {
  try {
    return System.boot({
      name: basename(files[0], extname(files[0])),
      image,
      arguments: guestArguments,
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

/** In slices, so that Ctrl-C is noticed between them; undefined where it was pressed. */
async function drive(system: System, maxInstructions: number): Promise<Outcome | undefined> {
  let isInterrupted = false;
  const interrupt = (): void => {
    // Whoever presses it twice does not want to see anything.
    if (isInterrupted) process.exit(EXIT.INTERRUPTED);
    isInterrupted = true;
  };
  process.on('SIGINT', interrupt);
  try {
    let slice = FIRST_SLICE;
    for (;;) {
      const begun = performance.now();
      const outcome = system.run(Math.min(slice, maxInstructions - system.instructions));
      if (outcome.kind !== 'limit' || system.instructions >= maxInstructions) return outcome;
      slice = nextSlice(slice, performance.now() - begun);
      await new Promise((resolve) => setImmediate(resolve));
      if (isInterrupted) return undefined;
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function stopText(outcome: Outcome | undefined): string {
  switch (outcome?.kind) {
    case undefined:
      return 'interrupted';
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
    case 'stopped':
      return 'stopped';
    case 'blocked':
    case 'input':
      return 'every thread is blocked';
  }
}
