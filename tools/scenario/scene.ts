/**
 * What a scenario's text works with: a system that rests, until `run` is called, at a point between two operations. Whatever is
 * done to it in between is a step of nobody's, and nothing is executed.
 *
 * The scenario has a process of its own, called `scenario`, in which its threads are unless it says otherwise.
 */
import { dirname } from 'node:path';
import { type System, VIEW_NAMES, VIEWS, type ViewName, type ViewRow } from '../../kernel/index.js';
import { type LayoutName, layoutBytes } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { callerPlace, type Place, ScenarioMistake } from './mistake.js';
import { objectOf, type ScenarioObject } from './objects.js';
import { loadProgram } from './programs.js';
import type { JournalFilter, JournalRecord } from './records.js';
import { checkInstructions, type RunOptions, runUntil, type Until } from './running.js';
import type { ThreadScript } from './script.js';
import type { ProcessChoice } from './spawn.js';
import type { Stage } from './stage.js';
import { layoutOf, packed, unpacked } from './structures.js';
import type { ScenarioProcess, ScenarioThread } from './tasks.js';
import { type ThreadRow, threadRows } from './waits.js';

export interface ThreadOptions {
  /** 0 (lowest) to 31; 16 where it says nothing. */
  readonly priority?: number;
  /** Whose thread it is; the scenario's own process's where it says nothing. */
  readonly process?: ScenarioProcess;
}

export interface SpawnOptions {
  /** Of its first thread: 0 (lowest) to 31; 16 where it says nothing. */
  readonly priority?: number;
  /** Gives it the right to hardware, `own.resource`, for drivers. The scenario's own process has it. */
  readonly hardware?: boolean;
}

export interface GuestOptions extends SpawnOptions {
  /** What `main` gets after the program's name. */
  readonly arguments?: readonly string[];
  /** What the process is called; its file without folder and ending where it says nothing. */
  readonly name?: string;
}

export class Scene {
  #isRunning = false;
  #hasRun = false;
  readonly #stage: Stage;
  /** Where the scenario's text begins: files are looked for beside it. */
  readonly #place: Place | undefined;

  constructor(
    stage: Stage,
    place: Place | undefined,
    /** The seed of the schedule; undefined for the plain one. */
    readonly seed: number | undefined,
  ) {
    this.#stage = stage;
    this.#place = place;
  }

  /** For whatever has no word here; only `run` and `runFor` should run it. */
  get system(): System {
    return this.#stage.system;
  }

  /** The process of threads that are not told another; `process.own` are its handles. */
  get process(): ScenarioProcess {
    return this.#stage.process;
  }

  /** Makes a thread that executes a script: it is ready to run. */
  thread<Result>(name: string, script: ThreadScript<Result>, options: ThreadOptions = {}): ScenarioThread<Result> {
    checkName(name);
    checkScript(name, script);
    const { process = this.process } = options;
    return this.#stage.addThread(process, { name, priority: checkPriority(options.priority) }, script);
  }

  /** Makes a process whose first thread, `main`, executes a script; gives that thread. */
  spawn<Result>(name: string, script: ThreadScript<Result>, options: SpawnOptions = {}): ScenarioThread<Result> {
    checkName(name);
    checkScript(name, script);
    return this.#stage.addProcess(name, processChoice(options), script);
  }

  /**
   * Makes a process that executes a compiled program, an ELF file or C sources beside the scenario; gives its first thread,
   * `main`. Sources are compiled as `tocsin build` does.
   */
  async guest(files: string | readonly string[], options: GuestOptions = {}): Promise<ScenarioThread> {
    const folder = this.#place === undefined ? '.' : dirname(this.#place.file);
    const { name: fileName, image } = await loadProgram([files].flat(), folder, callerPlace());
    const { name = fileName, arguments: words = [] } = options;
    checkName(name);
    return this.#stage.addGuest(processChoice(options), image, [name, ...words]);
  }

  /** The address of so many bytes of zeros, at which all processes of the scenario see the same memory. */
  memory(bytes: number): number {
    return this.#stage.reserve(bytes);
  }

  /** Puts a text (in UTF-8) or bytes into such memory. */
  data(content: string | Uint8Array): { readonly address: number; readonly length: number } {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const address = this.#stage.reserve(bytes.length);
    this.#stage.write(address, bytes);
    return { address, length: bytes.length };
  }

  /** Bytes of a process's memory; the scenario's own where it says nothing. */
  read(address: number, bytes: number, process = this.process): Uint8Array {
    return this.#stage.read(process, address, bytes);
  }

  /** A 32-bit word of a process's memory, unsigned. */
  word(address: number, process = this.process): number {
    const { buffer } = this.#stage.read(process, address, 4);
    return new DataView(buffer).getUint32(0, true);
  }

  /**
   * A structure of `syscalls/layouts.ts` in such memory, zeros where nothing is given: gives its address. Texts are UTF-8.
   * Without values it is a place for the kernel to write to.
   */
  structure(layout: LayoutName, values: Readonly<Record<string, number>> = {}): number {
    return this.data(packed(layout, values)).address;
  }

  /** The numbers in a structure. */
  fields(layout: LayoutName, address: number, process = this.process): Record<string, number> {
    return unpacked(layout, this.#stage.read(process, address, layoutBytes(layoutOf(layout))));
  }

  /** What a handle names. */
  object(handle: number, process = this.process): ScenarioObject {
    return objectOf(this.system.kernel, process, handle, this.#stage);
  }

  /** Gives another process a handle to what one of ours names, with the same rights; its number there. */
  share(handle: number, to: ScenarioProcess, from = this.process): number {
    return this.#stage.share(handle, from, to);
  }

  /**
   * Runs up to a point: 'blocked' where it says nothing, when nothing can run any more. That the point is not reached, or
   * cannot be, is a mistake that fails the scenario.
   */
  run(until: Until = 'blocked', options: RunOptions = {}): void {
    this.#running(() => runUntil(this.#stage, until, options));
  }

  /** Runs so many instructions, or less where nothing can run any more. */
  runFor(instructions: number): void {
    checkInstructions('runFor', instructions);
    this.#running(() => this.system.run(instructions));
  }

  /** Types into the console's UART, in UTF-8: recorded input. The console driver reads it (option `console`), or one of yours. */
  type(text: string): void {
    if (typeof text !== 'string') throw new ScenarioMistake(`${String(text)} is not a text to type`);
    this.system.input(new TextEncoder().encode(text));
  }

  /** Nothing more will be typed. */
  endInput(): void {
    this.system.endInput();
  }

  /** Raises the wire of an interrupt line, 1 to 95, that no device of the board has; it stays high until it is lowered. */
  raiseInterrupt(line: number): void {
    onLine(() => this.system.raiseInterrupt(line));
  }

  /** Lowers the wire of such a line. */
  lowerInterrupt(line: number): void {
    onLine(() => this.system.lowerInterrupt(line));
  }

  #running(run: () => void): void {
    if (this.#isRunning) throw new ScenarioMistake('run is not for scripts: the system runs already');
    this.#isRunning = true;
    this.#hasRun = true;
    try {
      run();
    } finally {
      this.#isRunning = false;
    }
    this.#checkOwnProcess();
  }

  /** A fault in the scenario's own process takes all its threads with it; that is hardly what was meant. */
  #checkOwnProcess(): void {
    const { ending } = this.process;
    if (ending?.kind !== 'fault') return;
    const at = `0x${ending.address.toString(16)}`;
    throw new ScenarioMistake(
      `a thread of the scenario's own process used address ${at}, which is not its to use, and ended it; ` +
        'a fault that is meant belongs into a process of its own (spawn)',
    );
  }

  /** Whether it was ever run. */
  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Whether an allocation has been made to fail; see the option `failAllocation`, and `everyAllocation`. */
  get failedAllocation(): boolean {
    return this.system.allocationsMade.failed > 0;
  }

  /** What was written to the console so far. */
  get output(): string {
    return this.#stage.output;
  }

  /** Virtual time since boot, ns. */
  get time(): number {
    return this.system.time;
  }

  /** Instructions retired since boot. */
  get instructions(): number {
    return this.system.instructions;
  }

  /** Every thread that has not ended, with what it does or waits for; also those that scripts and guests made. */
  get threads(): ThreadRow[] {
    return threadRows(this.system.kernel).filter(({ koid }) => this.#stage.isCast(koid));
  }

  /** One of the kernel's views, as `tocsin ps` prints them: rows by the names of their columns. */
  view(name: ViewName): ViewRow[] {
    if (!Object.hasOwn(VIEWS, name))
      throw new ScenarioMistake(`no view is called ${String(name)}; there are ${VIEW_NAMES.join(', ')}`);
    return this.system.view(name);
  }

  /** Records of the journal, oldest first. */
  journal(filter: JournalFilter = {}): JournalRecord[] {
    return this.#stage.records.select(filter);
  }
}

function onLine(change: () => void): void {
  try {
    change();
  } catch (error) {
    throw error instanceof RangeError ? new ScenarioMistake(error.message) : error;
  }
}

function checkName(name: unknown): void {
  if (typeof name !== 'string' || name === '') throw new ScenarioMistake(`${String(name)} is not a name`);
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > LIMITS.nameBytes) throw new ScenarioMistake(`the name ${name} is longer than ${LIMITS.nameBytes} bytes`);
}

function checkScript(name: string, script: unknown): void {
  if (typeof script !== 'function')
    throw new ScenarioMistake(`thread ${name}: a script is a generator function, function* () { … }`);
}

function processChoice({ priority, hardware = false }: SpawnOptions): ProcessChoice {
  return { priority: checkPriority(priority), hardware };
}

function checkPriority(priority: number = LIMITS.defaultPriority): number {
  if (!Number.isInteger(priority) || priority < 0 || priority > LIMITS.maxPriority)
    throw new ScenarioMistake(`priority ${priority} is not a whole number from 0 to ${LIMITS.maxPriority}`);
  return priority;
}
