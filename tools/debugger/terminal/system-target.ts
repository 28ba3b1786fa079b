/** A booted system as what is debugged: stopped before its first instruction. */
import type { Outcome, System, Timeline, ViewName, ViewRow } from '../../../kernel/index.js';
import type { ElfImage, ElfSymbol } from '../../../machine/index.js';
import { type TableColours, viewTables } from '../../cli/view-tables.js';
import type { Debuggee } from '../debuggee.js';
import type { ProgramImage } from '../gdb/target.js';
import { ProgramSymbols } from '../symbols/index.js';
import { attachTravelling } from '../travelling.js';
import { CommandError } from './command-error.js';
import type { Ending, Target } from './target.js';

/** A program that may run in processes of the system. */
export class KnownProgram {
  readonly symbols: ProgramSymbols;

  constructor(
    readonly elf: Uint8Array,
    readonly image: ElfImage,
    readonly role: 'program' | 'monitor' | 'console driver' = 'program',
  ) {
    this.symbols = ProgramSymbols.read(elf);
  }
}

const NO_SYMBOLS = ProgramSymbols.read(new Uint8Array(0));
/** So much of a program's code is compared with that of a process, to know it by. */
const COMPARED_BYTES = 256;

export class SystemTarget implements Target {
  debuggee: Debuggee;
  readonly program: number;
  private readonly system: System;
  private readonly programs = new Map<number, KnownProgram>();

  /** `known`: the program itself first, then others that were booted beside it. */
  constructor(
    private readonly timeline: Timeline,
    readonly programName: string,
    private readonly known: readonly KnownProgram[],
    private readonly colours: TableColours,
  ) {
    const { system } = timeline;
    this.system = system;
    this.debuggee = attachTravelling(timeline);
    this.debuggee.stop();
    this.program = system.state.processes.koid[system.kernel.bootProcess];
    this.programs.set(this.program, known[0]);
  }

  symbolsOf(process: number): ProgramSymbols {
    return this.programOf(process)?.symbols ?? NO_SYMBOLS;
  }

  elfSymbolsOf(process: number): readonly ElfSymbol[] {
    return this.programOf(process)?.image.symbols ?? [];
  }

  /** A process runs the program whose code is in its memory. */
  private programOf(process: number): KnownProgram | undefined {
    const found = this.programs.get(process) ?? this.known.find(({ image }) => this.runs(process, image));
    if (found !== undefined) this.programs.set(process, found);
    return found;
  }

  private runs(process: number, { entry, segments }: ElfImage): boolean {
    const segment = segments.find(({ address, fileBytes }) => entry >= address && entry < address + fileBytes.length);
    if (segment === undefined) return false;
    const code = segment.fileBytes.subarray(entry - segment.address, entry - segment.address + COMPARED_BYTES);
    const there = this.debuggee.readMemory(process, entry, code.length);
    return there.length === code.length && code.every((byte, i) => byte === there[i]);
  }

  tables(names: readonly ViewName[]): string {
    return viewTables(this.system, names, this.colours);
  }

  get time(): number {
    return this.system.time;
  }

  get instructions(): number {
    return this.system.instructions;
  }

  get awaitsInput(): boolean {
    return this.system.awaitsInput;
  }

  get images(): readonly ProgramImage[] {
    // Not the driver: who says `break main` means another one.
    return this.known
      .filter(({ role }) => role !== 'console driver')
      .map(({ elf, role }) => ({ name: role === 'program' ? this.programName : role, bytes: elf }));
  }

  readonly hasPast = true;

  attach(): Debuggee {
    return attachTravelling(this.timeline);
  }

  view(name: ViewName): ViewRow[] {
    return this.system.view(name);
  }

  journal(records: number): readonly string[] {
    return this.system.kernel.journal.tail(records);
  }

  release(): void {
    this.debuggee.detach();
  }

  attachAgain(): Ending | undefined {
    this.debuggee = attachTravelling(this.timeline);
    const isThere = this.debuggee.processes().some(({ koid, state }) => koid === this.program && state !== 'ended');
    // Nothing is executed by that: it says how the program ended.
    const ran = isThere ? undefined : this.system.run(0);
    if (ran === undefined || !isEnding(ran)) {
      this.debuggee.stop();
      return undefined;
    }
    return ran;
  }

  input(bytes: Uint8Array): void {
    typed(() => this.timeline.input(bytes));
  }

  endInput(): void {
    typed(() => this.timeline.endInput());
  }
}

/** What is typed in the past begins a branch, of which there may be too many. */
function typed(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof RangeError ? new CommandError(error.message) : error;
  }
}

function isEnding(ran: Outcome): ran is Ending {
  return ran.kind !== 'limit' && ran.kind !== 'input' && ran.kind !== 'blocked' && ran.kind !== 'stopped';
}
