/** The directives, except those that rule over other statements (blocks.ts). As in the GNU assembler unless said otherwise. */
import { Fault, type Position } from './errors.js';
import { readExpression } from './expressions.js';
import { fold, known } from './folding.js';
import { MAX_ALIGNMENT, MAX_OUTPUT_BYTES } from './limits.js';
import { registerNamed } from './operands.js';
import type { Program } from './program.js';
import type { Reader } from './reader.js';

type Directive = (program: Program, reader: Reader, at: Position) => void;

/** A number that has to be known where it stands. */
function readNumber(program: Program, reader: Reader): bigint {
  const { at } = reader;
  return known(readExpression(reader), program.scope, at);
}

/** A count that is at least 0 and at most `highest`. */
function readCount(program: Program, reader: Reader, what: string, highest: number): number {
  const { at } = reader;
  const number = readNumber(program, reader);
  if (number < 0n || number > BigInt(highest)) throw new Fault(`${what} is 0 to ${highest}, not ${number}`, at);
  return Number(number);
}

/** The byte after a comma, or `otherwise` if there is no more. */
function readFill<T>(program: Program, reader: Reader, otherwise: T): number | T {
  if (!reader.takeMark(',')) return otherwise;
  const { at } = reader;
  const number = readNumber(program, reader);
  if (number < -128n || number > 255n) throw new Fault(`${number} does not fit a byte`, at);
  return Number(number & 0xffn);
}

function numbers(width: number): Directive {
  return (program, reader) => {
    reader.list(() => {
      const { at } = reader;
      program.emitNumber(readExpression(reader), width, at);
    });
  };
}

function strings(ending: Uint8Array): Directive {
  return (program, reader, at) => {
    reader.list(() => {
      program.emitBytes(reader.expectString(), at);
      program.emitBytes(ending, at);
    });
  };
}

function section(name: string): Directive {
  return (program, reader, at) => {
    reader.expectEnd();
    program.sections.select(name, isText(name), at);
  };
}

function isText(name: string): boolean {
  return name === '.text' || name.startsWith('.text.');
}

/** `.section NAME, "flags", …`: of the flags, x matters; what else comes is for linkers. */
function namedSection(program: Program, reader: Reader, at: Position): void {
  const name = reader.expectName('the name of a section');
  let executable = isText(name);
  if (reader.takeMark(',')) {
    executable ||= reader.expectString().includes('x'.charCodeAt(0));
    reader.rest();
  }
  reader.expectEnd();
  program.sections.select(name, executable, at);
}

const NOP = 0x0000_0013;
const SHORT_NOP = 0x0001;

/** Fills a gap in code with instructions that do nothing; what is too short for one is zero. */
function padWithInstructions({ sections: { current } }: Program, offset: number, gap: number): void {
  let at = offset + (gap % 2);
  if (gap % 4 >= 2) {
    current.putWord(at, 2, SHORT_NOP);
    at += 2;
  }
  for (; at < offset + gap; at += 4) current.putWord(at, 4, NOP);
}

/** Alignment, filling value, and the most that may be skipped for it. */
function align(isExponent: boolean): Directive {
  return (program, reader, at) => {
    const exponents = Math.log2(MAX_ALIGNMENT);
    const number = isExponent
      ? readCount(program, reader, 'the power of two of an alignment', exponents)
      : readCount(program, reader, 'an alignment', MAX_ALIGNMENT);
    const unit = isExponent ? 2 ** number : Math.max(1, number);
    if (!Number.isInteger(Math.log2(unit))) throw new Fault(`an alignment is a power of two, not ${number}`, at);
    const fill = reader.isMark(',') && reader.isMark(',', 1) ? undefined : readFill(program, reader, undefined);
    if (fill === undefined) reader.takeMark(',');
    const most = reader.takeMark(',')
      ? readCount(program, reader, 'what may be skipped', MAX_ALIGNMENT)
      : MAX_ALIGNMENT;
    reader.expectEnd();
    const { current } = program.sections;
    const gap = (unit - (current.size % unit)) % unit;
    if (gap > most) return;
    current.alignment = Math.max(current.alignment, unit);
    const offset = program.reserve(gap, at);
    if (fill !== undefined) current.fill(offset, offset + gap, fill);
    else if (current.executable) padWithInstructions(program, offset, gap);
  };
}

function space(program: Program, reader: Reader, at: Position): void {
  const count = readCount(program, reader, 'a number of bytes', MAX_OUTPUT_BYTES);
  const fill = readFill(program, reader, 0);
  reader.expectEnd();
  const offset = program.reserve(count, at);
  program.sections.current.fill(offset, offset + count, fill);
}

/** `.fill REPEAT, SIZE, VALUE`: SIZE bytes at a time, of which at most four are VALUE. */
function fillWith(program: Program, reader: Reader, at: Position): void {
  const count = readCount(program, reader, 'a number of repetitions', MAX_OUTPUT_BYTES);
  const width = reader.takeMark(',') ? readCount(program, reader, 'the size of what is repeated', 8) : 1;
  const number = reader.takeMark(',') ? readNumber(program, reader) : 0n;
  reader.expectEnd();
  const { current } = program.sections;
  const offset = program.reserve(count * width, at);
  if (BigInt.asUintN(32, number) === 0n) return;
  for (let i = 0; i < count; i++) current.put(offset + i * width, width, BigInt.asUintN(32, number));
}

/** `.org`: onwards to an offset in the section, or to a place in it. */
function origin(program: Program, reader: Reader, at: Position): void {
  const where = reader.at;
  const { current } = program.sections;
  const target = fold(readExpression(reader), program.scope);
  const fill = readFill(program, reader, 0);
  reader.expectEnd();
  const isPlace = target.kind === 'place' && target.section === current.index;
  const offset = isPlace ? target.offset : known(target, program.scope, where);
  const gap = Number(offset) - current.size;
  if (gap < 0) throw new Fault(`\`.org\` goes forward: \`${current.name}\` has ${current.size} bytes already`, where);
  const from = program.reserve(gap, at);
  current.fill(from, from + gap, fill);
}

/** Gives a name to a number, or to a place. The name may be given another one later. */
export function assign(program: Program, name: string, reader: Reader, at: Position): void {
  if (registerNamed(name) !== undefined) throw new Fault(`\`${name}\` is a register`, at);
  if (name === '.') throw new Fault('`.` cannot be set; `.org` and `.space` move it', at);
  const where = reader.at;
  const is = fold(readExpression(reader), program.scope);
  reader.expectEnd();
  if (is.kind !== 'place') known(is, program.scope, where);
  program.symbols.define(name, is, true, at);
}

function set(program: Program, reader: Reader): void {
  const { at } = reader;
  const name = reader.expectName('a name');
  reader.expectMark(',');
  assign(program, name, reader, at);
}

const OPTIONS: Readonly<Record<string, (program: Program, at: Position) => void>> = {
  rvc: (program) => {
    program.compresses = true;
  },
  norvc: (program) => {
    program.compresses = false;
  },
  push: (program, at) => program.pushOptions(at),
  pop: (program, at) => program.popOptions(at),
  // There is no linker that would relax anything, and `la` never goes through a table.
  relax: () => {},
  norelax: () => {},
  nopic: () => {},
};

function option(program: Program, reader: Reader): void {
  const { at } = reader;
  const name = reader.expectName('an option');
  if (!Object.hasOwn(OPTIONS, name)) {
    throw new Fault(`there is no option \`${name}\`, only ${Object.keys(OPTIONS).join(', ')}`, at);
  }
  reader.expectEnd();
  OPTIONS[name](program, at);
}

/** Every symbol can be seen by everybody: there is one file. */
function names(_program: Program, reader: Reader): void {
  if (reader.atEnd) throw reader.expected('a name');
  reader.list(() => reader.expectName('a name'));
}

/** What only linkers, debuggers and readers of object files want to know. */
function nothing(_program: Program, reader: Reader): void {
  reader.rest();
}

const NONE = new Uint8Array(0);
const ZERO = new Uint8Array(1);

const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>([
  ['.text', section('.text')],
  ['.rodata', section('.rodata')],
  ['.data', section('.data')],
  ['.bss', section('.bss')],
  ['.section', namedSection],

  ['.byte', numbers(1)],
  ['.half', numbers(2)],
  ['.short', numbers(2)],
  ['.2byte', numbers(2)],
  ['.word', numbers(4)],
  ['.long', numbers(4)],
  ['.4byte', numbers(4)],
  ['.dword', numbers(8)],
  ['.quad', numbers(8)],
  ['.8byte', numbers(8)],
  ['.ascii', strings(NONE)],
  ['.asciz', strings(ZERO)],
  ['.string', strings(ZERO)],

  ['.align', align(true)],
  ['.p2align', align(true)],
  ['.balign', align(false)],
  ['.space', space],
  ['.zero', space],
  ['.skip', space],
  ['.fill', fillWith],
  ['.org', origin],

  ['.equ', set],
  ['.set', set],
  ['.option', option],

  ['.globl', names],
  ['.global', names],
  ['.local', names],
  ['.weak', names],
  ['.type', nothing],
  ['.size', nothing],
  ['.file', nothing],
  ['.ident', nothing],
  ['.attribute', nothing],
]);

/** Carries out the directive `name`; returns false if there is none. Throws Fault. */
export function runDirective(program: Program, name: string, reader: Reader, at: Position): boolean {
  const directive = DIRECTIVES.get(name);
  directive?.(program, reader, at);
  return directive !== undefined;
}
