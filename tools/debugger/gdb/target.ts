/** What the server debugs: a system with what is around it. The only thing that it knows besides `Debuggee`. */
import type { ViewName, ViewRow } from '../../../kernel/index.js';
import type { Debuggee } from '../debuggee.js';

/** An executable of this run. */
export interface ProgramImage {
  /** As its process is called. */
  readonly name: string;
  /** The whole ELF file. */
  readonly bytes: Uint8Array;
}

export interface DebugTarget {
  /** The program first: its process is the one that gdb finds itself in. */
  readonly images: readonly ProgramImage[];
  /** Retired since boot. */
  readonly instructions: number;
  /** Virtual time since boot, ns. */
  readonly time: number;
  /** Can one go backwards? */
  readonly hasPast: boolean;
  /** A session on the system as it is now. */
  attach(): Debuggee;
  /**
   * Boots again with the same options; other arguments for the program where any are given. What was attached to the system
   * before is over. Gives the reason where the new one could not be booted; then nothing has changed.
   */
  restart(programArguments: readonly string[] | undefined): string | undefined;
  /** A table of what there is. */
  view(name: ViewName): ViewRow[];
  /** The last records, a line each. */
  journal(records: number): readonly string[];
}
