/**
 * From a source to its statements: lines without comments, cut at `;`.
 *
 * As in the GNU assembler for RISC-V, `#` and `//` start a comment that ends with the line, and `;` separates statements.
 */
import { Fault, type Position } from './errors.js';
import { type Token, tokenise } from './lexer.js';

export interface Statement {
  /** The line that it stands in, which may have others. */
  readonly line: string;
  /** Never empty. */
  readonly tokens: readonly Token[];
  /** Where the line starts, or where what made it stands: a call of a macro, a pseudo-instruction. */
  readonly at: Position;
  /** The line does not stand in the source. */
  readonly made: boolean;
}

/** Where `token` stands; without a token, the end of the statement. */
export function positionOf({ tokens, at, made }: Statement, token: Token | undefined): Position {
  if (token?.kind === 'bound') return token.operand.at;
  if (made) return at;
  return { ...at, column: at.column + (token?.start ?? tokens[tokens.length - 1].end) };
}

/** Tokens of a statement as they are written. */
export function textOf({ line }: Statement, tokens: readonly Token[]): string {
  return tokens.length === 0 ? '' : line.slice(tokens[0].start, tokens[tokens.length - 1].end);
}

/** Where the string or character constant at `start` ends: after its quote, or at the end of the line. */
function endOfQuoted(source: string, start: number): number {
  const quote = source[start];
  let at = start + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, source.length);
}

/** The character constant at `start`, as far as it has to be known to tell quotes and comments inside it from others. */
const CHARACTER_CONSTANT = /'(\\[^\n]{1,3}|[^\\'\n])'/y;

function isCharacterConstant(source: string, start: number): boolean {
  CHARACTER_CONSTANT.lastIndex = start;
  return CHARACTER_CONSTANT.test(source);
}

/** The source with blanks for comments, so that whatever is left stands where it stood. Throws Fault for a comment without end. */
function withoutComments(source: string): string {
  const pieces: string[] = [];
  let kept = 0;
  let at = 0;
  const blank = (end: number): void => {
    pieces.push(source.slice(kept, at), source.slice(at, end).replace(/[^\n]/g, ' '));
    kept = end;
    at = end;
  };
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    if (two[0] === '"' || (two[0] === "'" && isCharacterConstant(source, at))) {
      at = endOfQuoted(source, at);
    } else if (two[0] === '#' || two === '//') {
      const end = source.indexOf('\n', at);
      blank(end < 0 ? source.length : end);
    } else if (two === '/*') {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) throw new Fault('this comment has no end', positionAt(source, at));
      blank(end + 2);
    } else {
      at++;
    }
  }
  return pieces.join('') + source.slice(kept);
}

function positionAt(source: string, index: number): Position {
  const before = source.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: index - lineStart + 1, within: '' };
}

/** The statements of one line, whose text begins at `at`, or was made there. */
function statementsOfLine(line: string, at: Position, made: boolean): Statement[] {
  const tokens = tokenise(line);
  const statements: Statement[] = [];
  let first = 0;
  for (let end = 0; end <= tokens.length; end++) {
    const token = tokens[end];
    if (token !== undefined && (token.kind !== 'mark' || token.text !== ';')) continue;
    const whole = first === 0 && end === tokens.length;
    if (end > first) statements.push({ line, tokens: whole ? tokens : tokens.slice(first, end), at, made });
    first = end + 1;
  }
  return statements;
}

/** Throws Fault for a comment that does not end. */
export function statementsOf(source: string): readonly Statement[] {
  const lines = withoutComments(source.replace(/\r\n?/g, '\n')).split('\n');
  return lines.flatMap((text, index) => statementsOfLine(text, { line: index + 1, column: 1, within: '' }, false));
}

/** The statements of a line that something at `at` made. */
export function statementsMade(line: string, at: Position): readonly Statement[] {
  return statementsOfLine(line, at, true);
}
