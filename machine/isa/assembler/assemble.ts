/**
 * The assembler: takes the statements of a source in order, macros and repetitions with them, and lays out what they made.
 *
 * Every statement has its size as soon as it is read, so one pass places everything, and a second one puts in addresses.
 * Therefore branches are never replaced by longer ones, and `.option rvc` shortens a jump only if its target comes before it.
 */
import { RAM_BASE } from '../../memory/layout.js';
import { BLOCK_ENDS, endOfBlock, expand, type Macro, readMacro } from './blocks.js';
import { assign, runDirective } from './directives.js';
import { emitStatement } from './emission.js';
import { Complaints, EnoughComplaints, Fault, type Position } from './errors.js';
import { readExpression } from './expressions.js';
import { fold, known, value } from './folding.js';
import { MAX_EXPANDED_LENGTH, MAX_NESTING, MAX_SOURCE_LENGTH, MAX_TOKENS } from './limits.js';
import { registerNamed } from './operands.js';
import { Program } from './program.js';
import { Reader } from './reader.js';
import { positionOf, type Statement, statementsOf } from './statements.js';

export interface AssembleOptions {
  /** What messages call the source. */
  readonly name?: string;
  /** Address of the first section that has bytes: even, below 2^32. RAM_BASE if not given. */
  readonly base?: number;
  /** Symbols that the source may use, and may not define. */
  readonly symbols?: Readonly<Record<string, number>>;
}

export interface Assembled {
  /** The sections that have bytes, by ascending address. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array; readonly name: string }[];
  /** Labels and `.set` symbols with their last values, beyond 2^53 rounded; those of `options.symbols` too. */
  readonly symbols: ReadonlyMap<string, number>;
  /** `_start` if there is one, else where `.text` begins. */
  readonly entry: number;
  /** Line, from 1, of what begins at `address` and goes on to the next; by ascending address. */
  readonly lines: readonly { readonly address: number; readonly line: number }[];
}

const START: Position = { line: 1, column: 1, within: '' };

/**
 * Assembles RISC-V assembly language, in the dialect of the GNU assembler, for the machine's instruction table. Throws
 * AssemblerError, and nothing else, whatever the source; limits.ts bounds what it may use.
 */
export function assemble(source: string, options: AssembleOptions = {}): Assembled {
  const { name = 'source', base = RAM_BASE, symbols = {} } = options;
  const complaints = new Complaints();
  try {
    const assembly = new Assembly(complaints);
    complaints.collect(() => assembly.begin(source, base, symbols));
    if (complaints.count === 0) complaints.collect(() => assembly.finish(base));
    if (complaints.count === 0) return assembly.result();
  } catch (error) {
    if (!(error instanceof EnoughComplaints)) throw error;
  }
  throw complaints.asError(name);
}

class Assembly {
  private readonly program = new Program();
  private readonly macros = new Map<string, Macro>();
  private tokensLeft = MAX_TOKENS;
  private textLeft = MAX_EXPANDED_LENGTH;
  private calls = 0;

  constructor(private readonly complaints: Complaints) {}

  begin(source: string, base: number, symbols: Readonly<Record<string, number>>): void {
    if (!Number.isInteger(base) || base % 2 !== 0 || base < 0 || base >= 2 ** 32) {
      throw new Fault(`the base address is an even number below 2^32, not ${base}`, START);
    }
    if (source.length > MAX_SOURCE_LENGTH) {
      throw new Fault(`a source has at most ${MAX_SOURCE_LENGTH} characters, not ${source.length}`, START, true);
    }
    for (const [name, number] of Object.entries(symbols)) {
      if (!Number.isSafeInteger(number)) throw new Fault(`\`${name}\` is an integer, not ${number}`, START);
      this.program.symbols.define(name, value(BigInt(number)), false, START);
    }
    this.run(statementsOf(source), 0);
  }

  finish(base: number): void {
    this.program.finish(base, (work) => this.complaints.collect(work));
  }

  result(): Assembled {
    const { sections, symbols, lines, scope } = this.program;
    const addressOfSection = (section: number) => BigInt(sections.all[section].address ?? 0);
    const values = new Map<string, number>();
    for (const name of symbols.names()) {
      const is = fold({ kind: 'name', name, at: START }, { ...scope, here: value(0n), final: true, addressOfSection });
      if (is.kind === 'value') values.set(name, Number(is.value));
    }
    return {
      segments: sections.all
        .filter(({ size }) => size > 0)
        .map(({ name, address = 0, bytes }) => ({ name, address, bytes: bytes.slice() })),
      symbols: values,
      entry: values.get('_start') ?? sections.all[0].address ?? 0,
      lines: lines
        .map(({ section, offset, line }) => ({ address: (section.address ?? 0) + offset, line }))
        .sort((a, b) => a.address - b.address),
    };
  }

  /** Carries out statements; a complaint about one does not keep the others from being read. */
  private run(statements: readonly Statement[], depth: number): void {
    for (let index = 0; index < statements.length; index++) {
      this.complaints.collect(() => {
        this.spend(statements[index].tokens.length, statements[index]);
        index = this.step(statements, index, depth);
      });
    }
  }

  private spend(count: number, statement: Statement): void {
    this.tokensLeft -= count;
    if (this.tokensLeft >= 0) return;
    const sentence = `more than ${MAX_TOKENS} words and signs, repetitions included`;
    throw new Fault(sentence, positionOf(statement, statement.tokens[0]), true);
  }

  /** Carries out one statement, or the block that it begins; returns the index of the last one that this was. */
  private step(statements: readonly Statement[], index: number, depth: number): number {
    const reader = new Reader(statements[index]);
    this.readLabels(reader);
    if (reader.atEnd) return index;
    const { at } = reader;
    const name = reader.expectName('a label, an instruction or a directive');
    if (reader.takeMark('=')) {
      assign(this.program, name, reader, at);
      return index;
    }
    if (BLOCK_ENDS.has(name)) return this.block(name, reader, statements, index, depth, at);
    const macro = this.macros.get(name);
    if (macro !== undefined) this.call(macro, reader, depth, at);
    else this.single(name, reader, at);
    return index;
  }

  private readLabels(reader: Reader): void {
    while (reader.isMark(':', 1)) {
      const { at, peek: token } = reader;
      if (token?.kind === 'number') this.program.symbols.defineLocal(String(token.value), this.program.here);
      else if (token?.kind === 'name') this.defineLabel(token.text, at);
      else return;
      reader.next();
      reader.expectMark(':');
    }
  }

  private defineLabel(name: string, at: Position): void {
    if (registerNamed(name) !== undefined) throw new Fault(`\`${name}\` is a register, and cannot be a label`, at);
    if (name === '.') throw new Fault('`.` is where it stands, and cannot be a label', at);
    this.program.symbols.define(name, this.program.here, false, at);
  }

  private single(name: string, reader: Reader, at: Position): void {
    const directive = (directiveName: string, own: Reader, where: Position) =>
      runDirective(this.program, directiveName, own, where);
    if (directive(name, reader, at)) return;
    for (const [begins, ends] of BLOCK_ENDS) {
      if (name === ends) throw new Fault(`there is no \`${begins}\` that this \`${ends}\` could end`, at);
    }
    if (name.startsWith('.')) throw new Fault(`there is no directive \`${name}\``, at);
    emitStatement(this.program, name, reader, at, directive);
  }

  private block(
    name: string,
    reader: Reader,
    statements: readonly Statement[],
    index: number,
    depth: number,
    at: Position,
  ): number {
    const end = endOfBlock(statements, index, name, at);
    // Passing over a block costs time too: inside a repetition it may be passed over very often.
    this.spend(end - index, statements[index]);
    const body = statements.slice(index + 1, end);
    this.complaints.collect(() => {
      if (name === '.macro') this.defineMacro(readMacro(reader, body), at);
      else this.repeat(reader, body, depth, at);
    });
    return end;
  }

  private defineMacro(macro: Macro, at: Position): void {
    if (this.macros.has(macro.name)) throw new Fault(`there is a macro \`${macro.name}\` already`, at);
    this.macros.set(macro.name, macro);
  }

  private deeper(depth: number, at: Position): number {
    if (depth < MAX_NESTING) return depth + 1;
    throw new Fault(`macros and repetitions are at most ${MAX_NESTING} deep in each other`, at, true);
  }

  private repeat(reader: Reader, body: readonly Statement[], depth: number, at: Position): void {
    const where = reader.at;
    const count = known(readExpression(reader), this.program.scope, where);
    reader.expectEnd();
    if (count < 0n) throw new Fault(`a number of repetitions is not negative, as ${count} is`, where);
    const inner = this.deeper(depth, at);
    const complaints = this.complaints.count;
    // What is wrong in one repetition would be said again of all that follow.
    for (let i = 0n; i < count && this.complaints.count === complaints; i++) {
      this.spend(1, reader.statement);
      this.run(body, inner);
    }
  }

  private call(macro: Macro, reader: Reader, depth: number, at: Position): void {
    const inner = this.deeper(depth, at);
    const spendText = (length: number): void => {
      this.spend(1, reader.statement);
      this.textLeft -= length;
      if (this.textLeft < 0)
        throw new Fault(`macros made more than ${MAX_EXPANDED_LENGTH} characters of text`, at, true);
    };
    this.run([...expand(macro, reader, at, this.calls++, spendText)], inner);
  }
}
