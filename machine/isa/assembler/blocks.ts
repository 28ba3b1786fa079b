/** Macros and repetitions: statements that are kept, and come again. */
import { Fault, type Position } from './errors.js';
import type { Token } from './lexer.js';
import { MAX_EXPANDED_STATEMENT, MAX_PARAMETERS } from './limits.js';
import type { Reader } from './reader.js';
import { type Statement, statementsMade, textOf } from './statements.js';

export const BLOCK_ENDS: ReadonlyMap<string, string> = new Map([
  ['.rept', '.endr'],
  ['.macro', '.endm'],
]);

/** The instruction or directive of a statement, after its labels. */
function headOf({ tokens }: Statement): string | undefined {
  let at = 0;
  for (;;) {
    const next = tokens[at + 1];
    if (next?.kind !== 'mark' || next.text !== ':') break;
    at += 2;
  }
  const token = tokens[at];
  return token?.kind === 'name' ? token.text : undefined;
}

/** Index of the statement that ends the block which the statement at `start` begins. Throws Fault if there is none. */
export function endOfBlock(statements: readonly Statement[], start: number, begins: string, at: Position): number {
  const ends = BLOCK_ENDS.get(begins);
  let depth = 0;
  for (let i = start; i < statements.length; i++) {
    const head = headOf(statements[i]);
    if (head === begins) depth++;
    if (head === ends && --depth === 0) return i;
  }
  throw new Fault(`this \`${begins}\` has no \`${ends}\``, at, true);
}

interface Parameter {
  readonly name: string;
  /** What it is if a call does not say; undefined if every call has to. */
  readonly otherwise: string | undefined;
  /** Takes all that is left of the call, commas and all. */
  readonly takesRest: boolean;
}

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

function isMark(token: Token, text: string): boolean {
  return token.kind === 'mark' && token.text === text;
}

/** Tokens cut at the commas that stand in no parentheses, into at most `most` pieces. */
function splitAtCommas(tokens: readonly Token[], most: number): Token[][] {
  if (tokens.length === 0) return [];
  const pieces: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isMark(token, '(')) depth++;
    if (isMark(token, ')')) depth--;
    if (isMark(token, ',') && depth <= 0 && pieces.length < most) pieces.push([]);
    else pieces[pieces.length - 1].push(token);
  }
  return pieces;
}

/** Reads `NAME PARAMETER, PARAMETER=DEFAULT, PARAMETER:req, PARAMETER:vararg`. */
export function readMacro(reader: Reader, body: readonly Statement[]): Macro {
  const name = reader.expectName('the name of the macro');
  reader.takeMark(',');
  const parameters: Parameter[] = [];
  while (!reader.atEnd) {
    const { at } = reader;
    const parameter = readParameter(reader);
    if (parameters.length >= MAX_PARAMETERS) throw new Fault(`a macro has at most ${MAX_PARAMETERS} parameters`, at);
    if (parameters.some((other) => other.name === parameter.name)) {
      throw new Fault(`the macro has a parameter \`${parameter.name}\` already`, at);
    }
    if (parameters.some(({ takesRest }) => takesRest)) throw new Fault('no parameter comes after a vararg', at);
    parameters.push(parameter);
    reader.takeMark(',');
  }
  return { name, parameters, body };
}

function readParameter(reader: Reader): Parameter {
  const name = reader.expectName('a parameter');
  if (reader.takeMark(':')) {
    const { at } = reader;
    const kind = reader.expectName('`req` or `vararg`');
    if (kind !== 'req' && kind !== 'vararg') throw new Fault('after `:` comes `req` or `vararg`', at);
    return { name, otherwise: kind === 'req' ? undefined : '', takesRest: kind === 'vararg' };
  }
  if (!reader.takeMark('=')) return { name, otherwise: '', takesRest: false };
  const tokens: Token[] = [];
  while (!reader.atEnd && !reader.isMark(',')) {
    const token = reader.next();
    if (token !== undefined) tokens.push(token);
  }
  return { name, otherwise: textOf(reader.statement, tokens), takesRest: false };
}

/** What each parameter is in this call; `reader` stands after the name of the macro. */
function readArguments({ name, parameters }: Macro, reader: Reader): ReadonlyMap<string, string> {
  const { statement, at } = reader;
  const takesRest = parameters.at(-1)?.takesRest === true;
  const pieces = splitAtCommas(reader.rest(), takesRest ? parameters.length : Number.POSITIVE_INFINITY);
  if (pieces.length > parameters.length) {
    throw new Fault(`\`${name}\` has ${parameters.length} parameters, and this call gives ${pieces.length}`, at);
  }
  const given = new Map<string, string>();
  pieces.forEach((piece, index) => {
    const [first, second] = piece;
    const byName = piece.length > 1 && isMark(second, '=') && first.kind === 'name' ? first.text : undefined;
    const parameter = parameters.find((candidate) => candidate.name === byName);
    const text = textOf(statement, parameter === undefined ? piece : piece.slice(2));
    const key = parameter?.name ?? parameters[index].name;
    if (text !== '') given.set(key, text);
  });
  for (const { name: parameter, otherwise } of parameters) {
    if (given.has(parameter)) continue;
    if (otherwise === undefined) throw new Fault(`\`${name}\` has to be given \`${parameter}\``, at);
    given.set(parameter, otherwise);
  }
  return given;
}

/**
 * The statements that a call makes. `\NAME` is the argument, `\@` is `serial`, `\()` is nothing and ends a name. `spend` is
 * told the length of each text before it is read. Throws Fault for arguments that do not fit the macro.
 */
export function* expand(
  macro: Macro,
  reader: Reader,
  at: Position,
  serial: number,
  spend: (length: number) => void,
): Generator<Statement> {
  const given = readArguments(macro, reader);
  for (const line of macro.body) {
    const within = `in macro ${macro.name}, line ${line.at.line}`;
    const text = textOf(line, line.tokens).replace(/\\([A-Za-z_.$][\w.$]*|@|\(\))/g, (written, name: string) => {
      if (name === '@') return String(serial);
      return name === '()' ? '' : (given.get(name) ?? written);
    });
    spend(text.length);
    if (text.length > MAX_EXPANDED_STATEMENT) {
      throw new Fault(`a statement that a macro makes has at most ${MAX_EXPANDED_STATEMENT} characters`, at, true);
    }
    yield* statementsMade(text, { line: at.line, column: at.column, within });
  }
}
