/**
 * Expressions, and how they are read.
 *
 * Operators bind as in the GNU assembler, which is not as in C: `* / % << >>` before `& | ^` before `+ -`; those of one
 * level from left to right.
 */
import type { Position } from './errors.js';
import { MAX_OPERATORS } from './limits.js';
import type { Reader } from './reader.js';

export const PARTS = ['hi', 'lo', 'pcrel_hi', 'pcrel_lo'] as const;
export type Part = (typeof PARTS)[number];
export type Operator = '*' | '/' | '%' | '<<' | '>>' | '&' | '|' | '^' | '+' | '-';

export type Expression =
  | { readonly kind: 'value'; readonly value: bigint }
  /** An offset in a section, by its index: an address as soon as the section has one. */
  | { readonly kind: 'place'; readonly section: number; readonly offset: bigint }
  | { readonly kind: 'name'; readonly name: string; readonly at: Position }
  /** `1b`, `1f`. */
  | { readonly kind: 'local'; readonly label: string; readonly forward: boolean; readonly at: Position }
  /** A local label that is not defined yet: the `index`th of its number. */
  | { readonly kind: 'awaited'; readonly label: string; readonly index: number; readonly at: Position }
  /** `.` */
  | { readonly kind: 'here' }
  | { readonly kind: 'unary'; readonly operator: '-' | '~'; readonly of: Expression }
  | { readonly kind: 'part'; readonly part: Part; readonly of: Expression; readonly at: Position }
  | {
      readonly kind: 'binary';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    };

const LEVELS: readonly (readonly Operator[])[] = [
  ['+', '-'],
  ['&', '|', '^'],
  ['*', '/', '%', '<<', '>>'],
];

/** Counts what one expression is made of, so that reading and folding it never go deep. */
interface Size {
  operators: number;
}

function count(size: Size, reader: Reader): void {
  if (++size.operators > MAX_OPERATORS)
    throw reader.fault(`an expression has at most ${MAX_OPERATORS} operators, signs and parentheses`);
}

/** Reads the expression that begins with the next token. Throws Fault if there is none. */
export function readExpression(reader: Reader): Expression {
  return readLevel(reader, 0, { operators: 0 });
}

function readLevel(reader: Reader, level: number, size: Size): Expression {
  if (level === LEVELS.length) return readOperand(reader, size);
  let left = readLevel(reader, level + 1, size);
  for (;;) {
    const operator = LEVELS[level].find((candidate) => reader.isMark(candidate));
    if (operator === undefined) return left;
    const { at } = reader;
    count(size, reader);
    reader.next();
    left = { kind: 'binary', operator, left, right: readLevel(reader, level + 1, size), at };
  }
}

function readOperand(reader: Reader, size: Size): Expression {
  const { at, peek: token } = reader;
  switch (token?.kind) {
    case 'number':
      reader.next();
      return { kind: 'value', value: token.value };
    case 'name':
      reader.next();
      return token.text === '.' ? { kind: 'here' } : { kind: 'name', name: token.text, at };
    case 'local':
      reader.next();
      return { kind: 'local', label: token.label, forward: token.forward, at };
    case 'bound':
      if (token.operand.kind !== 'expression') break;
      reader.next();
      return token.operand.expression;
    case 'mark':
      count(size, reader);
      if (reader.takeMark('+')) return readOperand(reader, size);
      if (reader.takeMark('-')) return { kind: 'unary', operator: '-', of: readOperand(reader, size) };
      if (reader.takeMark('~')) return { kind: 'unary', operator: '~', of: readOperand(reader, size) };
      if (reader.takeMark('%')) return readPart(reader, size, at);
      if (reader.isMark('(')) return readParentheses(reader, size);
      break;
    default:
      break;
  }
  throw reader.expected('an expression');
}

function readParentheses(reader: Reader, size: Size): Expression {
  reader.expectMark('(');
  const inner = readLevel(reader, 0, size);
  reader.expectMark(')');
  return inner;
}

function readPart(reader: Reader, size: Size, at: Position): Expression {
  const name = reader.takeName();
  const part = PARTS.find((candidate) => candidate === name);
  if (part === undefined) throw reader.fault(`after \`%\` comes one of ${PARTS.join(', ')}`);
  return { kind: 'part', part, of: readParentheses(reader, size), at };
}
