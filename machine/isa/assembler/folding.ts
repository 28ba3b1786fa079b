/**
 * Makes of an expression what can be made of it: a value, if all that it speaks of is known, else a smaller expression.
 *
 * An expression is folded twice. Where it is read, `.` and local labels mean that place, and labels are places in sections,
 * whose differences are known already; at the end sections have addresses, and whatever is not a value then never becomes one.
 * Arithmetic is that of signed 64-bit numbers.
 */
import { Fault, type Position } from './errors.js';
import type { Expression, Operator } from './expressions.js';

export interface Scope {
  /** What `.` is, and from where `%pcrel_hi` counts. */
  readonly here: Expression;
  named(name: string): Expression | undefined;
  /** `label` is a number; undefined if there is none before. */
  localBefore(label: string): Expression | undefined;
  /** How many local labels of this number there are already. */
  localCount(label: string): number;
  awaited(label: string, index: number): Expression | undefined;
  /** Sections have addresses, and every name that will ever be defined is. */
  readonly final: boolean;
  /** Undefined unless `final`. */
  addressOfSection(section: number): bigint | undefined;
  /** What the `%pcrel_hi` of the instruction at this address spoke of, less that address; undefined if there is none. */
  highPartAt(address: bigint): bigint | undefined;
}

export function value(of: bigint): Expression {
  return { kind: 'value', value: BigInt.asIntN(64, of) };
}

/** The low twelve bits, as the immediate that adds them. */
function low(of: bigint): bigint {
  return BigInt.asIntN(12, of);
}

/** The upper twenty bits of a 32-bit number, such that adding `low` makes the number. */
function high(of: bigint): bigint {
  return BigInt.asUintN(20, (of + 0x800n) >> 12n);
}

export function fold(expression: Expression, scope: Scope): Expression {
  switch (expression.kind) {
    case 'value':
      return expression;
    case 'place': {
      const base = scope.addressOfSection(expression.section);
      return base === undefined ? expression : value(base + expression.offset);
    }
    case 'here':
      return fold(scope.here, scope);
    case 'name': {
      const known = scope.named(expression.name);
      return known === undefined ? expression : fold(known, scope);
    }
    case 'local':
      return foldLocal(expression, scope);
    case 'awaited': {
      const known = scope.awaited(expression.label, expression.index);
      return known === undefined ? expression : fold(known, scope);
    }
    case 'unary': {
      const of = fold(expression.of, scope);
      if (of.kind !== 'value') return { ...expression, of };
      return value(expression.operator === '-' ? -of.value : ~of.value);
    }
    case 'part':
      return foldPart(expression, scope);
    case 'binary': {
      const left = fold(expression.left, scope);
      const right = fold(expression.right, scope);
      return combine(expression.operator, left, right, expression.at) ?? { ...expression, left, right };
    }
  }
}

function foldLocal(expression: Expression & { kind: 'local' }, scope: Scope): Expression {
  const { label, forward, at } = expression;
  if (forward) return { kind: 'awaited', label, index: scope.localCount(label), at };
  const known = scope.localBefore(label);
  if (known === undefined) throw new Fault(`there is no label ${label} before this`, at);
  return fold(known, scope);
}

function foldPart(expression: Expression & { kind: 'part' }, scope: Scope): Expression {
  const { part, at } = expression;
  const of = fold(expression.of, scope);
  if (part === 'pcrel_hi') {
    const distance = difference(of, scope.here, at);
    return fold({ kind: 'part', part: 'hi', of: distance, at }, scope);
  }
  // Before the end, not all instructions that have a %pcrel_hi are known.
  if (of.kind !== 'value' || (part === 'pcrel_lo' && !scope.final)) return { ...expression, of };
  if (part === 'hi') return value(high(of.value));
  if (part === 'lo') return value(low(of.value));
  const target = scope.highPartAt(of.value);
  if (target === undefined)
    throw new Fault('%pcrel_lo is given the address of an instruction that has a %pcrel_hi; there is none', at);
  return value(low(target));
}

/** `left - right`, folded as far as it goes without a scope. */
export function difference(left: Expression, right: Expression, at: Position): Expression {
  return combine('-', left, right, at) ?? { kind: 'binary', operator: '-', left, right, at };
}

/** Undefined if it is too early to tell. */
function combine(operator: Operator, left: Expression, right: Expression, at: Position): Expression | undefined {
  if (left.kind === 'value' && right.kind === 'value') return value(calculate(operator, left.value, right.value, at));
  if (left.kind === 'place' && right.kind === 'value') {
    if (operator === '+') return { ...left, offset: left.offset + right.value };
    if (operator === '-') return { ...left, offset: left.offset - right.value };
  }
  if (left.kind === 'value' && right.kind === 'place' && operator === '+') {
    return { ...right, offset: right.offset + left.value };
  }
  if (left.kind === 'place' && right.kind === 'place' && operator === '-' && left.section === right.section) {
    return value(left.offset - right.offset);
  }
  return undefined;
}

function calculate(operator: Operator, left: bigint, right: bigint, at: Position): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '/':
    case '%':
      if (right === 0n) throw new Fault('division by zero', at);
      return operator === '/' ? left / right : left % right;
    case '<<':
    case '>>':
      if (right < 0n || right > 63n) throw new Fault(`a shift is by 0 to 63 bits, not ${right}`, at);
      return operator === '<<' ? left << right : left >> right;
  }
}

/** The value of an expression that has to be known. Throws Fault, saying what is not. */
export function known(expression: Expression, scope: Scope, at: Position): bigint {
  const folded = fold(expression, scope);
  if (folded.kind === 'value') return folded.value;
  const unknown = firstUnknown(folded);
  if (scope.final) throw new Fault(`${unknown.what} is not defined`, unknown.at ?? at);
  throw new Fault(`this has to be a number that is known here, but ${unknown.what} is not`, unknown.at ?? at);
}

/** What stands in the way of a value. */
function firstUnknown(folded: Expression): { readonly what: string; readonly at?: Position } {
  switch (folded.kind) {
    case 'name':
      return { what: `\`${folded.name}\``, at: folded.at };
    case 'awaited':
      return { what: `the next label ${folded.label}`, at: folded.at };
    case 'unary':
      return firstUnknown(folded.of);
    case 'part':
      return firstUnknown(folded.of);
    case 'binary':
      return firstUnknown(folded.left.kind === 'value' ? folded.right : folded.left);
    default:
      return { what: 'an address' };
  }
}
