import { describe, expect, test } from 'vitest';
import { CAUSE, INSTRUCTIONS } from '../../machine/index.js';
import { a0, a1, a2, boardWith, CODE, DATA, type Line, runAll, trapOf, wordAt } from './bare-metal.js';

/** One instruction, what a1 and a2 hold before it, and what a0 holds after it. */
type Case = readonly [line: Line, before: readonly [a1: number, a2: number], after: number];

const R = { rd: a0, rs1: a1, rs2: a2 };
const I = (imm: number) => ({ rd: a0, rs1: a1, imm });
const MIN = -(2 ** 31);
const MAX = 2 ** 31 - 1;

const ARITHMETIC: Readonly<Record<string, readonly Case[]>> = {
  lui: [
    [['lui', { rd: a0, imm: 0x12345000 }], [0, 0], 0x12345000],
    [['lui', { rd: a0, imm: MIN }], [0, 0], MIN],
  ],
  auipc: [
    [['auipc', { rd: a0, imm: 0x1000 }], [0, 0], (CODE + 0x1000) | 0],
    [['auipc', { rd: a0, imm: MIN }], [0, 0], 0],
  ],
  addi: [
    [['addi', I(-1)], [5, 0], 4],
    [['addi', I(1)], [MAX, 0], MIN],
    [['addi', I(0)], [77, 0], 77],
    [['addi', { rd: a0, imm: -2048 }], [0, 0], -2048],
  ],
  slti: [
    [['slti', I(-1)], [-2, 0], 1],
    [['slti', I(-1)], [-1, 0], 0],
    [['slti', I(0)], [1, 0], 0],
  ],
  sltiu: [
    [['sltiu', I(-1)], [5, 0], 1],
    [['sltiu', I(1)], [0, 0], 1],
    [['sltiu', I(5)], [-1, 0], 0],
  ],
  xori: [[['xori', I(-1)], [0x0f0f0f0f, 0], ~0x0f0f0f0f]],
  ori: [[['ori', I(0x70f)], [0x1000, 0], 0x170f]],
  andi: [[['andi', I(-16)], [0x12345678, 0], 0x12345670]],
  slli: [
    [['slli', I(31)], [3, 0], MIN],
    [['slli', I(0)], [3, 0], 3],
  ],
  srli: [[['srli', I(4)], [-16, 0], 0x0fffffff]],
  srai: [[['srai', I(4)], [-16, 0], -1]],
  add: [[['add', R], [MAX, 2], MIN + 1]],
  sub: [[['sub', R], [MIN, 1], MAX]],
  sll: [[['sll', R], [1, 33], 2]],
  slt: [
    [['slt', R], [-1, 0], 1],
    [['slt', R], [0, -1], 0],
  ],
  sltu: [
    [['sltu', R], [-1, 0], 0],
    [['sltu', R], [0, -1], 1],
  ],
  xor: [[['xor', R], [0b1100, 0b1010], 0b0110]],
  srl: [[['srl', R], [-1, 60], 0xf]],
  sra: [[['sra', R], [-256, 36], -16]],
  or: [[['or', R], [0b1100, 0b1010], 0b1110]],
  and: [[['and', R], [0b1100, 0b1010], 0b1000]],
  mul: [[['mul', R], [0x12345678, 0x10001], (0x12345678 * 0x10001) | 0]],
  mulh: [
    [['mulh', R], [MIN, MIN], 0x40000000],
    [['mulh', R], [-1, 1], -1],
    [['mulh', R], [-1, -1], 0],
  ],
  mulhsu: [
    [['mulhsu', R], [-1, -1], -1],
    [['mulhsu', R], [MAX, -1], MAX - 1],
  ],
  mulhu: [
    [['mulhu', R], [-1, -1], -2],
    [['mulhu', R], [MIN, 2], 1],
  ],
  div: [
    [['div', R], [-7, 2], -3],
    [['div', R], [7, 0], -1],
    [['div', R], [MIN, -1], MIN],
  ],
  divu: [
    [['divu', R], [-1, 2], MAX],
    [['divu', R], [7, 0], -1],
    [['divu', R], [MIN, -1], 0],
  ],
  rem: [
    [['rem', R], [-7, 2], -1],
    [['rem', R], [7, 0], 7],
    [['rem', R], [MIN, -1], 0],
  ],
  remu: [
    [['remu', R], [-1, 16], 15],
    [['remu', R], [-7, 0], -7],
    [['remu', R], [MIN, -1], MIN],
  ],
};

/** Loads read this word at DATA through a1 = DATA + 4. */
const STORED = 0x80ff7f01 | 0;
const LOADS: Readonly<Record<string, readonly (readonly [offset: number, value: number])[]>> = {
  lb: [
    [-4, 1],
    [-2, -1],
    [-1, -128],
  ],
  lbu: [
    [-2, 0xff],
    [-1, 0x80],
  ],
  lh: [
    [-4, 0x7f01],
    [-2, 0x80ff - 0x10000],
    [-3, 0xff7f - 0x10000],
  ],
  lhu: [
    [-2, 0x80ff],
    [-3, 0xff7f],
  ],
  lw: [
    [-4, STORED],
    [-3, 0x0080ff7f],
  ],
};

/** Stores of a2 = STORED over a memory of 0x11 bytes, to a1 + offset; words then at DATA and DATA + 4. */
const STORES: Readonly<Record<string, readonly (readonly [offset: number, low: number, high: number])[]>> = {
  sb: [
    [0, 0x11111101, 0x11111111],
    [3, 0x01111111, 0x11111111],
  ],
  sh: [
    [0, 0x11117f01, 0x11111111],
    [3, 0x01111111, 0x1111117f],
  ],
  sw: [
    [0, STORED, 0x11111111],
    [1, 0xff7f0111 | 0, 0x11111180],
  ],
};

/** Branches with values of a1 and a2 that take them and do not. */
const BRANCHES: Readonly<Record<string, readonly (readonly [a1: number, a2: number, taken: boolean])[]>> = {
  beq: [
    [1, 1, true],
    [1, 2, false],
  ],
  bne: [
    [1, 2, true],
    [1, 1, false],
  ],
  blt: [
    [-1, 0, true],
    [0, 0, false],
    [0, -1, false],
  ],
  bge: [
    [0, -1, true],
    [0, 0, true],
    [-1, 0, false],
  ],
  bltu: [
    [0, -1, true],
    [0, 0, false],
    [-1, 0, false],
  ],
  bgeu: [
    [-1, 0, true],
    [0, 0, true],
    [0, -1, false],
  ],
};

/** AMOs on a word of `memory` with rs2 = `register`: what is stored. */
const AMOS: Readonly<Record<string, readonly (readonly [memory: number, register: number, stored: number])[]>> = {
  'amoswap.w': [[1, 2, 2]],
  'amoadd.w': [[MAX, 1, MIN]],
  'amoxor.w': [[0b1100, 0b1010, 0b0110]],
  'amoand.w': [[0b1100, 0b1010, 0b1000]],
  'amoor.w': [[0b1100, 0b1010, 0b1110]],
  'amomin.w': [
    [-1, 1, -1],
    [1, -1, -1],
  ],
  'amomax.w': [
    [-1, 1, 1],
    [1, -1, 1],
  ],
  'amominu.w': [
    [-1, 1, 1],
    [1, -1, 1],
  ],
  'amomaxu.w': [
    [-1, 1, -1],
    [1, -1, -1],
  ],
};

/** Instructions whose effects are the subject of other files. */
const ELSEWHERE: readonly string[] = [
  ...['ecall', 'ebreak', 'mret', 'sret', 'wfi', 'sfence.vma'],
  ...['csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci'],
];
const HERE: readonly string[] = [
  ...[ARITHMETIC, LOADS, STORES, BRANCHES, AMOS].flatMap((cases) => Object.keys(cases)),
  ...['jal', 'jalr', 'lr.w', 'sc.w', 'fence', 'fence.i'],
];

function titleOf(name: string): string {
  return `${name} (${INSTRUCTIONS.find((row) => row.name === name)?.section})`;
}

test('every 32-bit instruction of the table has a test', () => {
  const rows = INSTRUCTIONS.filter(({ bytes }) => bytes === 4).map(({ name }) => name);
  expect([...HERE, ...ELSEWHERE].sort()).toEqual(rows.sort());
});

describe.each(Object.keys(ARITHMETIC))('%s', (name) => {
  test.each(ARITHMETIC[name])(titleOf(name), (line, [first, second], after) => {
    const { hart } = runAll([line], { registers: { [a1]: first, [a2]: second } });
    expect(hart.x[a0]).toBe(after);
    expect(hart.pc).toBe(CODE + 4);
  });

  test('writes nothing when rd is x0', () => {
    const [[, operands], [first, second]] = ARITHMETIC[name][0];
    const { hart } = runAll([[name, { ...operands, rd: 0 }]], { registers: { [a1]: first, [a2]: second } });
    expect(hart.x[0]).toBe(0);
  });
});

describe.each(Object.keys(LOADS))('%s', (name) => {
  test.each(LOADS[name])(`${titleOf(name)} at offset %i`, (imm, value) => {
    // Twice: the first misses the TLB, the second finds the entry.
    const line: Line = [name, { rd: a0, rs1: a1, imm }];
    const { hart } = runAll([line, ['addi', { rd: a2, rs1: a0 }], line], {
      registers: { [a1]: DATA + 4 },
      words: { [DATA]: STORED },
    });
    expect([hart.x[a2], hart.x[a0]]).toEqual([value, value]);
  });
});

describe.each(Object.keys(STORES))('%s', (name) => {
  test.each(STORES[name])(`${titleOf(name)} at offset %i`, (imm, low, high) => {
    const line: Line = [name, { rs1: a1, rs2: a2, imm }];
    const { board, hart } = runAll([line], { registers: { [a1]: DATA, [a2]: STORED } });
    for (let turn = 0; turn < 2; turn++) {
      board.memory.fill(DATA, 8, 0x11);
      hart.pc = CODE;
      hart.run(1);
      expect([wordAt(board, DATA), wordAt(board, DATA + 4)]).toEqual([low, high]);
    }
  });
});

describe.each(Object.keys(BRANCHES))('%s', (name) => {
  // Within the page, into the next one, and backwards out of it.
  const targets = [8, -2, 4094, -4096];
  test.each(BRANCHES[name].flatMap((row) => targets.map((target) => [...row, target] as const)))(
    `${titleOf(name)} %i, %i: taken %s, to offset %i`,
    (first, second, taken, imm) => {
      const at = CODE + 0x1800;
      const { hart } = runAll([[name, { rs1: a1, rs2: a2, imm }]], { at, registers: { [a1]: first, [a2]: second } });
      expect(hart.pc).toBe(at + (taken ? imm : 4));
    },
  );
});

test.each([8, -2, 0xffffe, -0x1000])(`${titleOf('jal')} to offset %i`, (imm) => {
  const at = CODE + 0x1800;
  const { hart } = runAll([['jal', { rd: a0, imm }]], { at });
  expect([hart.pc, hart.x[a0] >>> 0]).toEqual([at + imm, at + 4]);
});

test(`${titleOf('jalr')} clears bit 0 of the target and may use one register for base and link`, () => {
  const { hart } = runAll([['jalr', { rd: a1, rs1: a1, imm: -3 }]], { registers: { [a1]: DATA + 4 } });
  expect([hart.pc, hart.x[a1] >>> 0]).toEqual([DATA, CODE + 4]);
});

test.each(['fence', 'fence.i'])('%s changes nothing', (name) => {
  const { hart } = runAll([[name]]);
  expect([hart.pc, ...hart.x]).toEqual([CODE + 4, ...new Array<number>(32).fill(0)]);
});

describe.each(Object.keys(AMOS))('%s', (name) => {
  test.each(AMOS[name])(`${titleOf(name)} of %i with %i stores %i`, (memory, register, stored) => {
    const { board, hart } = runAll([[name, { rd: a0, rs1: a1, rs2: a2, imm: 3 }]], {
      registers: { [a1]: DATA, [a2]: register },
      words: { [DATA]: memory },
    });
    expect(hart.x[a0]).toBe(memory);
    expect(wordAt(board, DATA)).toBe(stored);
  });
});

describe('lr.w and sc.w (A 14.2)', () => {
  const lr: Line = ['lr.w', { rd: a0, rs1: a1 }];
  const sc: Line = ['sc.w', { rd: a0, rs1: a1, rs2: a2 }];
  const registers = { [a1]: DATA, [a2]: 42 };

  test('sc.w after lr.w stores and gives 0', () => {
    const { board, hart } = runAll([lr, sc], { registers });
    expect(hart.x[a0]).toBe(0);
    expect(wordAt(board, DATA)).toBe(42);
  });

  test('sc.w without a reservation stores nothing and gives 1', () => {
    const { board, hart } = runAll([sc], { registers });
    expect(hart.x[a0]).toBe(1);
    expect(wordAt(board, DATA)).toBe(0);
  });

  test('sc.w uses the reservation up', () => {
    const { hart } = runAll([lr, sc, sc], { registers });
    expect(hart.x[a0]).toBe(1);
  });

  test('sc.w to another word fails', () => {
    const { hart } = runAll([lr, ['addi', { rd: a1, rs1: a1, imm: 4 }], sc], { registers });
    expect(hart.x[a0]).toBe(1);
  });

  test('a trap between the two ends the reservation', () => {
    const { hart } = boardWith([lr, ['ecall'], sc], { registers });
    expect(trapOf(hart).cause).toBe(CAUSE.ECALL_FROM_M);
    hart.pc = CODE + 8;
    hart.run(1);
    expect(hart.x[a0]).toBe(1);
  });
});
