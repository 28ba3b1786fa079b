/**
 * The trace printer: a call and its answer as one line each, from the table.
 *
 * ```
 * futex_wait(addr=0x40000010, expected=2, owner=#5, deadline=forever)
 * OK woken=1
 * ```
 */
import { type Argument, argumentRegisters, type Call, callByNumber, type Result } from './calls.js';
import { statusName } from './errors.js';
import { rightsText, SAME_RIGHTS } from './rights.js';

/** Bytes of a text argument that are shown. */
const SHOWN_TEXT_BYTES = 48;
/** Registers of a call that nobody knows. */
const SHOWN_REGISTERS = 6;
const WORD = 2 ** 32;

/** Text at an address, or undefined where it cannot be read. `length` is at most 48 bytes. */
type TextReader = (address: number, length: number) => string | undefined;

/** `registers` are a0 and up, of either sign. Never throws, whatever number and registers. */
export function formatCall(number: number, registers: ArrayLike<number>, readText?: TextReader): string {
  const call = callByNumber(number >>> 0);
  const word = (index: number) => (registers[index] ?? 0) >>> 0;
  if (call === undefined) {
    const shown = Array.from({ length: SHOWN_REGISTERS }, (_, index) => `a${index}=${hex(word(index))}`);
    return `call ${hex(number >>> 0)}(${shown.join(', ')})`;
  }
  const first = argumentRegisters(call);
  const shown = call.arguments.map((argument, index) => {
    const register = first[index];
    return `${argument.name}=${formatArgument(argument, word(register), word(register + 1), readText)}`;
  });
  return `${call.name}(${shown.join(', ')})`;
}

/** `values` are a1 and up. Results are shown only where the call succeeded. */
export function formatResult(number: number, status: number, values: ArrayLike<number>): string {
  const shown = [statusName(status | 0)];
  const call = callByNumber(number >>> 0);
  if (call !== undefined && (status | 0) >= 0) shown.push(...formatResults(call, values));
  return shown.join(' ');
}

function formatResults(call: Call, values: ArrayLike<number>): string[] {
  const word = (index: number) => (values[index] ?? 0) >>> 0;
  let next = 0;
  return call.results.map((result) => {
    const text = `${result.name}=${formatResultValue(result, word(next), word(next + 1))}`;
    next += result.kind === 'time' ? 2 : 1;
    return text;
  });
}

function formatResultValue(result: Result, word: number, high: number): string {
  switch (result.kind) {
    case 'handle':
      return handle(word);
    case 'u32':
      return String(word);
    case 'address':
      return hex(word);
    case 'time':
      return time(word, high);
  }
}

/** `next` is the register after the argument's own: the high word of a time, the length of a text. */
function formatArgument(argument: Argument, word: number, next: number, readText: TextReader | undefined): string {
  switch (argument.kind) {
    case 'handle':
      return handle(word);
    case 'u32':
    case 'length':
    case 'count':
      return String(word);
    case 'i32':
      return String(word | 0);
    case 'address':
    case 'word':
    case 'structure':
    case 'structures':
      return hex(word);
    case 'key':
      return `0x${((BigInt(next) << 32n) | BigInt(word)).toString(16)}`;
    case 'rights':
      return word === SAME_RIGHTS ? 'SAME_RIGHTS' : rightsText(word);
    case 'time':
      return time(word, next);
    case 'options':
      return options(word, argument.bits);
    case 'choice':
      return Object.entries(argument.values).find(([, value]) => value === word)?.[0] ?? String(word);
    case 'input':
      return (argument.text && readText ? text(word, next, readText) : undefined) ?? hex(word);
    case 'output':
      return hex(word);
  }
}

function handle(word: number): string {
  return word === 0 ? '0' : `#${word}`;
}

function time(low: number, high: number): string {
  const nanoseconds = (high | 0) * WORD + low;
  return nanoseconds > Number.MAX_SAFE_INTEGER ? 'forever' : String(nanoseconds);
}

function options(word: number, bits: Readonly<Record<string, number>>): string {
  const names: string[] = [];
  let rest = word;
  for (const [name, bit] of Object.entries(bits)) {
    if (word & bit) names.push(name);
    rest &= ~bit;
  }
  if (rest !== 0) names.push(hex(rest >>> 0));
  return names.length === 0 ? '0' : names.join('|');
}

function text(address: number, length: number, readText: TextReader): string | undefined {
  const shown = readText(address, Math.min(length, SHOWN_TEXT_BYTES));
  if (shown === undefined) return undefined;
  return JSON.stringify(shown) + (length > SHOWN_TEXT_BYTES ? '…' : '');
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
