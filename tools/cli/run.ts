/** `tocsin run`: a program under the kernel. */
import { type System, VIEW_NAMES } from '../../kernel/index.js';
import type { ElfImage } from '../../machine/elf.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { errorColours } from './colours.js';
import { boot, drive, programName } from './drive.js';
import { EXIT, exitStatus } from './exit-status.js';
import { failEveryAllocation } from './fail-every.js';
import { Refusal } from './failure.js';
import { GuestInput, RepeatedLines } from './guest-input.js';
import { loadProgram, parseProgram } from './load.js';
import { explainOutcome } from './outcome.js';
import type { RunOptions } from './run-command.js';
import { type Ending, jsonReport, statistics } from './run-report.js';
import { GuestOutput, say } from './standard-streams.js';
import { TraceLines } from './trace-lines.js';
import { viewTables } from './view-tables.js';

const NO_DRIVER =
  'tocsin: standard input is not available: the package was built without its console driver, and there is no compiler';

export async function run(
  files: readonly string[],
  guestArguments: readonly string[],
  options: RunOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const isDebugged = options.gdb !== undefined;
  if (isDebugged && options.failAllocation === 'every')
    throw new Refusal('--gdb is for one run, and --fail-allocation every makes many: say which allocation');
  const program = await load(files, options);
  const { image } = program;
  const monitor = options.monitor === undefined ? undefined : await load([options.monitor], options);
  const driver = await consoleDriver(options.cc);
  if (options.failAllocation === 'every') {
    if (driver === undefined) say(NO_DRIVER);
    takeInterrupts();
    return failEveryAllocation({ image, driver, monitor: monitor?.image, files, guestArguments, options });
  }
  const typed = new GuestInput(options.input);
  const input = isDebugged && !typed.isTerminal ? new RepeatedLines(typed) : typed;
  const output = new GuestOutput();
  const trace = new TraceLines(options.trace ?? new Set(), () => output.endLine());
  const failing = options.failAllocation === undefined ? {} : { failAllocation: options.failAllocation };
  const bootWith = (programArguments: readonly string[]): System => {
    const system = boot({
      image,
      driver,
      monitor: monitor?.image,
      files,
      guestArguments: programArguments,
      options,
      input,
      output,
      more: { observer: trace.observer, ...failing },
    });
    trace.attach(system);
    return system;
  };
  const most = options.maxInstructions ?? Number.POSITIVE_INFINITY;

  let system = bootWith(guestArguments);
  if (driver === undefined) say(NO_DRIVER);
  takeInterrupts();
  const begun = performance.now();
  let ending: Ending;
  if (options.gdb === undefined) ending = await drive(system, most, input, output);
  else {
    const { driveWithGdb } = await import('./drive-with-gdb.js');
    // Not the driver: who says `break main` means another one.
    const images = monitor === undefined ? [program] : [program, monitor];
    const how = {
      images,
      boot: (words: readonly string[] | undefined) => bootWith(words ?? guestArguments),
      rewind: () => input instanceof RepeatedLines && input.rewind(),
    };
    ({ system, ending } = await driveWithGdb(how, system, options, most, input, output));
  }
  typed.close();
  const hostSeconds = (performance.now() - begun) / 1000;
  await output.finished();
  if (ending.kind === 'output closed' || output.isClosed) return EXIT.OUTPUT_CLOSED;

  const lines = ending.kind === 'interrupted' ? ['interrupted'] : explainOutcome(ending, image, system);
  if (lines.length > 0 || options.stats || options.json || options.ps) output.endLine();
  for (const line of lines) say(`tocsin: ${line}`);
  if (options.failAllocation !== undefined) say(`tocsin: ${failedLine(system, options.failAllocation)}`);
  if (options.stats || ending.kind === 'interrupted') process.stderr.write(statistics(system, hostSeconds));
  if (options.ps) process.stderr.write(viewTables(system, VIEW_NAMES, errorColours()));
  const status = exitStatus(ending);
  if (options.json) say(JSON.stringify(jsonReport(system, image, ending, status, options, hostSeconds)));
  return status;
}

interface Loaded {
  /** As its process is called. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly image: ElfImage;
}

/** A program: of the monitor's nothing but the compiler is shared with the other. */
async function load(files: readonly string[], options: RunOptions): Promise<Loaded> {
  const bytes = await loadProgram(files, { ...options, optimize: '2', debug: options.gdb !== undefined });
  return { name: programName(files), bytes, image: parseProgram(bytes, files) };
}

/** What became of the allocation that was to fail. */
function failedLine(system: System, n: number): string {
  const { count, failed } = system.allocationsMade;
  if (failed === 0) return `allocation ${n} was never made: there were ${count}`;
  return `allocation ${n} of ${count} failed`;
}
