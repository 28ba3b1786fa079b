/**
 * What a debugger knows of a program, from the bytes of its ELF file alone: lines, functions, callers, variables.
 *
 * The file is not believed: whatever of it is damaged, truncated or a lie is not known, and all else is. Nothing here throws
 * for what a file or a guest's memory holds. Addresses are virtual, 0 to 2^32 - 1.
 */
import { ElfError, type ElfImage, type ElfSymbol, findSymbol, parseElf } from '../../../machine/index.js';
import { backtrace } from './backtrace.js';
import { breakpointPlaces, codePlace } from './breakpoint-places.js';
import { CallFrameTable } from './call-frame-table.js';
import { CodeRanges } from './code-ranges.js';
import type { Entry } from './entry.js';
import type { Frame, MemoryReader } from './frame.js';
import type { AddressRange, CodePlace, FunctionInfo, InlineCall } from './function.js';
import { FunctionTable } from './function-table.js';
import { LineTable } from './line-table.js';
import { ExpressionError, evaluateExpression } from './print-expression.js';
import { Sections } from './sections.js';
import { shownOperand, shownVariable } from './shown-value.js';
import type { SourceFile, SourcePlace } from './source-place.js';
import { type TypedValue, valueInMemory } from './typed-value.js';
import { DebugInfo } from './unit.js';
import { Unwinder } from './unwinding.js';
import type { Surroundings } from './value-text.js';
import type { Printed, Variable } from './variable.js';
import { VariableTable } from './variable-table.js';

export class ProgramSymbols {
  private readonly code: CodeRanges;
  private readonly info: DebugInfo;
  private readonly lines: LineTable;
  private readonly functionTable: FunctionTable;
  private readonly unwinder: Unwinder;
  private readonly variables: VariableTable;
  private readonly elfSymbols: readonly ElfSymbol[];

  private constructor(elf: Uint8Array) {
    const image = parsedImage(elf);
    const sections = new Sections(elf);
    this.elfSymbols = image?.symbols ?? [];
    this.code = new CodeRanges(image);
    this.info = new DebugInfo(sections);
    this.lines = new LineTable(this.info, this.code);
    this.functionTable = new FunctionTable(this.info, this.lines, this.code, this.elfSymbols);
    this.unwinder = new Unwinder(new CallFrameTable(sections), this.functionTable, this.code);
    this.variables = new VariableTable(this.info, this.functionTable, this.code);
  }

  /** Of a file that is no executable for RISC-V nothing is known: every question has the empty answer. */
  static read(elf: Uint8Array): ProgramSymbols {
    return new ProgramSymbols(elf);
  }

  // Lines

  /** The source files that lines of code come from, sorted by path, headers among them. */
  sourceFiles(): readonly SourceFile[] {
    return this.lines.files;
  }

  /**
   * The source files that a person may mean: whose path is `name` or ends in `/name`. More than one where a name is ambiguous;
   * a whole path is a better match than a suffix, and then the only answer.
   */
  sourceFilesNamed(name: string): readonly SourceFile[] {
    return this.lines.filesNamed(name);
  }

  /** The line that the instruction at an address is of; undefined where no line table says so. */
  placeAt(address: number): SourcePlace | undefined {
    return this.lines.placeAt(address);
  }

  /**
   * The addresses around one that are of the same line of the same file, without a gap: `start` <= address < `end`. To step a
   * line is to step while the pc is in there. Undefined where there is no line.
   */
  lineRange(address: number): AddressRange | undefined {
    return this.lines.lineRange(address);
  }

  /**
   * Where `break file:line` goes: the first line at or after the asked one that has code; of it, in each function (or inlined
   * call of one) the first statement, and for the line on which a function begins, the place behind its prologue. By address.
   * Empty where the file is not known or has no code from there on.
   */
  addressesOfLine(file: string, line: number): readonly CodePlace[] {
    const statements = this.lines.statementsOf(this.lines.filesNamed(file), line);
    return breakpointPlaces(statements, this.functionTable, this.lines);
  }

  // Functions

  /** All functions that have code, by address; those known by an ELF symbol only among them, without `file` and `line`. */
  functions(): readonly FunctionInfo[] {
    return this.functionTable.functions;
  }

  /** Functions with this name: several where files have static ones of the same name. */
  functionsNamed(name: string): readonly FunctionInfo[] {
    return this.functionTable.named(name);
  }

  /** Where `break name` goes: behind the prologue of every function of this name, and where a call of it was inlined. By address. */
  addressesOfFunction(name: string): readonly CodePlace[] {
    const called = this.functionTable.named(name).map(({ afterPrologue }) => afterPrologue);
    const addresses = [...new Set([...called, ...this.functionTable.inlinedCallsOf(name)])].sort((a, b) => a - b);
    return addresses.map((address) => codePlace(address, this.functionTable, this.lines));
  }

  /** The function whose code an address is, as it was compiled: not an inlined one. */
  functionAt(address: number): FunctionInfo | undefined {
    return this.functionTable.at(address);
  }

  /** The inlined calls that an address is in, innermost first; empty where it is in none. */
  inlineCallsAt(address: number): readonly InlineCall[] {
    return this.functionTable.inlineCallsAt(address);
  }

  /** `main+0x12`, `main` at its entry; undefined outside all functions. By ELF symbols first, as a disassembly has it. */
  addressText(address: number): string | undefined {
    const symbol = findSymbol(this.elfSymbols, address);
    if (symbol === undefined) return undefined;
    return symbol.offset === 0 ? symbol.name : `${symbol.name}+0x${symbol.offset.toString(16)}`;
  }

  /** The address of a function or variable by its ELF symbol; undefined where there is none of this name. */
  symbolAddress(name: string): number | undefined {
    return this.elfSymbols.find((symbol) => symbol.name === name)?.address;
  }

  // Frames

  /**
   * The calls that a stopped thread is in, innermost first, inlined ones among them: at least one, at most MAX_FRAMES. They end
   * at the outermost frame, where the return address is not code, and where nothing says how to go on.
   * `registers`: pc, x1 to x31, as `Debuggee.registers` gives them; `memory`: as `Debuggee.readMemory` of the process.
   */
  frames(registers: Int32Array, memory: MemoryReader): readonly Frame[] {
    return backtrace(registers, memory, this.unwinder, this.functionTable, this.lines);
  }

  // Variables

  /** The parameters of a frame's function in their order (`info args`). Empty where nothing is known of it. */
  arguments(frame: Frame, memory: MemoryReader): readonly Variable[] {
    return this.shown(this.variables.parameters(frame), frame, memory);
  }

  /** The variables of a frame that are in scope at its pc, innermost block first (`info locals`). Without parameters. */
  locals(frame: Frame, memory: MemoryReader): readonly Variable[] {
    return this.shown(this.variables.locals(frame), frame, memory);
  }

  /**
   * `print`: a variable of the frame or of the program, and what can be reached from it with `.`, `->`, `[number]`, `*` and `&`;
   * `$sp` and the like are registers. Without a frame only the program's variables are known.
   */
  print(expression: string, frame: Frame | undefined, memory: MemoryReader): Printed {
    const names = {
      memory,
      variable: (name: string) => this.valueNamed(name, frame, memory),
      register: (number: number) =>
        frame !== undefined && (frame.known >>> number) & 1 ? frame.registers[number] : undefined,
    };
    try {
      return { kind: 'value', value: shownOperand(evaluateExpression(expression, names), this.around(memory)) };
    } catch (error) {
      if (error instanceof ExpressionError) return { kind: 'error', message: error.message };
      throw error;
    }
  }

  private valueNamed(name: string, frame: Frame | undefined, memory: MemoryReader): TypedValue | undefined {
    const variable = this.variables.named(name, frame);
    if (variable !== undefined) return this.variables.valueOf(variable, frame, memory);
    const [called] = this.functionTable.named(name);
    const type = called === undefined ? undefined : this.functionTable.entryOf(called);
    return type === undefined ? undefined : valueInMemory(type, called.entry);
  }

  private shown(entries: readonly Entry[], frame: Frame, memory: MemoryReader): Variable[] {
    const around = this.around(memory);
    return entries.map((entry) => shownVariable(entry, this.variables.valueOf(entry, frame, memory), around));
  }

  private around(memory: MemoryReader): Surroundings {
    return { memory, symbolText: (address) => this.nameInValue(address) };
  }

  /** As gdb has it in values: `points+8`, with a decimal offset. */
  private nameInValue(address: number): string | undefined {
    const found = findSymbol(this.elfSymbols, address) ?? findSymbol(this.elfSymbols, address, 'object');
    if (found === undefined) return undefined;
    return found.offset === 0 ? found.name : `${found.name}+${found.offset}`;
  }
}

/** With the permissions of bare metal, which are the more generous ones: what can run is not decided here. */
function parsedImage(elf: Uint8Array): ElfImage | undefined {
  try {
    return parseElf(elf, 'bare metal');
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}
