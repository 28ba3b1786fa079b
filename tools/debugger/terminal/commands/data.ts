/** Commands that show and change data. */
import type { Command, Context, Invocation } from '../command.js';
import { CommandError } from '../command-error.js';
import { displayLines, shownDisplay } from '../displays.js';
import { examine, FIRST_LAYOUT, layoutOf } from '../examine.js';
import { parseExpression } from '../expression/parser.js';
import { addressOf, bytesOf, type Quantity } from '../expression/quantity.js';
import { findSetting } from '../settings.js';
import { hex } from '../text.js';
import { quantityText } from '../value-text.js';
import { argumentWords } from '../words.js';

export const DATA: readonly Command[] = [
  {
    name: 'print',
    aliases: ['p', 'inspect'],
    group: 'data',
    parameters: '[/FORMAT] [EXPRESSION]',
    hasFormat: true,
    summary: 'the value of an expression, which is kept as $1, $2 and so on',
    details: [
      'FORMAT is x hexadecimal, d decimal, u unsigned, o octal, t binary, c character, a address, z padded hexadecimal, f floating point, s as it is.',
      'Expressions are those of C: variables, registers ($a0, $pc, $mcause), members, arrays, casts, assignments, and P@N: N elements from P on.',
      '$ is the last value, $$ the one before; a name with $ that nothing has yet is a variable of the debugger.',
    ],
    completing: 'expression',
    run: ({ d }, { text, format }) => {
      const value = text === '' ? d.evaluate('$') : d.evaluate(text);
      const shown = quantityText(value, plainFormat(format), d.showing());
      d.print(value.type === 'void' ? 'void' : `$${d.keep(value)} = ${shown}`);
    },
  },
  {
    name: 'output',
    group: 'data',
    parameters: '[/FORMAT] EXPRESSION',
    hasFormat: true,
    summary: 'the value of an expression alone; it is not kept',
    completing: 'expression',
    repeat: 'never',
    run: ({ d }, { text, format }) => {
      d.print(quantityText(d.evaluate(text), plainFormat(format), d.showing()));
    },
  },
  {
    name: 'x',
    group: 'data',
    parameters: '[/FORMAT] [ADDRESS]',
    hasFormat: true,
    summary: 'memory from an address on, or from where the last x ended',
    details: [
      'FORMAT is a number of units, a letter as of print, or i instructions, s texts, and a size: b 1, h 2, w 4, g 8 bytes. So: x/8xw $sp',
    ],
    completing: 'expression',
    repeat: 'without arguments',
    run: ({ d }, { text, format }) => {
      const address = text === '' ? d.examined : memoryAddress(d.evaluate(text));
      const { lines, next, layout } = examine(d, format, address, d.layout);
      for (const line of lines) d.print(line);
      d.layout = layout;
      d.examined = next;
    },
  },
  {
    name: 'display',
    group: 'data',
    parameters: '[/FORMAT] [EXPRESSION]',
    hasFormat: true,
    summary: 'shows an expression at each stop from now on; without one, shows all that are shown so',
    completing: 'expression',
    repeat: 'never',
    run: ({ d }, { text, format }) => {
      if (text === '') {
        for (const line of displayLines(d)) d.print(line);
        return;
      }
      const number = (d.displays.at(-1)?.number ?? 0) + 1;
      const display = { number, format, expression: text, isEnabled: true };
      const lines = shownDisplay(d, display);
      d.displays.push(display);
      for (const line of lines) d.print(line);
    },
  },
  {
    name: 'undisplay',
    group: 'data',
    parameters: '[NUMBER…]',
    summary: 'no longer shows displays of these numbers, or any',
    repeat: 'never',
    run: ({ d }, { text }) => {
      const numbers = text
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .map(Number);
      for (const number of numbers) {
        if (!d.displays.some((one) => one.number === number))
          throw new CommandError(`There is no display number ${number}.`);
      }
      const kept = numbers.length === 0 ? [] : d.displays.filter((one) => !numbers.includes(one.number));
      d.displays.splice(0, d.displays.length, ...kept);
    },
  },
  {
    name: 'ptype',
    aliases: ['whatis'],
    group: 'data',
    parameters: 'EXPRESSION',
    summary: 'the type of an expression, and where it lies',
    completing: 'expression',
    run: ({ d }, { text }) => {
      const { type, size, location, value } = d.evaluate(text);
      d.print(`type = ${type}`);
      const parts = value?.text.startsWith('{') ? value.children() : [];
      for (const { name, value: part } of parts.slice(0, MAX_MEMBERS)) d.print(`    ${part.type} ${name};`);
      const where =
        location?.kind === 'memory'
          ? ` at ${hex(location.address)}`
          : location?.kind === 'register'
            ? ` in x${location.register}`
            : '';
      if (size > 0) d.print(`${size} byte${size === 1 ? '' : 's'}${where}`);
    },
  },
  {
    name: 'set',
    group: 'data',
    parameters: '[var] PLACE = EXPRESSION | SETTING [VALUE] | args [ARG…]',
    summary: 'changes a variable, a register, memory, or a setting of the debugger',
    details: [
      'So: set var count = 3   set $a0 = -1   set {int} 0x11000 = 7   set follow off   set args one two',
      'Settings are those of `show`.',
    ],
    completing: 'setting',
    repeat: 'never',
    run: setCommand,
  },
  {
    name: 'find',
    group: 'data',
    parameters: 'START, +LENGTH|END, VALUE…',
    summary: 'looks for bytes in memory: numbers as words, {char} numbers as bytes, texts in quotes',
    completing: 'expression',
    repeat: 'never',
    run: find,
  },
];

const MAX_MEMBERS = 200;

/** `x/…` and the letter of `print` share one syntax; a count makes no sense of a value. */
function plainFormat(format: string): string {
  if (format === '') return '';
  const { count, format: letter } = layoutOf(format, FIRST_LAYOUT);
  if (count !== 1 || /^\d|[bhwg]/.test(format))
    throw new CommandError('Item count and size letters are meaningless in "print" command.');
  if (letter === 'i') throw new CommandError('Format letter "i" is meaningless in "print" command.');
  return letter;
}

/** What a value names: arrays and functions where they are, everything else as a number. */
function memoryAddress(quantity: Quantity): number {
  if (quantity.number === undefined && quantity.location?.kind === 'memory') return quantity.location.address;
  return addressOf(quantity);
}

function setCommand({ d }: Context, { text }: Invocation): void {
  if (text === '') throw new CommandError('Argument required (what to set).');
  const ofVariable = /^var(iable)?\s+(.*)$/.exec(text);
  const ofArguments = /^args(\s+(.*))?$/.exec(text);
  if (ofVariable !== null) assign(d, ofVariable[2]);
  else if (ofArguments !== null) d.guestArguments = argumentWords(ofArguments[2] ?? '');
  else if (/^[^=!<>]*[^=!<>]=(?!=)/.test(text) || /^\$\w+\s*\S?=/.test(text)) assign(d, text);
  else {
    const setting = findSetting(text);
    if (setting === undefined)
      throw new CommandError(`There is no setting "${text.split(/\s+/)[0]}"; \`show\` names them.`);
    d.settings.set(setting.name, setting.rest);
    if (setting.name === 'follow') d.breakpoints.settle();
  }
}

function assign(d: Context['d'], expression: string): void {
  if (parseExpression(expression).kind !== 'assign')
    throw new CommandError('There is nothing assigned: PLACE = EXPRESSION.');
  d.evaluate(expression);
  d.changed();
}

/** Bytes that are looked through at once, and at most. */
const PORTION = 1 << 16;
const MAX_SEARCHED = 1 << 28;
const MAX_FOUND = 100;

function find({ d }: Context, { text }: Invocation): void {
  const [from, to, ...values] = splitAtCommas(text);
  if (values.length === 0) throw new CommandError('find wants START, END or +LENGTH, and what to look for');
  const start = d.addressOf(from);
  const length = to.startsWith('+') ? d.addressOf(to.slice(1)) : d.addressOf(to) - start + 1;
  if (length <= 0) throw new CommandError('the end lies before the start');
  if (length > MAX_SEARCHED) throw new CommandError(`at most ${MAX_SEARCHED} bytes are looked through`);
  const pattern = Buffer.concat(values.map((value) => patternOf(d, value)));
  if (pattern.length === 0) throw new CommandError('there is nothing to look for');
  const found: number[] = [];
  for (let at = start; at < start + length && found.length < MAX_FOUND; at += PORTION) {
    const wanted = Math.min(PORTION + pattern.length - 1, start + length - at);
    const bytes = Buffer.from(d.target.debuggee.readMemory(d.process, at >>> 0, wanted));
    for (let i = bytes.indexOf(pattern); i >= 0 && i < PORTION; i = bytes.indexOf(pattern, i + 1)) {
      if (found.push(at + i) >= MAX_FOUND) break;
    }
  }
  for (const address of found) d.print(d.addressText(address));
  d.print(found.length === 0 ? 'Pattern not found.' : `${found.length} pattern${found.length === 1 ? '' : 's'} found.`);
}

function patternOf(d: Context['d'], value: string): Buffer {
  const quoted = /^"(.*)"$/.exec(value);
  if (quoted !== null) return Buffer.from(quoted[1], 'utf8');
  const sized = /^\{(\w[\w ]*)\}\s*(.*)$/.exec(value);
  const quantity = d.evaluate(sized === null ? value : `(${sized[1]}) (${sized[2]})`);
  return Buffer.from(bytesOf(BigInt.asUintN(64, quantity.number ?? 0n), quantity.size));
}

function splitAtCommas(text: string): string[] {
  return (text.match(/("[^"]*"|[^,])+/g) ?? []).map((part) => part.trim());
}
