/** `tocsin debug --prove`: a program runs with and without a debugger, and whatever it can observe is compared. */
import { basename, extname } from 'node:path';
import { BootError } from '../../kernel/index.js';
import { parseElf } from '../../machine/elf.js';
import { type Proof, type ProofOptions, prove as proveInSlices } from '../debugger/proof/proof.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { Progress } from '../toolchain/progress.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { GuestInput } from './guest-input.js';
import { loadProgram, parseProgram } from './load.js';
import type { ProveOptions } from './prove-options.js';
import { proofJson, proofText } from './prove-report.js';
import { print, say } from './standard-streams.js';

/** The exit status. Throws Refusal, ToolchainError. */
export async function prove(
  files: readonly string[],
  guestArguments: readonly string[],
  options: ProveOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const image = await load(files, options);
  const { monitor: asked } = options;
  const monitor = asked === undefined ? undefined : { name: nameOf(asked), image: await load([asked], options) };
  const driver = await consoleDriver(options.cc);
  const proof = await proveInTurns(
    files,
    {
      options: {
        name: nameOf(files[0]),
        image,
        ...(driver === undefined ? {} : { console: parseElf(driver) }),
        ...(monitor === undefined ? {} : { monitor: monitor.image }),
        arguments: guestArguments,
        memoryBytes: options.memory,
        overcommit: options.overcommit,
        quantum: options.quantum,
        journal: { hashed: false },
      },
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      lines: options.input === undefined ? [] : linesOf(options.input),
      stops: options.stops,
      places: options.places,
      maxInstructions: options.maxInstructions,
    },
    takeInterrupts,
  );
  if (proof === undefined) {
    say('tocsin: interrupted');
    return EXIT.INTERRUPTED;
  }
  if (options.json) print(`${JSON.stringify(proofJson(proof, image))}\n`);
  else print(proofText(proof, image, { files, guestArguments, options }));
  return proof.difference === undefined ? EXIT.OK : EXIT.FAILED;
}

async function load(files: readonly string[], options: ProveOptions): Promise<ReturnType<typeof parseProgram>> {
  return parseProgram(await loadProgram(files, { ...options, optimize: '2', debug: false }), files);
}

/** As `tocsin run` calls a program. */
function nameOf(file: string): string {
  return basename(file, extname(file));
}

function linesOf(path: string): Uint8Array[] {
  const input = new GuestInput(path);
  const lines: Uint8Array[] = [];
  for (let line = input.nextIfThere(); line !== undefined; line = input.nextIfThere()) lines.push(line);
  input.close();
  return lines;
}

/** A turn at a time, so that progress is shown and Ctrl-C noticed between them; undefined where it was pressed. */
async function proveInTurns(
  files: readonly string[],
  options: ProofOptions,
  takeInterrupts: () => void,
): Promise<Proof | undefined> {
  const progress = new Progress();
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
  };
  process.on('SIGINT', interrupt);
  takeInterrupts();
  try {
    const turns = proveInSlices(options);
    for (;;) {
      const turn = turns.next();
      if (turn.done) return turn.value;
      const { instructions, of } = turn.value;
      const part = Number.isFinite(of) ? `${Math.floor((100 * instructions) / of)} %` : 'how long it takes';
      progress.say(`proving ${files[0]}: ${part}, ${instructions.toLocaleString('en-US')} instructions`);
      await new Promise((resolve) => setImmediate(resolve));
      if (isInterrupted) return undefined;
    }
  } catch (error) {
    if (error instanceof BootError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
    throw error;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
  }
}
