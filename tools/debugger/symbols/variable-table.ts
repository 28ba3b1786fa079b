/** Which variables there are: those of a frame, by its blocks, and those of the program; and where each is. */
import type { CodeRanges } from './code-ranges.js';
import { AT, TAG } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { Frame, MemoryReader } from './frame.js';
import type { FunctionTable, Scope } from './function-table.js';
import { type ExpressionContext, evaluate, type Location, locate, type Piece } from './location-expression.js';
import { expressionAt } from './location-list.js';
import { typeBytes } from './type.js';
import { type TypedValue, valueInMemory } from './typed-value.js';
import type { DebugInfo } from './unit.js';

/** Values in registers and pieces of more are lies. */
const MAX_PIECE_BYTES = 4096;
const THREAD_POINTER = 4;
/** Not 0, with which nothing is. */
const SOMEWHERE = 0x1000;
const NOWHERE = { content: { kind: 'optimized out' }, location: undefined } as const;

export class VariableTable {
  /** Variables outside functions, and static ones inside, by name. */
  private globals: ReadonlyMap<string, readonly Entry[]> | undefined;

  constructor(
    private readonly info: DebugInfo,
    private readonly functions: FunctionTable,
    private readonly code: CodeRanges,
  ) {}

  /** Of the frame's function, in their order. */
  parameters(frame: Frame): Entry[] {
    const owner = this.scopesOf(frame).at(-1);
    return owner === undefined ? [] : declared(owner.entry, TAG.formal_parameter);
  }

  /** Of the blocks that the frame is in, innermost first. */
  locals(frame: Frame): Entry[] {
    return this.scopesOf(frame).flatMap(({ entry }) => declared(entry, TAG.variable));
  }

  /** The innermost of this name that a frame sees; without a frame, or where it sees none, one of the program. */
  named(name: string, frame: Frame | undefined): Entry | undefined {
    const seen = frame === undefined ? [] : [...this.locals(frame), ...this.parameters(frame)];
    const inFrame = seen.find((entry) => entry.name === name);
    if (inFrame !== undefined) return inFrame;
    this.globals ??= this.findGlobals();
    const all = this.globals.get(name) ?? [];
    const unit = frame === undefined ? undefined : this.functions.scopesAt(frame.codeAddress)[0]?.entry.unit;
    return all.find((entry) => entry.unit === unit) ?? all[0];
  }

  valueOf(variable: Entry, frame: Frame | undefined, memory: MemoryReader): TypedValue {
    const { type } = variable;
    const constant = variable.withAttribute(AT.const_value)?.attribute(AT.const_value)?.value;
    const placed = variable.withAttribute(AT.location);
    if (placed === undefined) {
      const bytes = constantBytes(constant, typeBytes(type));
      return bytes === undefined
        ? { type, ...NOWHERE }
        : { type, content: { kind: 'bytes', bytes }, location: undefined };
    }
    const expression = expressionAt(placed, AT.location, frame?.codeAddress ?? -1);
    const context = this.context(variable, frame, memory);
    const pieces = expression === undefined || expression.length === 0 ? undefined : locate(expression, context);
    return pieces === undefined ? { type, ...NOWHERE } : assembled(type, pieces, context);
  }

  /** Scopes of the frame alone, innermost first: up to the function or the inlined call that it is. */
  private scopesOf(frame: Frame): Scope[] {
    let skip = frame.inlinedWithin;
    const scopes: Scope[] = [];
    for (const scope of this.functions.scopesAt(frame.codeAddress)) {
      if (skip === 0) scopes.push(scope);
      const isCall = scope.entry.tag === TAG.inlined_subroutine || scope.entry.tag === TAG.subprogram;
      if (isCall && skip-- === 0) break;
    }
    return scopes;
  }

  private context(variable: Entry, frame: Frame | undefined, memory: MemoryReader): ExpressionContext {
    const register = (number: number): number | undefined => {
      if (number === 0) return 0;
      return frame !== undefined && number < 32 && (frame.known >>> number) & 1
        ? frame.registers[number] >>> 0
        : undefined;
    };
    const simple = {
      register,
      memory,
      cfa: () => frame?.cfa,
      frameBase: () => undefined,
      indexedAddress: (index: number) => variable.unit.indexedAddress(index),
    };
    return { ...simple, frameBase: () => this.frameBase(frame, simple) };
  }

  private frameBase(frame: Frame | undefined, context: ExpressionContext): number | undefined {
    if (frame === undefined) return undefined;
    const owner = this.functions.scopesAt(frame.codeAddress).at(-1)?.entry;
    const expression = owner === undefined ? undefined : expressionAt(owner, AT.frame_base, frame.codeAddress);
    return expression === undefined ? undefined : evaluate(expression, context);
  }

  private findGlobals(): ReadonlyMap<string, readonly Entry[]> {
    const byName = new Map<string, Entry[]>();
    for (const entry of this.info.units.flatMap(({ entries }) => entries)) {
      if (entry.tag !== TAG.variable || !isOfProgram(entry, this.code)) continue;
      const { name } = entry;
      if (name === undefined) continue;
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [entry]);
      else list.push(entry);
    }
    return byName;
  }
}

/** Has one place for the whole run, and is not of code that the linker left out. */
function isOfProgram(entry: Entry, code: CodeRanges): boolean {
  const expression = entry.block(AT.location);
  if (expression === undefined) {
    if (!entry.has(AT.const_value)) return false;
  } else if (!evaluate(expression, addressOnly(entry))) {
    // It lies in a frame; or at 0, which linkers leave of a variable that nobody uses.
    return false;
  }
  for (let parent = entry.parent; parent !== undefined; parent = parent.parent) {
    if (parent.tag !== TAG.subprogram) continue;
    const start = parent.address(AT.low_pc);
    return start !== undefined && code.has(start);
  }
  return true;
}

/** For expressions that ask for nothing but addresses in the file, and for the thread's own area, wherever that is. */
function addressOnly(entry: Entry): ExpressionContext {
  return {
    register: (number) => (number === THREAD_POINTER ? SOMEWHERE : undefined),
    memory: () => new Uint8Array(0),
    cfa: () => undefined,
    frameBase: () => undefined,
    indexedAddress: (index) => entry.unit.indexedAddress(index),
  };
}

/** Those of an inlined call that the compiler left out altogether are only in the function that was inlined. */
function declared(owner: Entry, tag: number): Entry[] {
  const own = owner.children.filter((child) => child.tag === tag && !child.flag(AT.declaration));
  const told = new Set(insideBlocks(owner).flatMap((child) => child.origins()));
  const left = owner
    .origins()
    .slice(1)
    .flatMap(({ children }) => children)
    .filter((child) => child.tag === tag && !told.has(child) && !child.flag(AT.declaration));
  return [...own, ...left].filter(({ name }) => name !== undefined);
}

/** Children, and those of blocks among them: a compiler may have put a block around what had none. */
function insideBlocks(owner: Entry): Entry[] {
  return owner.children.flatMap((child) => (child.tag === TAG.lexical_block ? insideBlocks(child) : [child]));
}

function assembled(type: TypedValue['type'], pieces: readonly Piece[], context: ExpressionContext): TypedValue {
  const size = typeBytes(type);
  const [first] = pieces;
  if (pieces.length === 1 && first.bytes === undefined) {
    const { location } = first;
    if (location.kind === 'memory') return valueInMemory(type, location.address);
    const bytes = locationBytes(location, size, context);
    if (bytes === undefined) return { type, ...NOWHERE };
    const place = location.kind === 'register' ? location : undefined;
    return { type, content: { kind: 'bytes', bytes }, location: place };
  }
  const whole = contiguous(pieces);
  if (whole !== undefined) return valueInMemory(type, whole);
  const parts: number[] = [];
  for (const { location, bytes = 0 } of pieces) {
    const part = bytes <= MAX_PIECE_BYTES ? locationBytes(location, bytes, context) : undefined;
    // What is known of a value in parts of which some are gone is not told: it would look whole.
    if (part === undefined || part.length < bytes) return { type, ...NOWHERE };
    parts.push(...part);
    if (parts.length > MAX_PIECE_BYTES) return { type, ...NOWHERE };
  }
  return { type, content: { kind: 'bytes', bytes: Uint8Array.from(parts) }, location: undefined };
}

/** Where it begins, if the pieces lie one behind the other: compilers tell of what they have split, and left where it was. */
function contiguous(pieces: readonly Piece[]): number | undefined {
  const [{ location }] = pieces;
  let next = location.kind === 'memory' ? location.address : 0;
  for (const piece of pieces) {
    if (piece.location.kind !== 'memory' || piece.location.address !== next) return undefined;
    next += piece.bytes ?? 0;
  }
  return location.kind === 'memory' ? location.address : undefined;
}

function locationBytes(location: Location, size: number, context: ExpressionContext): Uint8Array | undefined {
  switch (location.kind) {
    case 'memory':
      return context.memory(location.address, size);
    case 'bytes':
      return location.bytes;
    case 'value':
      return constantBytes(location.value, size);
    case 'register': {
      const value = context.register(location.register);
      return value === undefined ? undefined : constantBytes(value, Math.min(size, 4));
    }
    case 'nowhere':
      return undefined;
  }
}

/** Little-endian, as long as its type. */
function constantBytes(value: unknown, size: number): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return new TextEncoder().encode(`${value}\0`);
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return undefined;
  if (size > 16) return undefined;
  const number = BigInt(value);
  return Uint8Array.from({ length: size }, (_, index) => Number((number >> BigInt(8 * index)) & 0xffn));
}
