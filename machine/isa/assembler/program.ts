/** What has been assembled so far, and the second pass, which puts in what was not known in the first. */

import { compressed } from './compression.js';
import { bitsOf, type Chosen, settled } from './encoding.js';
import type { Position } from './errors.js';
import { Fault } from './errors.js';
import type { Expression } from './expressions.js';
import { fold, known, type Scope } from './folding.js';
import { MAX_OPTION_DEPTH } from './limits.js';
import { type Section, Sections } from './sections.js';
import { Symbols } from './symbols.js';

/** Bytes that wait for addresses. */
interface Fixup {
  readonly section: Section;
  readonly offset: number;
  readonly what: Chosen | { readonly width: number; readonly expression: Expression; readonly at: Position };
}

interface HighPart {
  readonly section: Section;
  readonly offset: number;
  readonly of: Expression;
}

interface SourceLine {
  readonly section: Section;
  readonly offset: number;
  readonly line: number;
}

export class Program {
  readonly sections = new Sections();
  readonly symbols = new Symbols();
  /** `.option rvc`: instructions are made 16 bits long where that is known to be possible. */
  compresses = false;
  readonly lines: SourceLine[] = [];
  private readonly options: boolean[] = [];
  private readonly fixups: Fixup[] = [];
  private readonly highParts: HighPart[] = [];

  /** What expressions mean where the program ends now. */
  readonly scope: Scope;

  constructor() {
    const here = () => this.here;
    this.scope = {
      ...this.namesOf(),
      get here() {
        return here();
      },
      final: false,
      addressOfSection: () => undefined,
      highPartAt: () => undefined,
    };
  }

  get here(): Expression & { kind: 'place' } {
    const { index, size } = this.sections.current;
    return { kind: 'place', section: index, offset: BigInt(size) };
  }

  pushOptions(at: Position): void {
    if (this.options.length >= MAX_OPTION_DEPTH) {
      throw new Fault(`at most ${MAX_OPTION_DEPTH} \`.option push\` may wait for their pop`, at);
    }
    this.options.push(this.compresses);
  }

  popOptions(at: Position): void {
    const compresses = this.options.pop();
    if (compresses === undefined) throw new Fault('there was no `.option push` before this', at);
    this.compresses = compresses;
  }

  /** The operand of this instruction's `%pcrel_hi`, for the `%pcrel_lo` that will name the instruction. */
  noteHighPart(of: Expression): void {
    const { current } = this.sections;
    this.highParts.push({ section: current, offset: current.size, of: fold(of, this.scope) });
  }

  emitInstruction(chosen: Chosen): void {
    const { instruction, at } = chosen;
    if (this.sections.current.size % 2 !== 0) {
      throw new Fault('an instruction stands at an even address; `.balign 2` before it would help', at);
    }
    const operands = settled(chosen, this.scope);
    if (operands === undefined) {
      this.fixups.push({ section: this.sections.current, offset: this.reserve(instruction.bytes, at), what: chosen });
      return;
    }
    const bits = bitsOf(instruction, operands, at);
    const short = this.compresses ? compressed(instruction, operands) : undefined;
    const width = short === undefined ? instruction.bytes : 2;
    const offset = this.reserve(width, at);
    this.sections.current.putWord(offset, width, short ?? bits);
  }

  /** A number of `width` bytes. */
  emitNumber(expression: Expression, width: number, at: Position): void {
    const folded = fold(expression, this.scope);
    if (folded.kind === 'value') checkWidth(folded.value, width, at);
    const { current } = this.sections;
    const offset = this.reserve(width, at);
    if (folded.kind === 'value') current.put(offset, width, folded.value);
    else this.fixups.push({ section: current, offset, what: { width, expression: folded, at } });
  }

  emitBytes(bytes: Uint8Array, at: Position): void {
    this.sections.current.set(this.reserve(bytes.length, at), bytes);
  }

  /** Room in the current section, which the statement at `at` fills; zero until then. */
  reserve(count: number, at: Position): number {
    const offset = this.sections.reserve(count, at);
    const { lines, sections } = this;
    const previous = lines[lines.length - 1];
    const same = previous?.line === at.line && previous.section === sections.current;
    if (count > 0 && !same) lines.push({ section: sections.current, offset, line: at.line });
    return offset;
  }

  /** Lays out the sections from `base` upwards and puts in what had to wait; `collect` takes what goes wrong. */
  finish(base: number, collect: (work: () => void) => void): void {
    this.sections.layOut(base);
    const highPartAt = this.distancesByAddress(collect);
    for (const { section, offset, what } of this.fixups) {
      const scope = this.finalScope(addressIn(section, offset), (address) => highPartAt.get(address));
      collect(() => {
        if ('width' in what) {
          const number = known(what.expression, scope, what.at);
          checkWidth(number, what.width, what.at);
          section.put(offset, what.width, number);
          return;
        }
        for (const { expression, at } of what.pending) known(expression, scope, at);
        const operands = settled(what, scope) ?? {};
        section.putWord(offset, what.instruction.bytes, bitsOf(what.instruction, operands, what.at));
      });
    }
  }

  /** How far what `%pcrel_hi` speaks of is from its instruction, by the address of that. */
  private distancesByAddress(collect: (work: () => void) => void): ReadonlyMap<bigint, bigint> {
    const distances = new Map<bigint, bigint>();
    for (const { section, offset, of } of this.highParts) {
      const address = addressIn(section, offset);
      collect(() => {
        const target = fold(
          of,
          this.finalScope(address, () => undefined),
        );
        // What is not defined is said of the %pcrel_hi itself; here it must only not be missed.
        distances.set(address, target.kind === 'value' ? target.value - address : 0n);
      });
    }
    return distances;
  }

  private finalScope(here: bigint, highPartAt: Scope['highPartAt']): Scope {
    return {
      ...this.namesOf(),
      here: { kind: 'value', value: here },
      final: true,
      addressOfSection: (section) => addressIn(this.sections.all[section], 0),
      highPartAt,
    };
  }

  private namesOf(): Pick<Scope, 'named' | 'localBefore' | 'localCount' | 'awaited'> {
    return {
      named: (name) => this.symbols.get(name),
      localBefore: (label) => this.symbols.localsOf(label).at(-1),
      localCount: (label) => this.symbols.localsOf(label).length,
      awaited: (label, index) => this.symbols.localsOf(label)[index],
    };
  }
}

function addressIn(section: Section, offset: number): bigint {
  return BigInt((section.address ?? 0) + offset);
}

/** A number of so many bytes may be meant as signed or unsigned. */
function checkWidth(number: bigint, width: number, at: Position): void {
  const bits = BigInt(8 * width);
  if (number >= -(2n ** (bits - 1n)) && number < 2n ** bits) return;
  throw new Fault(`${number} does not fit ${width === 1 ? 'a byte' : `${width} bytes`}`, at);
}
