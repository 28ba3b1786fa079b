/** What is debugged, as the terminal debugger sees it: the system's debug calls, its tables, and the symbols of its programs. */
import type { ViewName } from '../../../kernel/index.js';
import type { ElfSymbol } from '../../../machine/index.js';
import type { Debuggee, Ran } from '../debuggee.js';
import type { DebugTarget } from '../gdb/target.js';
import type { ProgramSymbols } from '../symbols/index.js';

/** Also what a gdb has of it, while the session of the terminal is not on it. */
export interface Target extends Omit<DebugTarget, 'restart'> {
  /** The session of the terminal. */
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
  /** The guest waits for what is typed. */
  readonly awaitsInput: boolean;
  input(bytes: Uint8Array): void;
  endInput(): void;
  /** The session ends: nothing of it stops anybody any more, and `debuggee` is of no use before `attachAgain`. */
  release(): void;
  /** Another session, with nothing set; it stops the world. Gives how the run has ended, if it has: then nothing is stopped. */
  attachAgain(): Ending | undefined;
}

/** Outcomes after which nothing goes on. */
export type Ending = Exclude<Ran, { readonly kind: 'stop' | 'limit' | 'input' | 'blocked' }>;

/** Boots the program anew, with these arguments. Throws an error with one line where it cannot. */
export type StartTarget = (guestArguments: readonly string[]) => Target;
