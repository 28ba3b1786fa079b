/** Programs for several harts, which contend for a word, and what there is to compare when they have run in several ways. */
import {
  BOARD_CHOICE,
  Board,
  type BoardOptions,
  type Choose,
  CSR,
  FINISHER_BASE,
  seededPick,
} from '../../machine/index.js';
import { a1, a2, a3, bytesOf, CODE, DATA, type Line, ramContents, s0, s1, t0 } from './bare-metal.js';

const HANDLER = CODE + 0x400;

/** Slices of less than twice `longest` instructions for any hart, as the seed says. */
export function randomSlices(seed: number, longest: number): Choose {
  const scales = 1 + Math.floor(Math.log2(longest));
  return (kind, count, asked) => seededPick(seed, asked, kind === BOARD_CHOICE.SLICE_SCALE ? scales : count);
}

/** Slices as they stand here, then ever the last one, for `harts` harts all of which have something to do. */
export function givenSlices(harts: number, slices: readonly (readonly [hart: number, instructions: number])[]): Choose {
  let at = -1;
  let previous = harts - 1;
  return (kind) => {
    if (kind === BOARD_CHOICE.HART) at = Math.min(at + 1, slices.length - 1);
    const [hart, instructions] = slices[at];
    const scale = Math.floor(Math.log2(instructions));
    if (kind !== BOARD_CHOICE.HART) return kind === BOARD_CHOICE.SLICE_SCALE ? scale : instructions - 2 ** scale;
    const picked = (hart - previous - 1 + harts) % harts;
    previous = hart;
    return picked;
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
