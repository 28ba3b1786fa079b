/**
 * Expressions come to values. What is reached by `.`, `->`, `[ ]`, `*` from a variable is asked of the program's symbols, which
 * know its types; arithmetic, casts and assignments are done here.
 */
import type { ElfSymbol } from '../../../../machine/index.js';
import type { Frame, MemoryReader, ProgramSymbols, Value, ValueLocation } from '../../symbols/index.js';
import { CommandError } from '../command-error.js';
import { hex } from '../text.js';
import { arithmetic } from './arithmetic.js';
import { parseExpression } from './parser.js';
import {
  addressOf,
  bytesOf,
  fits,
  integer,
  isArray,
  isFunction,
  isPointer,
  numberOf,
  numeric,
  pointee,
  pointerTo,
  type Quantity,
  scalarOf,
} from './quantity.js';
import { type Expression, isTypeName, type TypeName, typeText } from './tree.js';

/** What expressions speak of: a stopped thread in one of its frames, or a process without one. */
export interface Surroundings {
  readonly symbols: ProgramSymbols;
  readonly elfSymbols: readonly ElfSymbol[];
  readonly frame: Frame | undefined;
  readonly memory: MemoryReader;
  writeMemory(address: number, bytes: Uint8Array): boolean;
  /** `$name`: a register, a kept value, a variable of the debugger. Undefined where there is none. */
  dollar(name: string): Quantity | undefined;
  /** Register 0 is pc. Throws CommandError where it cannot be written. */
  setRegister(register: number, value: number): void;
  setVariable(name: string, value: Quantity): void;
}

/** Elements that `@` gives at most. */
const MAX_REPEATED = 4096;

/** Throws CommandError. */
export function evaluate(text: string, surroundings: Surroundings): Quantity {
  return new Evaluator(surroundings).valueOf(parseExpression(text));
}

/** The location of what is already evaluated, read again: for watched expressions. */
export class Evaluator {
  constructor(private readonly around: Surroundings) {}

  valueOf(expression: Expression): Quantity {
    switch (expression.kind) {
      case 'number':
        return integer(expression.value, literalType(expression.value, expression.isUnsigned));
      case 'name':
        return this.named(expression.name);
      case 'dollar':
        return this.around.dollar(expression.name) ?? VOID;
      case 'member':
        return this.member(this.valueOf(expression.of), expression.name, expression.arrow);
      case 'index':
        return this.index(this.valueOf(expression.of), numeric(this.valueOf(expression.index)));
      case 'unary':
        return this.unary(expression.operator, this.valueOf(expression.of));
      case 'binary':
        return this.binary(expression.operator, expression.left, expression.right);
      case 'choice':
        return this.valueOf(numeric(this.valueOf(expression.of)) !== 0n ? expression.then : expression.otherwise);
      case 'assign':
        return this.assign(expression.to, expression.operator, this.valueOf(expression.value));
      case 'cast':
        return this.cast(this.valueOf(expression.of), expression.type);
      case 'size':
        return integer(BigInt(this.sizeOf(expression.of)), 'unsigned int');
      case 'at':
        return this.at(addressOf(this.valueOf(expression.of)), typeText(expression.type));
      case 'repeat':
        return this.repeat(this.valueOf(expression.of), numeric(this.valueOf(expression.count)));
    }
  }

  private named(name: string): Quantity {
    const { symbols, elfSymbols } = this.around;
    const printed = this.printed(name);
    if (printed.kind === 'value') return printed.quantity;
    const [described] = symbols.functionsNamed(name);
    const symbol = elfSymbols.find((one) => one.name === name);
    if (described !== undefined || symbol?.kind === 'function') {
      const address = described?.entry ?? symbol?.address ?? 0;
      return {
        type: 'void ()',
        size: 1,
        isSigned: false,
        number: BigInt(address),
        location: { kind: 'memory', address },
      };
    }
    if (symbol === undefined) throw new CommandError(printed.message);
    const size = [1, 2, 4, 8].includes(symbol.size) ? symbol.size : 4;
    return this.at(symbol.address, { 1: 'unsigned char', 2: 'short', 4: 'int', 8: 'long long' }[size] ?? 'int');
  }

  private printed(
    path: string,
  ): { readonly kind: 'value'; readonly quantity: Quantity } | { readonly kind: 'error'; readonly message: string } {
    const { symbols, frame, memory } = this.around;
    const printed = symbols.print(path, frame, memory);
    return printed.kind === 'error' ? printed : { kind: 'value', quantity: this.quantityOf(printed.value, path) };
  }

  /** Throws CommandError. */
  private path(path: string): Quantity {
    const printed = this.printed(path);
    if (printed.kind === 'error') throw new CommandError(printed.message);
    return printed.quantity;
  }

  /** What the symbols say of a value, with its number where it is one. */
  quantityOf(value: Value, path?: string): Quantity {
    const { type, size, text, location } = value;
    const isNegative = /^-\d/.test(text);
    // A function is its address.
    if (isFunction(type) && location?.kind === 'memory') {
      return { type, size, isSigned: false, number: BigInt(location.address), value, location };
    }
    const scalar = scalarOf(type);
    const isWhole = !/^\{|^<|^\(struct/.test(text) && !isArray(type) && !/\b(float|double)\b/.test(stripPointer(type));
    const number = isWhole && size <= 8 && size > 0 ? this.wholeNumber(value) : undefined;
    const isSigned = scalar?.isSigned ?? isNegative;
    return {
      type,
      size,
      isSigned,
      number: number === undefined ? undefined : fits(number, size, isSigned || isNegative),
      value,
      ...(location !== undefined && { location }),
      ...(path !== undefined && { path }),
    };
  }

  private wholeNumber({ text, location, size }: Value): bigint | undefined {
    if (location?.kind === 'memory') {
      const bytes = this.around.memory(location.address, size);
      return bytes.length === size ? numberOf(bytes) : undefined;
    }
    const digits = /(-?)(0x[\da-f]+|\d+)(?![\d.]*e|\.)/i.exec(text);
    if (digits !== null) return digits[1] === '-' ? -BigInt(digits[2]) : BigInt(digits[2]);
    if (text === 'true' || text === 'false') return text === 'true' ? 1n : 0n;
    if (location?.kind !== 'register') return undefined;
    return BigInt(this.around.frame?.registers[location.register] ?? 0);
  }

  private member(of: Quantity, name: string, arrow: boolean): Quantity {
    const isTarget = of.target !== undefined;
    const path = of.target ?? postfixable(of);
    if (path === undefined) throw new CommandError(`a ${of.type} has no members that are known here`);
    // `(*p).x` and `p->x` are one; gdb takes `.` for `->` where the left is a pointer.
    return this.path(`${path}${!isTarget && (arrow || isPointer(of.type)) ? '->' : '.'}${name}`);
  }

  private index(of: Quantity, index: bigint): Quantity {
    if (of.element !== undefined) return this.path(`${of.element.path}[${of.element.index + index}]`);
    const path = postfixable(of);
    if (path !== undefined && (isPointer(of.type) || isArray(of.type))) return this.path(`${path}[${index}]`);
    const type = pointee(of.type);
    return this.at(addressOf(of) + Number(index) * this.sizeOfType(type, of), type);
  }

  private unary(operator: '-' | '+' | '~' | '!' | '*' | '&', of: Quantity): Quantity {
    switch (operator) {
      case '*':
        return this.dereference(of);
      case '&':
        return addressQuantity(of);
      case '!':
        return integer(numeric(of) === 0n ? 1n : 0n);
      default: {
        const type = of.size > 4 || (!of.isSigned && of.size === 4 && !isPointer(of.type)) ? of.type : 'int';
        const number = numeric(of);
        return integer(operator === '-' ? -number : operator === '~' ? ~number : number, type);
      }
    }
  }

  private dereference(of: Quantity): Quantity {
    if (of.target !== undefined) return this.path(of.target);
    if (of.element !== undefined) return this.path(`${of.element.path}[${of.element.index}]`);
    if (of.path !== undefined && isArray(of.type)) return this.path(`${postfixable(of)}[0]`);
    if (of.path !== undefined && isPointer(of.type)) return this.path(`*${of.path}`);
    // gdb takes a plain number as the address of an int.
    const type = isPointer(of.type) || isArray(of.type) ? pointee(of.type) : 'int';
    return this.at(addressOf(of), type);
  }

  /** What lies at an address, as a value of a type. */
  at(address: number, type: string): Quantity {
    const at = address >>> 0;
    const scalar = scalarOf(type);
    if (scalar === undefined) throw new CommandError(`how large a ${type} is is not known here`);
    const bytes = this.around.memory(at, scalar.size);
    if (bytes.length < scalar.size) throw new CommandError(`cannot access memory at address ${hex(at)}`);
    const number = fits(numberOf(bytes), scalar.size, scalar.isSigned);
    return { type, ...scalar, number, location: { kind: 'memory', address: at } };
  }

  private binary(operator: string, leftOf: Expression, rightOf: Expression): Quantity {
    const left = this.valueOf(leftOf);
    if (operator === '&&' && numeric(left) === 0n) return integer(0n);
    if (operator === '||' && numeric(left) !== 0n) return integer(1n);
    const right = this.valueOf(rightOf);
    const isLeft = isPointer(left.type) || isArray(left.type);
    const isRight = isPointer(right.type) || isArray(right.type);
    if (operator === '+' && isLeft && !isRight) return this.offset(left, numeric(right));
    if (operator === '+' && isRight && !isLeft) return this.offset(right, numeric(left));
    if (operator === '-' && isLeft && !isRight) return this.offset(left, -numeric(right));
    if (operator === '-' && isLeft && isRight) {
      const size = BigInt(this.sizeOfType(pointee(left.type), left));
      return integer((numeric(left) - numeric(right)) / (size || 1n));
    }
    return arithmetic(operator, left, right);
  }

  /** A pointer so many elements further. */
  private offset(pointer: Quantity, count: bigint): Quantity {
    const type = pointee(pointer.type);
    const number = fits(numeric(pointer) + count * BigInt(this.sizeOfType(type, pointer)), 4, false);
    const path = postfixable(pointer);
    const element = pointer.element ?? (path === undefined ? undefined : { path, index: 0n });
    return {
      type: pointerTo(type),
      size: 4,
      isSigned: false,
      number,
      ...(element !== undefined && { element: { path: element.path, index: element.index + count } }),
    };
  }

  private sizeOfType(type: string, pointer: Quantity): number {
    const scalar = scalarOf(type);
    if (scalar !== undefined) return scalar.size;
    if (type === 'void' || type.endsWith('()')) return 1;
    const path = postfixable(pointer) ?? pointer.element?.path;
    if (path === undefined) throw new CommandError(`how large a ${type} is is not known here`);
    return this.path(`${path}[0]`).size;
  }

  private sizeOf(of: Expression | TypeName): number {
    if (!isTypeName(of)) return this.valueOf(of).size;
    const scalar = scalarOf(typeText(of));
    if (scalar === undefined) throw new CommandError(`how large a ${typeText(of)} is is not known here`);
    return scalar.size;
  }

  private cast(of: Quantity, name: TypeName): Quantity {
    const type = typeText(name);
    if (type === 'void') return VOID;
    if (/^(float|double)$/.test(type)) throw new CommandError('floating-point numbers are only shown as they are');
    const scalar = scalarOf(type);
    if (scalar === undefined) throw new CommandError(`a cast to ${type} is not offered`);
    return { type, ...scalar, number: fits(numeric(of), scalar.size, scalar.isSigned) };
  }

  private assign(toOf: Expression, operator: string, value: Quantity): Quantity {
    if (toOf.kind === 'dollar' && this.around.dollar(toOf.name) === undefined) {
      if (operator !== '=') throw new CommandError(`$${toOf.name} has no value yet`);
      this.around.setVariable(toOf.name, value);
      return value;
    }
    const to = this.valueOf(toOf);
    const result = operator === '=' ? value : this.combined(operator.slice(0, -1), to, value);
    if (to.location === undefined) throw new CommandError('the left side of the assignment has no place of its own');
    if (to.location.kind === 'variable') {
      this.around.setVariable(to.location.name, result);
      return result;
    }
    if (to.number === undefined) throw new CommandError(`a ${to.type} can only be set member by member`);
    const number = fits(numeric(result), to.size, to.isSigned);
    this.store(to.location, number, to.size);
    return toOf.kind === 'dollar' ? { ...to, number } : this.valueOf(toOf);
  }

  private combined(operator: string, left: Quantity, right: Quantity): Quantity {
    if (isPointer(left.type)) return this.offset(left, operator === '-' ? -numeric(right) : numeric(right));
    return arithmetic(operator, left, right);
  }

  private store(location: ValueLocation, number: bigint, size: number): void {
    if (location.kind === 'register') {
      this.around.setRegister(location.register, Number(BigInt.asIntN(32, number)));
    } else if (!this.around.writeMemory(location.address, bytesOf(number, size))) {
      throw new CommandError(`cannot access memory at address ${hex(location.address)}`);
    }
  }

  private repeat(of: Quantity, count: bigint): Quantity {
    if (of.location?.kind !== 'memory') throw new CommandError('only what lies in memory can be repeated with "@"');
    if (count < 1n || count > MAX_REPEATED) throw new CommandError(`"@" wants a number from 1 to ${MAX_REPEATED}`);
    const { address } = of.location;
    const base = of.path?.startsWith('*') ? of.path.slice(1) : undefined;
    const repeated = Array.from({ length: Number(count) }, (_, i) => {
      if (i === 0) return of;
      if (base !== undefined) return this.path(`${base}[${i}]`);
      return this.at(address + i * of.size, of.type);
    });
    return {
      type: `${of.type} [${count}]`,
      size: of.size * Number(count),
      isSigned: false,
      number: undefined,
      location: of.location,
      repeated,
    };
  }
}

export const VOID: Quantity = { type: 'void', size: 0, isSigned: false, number: undefined };

/** `&x`. Throws CommandError. */
function addressQuantity(of: Quantity): Quantity {
  if (of.location?.kind === 'register') throw new CommandError('it is in a register, which has no address');
  if (of.location?.kind !== 'memory') throw new CommandError('it has no address');
  const type = of.type === 'void ()' ? 'void (*)()' : pointerTo(of.type);
  const target = postfixable(of);
  const number = BigInt(of.location.address);
  return { type, size: 4, isSigned: false, number, ...(target !== undefined && { target }) };
}

/** The path in a form to which something can be appended: `*p` is `p[0]`. */
function postfixable({ path }: Quantity): string | undefined {
  return path?.startsWith('*') ? `${postfixable({ path: path.slice(1) } as Quantity)}[0]` : path;
}

function stripPointer(type: string): string {
  return isPointer(type) ? 'pointer' : type;
}

function literalType(value: bigint, isUnsigned: boolean): string {
  if (value < 1n << 31n) return isUnsigned ? 'unsigned int' : 'int';
  if (value < 1n << 32n && isUnsigned) return 'unsigned int';
  return value < 1n << 63n && !isUnsigned ? 'long long' : 'unsigned long long';
}
