/** `tocsin run`: a program under the kernel. */
import { type System, VIEW_NAMES } from '../../kernel/index.js';
import type { ElfImage } from '../../machine/elf.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { errorColours } from './colours.js';
import { boot, drive } from './drive.js';
import { EXIT, exitStatus } from './exit-status.js';
import { failEveryAllocation } from './fail-every.js';
import { GuestInput } from './guest-input.js';
import { loadProgram, parseProgram } from './load.js';
import { explainOutcome } from './outcome.js';
import type { RunOptions } from './run-command.js';
import { jsonReport, statistics } from './run-report.js';
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
  const image = parseProgram(await loadProgram(files, { ...options, optimize: '2' }), files);
  const monitor = options.monitor === undefined ? undefined : await loadMonitor(options.monitor, options);
  const driver = await consoleDriver(options.cc);
  if (options.failAllocation === 'every') {
    if (driver === undefined) say(NO_DRIVER);
    takeInterrupts();
    return failEveryAllocation({ image, driver, monitor, files, guestArguments, options });
  }
  const input = new GuestInput(options.input);
  const output = new GuestOutput();
  const trace = new TraceLines(options.trace ?? new Set(), () => output.endLine());
  const failing = options.failAllocation === undefined ? {} : { failAllocation: options.failAllocation };
  const system = boot({
    image,
    driver,
    monitor,
    files,
    guestArguments,
    options,
    input,
    output,
    more: { observer: trace.observer, ...failing },
  });
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
  if (options.failAllocation !== undefined) say(`tocsin: ${failedLine(system, options.failAllocation)}`);
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

/** What became of the allocation that was to fail. */
function failedLine(system: System, n: number): string {
  const { count, failed } = system.allocationsMade;
  if (failed === 0) return `allocation ${n} was never made: there were ${count}`;
  return `allocation ${n} of ${count} failed`;
}
