/**
 * What a person can ask for by `print`: a name, `$register` or number, and what is reached from it by `.`, `->`, `[…]`, `*` and
 * `&`, with the binding of C.
 */
import { REGISTER_NAMES } from '../../../machine/index.js';
import { AT, ENCODING } from './dwarf-numbers.js';
import type { MemoryReader } from './frame.js';
import { bareType, isPointer, isRecord, type Type, typeBytes, typeName } from './type.js';
import { elementsOf, integerOf, membersOf, type TypedValue, valueInMemory } from './typed-value.js';
import { targetOf } from './value-text.js';

/** What a name or an operator gives; a pointer that `&` made has no type of its own in the file. */
export type Operand =
  | { readonly kind: 'value'; readonly value: TypedValue }
  | { readonly kind: 'address'; readonly type: Type; readonly address: number }
  | { readonly kind: 'number'; readonly number: number };

export interface Names {
  readonly memory: MemoryReader;
  /** Undefined where nothing is called so. */
  variable(name: string): TypedValue | undefined;
  /** By its number, 0 for the pc; undefined where it is not known. */
  register(number: number): number | undefined;
}

/** One line for the person. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const MAX_LENGTH = 1000;
const MAX_DEPTH = 64;
const TOKEN = /\s*(?:(0[xX][0-9a-fA-F]+|\d+)|(\$?[A-Za-z_]\w*)|(->|[.*&()[\]-]))/y;

/** Throws ExpressionError. */
export function evaluateExpression(text: string, names: Names): Operand {
  const parser = new Parser(tokensOf(text), names);
  const operand = parser.unary();
  parser.end();
  return operand;
}

function tokensOf(text: string): string[] {
  if (text.length > MAX_LENGTH) throw new ExpressionError('the expression is too long');
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new ExpressionError(`a syntax error in the expression, near "${text.slice(start)}"`);
    tokens.push(match[0].trim());
  }
  if (tokens.length === 0) throw new ExpressionError('an expression is missing');
  return tokens;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly names: Names,
  ) {}

  end(): void {
    const rest = this.tokens.slice(this.at);
    if (rest.length > 0) throw new ExpressionError(`a syntax error in the expression, near "${rest.join('')}"`);
  }

  unary(): Operand {
    if (++this.depth > MAX_DEPTH) throw new ExpressionError('the expression is nested too deep');
    try {
      if (this.accept('*')) return this.pointedAt(this.unary());
      if (this.accept('&')) return this.addressOf(this.unary());
      if (this.accept('-')) return { kind: 'number', number: -this.integer(this.unary()) };
      return this.postfix();
    } finally {
      this.depth--;
    }
  }

  private accept(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.accept(token)) throw new ExpressionError(`"${token}" is missing in the expression`);
  }

  private postfix(): Operand {
    let operand = this.primary();
    for (;;) {
      if (this.accept('.')) operand = this.member(operand, this.name());
      else if (this.accept('->')) operand = this.member(this.pointedAt(operand), this.name());
      else if (this.accept('[')) {
        const index = this.integer(this.unary());
        this.expect(']');
        operand = this.element(operand, index);
      } else return operand;
    }
  }

  private name(): string {
    const token = this.tokens[this.at++];
    if (token === undefined || !/^[A-Za-z_]/.test(token)) throw new ExpressionError('the name of a member is missing');
    return token;
  }

  private primary(): Operand {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new ExpressionError('the expression ends too early');
    if (token === '(') {
      const operand = this.unary();
      this.expect(')');
      return operand;
    }
    if (/^\d/.test(token)) return { kind: 'number', number: Number(token) };
    if (token.startsWith('$')) return this.register(token.slice(1));
    if (!/^[A-Za-z_]/.test(token)) throw new ExpressionError(`a syntax error in the expression, near "${token}"`);
    const value = this.names.variable(token);
    if (value === undefined) throw new ExpressionError(`no symbol "${token}" in this context`);
    return { kind: 'value', value };
  }

  private register(name: string): Operand {
    const number = name === 'pc' ? 0 : registerNumber(name);
    const value = number === undefined ? undefined : this.names.register(number);
    if (value !== undefined) return { kind: 'number', number: value };
    throw new ExpressionError(number === undefined ? `there is no register ${name}` : `$${name} is not known here`);
  }

  private pointedAt(operand: Operand): Operand {
    if (operand.kind === 'address') return { kind: 'value', value: valueInMemory(operand.type, operand.address) };
    if (operand.kind === 'value') {
      const elements = elementsOf(operand.value);
      if (elements !== undefined) return { kind: 'value', value: elements.at(0) };
      const target = isPointer(bareType(operand.value.type)) ? targetOf(operand.value, this.names.memory) : undefined;
      if (target?.type !== undefined) return { kind: 'value', value: target };
      if (target !== undefined) throw new ExpressionError('a pointer to void leads to no value');
    }
    throw new ExpressionError('what is not a pointer leads nowhere');
  }

  private addressOf(operand: Operand): Operand {
    const location = operand.kind === 'value' ? operand.value.location : undefined;
    if (operand.kind !== 'value' || location?.kind !== 'memory')
      throw new ExpressionError('what is not in memory has no address');
    return { kind: 'address', type: operand.value.type, address: location.address };
  }

  private member(operand: Operand, name: string): Operand {
    if (operand.kind !== 'value' || !isRecord(bareType(operand.value.type)))
      throw new ExpressionError(`there is no member ${name} in what is not a struct or union`);
    const value = memberNamed(operand.value, name, 0);
    if (value === undefined) throw new ExpressionError(`there is no member named ${name}`);
    return { kind: 'value', value };
  }

  private element(operand: Operand, index: number): Operand {
    if (operand.kind === 'value') {
      const elements = elementsOf(operand.value);
      if (elements !== undefined) return { kind: 'value', value: elements.at(index) };
    }
    const first = this.pointedAt(operand);
    if (first.kind !== 'value' || first.value.content.kind !== 'memory')
      throw new ExpressionError('what is neither an array nor a pointer has no elements');
    const { type, content } = first.value;
    return { kind: 'value', value: valueInMemory(type, content.address + index * typeBytes(type)) };
  }

  private integer(operand: Operand): number {
    if (operand.kind === 'number') return operand.number;
    if (operand.kind === 'address') return operand.address;
    const encoding = bareType(operand.value.type)?.number(AT.encoding);
    const isSigned = encoding === ENCODING.signed || encoding === ENCODING.signed_char;
    const number = integerOf(operand.value, this.names.memory, isSigned);
    if (number === undefined || encoding === ENCODING.float)
      throw new ExpressionError(`a value of type ${typeName(operand.value.type)} is no index`);
    return Number(BigInt.asIntN(32, number));
  }
}

/** Members of anonymous structs and unions are those of whom they are in. */
function memberNamed(whole: TypedValue, name: string, depth: number): TypedValue | undefined {
  if (depth > MAX_DEPTH) return undefined;
  const members = membersOf(whole);
  const own = members.find((member) => member.name === name);
  if (own !== undefined) return own.value;
  const hidden = members.filter((member) => member.name === undefined || member.name.startsWith('<'));
  for (const { value } of hidden) {
    const found = memberNamed(value, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function registerNumber(name: string): number | undefined {
  const number = name === 'fp' ? 8 : REGISTER_NAMES.indexOf(name);
  if (number >= 0) return number;
  const byNumber = /^x(\d|[12]\d|3[01])$/.exec(name);
  return byNumber === null ? undefined : Number(byNumber[1]);
}
