/** `info WHAT`: a command of its own for each WHAT. */
import { VIEW_NAMES, type ViewName } from '../../../../kernel/index.js';
import { CALLS } from '../../../../syscalls/calls.js';
import type { ControlRegisters } from '../../debuggee.js';
import { typeOf } from '../breakpoint.js';
import type { Command, Context } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { numberedFrameLine, threadPlace } from '../frame-text.js';
import { placesOf } from '../location.js';
import { CONTROL_NAMES, controlFields, isControlName, registerNumber, SHOWN_REGISTERS } from '../registers.js';
import { endedLines, faultText, threadTitle } from '../stop-text.js';
import { hex, word } from '../text.js';
import { quantityText } from '../value-text.js';
import { argumentLines, localLines } from '../variable-text.js';

export interface Info {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly parameters?: string;
  readonly summary: string;
  readonly run: (d: Debugging, text: string, context: Context) => void;
}

const MAX_LISTED = 1000;

const OWN: readonly Info[] = [
  {
    name: 'breakpoints',
    aliases: ['watchpoints', 'b'],
    summary: 'breakpoints, watchpoints and catchpoints',
    run: breakpoints,
  },
  {
    name: 'registers',
    aliases: ['r'],
    parameters: '[NAME…]',
    summary: 'registers of the selected frame, by name or all',
    run: registers,
  },
  {
    name: 'all-registers',
    summary: 'all of them, and control registers with their fields',
    run: (d, text) => {
      registers(d, text);
      if (text === '') control(d, '');
    },
  },
  {
    name: 'control',
    aliases: ['csrs'],
    parameters: '[NAME…]',
    summary: 'control registers, with their fields in words',
    run: control,
  },
  {
    name: 'threads',
    parameters: '[NUMBER…]',
    summary: 'threads: where each is, or what it waits for and who holds that',
    run: threads,
  },
  { name: 'processes', aliases: ['inferiors'], summary: 'processes, with what each does', run: processes },
  { name: 'program', summary: 'why the program stands still', run: program },
  {
    name: 'locals',
    summary: 'local variables of the selected frame',
    run: (d) => d.printAll(localLines(d, d.frame())),
  },
  {
    name: 'args',
    summary: 'arguments of the selected frame',
    run: (d) => d.printAll(argumentLines(d, d.frame())),
  },
  { name: 'frame', summary: 'the selected frame: its addresses, its caller, its arguments', run: frame },
  { name: 'source', summary: 'the source file that the selected frame is in', run: source },
  {
    name: 'sources',
    summary: 'the source files of the program',
    run: (d) => {
      for (const { path } of d.symbols().sourceFiles()) d.print(path);
    },
  },
  { name: 'line', parameters: '[LOCATION]', summary: 'the addresses of a source line', run: line },
  { name: 'address', parameters: 'NAME', summary: 'where a name lies', run: address },
  { name: 'symbol', parameters: 'ADDRESS', summary: 'which name lies at an address', run: symbol },
  {
    name: 'functions',
    parameters: '[EXPRESSION]',
    summary: 'functions whose names match a regular expression',
    run: functions,
  },
  {
    name: 'variables',
    parameters: '[EXPRESSION]',
    summary: 'global variables whose names match a regular expression',
    run: variables,
  },
  { name: 'display', summary: 'what is shown at each stop', run: displays },
  {
    name: 'faults',
    aliases: ['signals', 'handle'],
    summary: 'what is done at each kind of fault (`handle`)',
    run: faults,
  },
  { name: 'calls', parameters: '[TEXT]', summary: 'the system calls, with their numbers', run: calls },
  {
    name: 'queues',
    summary: 'where events wait: pools, rings, channels and topics',
    run: (d) => tables(d, ['pools', 'rings', 'channels', 'topics']),
  },
  {
    name: 'time',
    summary: 'virtual time, and instructions since the beginning',
    run: (d) => {
      d.print(`${d.target.time} ns, ${d.target.instructions} instructions`);
    },
  },
  {
    name: 'convenience',
    aliases: ['conv'],
    summary: 'variables of the debugger, `$name`',
    run: (d) => {
      for (const name of d.variableNames()) d.print(`$${name} = ${quantityText(d.evaluate(`$${name}`))}`);
      if (d.variableNames().length === 0) d.print('No debugger convenience values now defined.');
    },
  },
  {
    name: 'values',
    summary: 'the values that `print` kept',
    run: (d) => {
      for (const [number, value] of d.kept().slice(-10)) d.print(`$${number} = ${quantityText(value)}`);
    },
  },
];

/** The tables of `tocsin ps`; threads and processes have more to say here. */
const OF_VIEWS: readonly Info[] = VIEW_NAMES.filter((name) => !OWN.some((one) => one.name === name)).map((name) => ({
  name,
  summary: `the table of ${name}, as \`tocsin ps\` prints it`,
  run: (d) => tables(d, [name]),
}));

export const INFOS: readonly Info[] = [...OWN, ...OF_VIEWS].sort((a, b) => (a.name < b.name ? -1 : 1));

export const INFO: Command = {
  name: 'info',
  aliases: ['i', 'inf'],
  group: 'status',
  parameters: 'WHAT',
  summary: 'says something of the program; `help info` lists what',
  details: INFOS.map(({ name, parameters = '', summary }) => `info ${`${name} ${parameters}`.padEnd(26)} ${summary}`),
  completing: INFOS.map(({ name }) => name),
  run: (context, { text }) => {
    const [, name = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(text) ?? [];
    findInfo(name).run(context.d, rest, context);
  },
};

/** Throws CommandError. */
function findInfo(name: string): Info {
  if (name === '') throw new CommandError('"info" wants the name of what to say; `help info` lists them.');
  const exact = INFOS.find((one) => one.name === name || one.aliases?.includes(name));
  if (exact !== undefined) return exact;
  const near = INFOS.filter((one) => one.name.startsWith(name) || one.aliases?.some((alias) => alias.startsWith(name)));
  if (near.length === 1) return near[0];
  if (near.length === 0) throw new CommandError(`Undefined info command: "${name}". Try "help info".`);
  throw new CommandError(`Ambiguous info command "${name}": ${near.map((one) => one.name).join(', ')}.`);
}

function tables(d: Debugging, names: readonly ViewName[]): void {
  d.print(d.target.tables(names).trimEnd());
}

function breakpoints(d: Debugging): void {
  const all = d.breakpoints.all();
  if (all.length === 0) {
    d.print('No breakpoints or watchpoints.');
    return;
  }
  d.print('Num     Type           Disp Enb Address    What');
  for (const one of all) {
    const { spec, number, isTemporary, isEnabled, hits, ignored, condition, thread, commands } = one;
    const places = spec.kind === 'code' ? spec.places : [];
    const at = places.length === 1 ? word(places[0].address) : places.length > 1 ? '<MULTIPLE>' : '';
    const what = places.length === 1 ? placeWhat(places[0]) : places.length > 1 ? '' : whatText(one);
    d.print(
      `${String(number).padEnd(7)} ${typeOf(one).padEnd(14)} ${isTemporary ? 'del ' : 'keep'} ${isEnabled ? 'y  ' : 'n  '} ${at.padEnd(10)} ${what}`.trimEnd(),
    );
    if (condition !== undefined) d.print(`\tstop only if ${condition}`);
    if (thread !== 0) d.print(`\tstop only in thread ${thread}`);
    if (hits > 0) d.print(`\tbreakpoint already hit ${hits} time${hits === 1 ? '' : 's'}`);
    if (ignored > 0) d.print(`\tignore next ${ignored} hits`);
    for (const command of commands) d.print(`        ${command}`);
    if (places.length > 1) {
      for (const [i, place] of places.entries()) {
        d.print(`${`${number}.${i + 1}`.padEnd(28)} y   ${word(place.address)} ${placeWhat(place)}`);
      }
    }
  }
}

function placeWhat({ functionName, place }: ReturnType<typeof placesOf>[number]): string {
  const name = functionName === undefined ? '' : `in ${functionName}`;
  return place === undefined ? name : `${name} at ${place.file.path}:${place.line}`.trim();
}

function whatText({ spec }: Parameters<typeof typeOf>[0]): string {
  switch (spec.kind) {
    case 'watch':
      return spec.text;
    case 'fault':
      return spec.causes.length === 0 ? 'any fault' : `fault ${spec.causes.join(' ')}`;
    case 'call':
      return spec.calls.length === 0 ? 'any system call' : `system call ${spec.calls.map(callName).join(' ')}`;
    case 'event':
      return 'event';
    case 'life':
      return spec.life;
    case 'code':
      return '';
  }
}

function callName(number: number): string {
  return CALLS.find((call) => call.number === number)?.name ?? String(number);
}

function registers(d: Debugging, text: string): void {
  const frame = d.frame();
  const names = text === '' ? SHOWN_REGISTERS : text.split(/[\s,]+/).map((name) => name.replace(/^\$/, ''));
  for (const name of names) {
    if (isControlName(name)) {
      control(d, name);
      continue;
    }
    const number = registerNumber(name);
    if (number === undefined) throw new CommandError(`Invalid register \`${name}'`);
    const isKnown = number <= 0 || (frame.known & (1 << number)) !== 0;
    const value = number < 0 ? 0 : number === 0 ? frame.pc : frame.registers[number];
    const shown = isAddress(name) ? d.addressText(value) : String(value);
    d.print(isKnown ? `${name.padEnd(15)}${hex(value).padEnd(19)}${shown}` : `${name.padEnd(15)}<not saved>`);
  }
}

function isAddress(name: string): boolean {
  return ['pc', 'ra', 'sp', 'gp', 'tp', 'fp', 's0', 'x1', 'x2', 'x3', 'x4', 'x8'].includes(name);
}

function control(d: Debugging, text: string): void {
  const values = d.target.debuggee.controlRegisters(d.selectedThread().koid);
  if (values === undefined) throw new CommandError('The thread has no control registers.');
  const names = text === '' ? CONTROL_NAMES : text.split(/[\s,]+/).map((name) => controlName(name.replace(/^\$/, '')));
  for (const name of names) d.print(controlLine(d, name, values[name]));
}

function controlLine(d: Debugging, name: keyof ControlRegisters, value: number | bigint): string {
  if (typeof value === 'bigint') return `${name.padEnd(15)}${`0x${value.toString(16)}`.padEnd(19)}${value}`;
  const fields = controlFields(name, value) || (name === 'mepc' || name === 'mtval' ? d.addressText(value) : '');
  return `${name.padEnd(15)}${hex(value).padEnd(19)}${fields}`.trimEnd();
}

function controlName(name: string): keyof ControlRegisters {
  if (isControlName(name)) return name;
  throw new CommandError(`There is no control register ${name}; there are ${CONTROL_NAMES.join(', ')}.`);
}

function threads(d: Debugging, text: string): void {
  if (d.over !== undefined) {
    d.print('No threads.');
    return;
  }
  const wanted = text
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .map((one) => Number(one.replace(/^#/, '')));
  const all = d.threads().filter(({ koid }) => wanted.length === 0 || wanted.includes(koid));
  if (all.length === 0) {
    d.print(wanted.length === 0 ? 'No threads.' : `No threads match '${text}'.`);
    return;
  }
  const names = all.map((thread) => threadTitle(thread));
  const owners = all.map(({ process }) => d.processText(process));
  const width = Math.max(6, ...names.map((name) => name.length));
  const ownerWidth = Math.max(7, ...owners.map((name) => name.length));
  d.print(`  ${'Thread'.padEnd(width)}  ${'Process'.padEnd(ownerWidth)}  State    Frame`);
  for (const [i, thread] of all.entries()) {
    const mark = thread.koid === d.thread ? '*' : ' ';
    const waits = thread.waits === '' ? '' : `; ${thread.waits}`;
    const who = `${names[i].padEnd(width)}  ${owners[i].padEnd(ownerWidth)}`;
    d.print(`${mark} ${who}  ${thread.state.padEnd(8)} ${threadPlace(d, thread)}${waits}`.trimEnd());
  }
}

function processes(d: Debugging): void {
  const all = d.processes();
  d.print('  Num   State    Threads  Name');
  for (const { koid, state, name } of all) {
    const count = d.threads().filter(({ process }) => process === koid).length;
    d.print(
      `${koid === d.process ? '*' : ' '} ${String(koid).padEnd(5)} ${state.padEnd(8)} ${String(count).padEnd(8)} ${name}`,
    );
  }
}

function program(d: Debugging): void {
  if (d.over !== undefined) {
    for (const one of endedLines(d, d.over)) d.print(one);
    return;
  }
  const { stopped } = d.target.debuggee;
  d.print(`Program ${d.target.programName}, process ${d.target.program}.`);
  if (d.isFresh) d.print('It stands before its first instruction.');
  else if (stopped === undefined) d.print('Nothing can go on: every thread is blocked.');
  else if (stopped.kind === 'fault') d.print(`Thread ${stopped.thread} stopped: ${faultText(d, stopped)}.`);
  else d.print(`Thread ${stopped.thread} stopped: ${stopped.kind}, at ${d.addressText(stopped.pc)}.`);
}

function frame(d: Debugging): void {
  const selected = d.frame();
  const frames = d.frames(d.selectedThread());
  d.print(
    `Stack level ${selected.level}, frame at ${selected.cfa === undefined ? 'an unknown address' : hex(selected.cfa)}:`,
  );
  d.print(` pc = ${d.addressText(selected.pc)}; ${numberedFrameLine(d, selected)}`);
  const caller = frames[selected.level + 1];
  if (selected.kind === 'inlined') d.print(` inlined into frame ${selected.level + 1}`);
  else if (caller !== undefined)
    d.print(` called by frame ${caller.level}, which goes on at ${d.addressText(caller.pc)}`);
  else d.print(' outermost: nothing says who called it');
  const callee = frames[selected.level - 1];
  if (callee !== undefined) d.print(` caller of frame ${callee.level}`);
  for (const text of argumentLines(d, selected)) d.print(` ${text}`);
}

function source(d: Debugging): void {
  const place = d.frame().place;
  if (place === undefined) throw new CommandError('No current source file.');
  const lines = d.sources.linesOf(place.file);
  d.print(`Current source file is ${place.file.path}`);
  d.print(
    lines === undefined ? 'It was not found; `directory` says where to look.' : `Contains ${lines.length} lines.`,
  );
}

function line(d: Debugging, text: string): void {
  for (const { place, address: at } of placesOf(text, d.where())) {
    const range = d.symbols().lineRange(at);
    if (place === undefined || range === undefined) {
      d.print(`No line number information available for address ${d.addressText(at)}`);
    } else {
      d.print(
        `Line ${place.line} of "${place.file.path}" starts at address ${d.addressText(range.start)} and ends at ${d.addressText(range.end)}.`,
      );
    }
  }
}

function address(d: Debugging, text: string): void {
  if (text === '') throw new CommandError('Argument required (a name).');
  const { location, type } = d.evaluate(text);
  if (location?.kind === 'memory') d.print(`Symbol "${text}" is a ${type} at address ${hex(location.address)}.`);
  else if (location?.kind === 'register') d.print(`Symbol "${text}" is a ${type} in $x${location.register}.`);
  else d.print(`Symbol "${text}" is a ${type} that lies in no one place.`);
}

function symbol(d: Debugging, text: string): void {
  if (text === '') throw new CommandError('Argument required (address).');
  const at = d.addressOf(text);
  const symbols = d.symbols();
  const object = d.target
    .elfSymbolsOf(d.process)
    .find((one) => one.kind === 'object' && at >= one.address && at < one.address + Math.max(1, one.size));
  const name =
    object === undefined
      ? symbols.addressText(at)
      : at === object.address
        ? object.name
        : `${object.name} + ${at - object.address}`;
  d.print(name === undefined ? `No symbol matches ${text}.` : `${name} is at ${hex(at)}`);
}

function functions(d: Debugging, text: string): void {
  const pattern = patternOf(text);
  const found = d
    .symbols()
    .functions()
    .filter(({ name }) => pattern.test(name));
  for (const { name, entry, file, line: at } of found.slice(0, MAX_LISTED)) {
    d.print(`${word(entry)}  ${name}${file === undefined ? '' : `  ${file}:${at}`}`);
  }
  sayRest(d, found.length);
}

function variables(d: Debugging, text: string): void {
  const pattern = patternOf(text);
  const found = d.target.elfSymbolsOf(d.process).filter(({ name, kind }) => kind === 'object' && pattern.test(name));
  for (const { name, address: at, size } of found.slice(0, MAX_LISTED)) d.print(`${word(at)}  ${name}  ${size} bytes`);
  sayRest(d, found.length);
}

function sayRest(d: Debugging, count: number): void {
  if (count > MAX_LISTED) d.print(`and ${count - MAX_LISTED} more`);
  if (count === 0) d.print('Nothing matches.');
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new CommandError(`"${text}" is no regular expression.`);
  }
}

function displays(d: Debugging): void {
  if (d.displays.length === 0) d.print('There are no auto-display expressions now.');
  for (const { number, format, expression, isEnabled } of d.displays) {
    d.print(`${number}:   ${isEnabled ? 'y' : 'n'}  ${format === '' ? '' : `/${format} `}${expression}`);
  }
}

function faults(d: Debugging): void {
  d.print(`${'Fault'.padEnd(32)} Stop  Print  Pass to program`);
  for (const [name, { stops, prints, answer }] of d.faults.table()) {
    const yes = (is: boolean) => (is ? 'Yes' : 'No');
    d.print(`${name.padEnd(32)} ${yes(stops).padEnd(5)} ${yes(prints).padEnd(6)} ${yes(answer === 'pass')}`);
  }
}

function calls(d: Debugging, text: string): void {
  const found = CALLS.filter(({ name }) => name.includes(text));
  for (const { number, name, summary } of found)
    d.print(`0x${number.toString(16).padStart(2, '0')}  ${name.padEnd(22)} ${summary}`);
  if (found.length === 0) d.print(`No system call has "${text}" in its name.`);
}
