/**
 * Functions: those that `.debug_info` has with code, and those that only an ELF symbol tells of; and the blocks and inlined
 * calls in them (DWARF 5, section 3.3).
 */
import type { ElfSymbol } from '../../../machine/index.js';
import { type CodeRanges, contains } from './code-ranges.js';
import { AT, FORM, TAG } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { AddressRange, FunctionInfo, InlineCall } from './function.js';
import type { LineTable } from './line-table.js';
import { afterPrologue } from './prologue.js';
import { ADDRESS_SPACE } from './range-list.js';
import type { SourceFile } from './source-place.js';
import type { DebugInfo, Unit } from './unit.js';

/** DW_LANG_Mips_Assembler, which stands for every assembler. */
const ASSEMBLER = 0x8001;

/** A function, or a block or inlined call in one, that an address is in. */
export interface Scope {
  readonly entry: Entry;
  readonly ranges: readonly AddressRange[];
}

export class FunctionTable {
  /** By entry. */
  readonly functions: readonly FunctionInfo[];
  private readonly entries = new Map<FunctionInfo, Entry>();
  private readonly ranges: readonly { readonly range: AddressRange; readonly owner: FunctionInfo }[];
  /** Inlined calls by the name of what was inlined; made when first asked for. */
  private inlined: ReadonlyMap<string, readonly Entry[]> | undefined;

  constructor(
    private readonly info: DebugInfo,
    private readonly lines: LineTable,
    private readonly code: CodeRanges,
    symbols: readonly ElfSymbol[],
  ) {
    const functions = info.units.flatMap((unit) => this.functionsOf(unit));
    const known = new Set(functions.map(({ entry }) => entry));
    const described = sortedRanges(functions);
    // Of several at one address the last is the best name.
    for (const symbol of symbolFunctions(symbols).reverse()) {
      if (known.has(symbol.entry) || rangeAt(described, symbol.entry) !== undefined) continue;
      functions.push(symbol);
      known.add(symbol.entry);
    }
    this.functions = functions.sort((a, b) => a.entry - b.entry);
    this.ranges = sortedRanges(this.functions);
  }

  named(name: string): readonly FunctionInfo[] {
    return this.functions.filter((one) => one.name === name);
  }

  at(address: number): FunctionInfo | undefined {
    return rangeAt(this.ranges, address)?.owner;
  }

  /** Undefined of a function that only a symbol tells of. */
  entryOf(one: FunctionInfo): Entry | undefined {
    return this.entries.get(one);
  }

  /** The blocks and calls that an address is in, innermost first; the function itself is the last. */
  scopesAt(address: number): readonly Scope[] {
    const owner = this.at(address);
    const entry = owner === undefined ? undefined : this.entries.get(owner);
    if (owner === undefined || entry === undefined) return [];
    const scopes: Scope[] = [{ entry, ranges: owner.ranges }];
    for (;;) {
      const inner = this.childAt(scopes[0].entry, address);
      if (inner === undefined) return scopes;
      scopes.unshift(inner);
    }
  }

  inlineCallsAt(address: number): InlineCall[] {
    return this.scopesAt(address)
      .filter(({ entry }) => entry.tag === TAG.inlined_subroutine)
      .map(({ entry }) => this.inlineCall(entry));
  }

  /** Where calls of a function were inlined: the first address of each. */
  inlinedCallsOf(name: string): number[] {
    this.inlined ??= this.findInlined();
    const starts = (this.inlined.get(name) ?? []).map((entry) => this.info.rangesOf(entry)[0].start);
    return [...new Set(starts)].sort((a, b) => a - b);
  }

  /** Where an entry says that it is declared. */
  declarationOf(entry: Entry): { readonly file: SourceFile | undefined; readonly line: number | undefined } {
    const declared = entry.withAttribute(AT.decl_line);
    const file = entry.withAttribute(AT.decl_file);
    return {
      file: file === undefined ? undefined : this.fileOf(file.unit, file.number(AT.decl_file)),
      line: declared?.number(AT.decl_line),
    };
  }

  private fileOf(unit: Unit, number: number | undefined): SourceFile | undefined {
    return this.lines.fileOf(unit.root?.number(AT.stmt_list), number);
  }

  private functionsOf(unit: Unit): FunctionInfo[] {
    const functions: FunctionInfo[] = [];
    const skipsPrologue = !isAssembly(unit) && !hasExactLocations(unit);
    for (const entry of unit.entries) {
      if (entry.tag !== TAG.subprogram) continue;
      const ranges = this.info.rangesOf(entry).filter(({ start }) => this.code.has(start));
      const name = entry.name ?? entry.withAttribute(AT.linkage_name)?.string(AT.linkage_name);
      if (ranges.length === 0 || name === undefined) continue;
      const { file, line } = this.declarationOf(entry);
      const one: FunctionInfo = {
        name,
        entry: ranges[0].start,
        ranges,
        afterPrologue: skipsPrologue ? afterPrologue(ranges[0], this.lines) : ranges[0].start,
        file: file?.path,
        line,
        isExternal: entry.withAttribute(AT.external) !== undefined,
      };
      this.entries.set(one, entry);
      functions.push(one);
    }
    return functions;
  }

  private childAt(entry: Entry, address: number): Scope | undefined {
    for (const child of entry.children) {
      if (child.tag !== TAG.lexical_block && child.tag !== TAG.inlined_subroutine) continue;
      const ranges = this.info.rangesOf(child);
      if (contains(ranges, address)) return { entry: child, ranges };
      // A block without addresses of its own may have some in it.
      const inner = ranges.length === 0 ? this.childAt(child, address) : undefined;
      if (inner !== undefined) return inner;
    }
    return undefined;
  }

  private inlineCall(entry: Entry): InlineCall {
    const { file, line } = this.declarationOf(entry);
    const callLine = entry.number(AT.call_line);
    const callFile = this.fileOf(entry.unit, entry.number(AT.call_file));
    const isKnown = callLine !== undefined && callFile !== undefined;
    return {
      name: entry.name ?? '??',
      file: file?.path,
      line,
      call: isKnown ? { file: callFile, line: callLine, column: entry.number(AT.call_column) ?? 0 } : undefined,
      ranges: this.info.rangesOf(entry),
    };
  }

  private findInlined(): ReadonlyMap<string, readonly Entry[]> {
    const byName = new Map<string, Entry[]>();
    for (const entry of this.info.units.flatMap(({ entries }) => entries)) {
      if (entry.tag !== TAG.inlined_subroutine) continue;
      const ranges = this.info.rangesOf(entry);
      const { name } = entry;
      if (name === undefined || ranges.length === 0 || !this.code.has(ranges[0].start)) continue;
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [entry]);
      else list.push(entry);
    }
    return byName;
  }
}

/** Every line of it is an instruction that its author wants to see. */
function isAssembly(unit: Unit): boolean {
  return unit.root?.number(AT.language) === ASSEMBLER;
}

/**
 * With optimization GCC says where variables are at every instruction, so gdb stops at the entry, where arguments have just
 * come, and not behind a prologue that is spread over the function.
 */
function hasExactLocations(unit: Unit): boolean {
  const producer = unit.root?.string(AT.producer) ?? '';
  if (!/^GNU (?!AS)/.test(producer)) return false;
  return unit.entries.some((entry) => {
    if (entry.tag !== TAG.variable && entry.tag !== TAG.formal_parameter) return false;
    const form = entry.attribute(AT.location)?.form;
    return form === FORM.sec_offset || form === FORM.loclistx;
  });
}

/** A symbol without a size goes on to the next one. `symbols` are by ascending address. */
function symbolFunctions(symbols: readonly ElfSymbol[]): FunctionInfo[] {
  const functions = symbols.filter(({ kind }) => kind === 'function');
  return functions.map(({ name, address, size }, index) => {
    const next = functions.slice(index + 1, index + 64).find((other) => other.address > address)?.address;
    const end = size > 0 ? Math.min(address + size, ADDRESS_SPACE) : (next ?? address + 2);
    const ranges = [{ start: address, end }];
    const unknown = { file: undefined, line: undefined };
    return { name, entry: address, ranges, afterPrologue: address, ...unknown, isExternal: true };
  });
}

function sortedRanges(functions: readonly FunctionInfo[]): { range: AddressRange; owner: FunctionInfo }[] {
  return functions
    .flatMap((owner) => owner.ranges.map((range) => ({ range, owner })))
    .sort((a, b) => a.range.start - b.range.start);
}

/** Functions do not overlap, except where somebody lies: then the one that begins last has it. */
function rangeAt<T extends { readonly range: AddressRange }>(sorted: readonly T[], address: number): T | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].range.start <= address) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  return found !== undefined && address < found.range.end ? found : undefined;
}
