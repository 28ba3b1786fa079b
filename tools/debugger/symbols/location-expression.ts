/**
 * Evaluates location expressions (DWARF 5, sections 2.5 and 2.6): a stack machine that says where something is.
 *
 * Of the typed operations only those are known that change nothing in 32 bits. What is not known, or needs a register or memory
 * that is not known, has no answer.
 */
import { ByteReader } from './byte-reader.js';
import type { MemoryReader } from './frame.js';

export interface ExpressionContext {
  /** By the numbers of DWARF, which are those of the x registers; undefined where it is not known. */
  register(number: number): number | undefined;
  readonly memory: MemoryReader;
  cfa(): number | undefined;
  frameBase(): number | undefined;
  indexedAddress(index: number): number | undefined;
}

export type Location =
  | { readonly kind: 'memory'; readonly address: number }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** The compiler has left this part out. */
  | { readonly kind: 'nowhere' };

export interface Piece {
  readonly location: Location;
  /** Undefined: all of it. */
  readonly bytes: number | undefined;
}

/** Bounds (law 6): expressions can jump backwards. */
const MAX_OPERATIONS = 10_000;
const MAX_STACK = 256;
const MAX_PIECES = 256;

export const OP = {
  addr: 0x03,
  deref: 0x06,
  const1u: 0x08,
  const1s: 0x09,
  const2u: 0x0a,
  const2s: 0x0b,
  const4u: 0x0c,
  const4s: 0x0d,
  const8u: 0x0e,
  const8s: 0x0f,
  constu: 0x10,
  consts: 0x11,
  dup: 0x12,
  drop: 0x13,
  over: 0x14,
  pick: 0x15,
  swap: 0x16,
  rot: 0x17,
  abs: 0x19,
  and: 0x1a,
  div: 0x1b,
  minus: 0x1c,
  mod: 0x1d,
  mul: 0x1e,
  neg: 0x1f,
  not: 0x20,
  or: 0x21,
  plus: 0x22,
  plus_uconst: 0x23,
  shl: 0x24,
  shr: 0x25,
  shra: 0x26,
  xor: 0x27,
  bra: 0x28,
  eq: 0x29,
  ge: 0x2a,
  gt: 0x2b,
  le: 0x2c,
  lt: 0x2d,
  ne: 0x2e,
  skip: 0x2f,
  lit0: 0x30,
  lit31: 0x4f,
  reg0: 0x50,
  reg31: 0x6f,
  breg0: 0x70,
  breg31: 0x8f,
  regx: 0x90,
  fbreg: 0x91,
  bregx: 0x92,
  piece: 0x93,
  deref_size: 0x94,
  nop: 0x96,
  form_tls_address: 0x9b,
  call_frame_cfa: 0x9c,
  implicit_value: 0x9e,
  stack_value: 0x9f,
  addrx: 0xa1,
  constx: 0xa2,
  GNU_push_tls_address: 0xe0,
} as const;

/** x4; thread-local variables have a fixed distance from it in static programs. */
const TP = 4;

/** Undefined: there is no answer. An empty expression is a variable that is nowhere. */
export function locate(
  expression: Uint8Array,
  context: ExpressionContext,
  initial: readonly number[] = [],
): readonly Piece[] | undefined {
  return new Evaluation(expression, context, initial).run();
}

/** The number that an expression leaves on its stack, as call frame rules and frame bases have it. */
export function evaluate(
  expression: Uint8Array,
  context: ExpressionContext,
  initial: readonly number[] = [],
): number | undefined {
  const pieces = locate(expression, context, initial);
  const location = pieces?.length === 1 ? pieces[0].location : undefined;
  if (location?.kind === 'memory') return location.address;
  if (location?.kind === 'value') return location.value >>> 0;
  return location?.kind === 'register' ? context.register(location.register) : undefined;
}

class Evaluation {
  private readonly reader: ByteReader;
  private readonly stack: number[];
  private readonly pieces: Piece[] = [];
  /** Where it is, if that is no memory; undefined while the top of the stack says it. */
  private location: Location | undefined;
  /** Something that has no answer was met. */
  private hasFailed = false;

  constructor(
    expression: Uint8Array,
    private readonly context: ExpressionContext,
    initial: readonly number[],
  ) {
    this.reader = new ByteReader(expression);
    this.stack = [...initial];
  }

  run(): readonly Piece[] | undefined {
    const { reader } = this;
    for (let count = 0; reader.at < reader.end; count++) {
      if (count === MAX_OPERATIONS || this.stack.length > MAX_STACK || this.pieces.length > MAX_PIECES)
        return undefined;
      this.operation(reader.u8());
      if (this.hasFailed || reader.isOver) return undefined;
    }
    if (this.pieces.length > 0) return this.pieces;
    return [{ location: this.current(), bytes: undefined }];
  }

  private current(): Location {
    if (this.location !== undefined) return this.location;
    const address = this.stack.at(-1);
    return address === undefined ? { kind: 'nowhere' } : { kind: 'memory', address: address >>> 0 };
  }

  private fail(): number {
    this.hasFailed = true;
    return 0;
  }

  private push(value: number | undefined): void {
    this.stack.push(value ?? this.fail());
  }

  private pop(): number {
    return this.stack.pop() ?? this.fail();
  }

  private pick(depth: number): void {
    this.push(this.stack.at(-1 - depth));
  }

  private unary(result: (value: number) => number): void {
    this.push(result(this.pop() | 0) >>> 0);
  }

  /** Both with sign; the result is cut to 32 bits. */
  private binary(result: (left: number, right: number) => number): void {
    const right = this.pop() | 0;
    const left = this.pop() | 0;
    this.push(result(left, right) >>> 0);
  }

  private load(address: number, bytes: number): void {
    const read = bytes >= 1 && bytes <= 4 ? this.context.memory(address >>> 0, bytes) : undefined;
    if (read === undefined || read.length < bytes) this.fail();
    else this.push(read.reduceRight((value, byte) => value * 256 + byte, 0));
  }

  private based(register: number, offset: number): void {
    const base = this.context.register(register);
    this.push(base === undefined ? undefined : (base + offset) >>> 0);
  }

  private operation(op: number): void {
    if (op >= OP.lit0 && op <= OP.lit31) this.push(op - OP.lit0);
    else if (op >= OP.reg0 && op <= OP.reg31) this.location = { kind: 'register', register: op - OP.reg0 };
    else if (op >= OP.breg0 && op <= OP.breg31) this.based(op - OP.breg0, this.reader.sleb());
    else if (!this.constant(op) && !this.arithmetic(op) && !this.place(op)) this.fail();
  }

  private constant(op: number): boolean {
    const { reader } = this;
    switch (op) {
      case OP.addr:
      case OP.const4u:
        this.push(reader.u32());
        return true;
      case OP.const1u:
        this.push(reader.u8());
        return true;
      case OP.const1s:
        this.push(reader.s8());
        return true;
      case OP.const2u:
        this.push(reader.u16());
        return true;
      case OP.const2s:
        this.push(reader.s16());
        return true;
      case OP.const4s:
        this.push(reader.s32());
        return true;
      case OP.const8u:
        this.push(Number(reader.u64()));
        return true;
      case OP.const8s:
        this.push(Number(BigInt.asIntN(64, reader.u64())));
        return true;
      case OP.constu:
        this.push(reader.uleb());
        return true;
      case OP.consts:
        this.push(reader.sleb());
        return true;
      case OP.addrx:
      case OP.constx:
        this.push(this.context.indexedAddress(reader.uleb()));
        return true;
      default:
        return false;
    }
  }

  private arithmetic(op: number): boolean {
    const { reader, stack } = this;
    switch (op) {
      case OP.nop:
        return true;
      case OP.dup:
        this.pick(0);
        return true;
      case OP.drop:
        this.pop();
        return true;
      case OP.over:
        this.pick(1);
        return true;
      case OP.pick:
        this.pick(reader.u8());
        return true;
      case OP.swap: {
        const [right, left] = [this.pop(), this.pop()];
        stack.push(right, left);
        return true;
      }
      case OP.rot: {
        const [first, second, third] = [this.pop(), this.pop(), this.pop()];
        stack.push(first, third, second);
        return true;
      }
      case OP.abs:
        this.unary(Math.abs);
        return true;
      case OP.neg:
        this.unary((value) => -value);
        return true;
      case OP.not:
        this.unary((value) => ~value);
        return true;
      case OP.and:
        this.binary((left, right) => left & right);
        return true;
      case OP.or:
        this.binary((left, right) => left | right);
        return true;
      case OP.xor:
        this.binary((left, right) => left ^ right);
        return true;
      case OP.plus:
        this.binary((left, right) => left + right);
        return true;
      case OP.minus:
        this.binary((left, right) => left - right);
        return true;
      case OP.mul:
        this.binary(Math.imul);
        return true;
      case OP.div:
        this.binary((left, right) => (right === 0 ? this.fail() : Math.trunc(left / right)));
        return true;
      case OP.mod:
        this.binary((left, right) => (right === 0 ? this.fail() : (left >>> 0) % (right >>> 0)));
        return true;
      case OP.shl:
        this.binary((left, right) => (right >>> 0 > 31 ? 0 : left << right));
        return true;
      case OP.shr:
        this.binary((left, right) => (right >>> 0 > 31 ? 0 : left >>> right));
        return true;
      case OP.shra:
        this.binary((left, right) => left >> Math.min(right >>> 0, 31));
        return true;
      case OP.plus_uconst: {
        const constant = reader.uleb();
        this.unary((value) => value + constant);
        return true;
      }
      case OP.eq:
        this.binary((left, right) => Number(left === right));
        return true;
      case OP.ne:
        this.binary((left, right) => Number(left !== right));
        return true;
      case OP.lt:
        this.binary((left, right) => Number(left < right));
        return true;
      case OP.le:
        this.binary((left, right) => Number(left <= right));
        return true;
      case OP.gt:
        this.binary((left, right) => Number(left > right));
        return true;
      case OP.ge:
        this.binary((left, right) => Number(left >= right));
        return true;
      case OP.skip:
        this.jump(true);
        return true;
      case OP.bra:
        this.jump(this.pop() !== 0);
        return true;
      default:
        return false;
    }
  }

  private jump(isTaken: boolean): void {
    const distance = this.reader.s16();
    if (!isTaken) return;
    const target = this.reader.at + distance;
    if (target < 0 || target > this.reader.end) this.fail();
    else this.reader.at = target;
  }

  private place(op: number): boolean {
    const { reader, context } = this;
    switch (op) {
      case OP.regx:
        this.location = { kind: 'register', register: reader.uleb() };
        return true;
      case OP.bregx:
        this.based(reader.uleb(), reader.sleb());
        return true;
      case OP.fbreg: {
        const offset = reader.sleb();
        const base = context.frameBase();
        this.push(base === undefined ? undefined : (base + offset) >>> 0);
        return true;
      }
      case OP.call_frame_cfa:
        this.push(context.cfa());
        return true;
      case OP.deref:
        this.load(this.pop(), 4);
        return true;
      case OP.deref_size:
        this.load(this.pop(), reader.u8());
        return true;
      case OP.form_tls_address:
      case OP.GNU_push_tls_address:
        this.based(TP, this.pop());
        return true;
      case OP.stack_value:
        this.location = { kind: 'value', value: this.pop() };
        return true;
      case OP.implicit_value:
        this.location = { kind: 'bytes', bytes: reader.block(reader.uleb()) };
        return true;
      case OP.piece:
        this.pieces.push({ location: this.current(), bytes: reader.uleb() });
        this.location = undefined;
        this.stack.length = 0;
        return true;
      default:
        return false;
    }
  }
}
