/** `tocsin debug`: a program under the terminal debugger. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { BootError, RECORDING_MAGIC, RecordingError, Timeline } from '../../kernel/index.js';
import { ElfError, type ElfImage, parseElf } from '../../machine/index.js';
import type { GdbServer } from '../debugger/gdb/server.js';
import type { DebugTarget } from '../debugger/gdb/target.js';
import { CommandError } from '../debugger/terminal/command-error.js';
import { Debugging } from '../debugger/terminal/debugging.js';
import type { Host } from '../debugger/terminal/host.js';
import { Interpreter } from '../debugger/terminal/interpreter.js';
import { PlainOutput } from '../debugger/terminal/plain-output.js';
import { ScriptHost } from '../debugger/terminal/script-host.js';
import { ScriptLines } from '../debugger/terminal/script-lines.js';
import type { SourcePlaces } from '../debugger/terminal/source-texts.js';
import { KnownProgram, SystemTarget } from '../debugger/terminal/system-target.js';
import type { StartTarget } from '../debugger/terminal/target.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import { imagesFor, refuseNewer } from '../recording/replayable.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { findGuestFiles } from '../toolchain/guest-files.js';
import { whyNot } from '../toolchain/input.js';
import { outputColours } from './colours.js';
import type { DebugOptions } from './debug-command.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { GuestInput } from './guest-input.js';
import { loadProgram, parseProgram } from './load.js';
import { say } from './standard-streams.js';

export async function debug(
  files: readonly string[],
  guestArguments: readonly string[],
  options: DebugOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const isPerson = options.batch !== true && process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (options.tui === true && !isPerson) throw new Refusal('--tui wants a terminal, and no --batch');
  const boot = isRecording(files)
    ? opening(files[0], options, isPerson)
    : booting(files, await load(files, options), options, isPerson);
  const folders = [...new Set([...options.directory, ...files.map((file) => dirname(file)), '.'])];
  const places = { folders, library: libraryPlaces() };
  if (!isPerson) return script(boot, guestArguments, places, options, takeInterrupts);
  const input = options.input === undefined ? undefined : new GuestInput(options.input);
  const { converse } = await import('../debugger/terminal/person.js');
  const { commands: given, tui = false } = options;
  return converse({ boot, guestArguments, places, given, tui, input, takeInterrupts, serveGdb });
}

/** Is it a recording that is to be debugged? */
function isRecording(files: readonly string[]): boolean {
  if (files.length !== 1) return false;
  try {
    const descriptor = openSync(files[0], 'r');
    const beginning = new Uint8Array(RECORDING_MAGIC.length);
    readSync(descriptor, beginning, 0, beginning.length, 0);
    closeSync(descriptor);
    return beginning.every((byte, i) => byte === RECORDING_MAGIC[i]);
  } catch {
    // Whoever loads it says why it cannot be read.
    return false;
  }
}

/** A recorded run: what is printed is printed again, and nothing is typed. */
function opening(file: string, options: DebugOptions, isPerson: boolean): Boot {
  const recording = openAndCheck(file);
  refuseNewer(file, recording);
  const cut = cutText(recording);
  if (cut !== undefined) say(`tocsin: ${file}: ${cut}`);
  const images = imagesFor(file, recording, options.image);
  const known = (['program', 'monitor', 'console'] as const).flatMap((role) => {
    const bytes = images[role] ?? recording.image(role);
    return bytes === undefined
      ? []
      : [
          new KnownProgram(
            bytes,
            inFile(file, () => parsed(bytes, role)),
            ROLES[role],
          ),
        ];
  });
  const { name } = recording.description.options;
  return (onOutput) => () => {
    const timeline = inFile(file, () =>
      Timeline.open(recording, { images, onOutput, journal: { hashed: false }, budget: options.history }),
    );
    return new SystemTarget(timeline, name, known, isPerson ? outputColours() : PLAIN);
  };
}

const ROLES = { program: 'program', monitor: 'monitor', console: 'console driver' } as const;

function parsed(bytes: Uint8Array, role: string): ElfImage {
  try {
    return parseElf(bytes);
  } catch (error) {
    if (error instanceof ElfError) throw new RecordingError(`its ${role} cannot be read: ${error.message}`);
    throw error;
  }
}

const GDB_HOST = '127.0.0.1';

async function serveGdb(target: DebugTarget, port = 0): Promise<GdbServer> {
  const { GdbServer } = await import('../debugger/gdb/server.js');
  try {
    return await GdbServer.listen(target, { port, host: GDB_HOST, waits: true });
  } catch (error) {
    throw new CommandError(`gdb: cannot listen on ${GDB_HOST}:${port}: ${whyNot(error)}`);
  }
}

interface Programs {
  readonly program: KnownProgram;
  readonly monitor: KnownProgram | undefined;
  readonly driver: KnownProgram | undefined;
}

async function load(files: readonly string[], options: DebugOptions): Promise<Programs> {
  const known = async (some: readonly string[], role: KnownProgram['role']): Promise<KnownProgram> => {
    const bytes = await loadProgram(some, { ...options, debug: true });
    return new KnownProgram(bytes, parseProgram(bytes, some), role);
  };
  const program = await known(files, 'program');
  const monitor = options.monitor === undefined ? undefined : await known([options.monitor], 'monitor');
  const bytes = await consoleDriver(options.cc);
  const driver = bytes === undefined ? undefined : new KnownProgram(bytes, parseElf(bytes), 'console driver');
  return { program, monitor, driver };
}

/** Boots it, as often as it is run; what it prints goes to `onOutput`. */
export type Boot = (onOutput: (bytes: Uint8Array) => void) => StartTarget;

function booting(
  files: readonly string[],
  { program, monitor, driver }: Programs,
  options: DebugOptions,
  isPerson: boolean,
): Boot {
  // Without folder and ending, as `run` does it: the journals are the same.
  const name = basename(files[0], extname(files[0]));
  const known = [program, ...(monitor === undefined ? [] : [monitor]), ...(driver === undefined ? [] : [driver])];
  return (onOutput) => (guestArguments) => {
    try {
      const timeline = Timeline.boot(
        {
          name,
          image: program.image,
          ...(driver === undefined ? {} : { console: driver.image }),
          ...(monitor === undefined ? {} : { monitor: monitor.image }),
          overcommit: options.overcommit,
          interactive: isPerson || 'at once',
          arguments: guestArguments,
          memoryBytes: options.memory,
          quantum: options.quantum,
          ...(options.seed === undefined ? {} : { seed: options.seed }),
          onOutput,
          journal: { hashed: false },
        },
        { budget: options.history },
      );
      return new SystemTarget(timeline, name, known, isPerson ? outputColours() : PLAIN);
    } catch (error) {
      if (error instanceof BootError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
      throw error;
    }
  };
}

/** The names that the toolchain writes instead of the folders of headers and library. */
function libraryPlaces(): SourcePlaces['library'] {
  const { includes, folder } = findGuestFiles();
  return [
    ...[includes, folder].map((one) => ({ prefix: 'tocsin/', folder: one })),
    // Assemblers write bare names.
    ...['crt', 'libc', 'pthread'].map((name) => ({ prefix: '', folder: join(folder, name) })),
  ];
}

const PLAIN = { bold: (text: string) => text, dim: (text: string) => text };

/** Without a person: commands of the options, then of standard input, unless it is the program's. */
async function script(
  boot: Boot,
  guestArguments: readonly string[],
  places: SourcePlaces,
  options: DebugOptions,
  takeInterrupts: () => void,
): Promise<number> {
  const output = new PlainOutput();
  const isBatch = options.batch === true;
  const input = isBatch || options.input !== undefined ? new GuestInput(options.input) : undefined;
  const lines = new ScriptLines(options.commands, isBatch ? undefined : new GuestInput(undefined));
  const host: Host & ScriptHost = new ScriptHost(output, input, serveGdb);
  const d = new Debugging(
    boot((bytes) => output.write(bytes)),
    host,
    guestArguments,
    places,
  );
  const interpreter = new Interpreter(d, lines);
  let wasInterrupted = false;
  const interrupt = (): void => {
    if (wasInterrupted) process.exit(EXIT.INTERRUPTED);
    wasInterrupted = true;
    host.interrupt();
    lines.interrupt();
  };
  process.on('SIGINT', interrupt);
  takeInterrupts();
  try {
    let isGood = true;
    while (interpreter.status === undefined && !output.isClosed && !wasInterrupted) {
      await output.written();
      const line = await lines.nextLine();
      if (line === undefined) break;
      isGood = (await interpreter.obey(line)) && isGood;
    }
    await output.finished();
    if (output.isClosed) return EXIT.OUTPUT_CLOSED;
    if (wasInterrupted) return EXIT.INTERRUPTED;
    return interpreter.status ?? (isBatch && !isGood ? EXIT.FAILED : EXIT.OK);
  } finally {
    process.off('SIGINT', interrupt);
    lines.close();
    input?.close();
  }
}
