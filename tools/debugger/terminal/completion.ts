/** What the word at the cursor could be, as Tab asks. */
import { CALLS } from '../../../syscalls/calls.js';
import { type Command, type Completing, commandNamed } from './command.js';
import { CommandError } from './command-error.js';
import { COMMANDS } from './commands/all.js';
import type { Debugging } from './debugging.js';
import { CONTROL_NAMES, FAULT_NAMES, SHOWN_REGISTERS } from './registers.js';
import { SETTING_NAMES } from './settings.js';

/** More are not shown. */
const MAX_SHOWN = 200;

/** Names of files that begin so. */
export type FileNames = (beginning: string) => readonly string[];

/** `line` is what stands before the cursor. The candidates, and the word that they would replace. */
export function completions(
  d: Debugging,
  line: string,
  files: FileNames,
): { readonly found: readonly string[]; readonly word: string } {
  const typed = line.trimStart();
  const name = /^\S*/.exec(typed)?.[0] ?? '';
  if (typed === name)
    return matching(
      COMMANDS.map((command) => command.name),
      name,
    );
  const command = commandIfAny(name.replace(/\/.*/, ''));
  const rest = typed.slice(name.length).trimStart();
  if (command?.name === 'thread' && /^apply\s+\S+\s+\S/.test(rest)) {
    return completions(d, rest.replace(/^apply\s+\S+\s+/, ''), files);
  }
  // Of `info` only the first word is one of a list, as of settings.
  const word = /[\w$.:/#*-]*$/.exec(rest)?.[0] ?? '';
  return matching(candidates(d, command?.completing, word, files), word);
}

function matching(candidates: readonly string[], word: string) {
  const found = candidates.filter((one) => one.startsWith(word));
  return { found: [...new Set(found)].sort().slice(0, MAX_SHOWN), word };
}

function commandIfAny(name: string): Command | undefined {
  try {
    return commandNamed(COMMANDS, name);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

function candidates(d: Debugging, what: Completing | undefined, word: string, files: FileNames): readonly string[] {
  if (what === undefined) return [];
  if (typeof what !== 'string') return what;
  switch (what) {
    case 'command':
      return COMMANDS.map(({ name }) => name);
    case 'location':
      return [
        ...functionNames(d),
        ...d
          .symbols()
          .sourceFiles()
          .map(({ path }) => `${path}:`),
      ];
    case 'expression':
      return word.startsWith('$') ? dollarNames(d) : [...localNames(d), ...symbolNames(d)];
    case 'call':
      return CALLS.map(({ name }) => name);
    case 'fault':
      return [...FAULT_NAMES.keys()];
    case 'setting':
      return [...SETTING_NAMES, 'args', 'var'];
    case 'file':
      return files(word);
    case 'breakpoint':
      return d.breakpoints.all().map(({ number }) => String(number));
    case 'thread':
      return ['apply', 'find', ...d.threads().map(({ koid }) => String(koid))];
    case 'process':
      return d.processes().map(({ koid }) => String(koid));
  }
}

function functionNames(d: Debugging): string[] {
  return d
    .symbols()
    .functions()
    .map(({ name }) => name);
}

function symbolNames(d: Debugging): string[] {
  const objects = d.target.elfSymbolsOf(d.process).filter(({ kind }) => kind !== 'none');
  return [...objects.map(({ name }) => name), ...functionNames(d)];
}

function localNames(d: Debugging): string[] {
  const frame = d.frameIfAny();
  if (frame === undefined) return [];
  const memory = d.memory();
  return [...d.symbols().locals(frame, memory), ...d.symbols().arguments(frame, memory)].map(({ name }) => name);
}

function dollarNames(d: Debugging): string[] {
  return [...SHOWN_REGISTERS, ...CONTROL_NAMES, '_thread', '_process', '_exitcode', ...d.variableNames()].map(
    (name) => `$${name}`,
  );
}
