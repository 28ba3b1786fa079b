/** From the text of an expression to its words. */
import { CommandError } from '../command-error.js';

export type Token =
  | { readonly kind: 'number'; readonly value: bigint; readonly isUnsigned: boolean }
  | { readonly kind: 'name'; readonly text: string }
  /** `$a0`, `$pc`, `$1`, `$`, `$$2`: registers, kept values, variables of the debugger; without the first `$`. */
  | { readonly kind: 'dollar'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string };

/** Longest first: the first that fits is taken. */
const MARKS = [
  ...[
    '<<=',
    '>>=',
    '->',
    '<<',
    '>>',
    '<=',
    '>=',
    '==',
    '!=',
    '&&',
    '||',
    '+=',
    '-=',
    '*=',
    '/=',
    '%=',
    '&=',
    '|=',
    '^=',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '&',
    '|',
    '^',
    '~',
    '!',
    '<',
    '>',
    '=',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    '?',
    ':',
    '@',
    ',',
  ],
];

const NUMBER = /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)([uUlL]*)/;
const NAME = /^[A-Za-z_]\w*/;
const DOLLAR = /^\$(\$\d*|\w*)/;
const CHARACTER = /^'(\\x[\da-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^'\\])'/u;
const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, 0: 0, a: 7, b: 8, f: 12, v: 11, e: 27 };
/** Longer ones are no expression of a person's. */
const MAX_LENGTH = 4096;

/** Throws CommandError. */
export function tokens(text: string): Token[] {
  if (text.length > MAX_LENGTH) throw new CommandError('the expression is too long');
  const found: Token[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const { token, length } = next(rest);
    found.push(token);
    rest = rest.slice(length).trimStart();
  }
  return found;
}

function next(rest: string): { readonly token: Token; readonly length: number } {
  const number = NUMBER.exec(rest);
  if (number !== null) return { token: numberToken(number, rest), length: number[0].length };
  const name = NAME.exec(rest);
  if (name !== null) return { token: { kind: 'name', text: name[0] }, length: name[0].length };
  const dollar = DOLLAR.exec(rest);
  if (dollar !== null) return { token: { kind: 'dollar', text: dollar[1] }, length: dollar[0].length };
  const character = CHARACTER.exec(rest);
  if (character !== null) {
    const value = BigInt(characterCode(character[1]));
    return { token: { kind: 'number', value, isUnsigned: false }, length: character[0].length };
  }
  const mark = MARKS.find((candidate) => rest.startsWith(candidate));
  if (mark === undefined) throw new CommandError(`no expression begins so: ${rest.slice(0, 20)}`);
  return { token: { kind: 'mark', text: mark }, length: mark.length };
}

function numberToken([whole, digits, suffix]: RegExpExecArray, rest: string): Token {
  if (/^\w/.test(rest.slice(whole.length))) throw new CommandError(`invalid number "${/^\w+/.exec(rest)?.[0]}"`);
  const isOctal = /^0\d/.test(digits);
  if (isOctal && /[89]/.test(digits)) throw new CommandError(`invalid number "${digits}"`);
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  if (value >= 1n << 64n) throw new CommandError(`the number ${digits} is too large`);
  // As C has it: what does not fit an int is unsigned where it was written in hexadecimal, and 64 bits otherwise.
  const isHexadecimal = /^0[xXbB]/.test(digits);
  return { kind: 'number', value, isUnsigned: /u/i.test(suffix) || (isHexadecimal && value >= 1n << 31n) };
}

function characterCode(text: string): number {
  if (!text.startsWith('\\')) return text.codePointAt(0) ?? 0;
  if (text[1] === 'x') return Number.parseInt(text.slice(2), 16);
  if (/[0-7]/.test(text[1])) return Number.parseInt(text.slice(1), 8) & 0xff;
  return ESCAPES[text[1]] ?? text.charCodeAt(1);
}
