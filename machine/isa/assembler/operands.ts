/** An operand as it is written: a register, an expression, or an expression and a register in parentheses. */
import { REGISTER_NAMES } from '../registers.js';
import type { Position } from './errors.js';
import { type Expression, readExpression } from './expressions.js';
import type { Token } from './lexer.js';
import type { Reader } from './reader.js';

export type Operand = { readonly at: Position } & (
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'memory'; readonly offset: Expression | undefined; readonly base: number }
);

const REGISTERS: ReadonlyMap<string, number> = new Map([
  ...REGISTER_NAMES.map((name, number) => [name, number] as const),
  ...REGISTER_NAMES.map((_, number) => [`x${number}`, number] as const),
  ['fp', 8] as const,
]);

export function registerNamed(name: string): number | undefined {
  return REGISTERS.get(name);
}

function registerOf(token: Token | undefined): number | undefined {
  if (token?.kind === 'name') return REGISTERS.get(token.text);
  if (token?.kind === 'bound' && token.operand.kind === 'register') return token.operand.register;
  return undefined;
}

/** Reads `(register)`; undefined if something else comes. */
function takeBase(reader: Reader): number | undefined {
  const base = registerOf(reader.ahead(1));
  if (base === undefined || !reader.isMark('(') || !reader.isMark(')', 2)) return undefined;
  for (let i = 0; i < 3; i++) reader.next();
  return base;
}

/** Throws Fault if no operand comes next. */
export function readOperand(reader: Reader): Operand {
  const { at } = reader;
  const register = registerOf(reader.peek);
  if (register !== undefined) {
    reader.next();
    return { kind: 'register', register, at };
  }
  const bareBase = takeBase(reader);
  if (bareBase !== undefined) return { kind: 'memory', offset: undefined, base: bareBase, at };
  const expression = readExpression(reader);
  if (!reader.isMark('(')) return { kind: 'expression', expression, at };
  const base = takeBase(reader);
  if (base === undefined) throw reader.expected('a register in parentheses');
  return { kind: 'memory', offset: expression, base, at };
}
