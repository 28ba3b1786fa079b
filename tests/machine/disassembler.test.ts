import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSR, disassemble, encode, INSTRUCTIONS, RAM_BASE } from '../../machine/index.js';
import { sampleOperands } from './bare-metal.js';

describe('disassemble', () => {
  const EXAMPLES: readonly (readonly [word: number, text: string])[] = [
    [encode('addi', { rd: 10, rs1: 2, imm: -16 }), 'addi a0, sp, -16'],
    [encode('lui', { rd: 10, imm: -4096 }), 'lui a0, 0xfffff'],
    [encode('lw', { rd: 5, rs1: 8, imm: 2047 }), 'lw t0, 2047(s0)'],
    [encode('sb', { rs2: 31, rs1: 1, imm: -2048 }), 'sb t6, -2048(ra)'],
    [encode('beq', { rs1: 10, rs2: 0, imm: -8 }), 'beq a0, zero, 0x7ffffff8'],
    [encode('jal', { rd: 1, imm: 0x100 }), 'jal ra, 0x80000100'],
    [encode('jalr', { rd: 0, rs1: 1, imm: 0 }), 'jalr zero, 0(ra)'],
    [encode('csrrw', { rd: 0, rs1: 5, imm: CSR.mtvec }), 'csrrw zero, mtvec, t0'],
    [encode('csrrsi', { rd: 10, rs1: 8, imm: 0x7c0 }), 'csrrsi a0, 0x7c0, 8'],
    [encode('fence', { imm: 0x33 }), 'fence rw, rw'],
    [encode('fence', { imm: 0xf0 }), 'fence iorw, 0'],
    [0x8330000f, 'fence.tso'],
    [encode('amoadd.w', { rd: 10, rs1: 11, rs2: 12, imm: 3 }), 'amoadd.w.aqrl a0, a2, (a1)'],
    [encode('lr.w', { rd: 10, rs1: 11, imm: 2 }), 'lr.w.aq a0, (a1)'],
    [encode('sc.w', { rd: 10, rs1: 11, rs2: 12, imm: 1 }), 'sc.w.rl a0, a2, (a1)'],
    [encode('ecall'), 'ecall'],
    [encode('sfence.vma', { rs1: 10, rs2: 0 }), 'sfence.vma a0, zero'],
    [encode('c.addi4spn', { rd: 8, rs1: 2, imm: 8 }), 'c.addi4spn s0, sp, 8'],
    [encode('c.lwsp', { rd: 1, rs1: 2, imm: 12 }), 'c.lwsp ra, 12(sp)'],
    [encode('c.lui', { rd: 10, imm: -4096 }), 'c.lui a0, 0xfffff'],
    [encode('c.beqz', { rs1: 9, imm: 16 }), 'c.beqz s1, 0x80000010'],
    [encode('c.jr', { rs1: 1 }), 'c.jr ra'],
    [encode('c.sub', { rd: 8, rs1: 8, rs2: 9 }), 'c.sub s0, s1'],
    [0xffffffff, '.word 0xffffffff'],
    [0x0000, '.half 0x0000'],
    // A fence.i with an immediate: it executes as fence.i, but no assembler makes it.
    [0x0010100f, '.word 0x0010100f'],
  ];
  test.each(EXAMPLES)('%i is %s', (word, text) => {
    expect(disassemble(word, RAM_BASE)).toEqual({ text, bytes: (word & 3) === 3 ? 4 : 2 });
  });

  test('names the target of a jump if it has a symbol', () => {
    const text = disassemble(encode('jal', { rd: 1, imm: 8 }), 0x10000, (address) =>
      address === 0x10008 ? 'main' : undefined,
    ).text;
    expect(text).toBe('jal ra, 0x10008 # main');
  });

  test('two words that are not alike never have the same text', () => {
    const seen = new Map<string, number>();
    for (let half = 0; half < 0x10000; half++) {
      if ((half & 3) === 3) continue;
      const { text } = disassemble(half, 0);
      expect(seen.has(text) ? `${text}: ${seen.get(text)} and ${half}` : text).toBe(text);
      seen.set(text, half);
    }
  });

  test('any word has a text of one line', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2 ** 32 - 2 }), (word, address) => {
        expect(disassemble(word, address).text).toMatch(/^[.a-z][ -~]*$/);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(INSTRUCTIONS.map((row) => [row.name, row] as const))('prints %s by its name', (name, row) => {
    const printed = row.name.match(/^(lr|sc|amo\w+)\.w$/) ? `${name}.rl` : name;
    const { text } = disassemble(encode(name, sampleOperands(row)), 0);
    expect(text.split(' ')[0]).toBe(printed);
  });
});

describe('encode', () => {
  test.each([
    ['an instruction that does not exist', () => encode('frobnicate'), /no instruction is called frobnicate/],
    ['an immediate that does not fit', () => encode('addi', { imm: 2048 }), /imm of addi cannot be 2048/],
    ['a branch to an odd address', () => encode('beq', { imm: 3 }), /imm of beq cannot be 3/],
    ['a register that a short field cannot name', () => encode('c.lw', { rd: 1, rs1: 8 }), /rd of c.lw cannot be 1/],
    ['a zero that is reserved', () => encode('c.lwsp', { rd: 0, rs1: 2 }), /c.lwsp needs rd other than 0/],
    ['an operand that it does not take', () => encode('ecall', { rd: 1 }), /ecall takes no rd of 1/],
  ])('refuses %s', (_what, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});
