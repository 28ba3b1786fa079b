/** What a command is. The table of all of them is in commands/all.ts. */
import { nearest } from '../../cli/nearest.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import type { Runner } from './going.js';
import type { Reversing } from './reversing.js';
import type { Stepping } from './stepping.js';

/** As gdb's help has them. */
export const GROUPS = {
  running: 'running the program',
  past: 'going back, and asking the past',
  breakpoints: 'making the program stop at certain points',
  stack: 'examining the stack',
  data: 'examining data',
  status: 'status inquiries',
  threads: 'threads and processes',
  files: 'sources and code',
  tui: 'the full-screen view',
  support: 'support facilities',
} as const;
export type Group = keyof typeof GROUPS;

/** What can stand where the cursor is. */
export type Completing =
  | 'command'
  | 'location'
  | 'expression'
  | 'call'
  | 'fault'
  | 'setting'
  | 'file'
  | 'breakpoint'
  | 'thread'
  | 'process'
  | readonly string[];

export interface Invocation {
  /** What follows the name and the format, without blanks around it. */
  readonly text: string;
  /** What follows a `/` behind the name, '' for nothing. */
  readonly format: string;
  /** An empty line repeated it. */
  readonly isRepeated: boolean;
}

export interface Context {
  readonly d: Debugging;
  readonly commands: readonly Command[];
  readonly runner: Runner;
  readonly stepping: Stepping;
  readonly reversing: Reversing;
  /** Executes a command and what it leads to. Throws CommandError. */
  execute(line: string): Promise<void>;
  /** Commands that come before the next line of the person. */
  enqueue(lines: readonly string[]): void;
  /** The next line of a list that `end` ends (`commands`); undefined where no more comes. */
  nextLine(): Promise<string | undefined>;
  /** What was typed, oldest first. */
  history(): readonly string[];
  /** No more commands. */
  quit(status: number): void;
}

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: Group;
  /** As it stands in help: `[LOCATION] [if CONDITION]`. */
  readonly parameters?: string;
  readonly summary: string;
  /** More lines of help. */
  readonly details?: readonly string[];
  /** Of each word, or of all that follow. */
  readonly completing?: Completing;
  /** Whether `/FORMAT` may follow the name. */
  readonly hasFormat?: boolean;
  /** What an empty line does after it: the same again unless it says otherwise. */
  readonly repeat?: 'same' | 'without arguments' | 'never';
  /** Throws CommandError. */
  readonly run: (context: Context, invocation: Invocation) => Promise<void> | void;
}

/** The command of that name or short name, or the only one that begins so. Throws CommandError. */
export function commandNamed(commands: readonly Command[], name: string): Command {
  const exact = commands.find((one) => one.name === name || one.aliases?.includes(name));
  if (exact !== undefined) return exact;
  const near = commands.filter((one) => one.name.startsWith(name));
  if (near.length === 1) return near[0];
  if (near.length > 1)
    throw new CommandError(`Ambiguous command "${name}": ${near.map((one) => one.name).join(', ')}.`);
  const meant = nearest(
    name,
    commands.map((one) => one.name),
  );
  throw new CommandError(
    `Undefined command: "${name}". ${meant === undefined ? 'Try "help".' : `Did you mean ${meant}?`}`,
  );
}
