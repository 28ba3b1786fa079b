/**
 * From the text of a statement to its tokens. Nothing here fails: text that is no token becomes a `bad` one, which is a
 * complaint only if somebody reads it, since the body of a macro need not be text that can be read before it is called.
 */
import { MAX_NAME_LENGTH } from './limits.js';
import type { Operand } from './operands.js';

interface Extent {
  /** Where the token stands in its line. */
  readonly start: number;
  readonly end: number;
}

export type Token = Extent &
  (
    | { readonly kind: 'name'; readonly text: string }
    | { readonly kind: 'number'; readonly value: bigint }
    /** `1b` or `1f`. */
    | { readonly kind: 'local'; readonly label: string; readonly forward: boolean }
    | { readonly kind: 'string'; readonly bytes: Uint8Array }
    | { readonly kind: 'mark'; readonly text: string }
    /** An operand of a pseudo-instruction, put in for its name in the expansion. */
    | { readonly kind: 'bound'; readonly operand: Operand }
    | { readonly kind: 'bad'; readonly sentence: string }
  );

const BLANKS = ' \t\v\f\0\ufeff';
const MARKS = '-+*/%&|^~(),:;=@';
const NAME = /[A-Za-z_.$][\w.$]*/y;
const NUMBER_WORD = /[0-9][\w.$]*/y;
const CHARACTER = /'(\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^\\'])'/uy;
const PARAMETER = /\\([A-Za-z_.$][\w.$]*|@|\(\))/y;
const PLAIN_TEXT = /[^"\\]+/y;
const ESCAPE = /x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S]/y;
const LOCAL_LABEL = /^([0-9]+)([bf])$/;
const NUMBER = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
/** 64 binary digits and their prefix. Longer ones are not worth converting. */
const MAX_NUMBER_LENGTH = 66;
const MAX_NUMBER = 2n ** 64n;

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['b', 8],
  ['f', 12],
  ['"', 34],
  ["'", 39],
  ['\\', 92],
]);

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** The value of an escape, which is what follows the backslash: `n`, `x41`, `101`. */
function escapeValue(sequence: string): number | undefined {
  if (/^x[0-9a-fA-F]{1,2}$/.test(sequence)) return Number.parseInt(sequence.slice(1), 16);
  if (/^[0-7]{1,3}$/.test(sequence)) return Number.parseInt(sequence, 8) & 0xff;
  return ESCAPES.get(sequence);
}

function bad(sentence: string, start: number, end: number): Token {
  return { kind: 'bad', sentence, start, end };
}

function nameToken(text: string, start: number): Token {
  const end = start + text.length;
  if (text.length > MAX_NAME_LENGTH) return bad(`a name has at most ${MAX_NAME_LENGTH} characters`, start, end);
  return { kind: 'name', text, start, end };
}

function numberToken(word: string, start: number): Token {
  const end = start + word.length;
  const short = word.length <= MAX_NUMBER_LENGTH;
  const local = short ? LOCAL_LABEL.exec(word) : null;
  if (local !== null) {
    return { kind: 'local', label: String(BigInt(local[1])), forward: local[2] === 'f', start, end };
  }
  if (!short || !NUMBER.test(word)) return bad(`\`${word.slice(0, MAX_NUMBER_LENGTH)}\` is not a number`, start, end);
  const value = BigInt(/^0[0-7]+$/.test(word) ? `0o${word}` : word);
  if (value >= MAX_NUMBER) return bad(`\`${word}\` does not fit 64 bits`, start, end);
  return { kind: 'number', value, start, end };
}

function characterToken(line: string, start: number): Token {
  const found = matchAt(CHARACTER, line, start);
  if (found === null) {
    return bad('a character constant is one character between single quotes', start, start + 1);
  }
  const [whole, written] = found;
  const end = start + whole.length;
  const value = written.startsWith('\\') ? escapeValue(written.slice(1)) : written.codePointAt(0);
  if (value === undefined) return bad(`\`${written}\` is not an escape`, start, end);
  return { kind: 'number', value: BigInt(value), start, end };
}

function stringToken(line: string, start: number): Token {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let wrong: string | undefined;
  let at = start + 1;
  while (at < line.length && line[at] !== '"') {
    const plain = matchAt(PLAIN_TEXT, line, at)?.[0] ?? '';
    for (const byte of encoder.encode(plain)) bytes.push(byte);
    at += plain.length;
    if (line[at] !== '\\') continue;
    const sequence = matchAt(ESCAPE, line, at + 1)?.[0] ?? '';
    const value = escapeValue(sequence);
    if (value === undefined) wrong ??= `\`\\${sequence}\` is not an escape`;
    else bytes.push(value);
    at += 1 + sequence.length;
  }
  if (at >= line.length) return bad('this string has no end', start, line.length);
  if (wrong !== undefined) return bad(wrong, start, at + 1);
  return { kind: 'string', bytes: Uint8Array.from(bytes), start, end: at + 1 };
}

/** A mark, or what is none. */
function otherToken(line: string, start: number): Token {
  const character = line[start];
  if (MARKS.includes(character)) return { kind: 'mark', text: character, start, end: start + 1 };
  if ((character === '<' || character === '>') && line[start + 1] === character) {
    return { kind: 'mark', text: character + character, start, end: start + 2 };
  }
  const parameter = matchAt(PARAMETER, line, start)?.[0];
  if (parameter !== undefined) {
    const sentence = `\`${parameter.slice(0, MAX_NAME_LENGTH)}\` means something only in a macro that has it as a parameter`;
    return bad(sentence, start, start + parameter.length);
  }
  const stray = String.fromCodePoint(line.codePointAt(start) ?? 0);
  return bad(`\`${stray}\` has no meaning here`, start, start + stray.length);
}

/** The token at `start`, which is not blank. */
function tokenAt(line: string, start: number): Token {
  const name = matchAt(NAME, line, start);
  if (name !== null) return nameToken(name[0], start);
  const word = matchAt(NUMBER_WORD, line, start);
  if (word !== null) return numberToken(word[0], start);
  if (line[start] === '"') return stringToken(line, start);
  if (line[start] === "'") return characterToken(line, start);
  return otherToken(line, start);
}

export function tokenise(line: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < line.length; ) {
    if (BLANKS.includes(line[at])) {
      at++;
      continue;
    }
    const token = tokenAt(line, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}
