/** Programs for several harts, which contend for a word, and what there is to compare when they have run in several ways. */
import { Board, type BoardOptions, type ChooseSlice, CSR, FINISHER_BASE } from '../../machine/index.js';
import { a1, a2, a3, bytesOf, CODE, DATA, type Line, ramContents, s0, s1, t0 } from './bare-metal.js';

const HANDLER = CODE + 0x400;

/** Slices of 1..`longest` instructions for any hart, by a generator that depends on the seed and the turn alone. */
export function randomSlices(seed: number, longest: number): ChooseSlice {
  return ({ ready, turn }) => {
    let state = (seed ^ Math.imul(turn + 1, 0x9e3779b1)) | 0;
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    const bits = (state ^ (state >>> 16)) >>> 0;
    return { hart: ready[bits % ready.length], instructions: 1 + ((bits >>> 8) % longest) };
  };
}

export function lockBoard(
  lines: readonly Line[],
  options: Partial<BoardOptions> = {},
  handler: readonly Line[] = [],
): Board {
  const board = new Board({ memoryBytes: 1 << 17, firmware: 'guest', harts: 4, ...options });
  board.memory.write(CODE, bytesOf(lines));
  board.memory.write(HANDLER, bytesOf(handler));
  for (const hart of board.harts) {
    hart.x[a1] = DATA;
    hart.csrWrite(CSR.mtvec, HANDLER);
  }
  return board;
}

const STOP_BOARD: readonly Line[] = [
  ['lui', { rd: t0, imm: FINISHER_BASE }],
  ['lui', { rd: s0, imm: 0x5000 }],
  ['addi', { rd: s0, rs1: s0, imm: 0x555 }],
  ['sw', { rs1: t0, rs2: s0 }],
];

/** s1 times: take the lock, add 1 to a word without atomicity, give the lock back. */
export const ROUNDS = 40;
export const LOCKED_ADD = (take: readonly Line[], give: readonly Line[]): readonly Line[] => [
  ['addi', { rd: s1, imm: ROUNDS }],
  ...take,
  ['lw', { rd: a2, rs1: a1, imm: 64 }],
  ['addi', { rd: a2, rs1: a2, imm: 1 }],
  ['sw', { rs1: a1, rs2: a2, imm: 64 }],
  ...give,
  ['addi', { rd: s1, rs1: s1, imm: -1 }],
  ['bne', { rs1: s1, rs2: 0, imm: -4 * (take.length + give.length + 4) }],
  // Whoever is last stops the board.
  ['addi', { rd: a2, imm: 1 }],
  ['addi', { rd: a3, rs1: a1, imm: 128 }],
  ['amoadd.w', { rd: a2, rs1: a3, rs2: a2 }],
  ['addi', { rd: a3, imm: 3 }],
  ['beq', { rs1: a2, rs2: a3, imm: 8 }],
  ['jal', { imm: 0 }],
  ...STOP_BOARD,
];

export const BY_SWAP = LOCKED_ADD(
  [
    ['addi', { rd: t0, imm: 1 }],
    ['amoswap.w', { rd: t0, rs1: a1, rs2: t0 }],
    ['bne', { rs1: t0, rs2: 0, imm: -8 }],
  ],
  [['amoswap.w', { rd: 0, rs1: a1, rs2: 0 }]],
);

export const LOCKED_COUNTER = LOCKED_ADD(
  [
    ['addi', { rd: s0, imm: 1 }],
    ['lr.w', { rd: t0, rs1: a1 }],
    ['bne', { rs1: t0, rs2: 0, imm: -4 }],
    ['sc.w', { rd: t0, rs1: a1, rs2: s0 }],
    ['bne', { rs1: t0, rs2: 0, imm: -12 }],
  ],
  [['sw', { rs1: a1, rs2: 0 }]],
);

/** No lock: LR and SC add to the word themselves. */
export const BY_LR_SC: readonly Line[] = [
  ['addi', { rd: s1, imm: ROUNDS }],
  ['addi', { rd: a3, rs1: a1, imm: 64 }],
  ['lr.w', { rd: t0, rs1: a3 }],
  ['addi', { rd: t0, rs1: t0, imm: 1 }],
  ['sc.w', { rd: t0, rs1: a3, rs2: t0 }],
  ['bne', { rs1: t0, rs2: 0, imm: -12 }],
  ['addi', { rd: s1, rs1: s1, imm: -1 }],
  ['bne', { rs1: s1, rs2: 0, imm: -20 }],
  ...BY_SWAP.slice(-10),
];

/** All that there is to compare of a board with several harts. */
export function stateOfHarts(board: Board): unknown {
  const registers = [CSR.mstatus, CSR.mepc, CSR.mcause, CSR.minstret, CSR.time];
  return [
    board.harts.map((hart) => [hart.pc, ...hart.x, ...registers.map((number) => hart.csrRead(number))]),
    board.time,
    ramContents(board),
    board.bus.snapshot(),
  ];
}
