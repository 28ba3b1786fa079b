/** What is debugged, as the terminal debugger sees it: the system's debug calls, its tables, and the symbols of its programs. */
import type { ViewName } from '../../../kernel/index.js';
import type { ElfSymbol } from '../../../machine/index.js';
import type { Debuggee } from '../debuggee.js';
import type { ProgramSymbols } from '../symbols/index.js';

export interface Target {
  readonly debuggee: Debuggee;
  /** The process of the program that was named on the command line; its koid. */
  readonly program: number;
  /** As `tocsin ps` names it. */
  readonly programName: string;
  /** Symbols of what a process runs; empty ones where nothing is known of it. The same object for processes of one program. */
  symbolsOf(process: number): ProgramSymbols;
  /** The ELF symbols of what a process runs, by address; empty where nothing is known of it. */
  elfSymbolsOf(process: number): readonly ElfSymbol[];
  /** Views of the state as text, as `tocsin ps` prints them. */
  tables(names: readonly ViewName[]): string;
  /** Virtual time, ns. */
  readonly time: number;
  /** Instructions retired since boot. */
  readonly instructions: number;
  /** The guest waits for what is typed. */
  readonly awaitsInput: boolean;
  input(bytes: Uint8Array): void;
  endInput(): void;
}

/** Boots the program anew, with these arguments. Throws an error with one line where it cannot. */
export type StartTarget = (guestArguments: readonly string[]) => Target;
