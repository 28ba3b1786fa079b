/** What the commands work on: what is debugged, which thread and frame they speak of, and what the person has set up. */
import { findSymbol, REGISTER_NAMES } from '../../../machine/index.js';
import type { DebuggedProcess, DebuggedThread, Ran, Stop, Verdict } from '../debuggee.js';
import type { Frame, MemoryReader, ProgramSymbols } from '../symbols/index.js';
import { BreakpointTable } from './breakpoint-table.js';
import { CommandError } from './command-error.js';
import { FIRST_LAYOUT } from './examine.js';
import { Evaluator, evaluate, type Surroundings } from './expression/evaluate.js';
import { addressOf, integer, type Quantity } from './expression/quantity.js';
import { FaultRules } from './fault-rules.js';
import type { Host } from './host.js';
import type { LocationContext } from './location.js';
import { isControlName, registerNumber } from './registers.js';
import { Settings } from './settings.js';
import { type SourcePlaces, SourceTexts } from './source-texts.js';
import type { StartTarget, Target } from './target.js';
import { hex } from './text.js';
import type { Showing } from './value-text.js';

export interface Display {
  readonly number: number;
  /** '' or `/x` and the like. */
  readonly format: string;
  readonly expression: string;
  isEnabled: boolean;
}

/** Values that are kept as `$1` and so on; older ones are forgotten. */
const MAX_KEPT = 1000;

export class Debugging {
  target: Target;
  readonly breakpoints = new BreakpointTable(this);
  readonly settings = new Settings();
  readonly faults = new FaultRules();
  sources: SourceTexts;
  readonly displays: Display[] = [];
  /** The process and the thread (0: none) that commands speak of. */
  process: number;
  thread = 0;
  /** Of the frames of that thread. */
  level = 0;
  /** How the run ended; undefined while there is something to debug. */
  over: Exclude<Ran, { kind: 'stop' }> | undefined;
  /** Nothing of it has run yet. */
  isFresh = true;
  /** What is answered to faults when the world goes on next, where a person has said so. */
  verdict: Verdict | undefined;
  /** Where the thread was when it was last told of: a breakpoint there is not told again before something has happened. */
  toldAt: { readonly thread: number; readonly pc: number; readonly instructions: number } | undefined;
  /** Where `list` and `x` go on. */
  listed: { readonly path: string; readonly first: number; readonly last: number } | undefined;
  examined = 0;
  layout = FIRST_LAYOUT;
  private readonly keptValues: Quantity[] = [];
  private forgotten = 0;
  private readonly variables = new Map<string, Quantity>();
  private readonly names = new Map<number, string>();
  private readonly framesOf = new Map<number, readonly Frame[]>();

  constructor(
    readonly start: StartTarget,
    readonly host: Host,
    /** What the guest gets when it is run again. */
    public guestArguments: readonly string[],
    places: SourcePlaces,
  ) {
    this.target = start(guestArguments);
    this.process = this.target.program;
    this.sources = new SourceTexts(host, places);
    this.selectAny();
    this.breakpoints.beginAnew();
  }

  print(line: string): void {
    this.host.print(`${line}\n`);
  }

  printAll(lines: readonly string[]): void {
    for (const line of lines) this.print(line);
  }

  /** The program is booted again, stopped before its first instruction. */
  restart(): void {
    const { target } = this;
    this.boot(this.guestArguments);
    target.release();
    this.breakpoints.beginAnew();
  }

  /** There is a new system, and nothing of the old one is remembered. Throws what `start` throws: then nothing has changed. */
  boot(guestArguments: readonly string[]): void {
    this.target = this.start(guestArguments);
    this.guestArguments = guestArguments;
    this.over = undefined;
    this.isFresh = true;
    this.toldAt = undefined;
    this.verdict = undefined;
    this.process = this.target.program;
    this.names.clear();
    this.changed();
    this.selectAny();
  }

  /** After another front end had the program: what is set is set again, and commands speak of who has the hart. */
  takeAgain(): void {
    this.over = this.target.attachAgain();
    this.changed();
    this.selectAny();
    if (this.over !== undefined) {
      this.breakpoints.forgetMachine();
      return;
    }
    this.breakpoints.beginAnew();
    // Who stands at a breakpoint is told where it stands; going on does not stop there again.
    const pc = this.thread === 0 ? undefined : this.target.debuggee.registers(this.thread)?.[0];
    if (pc !== undefined) this.toldAt = { thread: this.thread, pc: pc >>> 0, instructions: this.target.instructions };
  }

  /** One is at another moment of the run. A breakpoint where one is now is not told again. */
  arrived({ thread, pc }: Stop): void {
    this.over = undefined;
    this.isFresh = false;
    this.verdict = undefined;
    this.changed();
    this.breakpoints.lookAgain();
    this.toldAt = { thread, pc: pc >>> 0, instructions: this.target.instructions };
  }

  /** Something of the program's state has changed: what was worked out is forgotten. */
  changed(): void {
    this.framesOf.clear();
  }

  // Processes and threads

  processes(): readonly DebuggedProcess[] {
    return this.target.debuggee.processes();
  }

  threads(): readonly DebuggedThread[] {
    return this.target.debuggee.threads();
  }

  /** Of one that has gone, too, if it was ever looked at. */
  nameOfThread(koid: number): string {
    if (!this.names.has(koid)) for (const thread of this.threads()) this.names.set(thread.koid, thread.name);
    return this.names.get(koid) ?? '';
  }

  processText(koid: number): string {
    const name = this.processes().find((one) => one.koid === koid)?.name ?? '';
    return name === '' ? `#${koid}` : `${name} #${koid}`;
  }

  /** The thread that commands speak of. Throws CommandError where there is none. */
  selectedThread(): DebuggedThread {
    const thread = this.threadIfAny();
    if (thread === undefined) {
      throw new CommandError(this.over === undefined ? 'No thread is selected.' : 'The program is not being run.');
    }
    return thread;
  }

  threadIfAny(): DebuggedThread | undefined {
    if (this.over !== undefined) return undefined;
    return this.threads().find(({ koid }) => koid === this.thread);
  }

  select(thread: number): void {
    const found = this.threads().find(({ koid }) => koid === thread);
    this.thread = found === undefined ? 0 : thread;
    this.level = 0;
    if (found !== undefined) this.process = found.process;
  }

  /** Who has the hart of the process that commands speak of, else its first thread, else the first of the program. */
  selectAny(): void {
    if (this.over !== undefined) {
      this.process = this.target.program;
      this.thread = 0;
      this.level = 0;
      return;
    }
    const threads = this.threads();
    const mine = threads.filter(({ process }) => process === this.process);
    const found =
      mine.find(({ state }) => state === 'running') ??
      mine[0] ??
      threads.find(({ process }) => process === this.target.program);
    this.select(found?.koid ?? 0);
  }

  /** After a stop commands speak of the thread that stopped. */
  follow(stop: Stop): void {
    if (stop.process !== 0) this.process = stop.process;
    if (stop.thread !== 0) this.select(stop.thread);
    else this.selectAny();
  }

  // Frames

  symbols(process = this.process): ProgramSymbols {
    return this.target.symbolsOf(process);
  }

  memory(process = this.process): MemoryReader {
    return (address, length) => this.target.debuggee.readMemory(process, address >>> 0, length);
  }

  /** Of any thread; empty where it has no registers. */
  frames({ koid, process }: Pick<DebuggedThread, 'koid' | 'process'>): readonly Frame[] {
    const known = this.framesOf.get(koid);
    if (known !== undefined) return known;
    const registers = this.target.debuggee.registers(koid);
    const frames = registers === undefined ? [] : this.symbols(process).frames(registers, this.memory(process));
    this.framesOf.set(koid, frames);
    return frames;
  }

  /** The selected frame. Throws CommandError where there is none. */
  frame(): Frame {
    const frame = this.frames(this.selectedThread())[this.level];
    if (frame === undefined) throw new CommandError('No frame: the thread has no registers.');
    return frame;
  }

  frameIfAny(): Frame | undefined {
    const thread = this.threadIfAny();
    return thread === undefined ? undefined : this.frames(thread)[this.level];
  }

  // Expressions

  evaluate(expression: string): Quantity {
    return evaluate(expression, this.surroundings());
  }

  addressOf(expression: string): number {
    return addressOf(this.evaluate(expression));
  }

  surroundings(frame = this.frameIfAny()): Surroundings {
    const { process } = this;
    return {
      symbols: this.symbols(process),
      elfSymbols: this.target.elfSymbolsOf(process),
      frame,
      memory: this.memory(process),
      writeMemory: (address, bytes) => this.write(process, address, bytes),
      dollar: (name) => this.dollar(name, frame),
      setRegister: (register, value) => this.setRegister(register, value),
      setVariable: (name, value) => {
        this.variables.set(name, value);
      },
    };
  }

  where(): LocationContext {
    const frame = this.frameIfAny();
    // Before its first instruction the program stands in its start-up code, which nobody means.
    const place = this.isFresh ? undefined : frame?.place;
    return {
      symbols: this.symbols(),
      file: place?.file ?? this.listedFile(),
      line: place?.line ?? this.listed?.last,
      pc: frame?.pc,
      address: (expression) => this.addressOf(expression),
    };
  }

  private listedFile(): ReturnType<ProgramSymbols['sourceFiles']>[number] | undefined {
    const path = this.listed?.path ?? this.symbols().addressesOfFunction('main')[0]?.place?.file.path;
    return path === undefined ? undefined : this.symbols().sourceFilesNamed(path)[0];
  }

  write(process: number, address: number, bytes: Uint8Array): boolean {
    this.changed();
    return this.target.debuggee.writeMemory(process, address >>> 0, bytes);
  }

  setRegister(register: number, value: number): void {
    const { debuggee } = this.target;
    const { koid } = this.selectedThread();
    const registers = debuggee.registers(koid);
    if (registers === undefined) throw new CommandError('The thread has no registers.');
    if (this.frames({ koid, process: this.process })[this.level]?.level !== 0) {
      throw new CommandError('Registers can only be set in the innermost frame; `frame 0` selects it.');
    }
    registers[register] = value;
    if (!debuggee.setRegisters(koid, registers)) throw new CommandError('The registers cannot be written.');
    this.changed();
  }

  // `$name`

  /** Keeps a value; its number. */
  keep(value: Quantity): number {
    if (this.keptValues.push(value) > MAX_KEPT) {
      this.keptValues.shift();
      this.forgotten++;
    }
    return this.forgotten + this.keptValues.length;
  }

  kept(): readonly (readonly [number: number, value: Quantity])[] {
    return this.keptValues.map((value, i) => [this.forgotten + i + 1, value]);
  }

  setVariable(name: string, value: Quantity): void {
    this.variables.set(name, value);
  }

  variableNames(): readonly string[] {
    return [...this.variables.keys()].sort();
  }

  private dollar(name: string, frame: Frame | undefined): Quantity | undefined {
    const register = registerNumber(name);
    if (register !== undefined) return this.register(name, register, frame);
    if (isControlName(name)) return this.control(name);
    const numbered = /^(\$?)(\d*)$/.exec(name);
    if (numbered !== null) return this.keptValue(numbered[1] === '$', numbered[2]);
    if (name === '_thread') return integer(BigInt(this.thread));
    if (name === '_process' || name === '_inferior') return integer(BigInt(this.process));
    if (name === '_exitcode') return this.over?.kind === 'exited' ? integer(BigInt(this.over.code)) : undefined;
    const variable = this.variables.get(name);
    return variable === undefined ? undefined : { ...variable, location: { kind: 'variable', name } };
  }

  /** `$`, `$$`, `$3`, `$$2`. */
  private keptValue(isFromEnd: boolean, digits: string): Quantity | undefined {
    const total = this.forgotten + this.keptValues.length;
    const number = isFromEnd ? total - Number(digits || 1) : Number(digits || total);
    return this.keptValues[number - this.forgotten - 1];
  }

  private register(name: string, register: number, frame: Frame | undefined): Quantity {
    if (frame === undefined) throw new CommandError('No registers.');
    if (register < 0) return integer(0n);
    if ((frame.known & (1 << register)) === 0 && register !== 0) {
      throw new CommandError(`$${name} is not known in this frame: it was not kept`);
    }
    const type = register === 0 ? 'void (*)()' : register === STACK_POINTER || register === 1 ? 'void *' : 'int';
    const number = BigInt(register === 0 ? frame.pc : frame.registers[register]);
    const { size, isSigned } = integer(0n, type);
    const value = isSigned ? number : BigInt.asUintN(32, number);
    return { type, size, isSigned, number: value, location: { kind: 'register', register } };
  }

  private control(name: Parameters<typeof isControlName>[0]): Quantity {
    const registers = this.target.debuggee.controlRegisters(this.selectedThread().koid);
    const value = registers?.[name as keyof typeof registers];
    if (value === undefined) throw new CommandError('The thread has no registers.');
    if (typeof value === 'bigint') return integer(value, 'unsigned long long');
    return integer(BigInt(value), 'unsigned int');
  }

  /** What values are shown with. */
  showing(): Showing {
    const evaluator = new Evaluator(this.surroundings());
    return {
      addressText: (address) => this.addressText(address),
      numberOf: (value) => evaluator.quantityOf(value).number,
    };
  }

  /** `0x10094 <main+0x4>`, `0x12004 <table+0x4>`, or the address alone. */
  addressText(address: number, process = this.process): string {
    const symbol = this.symbolText(address, process);
    return symbol === undefined ? hex(address) : `${hex(address)} <${symbol}>`;
  }

  /** The function or the object that an address lies in, and how far behind its beginning. */
  symbolText(address: number, process = this.process): string | undefined {
    const inCode = this.symbols(process).addressText(address >>> 0);
    if (inCode !== undefined) return inCode;
    const object = findSymbol(this.target.elfSymbolsOf(process), address >>> 0, 'object');
    if (object === undefined) return undefined;
    return object.offset === 0 ? object.name : `${object.name}+${hex(object.offset)}`;
  }
}

const STACK_POINTER = REGISTER_NAMES.indexOf('sp');
