/** Arithmetic of two numbers as C has it: both become int, unsigned or 64 bits first, and what does not fit is cut. */
import { CommandError } from '../command-error.js';
import { integer, numeric, type Quantity } from './quantity.js';

const COMPARISONS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '&&': (a, b) => a !== 0n && b !== 0n,
  '||': (a, b) => a !== 0n || b !== 0n,
};

/** Throws CommandError. */
export function arithmetic(operator: string, left: Quantity, right: Quantity): Quantity {
  const isShift = operator === '<<' || operator === '>>';
  const type = isShift ? promoted(left) : common(promoted(left), promoted(right));
  const a = numeric(integer(numeric(left), type));
  const b = isShift ? numeric(right) : numeric(integer(numeric(right), type));
  const comparison = COMPARISONS[operator];
  return comparison === undefined ? integer(computed(operator, a, b, type), type) : integer(comparison(a, b) ? 1n : 0n);
}

function computed(operator: string, a: bigint, b: bigint, type: string): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new CommandError('division by zero');
      return operator === '/' ? a / b : a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
    case '>>':
      if (b < 0n || b >= (type.includes('long long') ? 64n : 32n)) throw new CommandError('a shift too far');
      return operator === '<<' ? a << b : a >> b;
    default:
      throw new CommandError(`the operator ${operator} is not offered`);
  }
}

function promoted({ size, isSigned }: Quantity): string {
  if (size > 4) return isSigned ? 'long long' : 'unsigned long long';
  return size === 4 && !isSigned ? 'unsigned int' : 'int';
}

const BY_RANK = ['int', 'unsigned int', 'long long', 'unsigned long long'];

function common(a: string, b: string): string {
  return BY_RANK[Math.max(BY_RANK.indexOf(a), BY_RANK.indexOf(b))];
}
