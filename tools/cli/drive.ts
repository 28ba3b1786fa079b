/** A guest booted as `tocsin run` does it, and run in slices, so that Ctrl-C and a closed output are noticed between them. */
import { basename, extname } from 'node:path';
import { BootError, KernelPanic, System, type SystemOptions, Timeline } from '../../kernel/index.js';
import { type ElfImage, parseElf } from '../../machine/elf.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { TypedLines } from './guest-input.js';
import type { RunOptions } from './run-command.js';
import type { Ending } from './run-report.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import type { GuestOutput } from './standard-streams.js';

/** With input at hand the host's events are looked at so often. */
const LOOK_MS = 30;
const NOTHING = new Uint8Array(0);

export interface Booting {
  readonly image: ElfImage;
  readonly driver: Uint8Array | undefined;
  readonly monitor?: ElfImage | undefined;
  readonly files: readonly string[];
  readonly guestArguments: readonly string[];
  readonly options: RunOptions;
  readonly input: TypedLines;
  readonly output: GuestOutput;
  /** What else the system is booted with. */
  readonly more: Partial<SystemOptions>;
}

/** Throws Refusal where it cannot be booted. */
export function boot(booting: Booting): System {
  return booted(booting, () => System.boot(optionsOf(booting)));
}

/** The same, with its past at hand. */
export function bootTimeline(booting: Booting): Timeline {
  return booted(booting, () => Timeline.boot(optionsOf(booting)));
}

function booted<Result>({ files }: Booting, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof BootError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
    throw error;
  }
}

function optionsOf({
  image,
  driver,
  monitor,
  files,
  guestArguments,
  options,
  input,
  output,
  more,
}: Booting): SystemOptions {
  return {
    name: programName(files),
    image,
    ...(driver === undefined ? {} : { console: parseElf(driver) }),
    ...(monitor === undefined ? {} : { monitor }),
    overcommit: options.overcommit,
    // Only a person decides when there is something to read; whatever else we read is there when the guest wants it.
    interactive: input.isTerminal || 'at once',
    arguments: guestArguments,
    memoryBytes: options.memory,
    quantum: options.quantum,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    onOutput: (bytes) => output.write(bytes),
    // Plain runs print no hash, and need not pay for one.
    journal: { hashed: options.stats === true || options.json === true || options.record !== undefined },
    ...more,
  };
}

/** What its process is called: without folder and ending, because where a program lies must not change its journal. */
export function programName(files: readonly string[]): string {
  return basename(files[0], extname(files[0]));
}

/** Runs to the end, to the limit, or until somebody stops it. */
export async function drive(
  system: System,
  maxInstructions: number,
  input: TypedLines,
  output: GuestOutput,
  /** Called between slices; with `true` where it may be long until the next. */
  look: (isPause: boolean) => void = () => undefined,
): Promise<Ending> {
  let isInterrupted = false;
  const interrupt = (): void => {
    // Whoever presses Ctrl-C twice does not want to wait for the statistics.
    if (isInterrupted) process.exit(EXIT.INTERRUPTED);
    isInterrupted = true;
    input.interrupt();
  };
  process.on('SIGINT', interrupt);
  try {
    let slice = FIRST_SLICE;
    let lookedAt = performance.now();
    for (;;) {
      const begun = performance.now();
      const outcome = system.run(Math.min(slice, maxInstructions - system.instructions));
      const ended = performance.now();
      if (outcome.kind === 'input') {
        const line = input.nextIfThere();
        // What the guest asks should be seen before it is answered.
        if (line === undefined) output.flush();
        look(line === undefined);
        type(system, line ?? (await input.next()));
        if (line !== undefined && ended - lookedAt < LOOK_MS) continue;
      } else if (outcome.kind === 'stopped') throw new KernelPanic('a run without a debugger was stopped by one');
      else if (outcome.kind !== 'limit' || system.instructions >= maxInstructions) return outcome;
      else slice = nextSlice(slice, ended - begun);
      look(false);
      lookedAt = ended;
      await output.written();
      await new Promise((resolve) => setImmediate(resolve));
      if (output.isClosed) return { kind: 'output closed' };
      if (isInterrupted) return { kind: 'interrupted' };
      // Others run while one waits for what a person types.
      if (input.isTerminal && system.awaitsInput)
        type(system, input.isExhausted ? undefined : (input.nextIfThere() ?? NOTHING));
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Types a line into the guest, or the end of input. */
export function type(system: Pick<System, 'input' | 'endInput'>, line: Uint8Array | undefined): void {
  if (line === undefined) system.endInput();
  else system.input(line);
}
