import { describe, expect, test } from 'vitest';
import { CSR, encode, STOP } from '../../machine/index.js';
import { a0, a1, a2, a3, boardWith, CODE, enterUser, type Line, wordAt } from './bare-metal.js';

const addi = (imm: number) => encode('addi', { rd: a0, rs1: a0, imm }) | 0;

describe('a store to code is seen by the next fetch, with or without fence.i', () => {
  test('by the instruction right behind it, in the same block', () => {
    const lines: readonly Line[] = [
      ['sw', { rs1: a1, rs2: a2, imm: 4 }],
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -8 }],
    ];
    const { hart } = boardWith(lines, { registers: { [a1]: CODE, [a2]: addi(100) } });
    hart.run(3);
    expect(hart.x[a0]).toBe(100);
    hart.x[a2] = addi(7);
    hart.run(3);
    expect(hart.x[a0]).toBe(107);
    expect(hart.retired).toBe(6);
  });

  test.each([1, 2])('by a store of %i bytes into the middle of an instruction', (bytes) => {
    const lines: readonly Line[] = [
      [bytes === 1 ? 'sb' : 'sh', { rs1: a1, rs2: a2, imm: 6 }],
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -8 }],
    ];
    // Bits 16..31 of the instruction: its immediate, and the top of rs1.
    const { hart } = boardWith(lines, { registers: { [a1]: CODE, [a2]: (addi(2) >>> 16) & 0xffff } });
    hart.run(3);
    expect(hart.x[a0]).toBe(2);
  });

  test('by a store that is not aligned, and reaches from the data before into the instruction', () => {
    const lines: readonly Line[] = [
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['sw', { rs1: a1, rs2: a2, imm: -2 }],
      ['jal', { imm: -8 }],
    ];
    const low = encode('addi', { rd: a3, rs1: a0, imm: 1 }) & 0xffff;
    const { hart } = boardWith(lines, { registers: { [a1]: CODE + 4, [a2]: low << 16 }, at: CODE + 4 });
    hart.run(4);
    expect([hart.x[a0], hart.x[a3]]).toEqual([1, 2]);
  });

  test('by an atomic operation', () => {
    const lines: readonly Line[] = [
      ['amoswap.w', { rd: 0, rs1: a1, rs2: a2 }],
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
    ];
    const { hart } = boardWith(lines, { registers: { [a1]: CODE + 4, [a2]: addi(9) } });
    hart.run(2);
    expect(hart.x[a0]).toBe(9);
  });

  test('by the host between two runs', () => {
    const { board, hart } = boardWith([
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -4 }],
    ]);
    hart.run(2);
    board.memory.writeWord(CODE, addi(10));
    hart.run(2);
    board.memory.write(CODE, Uint8Array.of(...new Uint8Array(Int32Array.of(addi(100)).buffer)));
    hart.run(2);
    board.memory.writeWord(CODE + 0x100, addi(1000));
    board.memory.copy(CODE, CODE + 0x100, 4);
    hart.run(2);
    expect(hart.x[a0]).toBe(1111);
    board.memory.fill(CODE, 4, 0);
    expect(hart.run(2)).toBe(STOP.TRAP);
  });

  test('when execution enters an instruction in its middle, both readings are kept', () => {
    // At CODE: lui a0, 0x00018; at CODE + 2 its upper half, 0x0001, is c.nop.
    const { board, hart } = boardWith([
      ['lui', { rd: a0, imm: 0x00010000 }],
      ['jal', { imm: -4 }],
    ]);
    hart.run(1);
    expect(hart.x[a0]).toBe(0x10000);
    hart.pc = CODE + 2;
    hart.x[a0] = 0;
    hart.run(1);
    expect([hart.pc, hart.x[a0]]).toEqual([CODE + 4, 0]);
    hart.run(2);
    expect(hart.x[a0]).toBe(0x10000);
    expect(board.memory.u8[2]).toBe(1);
  });
});

describe('data in a page with code', () => {
  /** Stores to the word behind the program a thousand times. */
  const LOOP: readonly Line[] = [
    ['lw', { rd: a2, rs1: a1 }],
    ['addi', { rd: a2, rs1: a2, imm: 1 }],
    ['sw', { rs1: a1, rs2: a2 }],
    ['addi', { rd: a3, rs1: a3, imm: -1 }],
    ['bne', { rs1: a3, rs2: 0, imm: -16 }],
    ['c.jr', { rs1: 1 }],
  ];

  test('is stored right behind a 16-bit instruction without touching it', () => {
    const behind = CODE + 22;
    const { board, hart } = boardWith(LOOP, { registers: { [a1]: behind, [a3]: 1000, 1: CODE } });
    expect(hart.run(5001)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(CODE);
    const { u8 } = board.memory;
    expect(u8[22] | (u8[23] << 8)).toBe(1000);
  });

  test('is stored by U mode as well', () => {
    const { board, hart } = boardWith(LOOP, { registers: { [a1]: CODE + 24, [a3]: 1000, 1: CODE } });
    enterUser(hart, CODE);
    expect(hart.run(5001)).toBe(STOP.LIMIT);
    expect(wordAt(board, CODE + 24)).toBe(1000);
  });
});

describe('blocks', () => {
  test('more code than the pool of decoded pages holds still executes', () => {
    // A chain of jumps through more frames than can be decoded at a time.
    const memoryBytes = 8 << 20;
    const { board, hart } = boardWith([], { memoryBytes });
    const frames = memoryBytes / 4096;
    for (let frame = 0; frame < frames; frame++) {
      board.memory.writeWord(CODE + frame * 4096, encode('addi', { rd: a0, rs1: a0, imm: 1 }) | 0);
      board.memory.writeWord(CODE + frame * 4096 + 4, encode('jalr', { rs1: a1 }) | 0);
    }
    for (let turn = 0; turn < 2; turn++) {
      for (let frame = 0; frame < frames; frame++) {
        hart.x[a1] = CODE + ((frame + 1) % frames) * 4096;
        expect(hart.run(2)).toBe(STOP.LIMIT);
      }
    }
    expect([hart.x[a0], hart.pc]).toEqual([2 * frames, CODE]);
  });

  test('a straight line through several pages is counted exactly', () => {
    const { board, hart } = boardWith([]);
    for (let at = CODE; at < CODE + 0x5000; at += 4) board.memory.writeWord(at, addi(1));
    expect(hart.run(4000)).toBe(STOP.LIMIT);
    expect([hart.x[a0], hart.pc, hart.retired]).toEqual([4000, CODE + 16000, 4000]);
    expect(hart.csrRead(CSR.minstret)).toBe(4000);
  });
});
