/**
 * From the text of a statement to its tokens. Nothing here fails: text that is no token becomes a `bad` one, which is a
 * complaint only if somebody reads it, since the body of a macro need not be text that can be read before it is called.
 */
import type { Operand } from './operands.js';

interface Extent {
  /** Where the token stands in the text of its statement. */
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

/** A token before it is known where it ends. */
type Content = Token extends infer T ? (T extends Token ? Omit<T, keyof Extent> : never) : never;

const BLANK = /[\s\0]+/y;
const NAME = /[A-Za-z_.$][\w.$]*/y;
const NUMBER_WORD = /[0-9][\w.$]*/y;
const MARK = /<<|>>|[-+*/%&|^~(),:;=@]/y;
const CHARACTER = /'(\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^\\'])'/uy;
const PARAMETER = /\\([A-Za-z_.$][\w.$]*|@|\(\))/y;
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

function numberToken(word: string): Content {
  const local = LOCAL_LABEL.exec(word);
  const bad: Content = { kind: 'bad', sentence: `\`${word.slice(0, MAX_NUMBER_LENGTH)}\` is not a number` };
  if (word.length > MAX_NUMBER_LENGTH) return bad;
  if (local !== null) return { kind: 'local', label: String(BigInt(local[1])), forward: local[2] === 'f' };
  if (!NUMBER.test(word)) return bad;
  const value = BigInt(/^0[0-7]+$/.test(word) ? `0o${word}` : word);
  if (value >= MAX_NUMBER) return { kind: 'bad', sentence: `\`${word}\` does not fit 64 bits` };
  return { kind: 'number', value };
}

function characterToken(written: string): Content {
  const value = written.startsWith('\\') ? escapeValue(written.slice(1)) : written.codePointAt(0);
  if (value === undefined) return { kind: 'bad', sentence: `\`${written}\` is not an escape` };
  return { kind: 'number', value: BigInt(value) };
}

/** The string whose opening quote stands at `start`. */
function stringToken(text: string, start: number): { readonly content: Content; readonly end: number } {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  let wrong: string | undefined;
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] !== '\\') {
      const plain = /[^"\\]+/y;
      const run = matchAt(plain, text, at)?.[0] ?? '';
      for (const byte of encoder.encode(run)) bytes.push(byte);
      at += run.length;
      continue;
    }
    const sequence = matchAt(/x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S]/y, text, at + 1)?.[0] ?? '';
    const value = escapeValue(sequence);
    if (value === undefined) wrong ??= `\`\\${sequence}\` is not an escape`;
    else bytes.push(value);
    at += 1 + sequence.length;
  }
  if (at >= text.length) return { content: { kind: 'bad', sentence: 'this string has no end' }, end: text.length };
  if (wrong !== undefined) return { content: { kind: 'bad', sentence: wrong }, end: at + 1 };
  return { content: { kind: 'string', bytes: Uint8Array.from(bytes) }, end: at + 1 };
}

/** The token at `start`, which is not blank. */
function tokenAt(text: string, start: number): { readonly content: Content; readonly end: number } {
  const found = (content: Content, length: number) => ({ content, end: start + length });
  const name = matchAt(NAME, text, start);
  if (name !== null) return found({ kind: 'name', text: name[0] }, name[0].length);
  const word = matchAt(NUMBER_WORD, text, start);
  if (word !== null) return found(numberToken(word[0]), word[0].length);
  const mark = matchAt(MARK, text, start);
  if (mark !== null) return found({ kind: 'mark', text: mark[0] }, mark[0].length);
  if (text[start] === '"') return stringToken(text, start);
  const character = matchAt(CHARACTER, text, start);
  if (character !== null) return found(characterToken(character[1]), character[0].length);
  if (text[start] === "'") {
    return found({ kind: 'bad', sentence: 'a character constant is one character between single quotes' }, 1);
  }
  const parameter = matchAt(PARAMETER, text, start);
  if (parameter !== null) {
    const sentence = `\`${parameter[0]}\` means something only in a macro that has it as a parameter`;
    return found({ kind: 'bad', sentence }, parameter[0].length);
  }
  const stray = String.fromCodePoint(text.codePointAt(start) ?? 0);
  return found({ kind: 'bad', sentence: `\`${stray}\` has no meaning here` }, stray.length);
}

export function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += matchAt(BLANK, text, at)?.[0].length ?? 0;
    if (at >= text.length) break;
    const { content, end } = tokenAt(text, at);
    tokens.push({ ...content, start: at, end });
    at = end;
  }
  return tokens;
}
