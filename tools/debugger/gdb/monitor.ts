/** `monitor`: what gdb has no command for, or refuses for targets like this one. */
import { VIEW_NAMES, type ViewName } from '../../../kernel/index.js';
import { CALLS, callByName } from '../../../syscalls/calls.js';
import { nearest } from '../../cli/nearest.js';
import { causeName, hex } from '../../cli/outcome.js';
import { isViewName, viewTables } from '../../cli/view-tables.js';
import { CAUGHT_THINGS, type CaughtThing, FAULT_POLICIES, type FaultPolicy } from './catches.js';
import type { Client } from './client.js';

interface MonitorCommand {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  /** How many words may follow the name. */
  readonly words: readonly [least: number, most: number];
  /** Only while something is attached. */
  readonly isAboutWorld?: true;
  /** What is said. Throws Wrong. */
  readonly run: (client: Client, words: readonly string[]) => string;
}

/** One line for who typed it. */
class Wrong extends Error {}

const PLAIN = { bold: (text: string) => text, dim: (text: string) => text } as const;
const JOURNAL_LINES = { fallback: 20, most: 1000 } as const;
/** Views that show what a person at a debugger looks for first. */
const FIRST_VIEWS: readonly ViewName[] = ['processes', 'threads'];

const COMMANDS: readonly MonitorCommand[] = [
  {
    name: 'help',
    parameters: '',
    summary: 'this list',
    words: [0, 0],
    run: () => {
      const lines = COMMANDS.map(
        ({ name, parameters, summary }) => `  ${`${name} ${parameters}`.padEnd(28)} ${summary}`,
      );
      return [...lines, '  A beginning of a name will do. Views: all, ' + `${VIEW_NAMES.join(', ')}.`].join('\n');
    },
  },
  {
    name: 'ps',
    parameters: '[VIEW…]',
    summary: 'what there is, as tables; processes and threads, or these views, or all',
    words: [0, VIEW_NAMES.length],
    run: ({ target }, words) => {
      const names = words.length === 0 ? FIRST_VIEWS : words.includes('all') ? VIEW_NAMES : words.map(viewOf);
      return viewTables(target, names, PLAIN).trimEnd();
    },
  },
  {
    name: 'why',
    parameters: '',
    summary: 'why the world is stopped, and when',
    words: [0, 0],
    isAboutWorld: true,
    run: why,
  },
  {
    name: 'catch',
    parameters: '[call [NAME] | THING]',
    summary: `stops at system calls, all or one; or THING: ${CAUGHT_THINGS.join(', ')}. Alone: says what is caught`,
    words: [0, 2],
    isAboutWorld: true,
    run: catchThing,
  },
  {
    name: 'uncatch',
    parameters: '',
    summary: 'catches nothing any more',
    words: [0, 0],
    isAboutWorld: true,
    run: (client) => {
      client.catches.clear(client.world.debuggee);
      return 'nothing is caught';
    },
  },
  {
    name: 'faults',
    parameters: `[${FAULT_POLICIES.join(' | ')}]`,
    summary: 'stops at faults before the program is asked, after nobody wanted them, both, or never',
    words: [0, 1],
    isAboutWorld: true,
    run: ({ catches, world }, [policy]) => {
      if (policy !== undefined) {
        catches.faults = oneOf(FAULT_POLICIES, policy, 'policy') satisfies FaultPolicy;
        catches.apply(world.debuggee);
      }
      return `faults: ${catches.faults}`;
    },
  },
  {
    name: 'journal',
    parameters: '[COUNT]',
    summary: `the last ${JOURNAL_LINES.fallback} records of the journal, or so many`,
    words: [0, 1],
    run: ({ target }, [count]) => {
      const lines = target.journal(numberIn(count, 1, JOURNAL_LINES.most, JOURNAL_LINES.fallback));
      return lines.length === 0 ? 'the journal is empty' : lines.join('\n');
    },
  },
];

/** What the line's command says, ending with a line end. */
export function obey(client: Client, line: string): string {
  const [name, ...words] = line.trim().split(/\s+/);
  try {
    const command = find(name === '' ? 'help' : name);
    const [least, most] = command.words;
    if (words.length < least || words.length > most)
      throw new Wrong(`expected ${command.name} ${command.parameters}`.trimEnd());
    if (command.isAboutWorld && !client.world.isAttached) throw new Wrong('no process is attached');
    return `${command.run(client, words)}\n`;
  } catch (error) {
    if (error instanceof Wrong) return `${error.message}\n`;
    throw error;
  }
}

function find(name: string): MonitorCommand {
  const names = COMMANDS.map((command) => command.name);
  const found =
    COMMANDS.find((command) => command.name === name) ?? COMMANDS.find((command) => command.name.startsWith(name));
  if (found !== undefined) return found;
  throw new Wrong(`there is no command ${shown(name)}; ${suggestion(name, names) ?? 'try monitor help'}`);
}

function suggestion(word: string, words: readonly string[]): string | undefined {
  const near = nearest(word, words);
  return near === undefined ? undefined : `did you mean ${near}?`;
}

function viewOf(word: string): ViewName {
  if (isViewName(word)) return word;
  throw new Wrong(`there is no view ${shown(word)}; ${suggestion(word, VIEW_NAMES) ?? VIEW_NAMES.join(', ')}`);
}

function oneOf<Name extends string>(names: readonly Name[], word: string, what: string): Name {
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  throw new Wrong(`there is no ${what} ${shown(word)}: ${names.join(', ')}`);
}

function numberIn(word: string | undefined, least: number, most: number, fallback: number): number {
  if (word === undefined) return fallback;
  const number = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Wrong(`${shown(word)}: expected a number from ${least} to ${most}`);
}

function catchThing({ catches, world }: Client, [thing, name]: readonly string[]): string {
  if (thing === undefined) {
    const list = catches.list();
    return list.length === 0 ? 'nothing is caught' : list.join('\n');
  }
  const isCall = thing === 'call';
  if (!isCall && name !== undefined) throw new Wrong(`expected catch ${shown(thing)}`);
  const hasRoom = isCall
    ? catches.watchCall(name === undefined ? 'all' : callOf(name), world.debuggee)
    : catches.watchThing(oneOf<CaughtThing>(CAUGHT_THINGS, thing, 'thing'), world.debuggee);
  if (!hasRoom) throw new Wrong('too much is caught already');
  return `caught: ${catches.list().join(', ')}`;
}

/** By its name, or by its number. */
function callOf(word: string): number {
  const call = callByName(word) ?? CALLS.find(({ number }) => String(number) === word);
  if (call !== undefined) return call.number;
  const names = CALLS.map((one) => one.name);
  throw new Wrong(`there is no call ${shown(word)}; ${suggestion(word, names) ?? 'see: tocsin calls'}`);
}

function why({ target, world }: Client): string {
  const stop = world.debuggee.stopped;
  const when = `${target.instructions} instructions, ${target.time} ns since boot`;
  if (stop === undefined) return when;
  const where =
    stop.thread === 0 ? '' : `, thread #${stop.thread} of process #${stop.process}, pc ${hex(stop.pc >>> 0)}`;
  const fault =
    stop.kind === 'fault'
      ? `: ${causeName(stop.cause)} at ${hex(stop.address >>> 0)}, ${stop.chance === 1 ? 'before the program was asked' : 'nobody wanted it'}`
      : '';
  return `${stop.kind}${where}${fault}\n${when}`;
}

/** Words come from outside, and may hold anything. */
function shown(word: string): string {
  return word.slice(0, 40).replace(/\p{Cc}/gu, '?');
}
