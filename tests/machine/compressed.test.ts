import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, INSTRUCTIONS, type Operands } from '../../machine/index.js';
import { boardWith, CODE, DATA, type Line, ramContents } from './bare-metal.js';

const COMPRESSED = INSTRUCTIONS.filter(({ bytes }) => bytes === 2);

/** Every register holds an address in RAM, each another, so that loads and stores have somewhere to go. */
const registers = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [i + 1, DATA + 0x404 * i]));

/** The state after one instruction. */
function stateAfter(line: Line): { stop: number; pc: number; x: number[]; memory: string[] } {
  const { board, hart } = boardWith([line], {
    memoryBytes: 1 << 16,
    registers,
    words: { [DATA]: 0x1234, [DATA + 0x404]: -5 },
  });
  const stop = hart.run(1);
  return { stop, pc: hart.pc, x: [...hart.x], memory: ramContents(board, DATA) };
}

/** All encodings of one row of the table. */
function encodingsOf(name: string): Operands[] {
  const found: Operands[] = [];
  for (let half = 0; half < 0x10000; half++) {
    const decoded = decode(half);
    if (decoded?.instruction.name === name) found.push(decoded);
  }
  return found;
}

describe.each(COMPRESSED.map(({ name, becomes, section }) => ({ name, becomes, section })))(
  '$name ($section)',
  ({ name, becomes }) => {
    test(`does what ${becomes} does`, () => {
      const encodings = encodingsOf(name);
      expect(encodings.length).toBeGreaterThan(0);
      fc.assert(
        fc.property(fc.constantFrom(...encodings), ({ rd = 0, rs1 = 0, rs2 = 0, imm = 0 }) => {
          const operands = { rd, rs1, rs2, imm };
          const short = stateAfter([name, operands]);
          const long = stateAfter([becomes, becomes === 'ebreak' ? {} : only(becomes, operands)]);
          const falls = long.pc === CODE + 4 && short.pc === CODE + 2;
          if (falls) short.pc = long.pc;
          if (becomes === 'jal' || becomes === 'jalr') short.x[rd] += rd === 0 ? 0 : 2;
          expect(short).toEqual(long);
        }),
        { numRuns: 60 },
      );
    });
  },
);

/** Those of `operands` that the instruction `name` takes. */
function only(name: string, operands: Operands): Operands {
  const row = INSTRUCTIONS.find((candidate) => candidate.name === name);
  const taken = Object.keys(row?.operands ?? {});
  return Object.fromEntries(Object.entries(operands).filter(([key]) => taken.includes(key)));
}

describe('encodings that mean nothing (C 27.8)', () => {
  const RESERVED: readonly (readonly [what: string, half: number])[] = [
    ['all zeros', 0x0000],
    ['c.addi4spn with immediate 0', 0x0004],
    ['c.lui with immediate 0', 0x6081],
    ['c.addi16sp with immediate 0', 0x6101],
    ['c.lwsp to x0', 0x4002],
    ['c.jr of x0', 0x8002],
    ['c.srli by 32 and more', 0x9001],
    ['c.srai by 32 and more', 0x9401],
    ['c.slli by 32 and more', 0x1082],
    ['the place of RV64 c.subw', 0x9c01],
    ['the place of c.flw', 0x6000],
    ['the place of c.fsw', 0xe000],
  ];
  test.each(RESERVED)('%s is illegal', (_what, half) => {
    expect(decode(half)).toBeUndefined();
  });

  const HINTS: readonly (readonly [what: string, half: number])[] = [
    ['c.nop with an immediate', 0x0005],
    ['c.addi with immediate 0', 0x0081],
    ['c.li to x0', 0x4005],
    ['c.lui to x0', 0x6005],
    ['c.slli of x0', 0x0006],
    ['c.mv to x0', 0x8006],
    ['c.add to x0', 0x9006],
  ];
  test.each(HINTS)('%s is a hint, and changes nothing', (_what, half) => {
    const decoded = decode(half);
    expect(decoded).toBeDefined();
    const { board, hart } = boardWith([], { registers });
    board.memory.write(CODE, Uint8Array.of(half & 0xff, half >>> 8));
    const before = [...hart.x];
    hart.run(1);
    expect([hart.pc, ...hart.x]).toEqual([CODE + 2, ...before]);
  });
});

test('every halfword that decodes encodes to itself', () => {
  for (let half = 0; half < 0x10000; half++) {
    if ((half & 3) === 3) continue;
    const decoded = decode(half);
    if (decoded !== undefined) expect(encode(decoded.instruction.name, decoded)).toBe(half);
  }
});

describe('an encoding is refused', () => {
  test('with another register than the one that the instruction always has', () => {
    expect(encode('c.addi16sp', { rd: 2, rs1: 2, imm: 16 })).toBe(encode('c.addi16sp', { imm: 16 }));
    expect(() => encode('c.addi16sp', { rd: 9, rs1: 2, imm: 16 })).toThrow(
      /^rd of c.addi16sp is always 2, and cannot be 9$/,
    );
    expect(() => encode('c.addi16sp', { rs1: 3, imm: 16 })).toThrow(/^rs1 of c.addi16sp is always 2, and cannot be 3$/);
  });

  test('with two registers where there is room for one', () => {
    expect(() => encode('c.addi', { rd: 9, rs1: 5, imm: 1 })).toThrow(
      /^rd of c.addi cannot be 9: another operand in the same bits is not$/,
    );
    expect(() => encode('c.sub', { rd: 8, rs1: 9, rs2: 9 })).toThrow(RangeError);
  });
});
