/** `tocsin run`: a program under the kernel, in slices, so that Ctrl-C and a closed output are noticed between them. */
import { basename, extname } from 'node:path';
import { BootError, System, VIEW_NAMES } from '../../kernel/index.js';
import { type ElfImage, parseElf } from '../../machine/elf.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { errorColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { GuestInput } from './guest-input.js';
import { loadProgram, parseProgram } from './load.js';
import { explainOutcome } from './outcome.js';
import type { RunOptions } from './run-command.js';
import { type Ending, jsonReport, statistics } from './run-report.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import { GuestOutput, say } from './standard-streams.js';
import { TraceLines } from './trace-lines.js';
import { viewTables } from './view-tables.js';

const NO_DRIVER =
  'tocsin: standard input is not available: the package was built without its console driver, and there is no compiler';
/** With input at hand the host's events are looked at so often. */
const LOOK_MS = 30;
const NOTHING = new Uint8Array(0);

export async function run(
  files: readonly string[],
  guestArguments: readonly string[],
  options: RunOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const image = parseProgram(await loadProgram(files, { ...options, optimize: '2' }), files);
  const monitor = options.monitor === undefined ? undefined : await loadMonitor(options.monitor, options);
  const driver = await consoleDriver(options.cc);
  const input = new GuestInput(options.input);
  const output = new GuestOutput();
  const trace = new TraceLines(options.trace ?? new Set(), () => output.endLine());
  const system = boot({ image, driver, monitor, files, guestArguments, options, input, output, trace });
  trace.attach(system);

  if (driver === undefined) say(NO_DRIVER);
  takeInterrupts();
  const begun = performance.now();
  const ending = await drive(system, options.maxInstructions ?? Number.POSITIVE_INFINITY, input, output);
  input.close();
  const hostSeconds = (performance.now() - begun) / 1000;
  await output.finished();
  if (ending.kind === 'output closed' || output.isClosed) return EXIT.OUTPUT_CLOSED;

  const lines = ending.kind === 'interrupted' ? ['interrupted'] : explainOutcome(ending, image, system);
  if (lines.length > 0 || options.stats || options.json || options.ps) output.endLine();
  for (const line of lines) say(`tocsin: ${line}`);
  if (options.stats || ending.kind === 'interrupted') process.stderr.write(statistics(system, hostSeconds));
  if (options.ps) process.stderr.write(viewTables(system, VIEW_NAMES, errorColours()));
  const status = exitStatus(ending);
  if (options.json) say(JSON.stringify(jsonReport(system, image, ending, status, options, hostSeconds)));
  return status;
}

/** The monitor is a program of its own: nothing but the compiler is shared with the other. */
async function loadMonitor(file: string, options: RunOptions): Promise<ElfImage> {
  return parseProgram(await loadProgram([file], { ...options, optimize: '2' }), [file]);
}

interface Booting {
  readonly image: ElfImage;
  readonly driver: Uint8Array | undefined;
  readonly monitor: ElfImage | undefined;
  readonly files: readonly string[];
  readonly guestArguments: readonly string[];
  readonly options: RunOptions;
  readonly input: GuestInput;
  readonly output: GuestOutput;
  readonly trace: TraceLines;
}

function boot({ image, driver, monitor, files, guestArguments, options, input, output, trace }: Booting): System {
  try {
    return System.boot({
      // Without folder and ending: where a program lies must not change its journal.
      name: basename(files[0], extname(files[0])),
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
      journal: { hashed: options.stats === true || options.json === true },
      observer: trace.observer,
    });
  } catch (error) {
    if (error instanceof BootError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
    throw error;
  }
}

/** Runs to the end, to the limit, or until somebody stops it. */
async function drive(system: System, maxInstructions: number, input: GuestInput, output: GuestOutput): Promise<Ending> {
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
        type(system, line ?? (await input.next()));
        if (line !== undefined && ended - lookedAt < LOOK_MS) continue;
      } else if (outcome.kind !== 'limit' || system.instructions >= maxInstructions) return outcome;
      else slice = nextSlice(slice, ended - begun);
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
function type(system: System, line: Uint8Array | undefined): void {
  if (line === undefined) system.endInput();
  else system.input(line);
}

function exitStatus(ending: Exclude<Ending, { kind: 'output closed' }>): number {
  switch (ending.kind) {
    case 'exited':
    case 'halted':
      // As a shell sees it.
      return ending.code & 0xff;
    case 'fault':
    case 'killed':
    case 'out of memory':
      return EXIT.FAULT;
    case 'limit':
      return EXIT.LIMIT;
    case 'blocked':
      return EXIT.BLOCKED;
    case 'interrupted':
      return EXIT.INTERRUPTED;
  }
}
