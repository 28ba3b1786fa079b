/** Commands that make the program stop. */
import { CALLS, callByName, callByNumber } from '../../../../syscalls/calls.js';
import { type Breakpoint, type LifeKind, type Scope, type Spec, titleOf, type WatchAccess } from '../breakpoint.js';
import type { Command, Context } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { evaluate } from '../expression/evaluate.js';
import { parseExpression } from '../expression/parser.js';
import { scalarOf } from '../expression/quantity.js';
import { placesOf, placeText } from '../location.js';
import { FAULT_NAMES } from '../registers.js';
import { hex } from '../text.js';

/** A trigger watches a range, and a step looks at what it held: more is no variable. */
const MAX_WATCHED_BYTES = 4096;

const LIVES: Readonly<Record<string, LifeKind>> = {
  start: 'process started',
  exit: 'process ended',
  'thread-start': 'thread started',
  'thread-exit': 'thread ended',
};

export const BREAKPOINTS: readonly Command[] = [
  {
    ...codeCommand('break', 'sets a breakpoint', {}),
    aliases: ['b', 'br', 'brea'],
    details: [
      'LOCATION is a function, FILE:LINE, LINE, +LINES, -LINES or *ADDRESS; without one, where the selected frame is.',
      'The memory of the program stays as it is: a breakpoint is a trigger of the machine.',
    ],
  },
  { ...codeCommand('tbreak', 'sets a breakpoint that goes when it stops', { isTemporary: true }), aliases: ['tb'] },
  {
    ...codeCommand('hbreak', 'sets a breakpoint; all of them are in hardware here', { isHardware: true }),
    aliases: ['hb'],
  },
  codeCommand('thbreak', 'sets a breakpoint in hardware that goes when it stops', {
    isTemporary: true,
    isHardware: true,
  }),
  watchCommand('watch', 'write', 'stops when what an expression names has been changed'),
  watchCommand('rwatch', 'read', 'stops when what an expression names has been read'),
  watchCommand('awatch', 'access', 'stops when what an expression names has been read or changed'),
  catchCommand('catch', false),
  catchCommand('tcatch', true),
  {
    name: 'condition',
    aliases: ['cond'],
    group: 'breakpoints',
    parameters: 'NUMBER [CONDITION]',
    summary: 'has a breakpoint stop only where CONDITION is not zero; without one, always',
    completing: 'breakpoint',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const [, number, condition] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
      const breakpoint = theOne(d, number);
      if (condition !== '') parseExpression(condition);
      breakpoint.condition = condition === '' ? undefined : condition;
      if (condition === '') d.print(`Breakpoint ${breakpoint.number} now unconditional.`);
    },
  },
  {
    name: 'ignore',
    group: 'breakpoints',
    parameters: 'NUMBER COUNT',
    summary: 'has a breakpoint be passed over so many times',
    completing: 'breakpoint',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const [, number, expression] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
      const breakpoint = theOne(d, number);
      if (expression === '') throw new CommandError('Second argument (specified ignore-count) is missing.');
      breakpoint.ignored = Math.max(0, d.addressOf(expression) | 0);
      d.print(`Will ignore next ${breakpoint.ignored} crossings of breakpoint ${breakpoint.number}.`);
    },
  },
  {
    name: 'delete',
    aliases: ['d', 'del'],
    group: 'breakpoints',
    parameters: '[NUMBER…]',
    summary: 'deletes breakpoints, or all of them; `delete display` deletes displays',
    completing: 'breakpoint',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d } = context;
      const ofDisplays = /^disp\w*\s*(.*)$/.exec(text);
      if (ofDisplays !== null) return context.execute(`undisplay ${ofDisplays[1]}`);
      const all = d.breakpoints.all();
      const wanted = /^(breakpoints\s*)?$/.test(text) ? [...all] : listed(d, text.replace(/^breakpoints\s+/, ''));
      if (text === '' && all.length > 0 && !(await d.host.confirm('Delete all breakpoints?'))) return;
      for (const one of wanted) d.breakpoints.remove(one);
    },
  },
  {
    name: 'clear',
    group: 'breakpoints',
    parameters: '[LOCATION]',
    summary: 'deletes the breakpoints at a place',
    completing: 'location',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const addresses = placesOf(text, d.where()).map(({ address }) => address);
      const found = d.breakpoints
        .all()
        .filter(({ spec }) => spec.kind === 'code' && spec.places.some(({ address }) => addresses.includes(address)));
      if (found.length === 0) throw new CommandError(`No breakpoint at ${text === '' ? 'this line' : text}.`);
      d.print(`Deleted breakpoint${found.length === 1 ? '' : 's'} ${found.map(({ number }) => number).join(' ')}`);
      for (const one of found) d.breakpoints.remove(one);
    },
  },
  switchCommand('enable', true),
  switchCommand('disable', false),
  {
    name: 'commands',
    group: 'breakpoints',
    parameters: '[NUMBER]',
    summary: 'has commands be executed when a breakpoint stops: they follow, a line each, up to a line `end`',
    details: ['`silent` as the first of them does nothing here: what stopped is always told.'],
    completing: 'breakpoint',
    repeat: 'never',
    run: async (context, { text }) => {
      const { d } = context;
      const last = d.breakpoints.all().at(-1);
      if (text === '' && last === undefined) throw new CommandError('No breakpoints specified.');
      const wanted = text === '' && last !== undefined ? [last] : listed(d, text);
      const lines: string[] = [];
      for (;;) {
        const line = await context.nextLine();
        if (line === undefined || line.trim() === 'end') break;
        if (line.trim() !== 'silent') lines.push(line.trim());
      }
      for (const one of wanted) one.commands = lines;
    },
  },
];

function codeCommand(name: string, summary: string, kind: { isTemporary?: boolean; isHardware?: boolean }): Command {
  return {
    name,
    group: 'breakpoints',
    parameters: '[LOCATION] [thread N] [if CONDITION]',
    summary,
    completing: 'location',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const { location, condition, thread } = conditionOf(d, text);
      const places = placesOf(location, d.where());
      const spec: Spec = {
        kind: 'code',
        text: location,
        isHardware: kind.isHardware ?? false,
        places,
        symbols: d.symbols(),
        process: d.process,
      };
      const breakpoint = d.breakpoints.add(spec, {
        isTemporary: kind.isTemporary ?? false,
        ...(condition !== undefined && { condition }),
        thread,
      });
      const where =
        places.length === 1
          ? placeText(places[0])
          : `${hex(places[0].address)}: ${location}. (${places.length} locations)`;
      d.print(`${titleOf(breakpoint)} ${breakpoint.number} at ${where}`);
    },
  };
}

/** `main thread 7 if x > 3` */
function conditionOf(d: Debugging, text: string): { location: string; condition: string | undefined; thread: number } {
  const [, head, condition] = /^(.*?)(?:(?:^|\s+)if\b\s*(.*))?$/.exec(text) ?? ['', text, undefined];
  if (condition !== undefined) parseExpression(condition);
  const [, location, number] = /^(.*?)(?:(?:^|\s+)thread\s+(\S+))?$/.exec(head.trim()) ?? ['', head.trim(), undefined];
  const thread = number === undefined ? 0 : Number(number.replace(/^#/, ''));
  if (thread !== 0 && !d.threads().some(({ koid }) => koid === thread))
    throw new CommandError(`Unknown thread ${number}.`);
  return { location: location.trim(), condition, thread };
}

function watchCommand(name: string, access: WatchAccess, summary: string): Command {
  return {
    name,
    group: 'breakpoints',
    parameters: '[-l] EXPRESSION [if CONDITION]',
    summary,
    details: [
      'EXPRESSION is a variable, a member, *ADDRESS, {TYPE} ADDRESS, or any of them with @COUNT: what it names lies in memory.',
      `At most ${MAX_WATCHED_BYTES} bytes. A watched local variable is forgotten when its function returns.`,
    ],
    completing: 'expression',
    repeat: 'never',
    run: ({ d }, { text }) => {
      if (text === '') throw new CommandError('Argument required (expression to compute).');
      const [, head, condition] = /^(.*?)(?:\s+if\b\s*(.*))?$/.exec(text) ?? ['', text, undefined];
      if (condition !== undefined) parseExpression(condition);
      const isPlace = /^-l(ocation)?\s+/.test(head);
      const expression = head.replace(/^-l(ocation)?\s+/, '');
      const breakpoint = d.breakpoints.add(
        watchSpec(d, expression, access, isPlace),
        condition === undefined ? {} : { condition },
      );
      d.print(`${titleOf(breakpoint)} ${breakpoint.number}: ${isPlace ? `-location ${expression}` : expression}`);
    },
  };
}

function watchSpec(d: Debugging, expression: string, access: WatchAccess, isPlace: boolean): Spec {
  const quantity = d.evaluate(expression);
  const { location, size } = quantity;
  if (location?.kind !== 'memory') throw new CommandError(`Cannot watch "${expression}": it does not lie in memory.`);
  const length = size || scalarOf(quantity.type)?.size || 4;
  if (length > MAX_WATCHED_BYTES) throw new CommandError(`Cannot watch ${length} bytes; at most ${MAX_WATCHED_BYTES}.`);
  const scope = isPlace || isGlobal(d, expression, location.address) ? undefined : scopeOf(d);
  const { process } = d;
  return { kind: 'watch', text: expression, access, process, address: location.address, length, quantity, scope };
}

/** Without a frame it is the same place. */
function isGlobal(d: Debugging, expression: string, address: number): boolean {
  if (!/[A-Za-z_]/.test(expression.replace(/\$\w+|0x[\da-f]+/gi, ''))) return true;
  try {
    const { location } = evaluate(expression, { ...d.surroundings(), frame: undefined });
    return location?.kind === 'memory' && location.address === address;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** The end of the selected frame. */
function scopeOf(d: Debugging): Scope | undefined {
  const frame = d.frameIfAny();
  if (frame?.cfa === undefined) return undefined;
  const caller = d
    .frames(d.selectedThread())
    .slice(frame.level + 1)
    .find(({ kind }) => kind === 'call');
  return caller === undefined ? undefined : { thread: d.thread, pc: caller.pc, cfa: frame.cfa };
}

function catchCommand(name: string, isTemporary: boolean): Command {
  return {
    name,
    group: 'breakpoints',
    parameters: 'fault [KIND…] | call [NAME…] | event | start | exit | thread-start | thread-exit',
    summary: `stops${isTemporary ? ' once' : ''} at faults, system calls, ends of waits, or where processes and threads begin and end`,
    details: [
      `KIND is one of ${[...FAULT_NAMES.keys()].join(', ')}; faults without one are all.`,
      'NAME is a system call or its number (`info calls`); calls without one are all. A call stops before it is made and when it has ended.',
      'event: when a thread that waited goes on, because what it waited for came.',
    ],
    completing: [
      'fault',
      'call',
      'syscall',
      'event',
      'start',
      'exit',
      'thread-start',
      'thread-exit',
      ...CALLS.map((call) => call.name),
      ...FAULT_NAMES.keys(),
    ],
    repeat: 'never',
    run: ({ d }, { text }) => {
      const { spec, what } = catchSpec(text.split(/\s+/).filter((word) => word !== ''));
      const breakpoint = d.breakpoints.add(spec, { isTemporary });
      d.print(`Catchpoint ${breakpoint.number} (${what})`);
    },
  };
}

function catchSpec([kind, ...names]: readonly string[]): { readonly spec: Spec; readonly what: string } {
  const listedNames = names.length === 0 ? '' : ` ${names.join(' ')}`;
  switch (kind) {
    case 'fault':
    case 'signal': {
      const causes = names
        .filter((name) => name !== 'all')
        .map((name) => FAULT_NAMES.get(name) ?? unknown('kind of fault', name));
      return { spec: { kind: 'fault', causes }, what: names.length === 0 ? 'any fault' : `fault${listedNames}` };
    }
    case 'call':
    case 'syscall': {
      const calls = names.map((name) => callNumber(name));
      return {
        spec: { kind: 'call', calls },
        what: names.length === 0 ? 'any system call' : `system call${listedNames}`,
      };
    }
    case 'event':
      return { spec: { kind: 'event' }, what: 'event' };
    default: {
      const life = LIVES[kind ?? ''];
      if (life === undefined)
        throw new CommandError(`catch wants fault, call, event, ${Object.keys(LIVES).join(', ')}`);
      if (names.length > 0) throw new CommandError(`catch ${kind} wants nothing more`);
      return { spec: { kind: 'life', life }, what: life };
    }
  }
}

function callNumber(name: string): number {
  const call = callByName(name.replace(/^tocsin_/, '')) ?? (/^\d/.test(name) ? callByNumber(Number(name)) : undefined);
  return call?.number ?? unknown('system call', name);
}

function unknown(what: string, name: string): never {
  throw new CommandError(`There is no ${what} "${name}".`);
}

function switchCommand(name: string, isEnabled: boolean): Command {
  return {
    name,
    ...(name === 'enable' ? { aliases: ['en'] } : { aliases: ['dis', 'disa'] }),
    group: 'breakpoints',
    parameters: '[display] [NUMBER…]',
    summary: `${name}s breakpoints, or all of them; \`${name} display\` does so with displays`,
    completing: 'breakpoint',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const ofDisplays = /^disp\w*\s*(.*)$/.exec(text);
      if (ofDisplays !== null) {
        const numbers = ofDisplays[1]
          .split(/\s+/)
          .filter((word) => word !== '')
          .map(Number);
        for (const one of d.displays)
          if (numbers.length === 0 || numbers.includes(one.number)) one.isEnabled = isEnabled;
        return;
      }
      const numbers = text.replace(/^breakpoints\s*/, '');
      for (const one of numbers === '' ? d.breakpoints.all() : listed(d, numbers)) d.breakpoints.enable(one, isEnabled);
    },
  };
}

/** `1 3-5`. Throws CommandError for what is not there. */
function listed(d: Debugging, text: string): Breakpoint[] {
  return text.split(/[\s,]+/).flatMap((word) => {
    const range = /^(\d{1,6})-(\d{1,6})$/.exec(word);
    if (range === null) return [theOne(d, word)];
    const found = d.breakpoints.all().filter(({ number }) => number >= Number(range[1]) && number <= Number(range[2]));
    if (found.length === 0) throw new CommandError(`No breakpoint number ${word}.`);
    return found;
  });
}

function theOne(d: Context['d'], word: string | undefined): Breakpoint {
  if (word === undefined || word === '') throw new CommandError('Argument required (breakpoint number).');
  const found = /^\$?\w+$/.test(word) ? d.breakpoints.find(d.addressOf(word)) : undefined;
  if (found === undefined) throw new CommandError(`No breakpoint number ${word}.`);
  return found;
}
