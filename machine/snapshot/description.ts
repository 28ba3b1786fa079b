/** JSON that somebody else wrote, read field by field: every field is what it should be, or MachineError is thrown. */
import { MachineError } from '../errors.js';

export class Description {
  private readonly fields: Readonly<Record<string, unknown>>;

  /** `source` is the text in UTF-8, or an object that came out of one. */
  constructor(source: Uint8Array | object) {
    this.fields = { ...(source instanceof Uint8Array ? parse(source) : source) };
  }

  text(name: string): string {
    const value = this.fields[name];
    return typeof value === 'string' ? value : refuse(name);
  }

  /** A whole number that JavaScript counts exactly. */
  number(name: string): number {
    const value = this.fields[name];
    return isNumber(value) ? value : refuse(name);
  }

  numbers(name: string): readonly number[] {
    return numbersOf(name, this.fields[name]);
  }

  lists(name: string): readonly (readonly number[])[] {
    const value = this.fields[name];
    return Array.isArray(value) ? value.map((list) => numbersOf(name, list)) : refuse(name);
  }

  parts(name: string): readonly Description[] {
    const value = this.fields[name];
    if (!Array.isArray(value)) return refuse(name);
    return value.map((part) => (isObject(part) ? new Description(part) : refuse(name)));
  }
}

function parse(source: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(source));
  } catch {
    return refuse('description');
  }
  return isObject(value) ? value : refuse('description');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function numbersOf(name: string, value: unknown): readonly number[] {
  return Array.isArray(value) && value.every(isNumber) ? value : refuse(name);
}

function refuse(name: string): never {
  throw new MachineError(`the snapshot is damaged: its ${name} cannot be what it says`);
}
