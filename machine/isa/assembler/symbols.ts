/** Names and what they stand for. */
import { Fault, type Position } from './errors.js';
import type { Expression } from './expressions.js';

interface Definition {
  readonly is: Expression;
  /** By `.set` or `.equ`, which may be repeated; a label may not. */
  readonly variable: boolean;
}

export class Symbols {
  private readonly definitions = new Map<string, Definition>();
  /** Local labels, by number, in the order of the source. */
  private readonly locals = new Map<string, Expression[]>();

  get(name: string): Expression | undefined {
    return this.definitions.get(name)?.is;
  }

  names(): Iterable<string> {
    return this.definitions.keys();
  }

  /** Throws Fault if the name stands for something else already. */
  define(name: string, is: Expression, variable: boolean, at: Position): void {
    const before = this.definitions.get(name);
    if (before !== undefined && !(before.variable && variable)) throw new Fault(`\`${name}\` is defined already`, at);
    this.definitions.set(name, { is, variable });
  }

  defineLocal(label: string, is: Expression): void {
    const known = this.locals.get(label);
    if (known === undefined) this.locals.set(label, [is]);
    else known.push(is);
  }

  localsOf(label: string): readonly Expression[] {
    return this.locals.get(label) ?? [];
  }
}
