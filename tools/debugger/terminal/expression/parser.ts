/** Expressions of C, as far as a debugger needs them: everything but calls, commas, `++` and initialisers. */
import { CommandError } from '../command-error.js';
import { type Token, tokens } from './lexer.js';
import type { Expression, TypeName } from './tree.js';

/** By rising strength; what stands in one row is equally strong. */
const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['@'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='];
const TYPE_WORDS = [
  ...['int', 'char', 'short', 'long', 'unsigned', 'signed', 'void', 'bool', '_Bool', 'float', 'double'],
  ...['struct', 'union', 'enum', 'const', 'volatile'],
  ...['int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int32_t', 'uint32_t', 'int64_t', 'uint64_t'],
  ...['size_t', 'ssize_t', 'uintptr_t', 'intptr_t', 'ptrdiff_t'],
];
const TAGGED = ['struct', 'union', 'enum'];
/** Deeper nesting than a person writes: the parser calls itself. */
const MAX_DEPTH = 100;

/** Throws CommandError for what is no expression. */
export function parseExpression(text: string): Expression {
  const parser = new Parser(tokens(text));
  const expression = parser.assignment();
  parser.end();
  return expression;
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly words: readonly Token[]) {
    if (words.length === 0) throw new CommandError('an expression is missing');
  }

  end(): void {
    const word = this.words[this.at];
    if (word !== undefined) throw new CommandError(`what is "${textOf(word)}" doing in the expression?`);
  }

  assignment(): Expression {
    if (++this.depth > MAX_DEPTH) throw new CommandError('the expression is nested too deeply');
    try {
      const to = this.choice();
      const operator = this.markOf(ASSIGNMENTS);
      return operator === undefined ? to : { kind: 'assign', operator, to, value: this.assignment() };
    } finally {
      this.depth--;
    }
  }

  private choice(): Expression {
    const of = this.binary(0);
    if (!this.take('?')) return of;
    const then = this.assignment();
    this.expect(':');
    return { kind: 'choice', of, then, otherwise: this.assignment() };
  }

  private binary(level: number): Expression {
    if (level === BINARY.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = this.markOf(BINARY[level]);
      if (operator === undefined) return left;
      const right = this.binary(level + 1);
      left = operator === '@' ? { kind: 'repeat', of: left, count: right } : { kind: 'binary', operator, left, right };
    }
  }

  private unary(): Expression {
    if (++this.depth > MAX_DEPTH) throw new CommandError('the expression is nested too deeply');
    try {
      const operator = this.markOf(['-', '+', '~', '!', '*', '&']);
      if (operator !== undefined) return { kind: 'unary', operator: operator as '-', of: this.unary() };
      if (this.take('{')) {
        const type = this.type();
        this.expect('}');
        return { kind: 'at', type, of: this.unary() };
      }
      if (this.isMark(0, '(') && this.isType(1)) {
        this.at++;
        const type = this.type();
        this.expect(')');
        return { kind: 'cast', type, of: this.unary() };
      }
      if (this.isName(0, 'sizeof')) return this.size();
      return this.postfix();
    } finally {
      this.depth--;
    }
  }

  private size(): Expression {
    this.at++;
    if (!this.isMark(0, '(') || !this.isType(1)) return { kind: 'size', of: this.unary() };
    this.at++;
    const type = this.type();
    this.expect(')');
    return { kind: 'size', of: type };
  }

  private postfix(): Expression {
    let of = this.primary();
    for (;;) {
      if (this.take('[')) {
        of = { kind: 'index', of, index: this.assignment() };
        this.expect(']');
      } else if (this.isMark(0, '.') || this.isMark(0, '->')) {
        const arrow = this.isMark(0, '->');
        this.at++;
        const word = this.words[this.at++];
        if (word?.kind !== 'name') throw new CommandError('the name of a member is missing');
        of = { kind: 'member', of, name: word.text, arrow };
      } else if (this.isMark(0, '(')) {
        throw new CommandError('functions of the program cannot be called from here');
      } else return of;
    }
  }

  private primary(): Expression {
    const word = this.words[this.at++];
    if (word === undefined) throw new CommandError('the expression ends too early');
    switch (word.kind) {
      case 'number':
        return word;
      case 'name':
        return { kind: 'name', name: word.text };
      case 'dollar':
        return { kind: 'dollar', name: word.text };
      case 'mark': {
        if (word.text !== '(') throw new CommandError(`what is "${word.text}" doing in the expression?`);
        const inner = this.assignment();
        this.expect(')');
        return inner;
      }
    }
  }

  private isType(ahead: number): boolean {
    const word = this.words[this.at + ahead];
    return word?.kind === 'name' && TYPE_WORDS.includes(word.text);
  }

  private type(): TypeName {
    const base: string[] = [];
    while (this.isType(0)) {
      const word = textOf(this.words[this.at++]);
      if (word === 'const' || word === 'volatile') continue;
      base.push(word);
      if (!TAGGED.includes(word)) continue;
      const tag = this.words[this.at++];
      if (tag?.kind !== 'name') throw new CommandError(`the name of the ${word} is missing`);
      base.push(tag.text);
    }
    if (base.length === 0) throw new CommandError('the name of a type is missing');
    let stars = 0;
    while (this.take('*')) stars++;
    return { base: base.join(' '), stars };
  }

  private isMark(ahead: number, text: string): boolean {
    const word = this.words[this.at + ahead];
    return word?.kind === 'mark' && word.text === text;
  }

  private isName(ahead: number, text: string): boolean {
    const word = this.words[this.at + ahead];
    return word?.kind === 'name' && word.text === text;
  }

  private take(text: string): boolean {
    if (!this.isMark(0, text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new CommandError(`the expression wants a "${text}"`);
  }

  private markOf(marks: readonly string[]): string | undefined {
    const word = this.words[this.at];
    if (word?.kind !== 'mark' || !marks.includes(word.text)) return undefined;
    this.at++;
    return word.text;
  }
}

function textOf(word: Token): string {
  if (word.kind === 'number') return String(word.value);
  return word.kind === 'dollar' ? `$${word.text}` : word.text;
}
