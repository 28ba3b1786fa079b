/** What commands want of the world outside: somebody who reads, and may interrupt. The only way out of the interpreter. */

import type { GdbServer } from '../gdb/server.js';
import type { DebugTarget } from '../gdb/target.js';

export interface Host {
  /** Text of the debugger, whole lines. */
  print(text: string): void;
  /** Lets the host's events in while the guest runs: what was typed, Ctrl-C, output that waits to be written. */
  look(): Promise<void>;
  /** Whether somebody asked for a stop since the last question. */
  takeInterrupt(): boolean;
  /** The next line for the guest, waiting for it: undefined at the end, nothing (no bytes) where the waiting was interrupted. */
  guestLine(): Promise<Uint8Array | undefined>;
  /** A line for the guest that is there already. */
  guestLineIfThere(): Uint8Array | undefined;
  /** Asks for y or n; yes where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** The text of a file, or why there is none. */
  readFile(path: string): { readonly text: string } | { readonly error: string };
  /** The full-screen view; undefined where there is no terminal for it. */
  readonly view: View | undefined;
  /** Called at once when somebody asks for a stop; `takeInterrupt` tells it nevertheless. */
  onInterrupt: () => void;
  /** Whoever waits for `guestLine` waits no more: there is nothing. */
  wakeGuestLine(): void;
  /**
   * A gdb server, on this machine alone, that waits for its first client; without a port any that is free. Throws CommandError
   * where it cannot listen. Undefined where it is not offered.
   */
  readonly serveGdb: ServeGdb | undefined;
}

export type ServeGdb = (target: DebugTarget, port: number | undefined) => Promise<GdbServer>;

export const LAYOUTS = ['src', 'asm', 'split', 'regs'] as const;
export type LayoutName = (typeof LAYOUTS)[number];
export const PANES = ['src', 'asm', 'regs', 'threads', 'cmd'] as const;
export type PaneName = (typeof PANES)[number];

export interface View {
  isEnabled: boolean;
  layout: LayoutName;
  /** The pane that PgUp, PgDn and the arrows scroll. */
  focus: PaneName;
  /** Draws everything anew. */
  refresh(): void;
}
