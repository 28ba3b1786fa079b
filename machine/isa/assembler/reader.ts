/** Reads the tokens of a statement one after the other, and knows where to complain. */
import { Fault, type Position } from './errors.js';
import type { Token } from './lexer.js';
import { positionOf, type Statement } from './statements.js';

export class Reader {
  private index = 0;

  constructor(
    readonly statement: Statement,
    private readonly tokens: readonly Token[] = statement.tokens,
  ) {}

  /** The next token, not read yet. Throws Fault if there is text that is no token. */
  get peek(): Token | undefined {
    const token = this.tokens[this.index];
    if (token?.kind === 'bad') throw this.fault(token.sentence);
    return token;
  }

  get atEnd(): boolean {
    return this.index >= this.tokens.length;
  }

  /** Where the next token stands. */
  get at(): Position {
    return positionOf(this.statement, this.tokens[this.index]);
  }

  /** The tokens that were not read, and from now on are. */
  rest(): readonly Token[] {
    const tokens = this.tokens.slice(this.index);
    this.index = this.tokens.length;
    return tokens;
  }

  fault(sentence: string): Fault {
    return new Fault(sentence, this.at);
  }

  next(): Token | undefined {
    const token = this.peek;
    this.index++;
    return token;
  }

  /** A token that comes after `count` others, for what one token does not decide. */
  ahead(count: number): Token | undefined {
    return this.tokens[this.index + count];
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.ahead(ahead);
    return token?.kind === 'mark' && token.text === text;
  }

  /** Reads the mark if it is the next token. */
  takeMark(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.index++;
    return true;
  }

  expectMark(text: string): void {
    if (!this.takeMark(text)) throw this.expected(`\`${text}\``);
  }

  /** Reads the name if the next token is one. */
  takeName(): string | undefined {
    const token = this.peek;
    if (token?.kind !== 'name') return undefined;
    this.index++;
    return token.text;
  }

  expectName(what: string): string {
    const name = this.takeName();
    if (name === undefined) throw this.expected(what);
    return name;
  }

  expectString(): Uint8Array {
    const token = this.peek;
    if (token?.kind !== 'string') throw this.expected('a string in double quotes');
    this.index++;
    return token.bytes;
  }

  expectEnd(): void {
    if (this.peek !== undefined) throw this.fault(`\`${this.written()}\` is more than belongs here`);
  }

  /** A list with commas, up to the end of the statement; `one` reads an element. */
  list<T>(one: () => T): T[] {
    if (this.atEnd) return [];
    const found = [one()];
    while (this.takeMark(',')) found.push(one());
    this.expectEnd();
    return found;
  }

  expected(what: string): Fault {
    const found = this.peek === undefined ? 'the statement ends' : `\`${this.written()}\` stands there`;
    return this.fault(`expected ${what}, but ${found}`);
  }

  /** The next token as it is written, cut to a length that fits a message. */
  private written(): string {
    const token = this.tokens[this.index];
    return token === undefined ? '' : this.statement.line.slice(token.start, Math.min(token.end, token.start + 40));
  }
}
