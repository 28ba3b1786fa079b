/** `tocsin run`: a program under the kernel. */
import { type ImageRole, type System, type Timeline, VIEW_NAMES } from '../../kernel/index.js';
import type { ElfImage } from '../../machine/elf.js';
import type { RunRecorder } from '../recording/run-recorder.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { errorColours } from './colours.js';
import { type Booting, boot, bootTimeline, drive, programName } from './drive.js';
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
import { VERSION } from './version.js';
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
  checkRecording(options);
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
  const recorder = await startRecorder(files, guestArguments, options, {
    program: program.bytes,
    console: driver,
    monitor: monitor?.bytes,
  });
  const input = isDebugged && !typed.isTerminal ? new RepeatedLines(typed) : typed;
  const output = new GuestOutput();
  const trace = new TraceLines(options.trace ?? new Set(), () => output.endLine());
  const failing = options.failAllocation === undefined ? {} : { failAllocation: options.failAllocation };
  const booting = (programArguments: readonly string[]): Booting => ({
    image,
    driver,
    monitor: monitor?.image,
    files,
    guestArguments: programArguments,
    options,
    input,
    output,
    more: { observer: trace.observer, ...failing, ...(recorder === undefined ? {} : { recorder: recorder.recorder }) },
  });
  const bootDebugged = (words: readonly string[]): Timeline => {
    const timeline = bootTimeline(booting(words));
    trace.attach(timeline.system, () => timeline.repeats);
    return timeline;
  };
  const most = options.maxInstructions ?? Number.POSITIVE_INFINITY;

  let system: System;
  let timeline: Timeline | undefined;
  try {
    timeline = isDebugged ? bootDebugged(guestArguments) : undefined;
    system = timeline?.system ?? boot(booting(guestArguments));
    if (timeline === undefined) trace.attach(system);
  } catch (error) {
    recorder?.discard();
    throw error;
  }
  recorder?.look(true);
  if (driver === undefined) say(NO_DRIVER);
  takeInterrupts();
  const begun = performance.now();
  let ending: Ending;
  try {
    if (timeline === undefined) ending = await drive(system, most, input, output, (isPause) => recorder?.look(isPause));
    else {
      const { driveWithGdb } = await import('./drive-with-gdb.js');
      // Not the driver: who says `break main` means another one.
      const images = monitor === undefined ? [program] : [program, monitor];
      const how = {
        images,
        boot: (words: readonly string[] | undefined) => bootDebugged(words ?? guestArguments),
        rewind: () => input instanceof RepeatedLines && input.rewind(),
      };
      ({ system, ending } = await driveWithGdb(how, timeline, options, most, input, output));
    }
  } catch (error) {
    typed.close();
    recorder?.leave();
    await output.finished();
    throw error;
  }
  typed.close();
  const hostSeconds = (performance.now() - begun) / 1000;
  await output.finished();
  const recording = recorder?.finish(ending.kind);
  const recorded =
    recording === undefined ? [] : [`recorded in ${recording.file}, ${recording.bytes} bytes, root ${recording.root}`];
  if (ending.kind === 'output closed' || output.isClosed) {
    for (const line of recorded) say(`tocsin: ${line}`);
    return EXIT.OUTPUT_CLOSED;
  }

  const lines = ending.kind === 'interrupted' ? ['interrupted'] : [...explainOutcome(ending, image, system)];
  lines.push(...recorded);
  if (lines.length > 0 || options.stats || options.json || options.ps) output.endLine();
  for (const line of lines) say(`tocsin: ${line}`);
  if (options.failAllocation !== undefined) say(`tocsin: ${failedLine(system, options.failAllocation)}`);
  if (options.stats || ending.kind === 'interrupted') process.stderr.write(statistics(system, hostSeconds));
  if (options.ps) process.stderr.write(viewTables(system, VIEW_NAMES, errorColours()));
  const status = exitStatus(ending);
  if (options.json) {
    const report = jsonReport(system, image, ending, status, options, hostSeconds);
    say(JSON.stringify(recording === undefined ? report : { ...report, recording }));
  }
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

/** Throws Refusal where a run as asked for cannot be recorded. */
function checkRecording({ record, recordAll, recordNames, force, gdb, failAllocation }: RunOptions): void {
  if (record === undefined) {
    const useless = recordAll ? '--record-all' : recordNames ? '--record-names' : force ? '--force' : undefined;
    if (useless !== undefined) throw new Refusal(`${useless} says how to record, and --record FILE is missing`);
    return;
  }
  if (gdb !== undefined)
    throw new Refusal('--record does not go with --gdb: what a debugger does cannot be replayed yet');
  if (failAllocation === 'every')
    throw new Refusal('--record is for one run, and --fail-allocation every makes many: say which allocation');
}

async function startRecorder(
  files: readonly string[],
  guestArguments: readonly string[],
  options: RunOptions,
  images: Readonly<Partial<Record<ImageRole, Uint8Array | undefined>>>,
): Promise<RunRecorder | undefined> {
  if (options.record === undefined) return undefined;
  const { RunRecorder } = await import('../recording/run-recorder.js');
  return new RunRecorder({
    path: options.record,
    force: options.force === true,
    all: options.recordAll === true,
    namesImages: options.recordNames === true,
    tocsin: VERSION,
    options: {
      name: programName(files),
      arguments: guestArguments,
      memoryBytes: options.memory,
      overcommit: options.overcommit,
      quantum: options.quantum,
      seed: options.seed ?? null,
      failAllocation: typeof options.failAllocation === 'number' ? options.failAllocation : null,
    },
    images,
  });
}
