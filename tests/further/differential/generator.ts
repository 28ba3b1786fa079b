/**
 * Random programs for Tocsin and QEMU. A program is a list of items; each begins by pointing RESUME at the next one, where
 * execution goes on after a trap, so that any item may fault in any mode, and any may be left out.
 *
 * Programs end: jumps go forward, except in loops that count LOOP_COUNTER down, and traps are limited. They keep to what the
 * specification decides: no counters, `sfence.vma` after every change of a page table, SC only right after its LR.
 */
import {
  CLINT_BASE,
  CSR,
  decode,
  encode,
  INSTRUCTIONS,
  MODE,
  MSTATUS,
  PENDING,
  PMP_MATCH,
  PMPCFG,
} from '../../../machine/index.js';
import type { Code } from './code.js';
import { OPEN_LAST, OPEN_TABLES, OWN_PROTECTION } from './harness.js';
import {
  a6,
  a7,
  FRAMES,
  HARNESS,
  LOOP_COUNTER,
  NOWHERE,
  REQUEST,
  RESERVED,
  RESUME,
  ROOTS,
  SUPERPAGE,
  TABLES,
  WINDOW_PAGES,
  WINDOWS,
} from './layout.js';
import { Random } from './random.js';

/** The choices of one item, which depend on the program's seed and the item's number alone. */
class Choices extends Random {
  /**
   * Whether the program changes memory protection. If so, no access spans two pages: QEMU asks whether the bytes behind it in
   * memory are allowed too, where the other page is not.
   */
  readonly protects: boolean;

  constructor(seed: number, item: number) {
    super(Math.imul(seed, 10_007) + item);
    this.protects = seed % 2 === 0;
  }
}

/** What one item does; labels in it begin with `name`, and `end` is the next item's. */
type Item = (c: Code, random: Choices, name: string, end: string) => void;

const ARITHMETIC = INSTRUCTIONS.filter(({ becomes, operands }) => {
  const computes =
    /^(lui|auipc|addi|slti|sltiu|[x]?ori|andi|slli|srli|srai|add|sub|sll|slt|sltu|xor|srl|sra|or|and|mul\w*|div\w*|rem\w*)$/;
  return computes.test(becomes) && operands !== undefined;
});
const LOADS = ['lb', 'lh', 'lw', 'lbu', 'lhu'];
const STORES = ['sb', 'sh', 'sw'];
const AMOS = INSTRUCTIONS.map(({ name }) => name).filter((name) => name.startsWith('amo'));
const BRANCHES = ['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu'];

function register(random: Choices): number {
  const number = random.below(32);
  return RESERVED.includes(number) ? 10 : number;
}

function target(random: Choices): number {
  const number = register(random);
  return number === 0 && random.chance(80) ? 11 : number;
}

/** One computation, wide or compressed, of any operands. */
function arithmetic(c: Code, random: Choices): void {
  for (;;) {
    const row = random.pick(ARITHMETIC);
    const word = row.match | (random.word() & ~row.mask & (row.bytes === 2 ? 0xffff : -1));
    const decoded = decode(word);
    if (decoded === undefined || decoded.instruction !== row || RESERVED.includes(decoded.rd)) continue;
    c.raw(word);
    return;
  }
}

function someArithmetic(c: Code, random: Choices, most = 5): void {
  for (let i = random.below(most); i >= 0; i--) arithmetic(c, random);
}

/** An address that may be data for some mode, aligned or not. */
function dataAddress(random: Choices): number {
  const offset = !random.protects && random.chance(20) ? 0xff4 + random.below(12) : random.below(0xff0);
  const aligned = random.chance(70) ? offset & ~3 : offset;
  if (random.chance(3)) return NOWHERE + aligned;
  if (random.chance(15)) return SUPERPAGE + (random.pick(FRAMES) - HARNESS) + aligned;
  if (random.chance(35)) return random.pick(FRAMES) + aligned;
  return random.pick(WINDOWS) + random.below(WINDOW_PAGES) * 0x1000 + aligned;
}

const loadsAndStores: Item = (c, random) => {
  const base = target(random) || 12;
  c.li(base, dataAddress(random));
  const imm = random.below(8);
  // Where nothing is, QEMU says of a misaligned access only which aligned word it touches.
  c.emit('lb', { rd: base === 13 ? 14 : 13, rs1: base, imm });
  for (let i = random.below(4); i >= 0; i--) {
    if (random.chance(50)) {
      const rd = target(random);
      c.emit(random.pick(LOADS), { rd, rs1: base, imm });
      if (rd === base) break;
    } else {
      c.emit(random.pick(STORES), { rs1: base, rs2: register(random), imm });
    }
  }
};

const atomics: Item = (c, random) => {
  const base = 12;
  c.li(base, random.chance(85) ? dataAddress(random) & ~3 : dataAddress(random));
  const imm = random.below(4);
  if (random.chance(40)) {
    c.emit('lr.w', { rd: 13, rs1: base, imm });
    if (random.chance(50)) c.emit('addi', { rd: 14, rs1: 13, imm: random.below(100) });
    c.emit('sc.w', { rd: target(random), rs1: base, rs2: 14, imm });
  } else {
    // Where nothing can be loaded, QEMU takes the fault of an AMO for a load's.
    c.emit('lb', { rd: 13, rs1: base, imm: 0 });
    c.emit(random.pick(AMOS), { rd: target(random), rs1: base, rs2: register(random), imm });
  }
};

const loop: Item = (c, random, name, end) => {
  c.emit('addi', { rd: LOOP_COUNTER, rs1: 0, imm: 2 + random.below(30) });
  c.label(`${name} loop`);
  if (random.chance(40)) loadsAndStores(c, random, name, end);
  someArithmetic(c, random, 8);
  c.emit('addi', { rd: LOOP_COUNTER, rs1: LOOP_COUNTER, imm: -1 });
  c.to('bne', `${name} loop`, { rs1: LOOP_COUNTER, rs2: 0 });
};

const branch: Item = (c, random, name) => {
  c.to(random.pick(BRANCHES), `${name} taken`, { rs1: register(random), rs2: register(random) });
  someArithmetic(c, random, 3);
  c.label(`${name} taken`);
  if (random.chance(30)) {
    c.to('jal', `${name} called`, { rd: target(random) });
    arithmetic(c, random);
    c.label(`${name} called`);
  }
  someArithmetic(c, random, 2);
};

/** Through a register, or to where nothing is. */
const jump: Item = (c, random, name) => {
  const through = target(random) || 12;
  if (random.chance(30)) c.li(through, random.chance(50) ? NOWHERE : random.pick(WINDOWS) + 0x10_0000);
  else c.la(through, `${name} there`);
  c.emit('jalr', { rd: target(random), rs1: through, imm: random.below(2) });
  someArithmetic(c, random, 2);
  c.label(`${name} there`);
};

/** Bits that a program writes with csrrs and csrrc. */
const BITS: readonly (readonly [register: number, bits: readonly number[]])[] = [
  [
    CSR.mstatus,
    [
      ...[MSTATUS.SIE, MSTATUS.MIE, MSTATUS.SPIE, MSTATUS.MPIE, MSTATUS.SPP, MSTATUS.MPRV],
      ...[MSTATUS.SUM, MSTATUS.MXR, MSTATUS.TVM, MSTATUS.TW, MSTATUS.TSR, MSTATUS.MPP],
    ],
  ],
  [CSR.sstatus, [MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP, MSTATUS.SUM, MSTATUS.MXR]],
  // Not a call from S mode: it is the way to the end of a program.
  [CSR.medeleg, [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 15].map((cause) => 1 << cause)],
  [CSR.mideleg, [1, 5, 9].map((bit) => 1 << bit)],
  [CSR.mip, [1, 5, 9].map((bit) => 1 << bit)],
  [CSR.sip, [1, 5, 9].map((bit) => 1 << bit)],
  [CSR.mcounteren, [1, 2, 4]],
  [CSR.scounteren, [1, 2, 4]],
  [CSR.menvcfg, [1]],
  [CSR.senvcfg, [1]],
  [CSR.stvec, [1]],
];

/**
 * What a program writes to mie: interrupts of which QEMU takes the same first. (It takes the one with the lowest number, which
 * is wrong for the others.)
 */
const ENABLED = [
  0,
  PENDING.SOFTWARE | PENDING.TIMER,
  PENDING.EXTERNAL,
  PENDING.SUPERVISOR_SOFTWARE | PENDING.SUPERVISOR_TIMER,
  PENDING.SUPERVISOR_EXTERNAL,
];
const VALUES = [CSR.sscratch, CSR.scause, CSR.stval, CSR.mcause, CSR.mtval, CSR.sepc, CSR.mepc];
const READ_ONLY = [CSR.misa, CSR.mhartid, CSR.mtvec, CSR.mscratch, CSR.medeleg, CSR.mideleg, CSR.satp, CSR.sie];
/** Not there, or not without an extension that neither has. */
const ABSENT = [0x003, 0x5c0, 0x7c0, 0x8ff, 0xbc0];

const controlRegister: Item = (c, random) => {
  const kind = random.below(12);
  if (kind >= 10) {
    c.li(12, random.pick(ENABLED));
    if (random.chance(80)) c.emit('csrrw', { rd: target(random), rs1: 12, imm: CSR.mie });
    else c.emit('csrrc', { rd: target(random), rs1: 12, imm: CSR.sie });
  } else if (kind < 6) {
    const [imm, bits] = random.pick(BITS);
    const value = random.chance(60)
      ? random.pick(bits)
      : bits.reduce((all, bit) => (random.chance(50) ? all | bit : all), 0);
    // MPP is written as a whole by switches of mode, never to the value that it cannot have.
    const legal = imm === CSR.mstatus && (value & MSTATUS.MPP) !== 0 ? value | MSTATUS.MPP : value;
    c.li(12, legal);
    const name = imm === CSR.mstatus && legal !== value ? 'csrrs' : random.pick(['csrrs', 'csrrc']);
    c.emit(name, { rd: target(random), rs1: 12, imm });
  } else if (kind < 8) {
    c.li(12, random.word() & ~1);
    c.emit('csrrw', { rd: target(random), rs1: 12, imm: random.pick(VALUES) });
  } else if (kind < 9) {
    c.emit(random.pick(['csrrs', 'csrrci']), { rd: target(random), imm: random.pick(READ_ONLY) });
  } else {
    const counter = random.pick([CSR.cycle, CSR.time, CSR.instret, CSR.cycleh, CSR.instreth]);
    c.emit('csrrs', { rd: 0, imm: random.chance(60) ? counter : random.pick(ABSENT) });
  }
};

const switchMode: Item = (c, random) => {
  c.li(a6, random.pick([0, 0, 1, 1, 3]));
  c.li(a7, REQUEST.SWITCH);
  c.emit('ecall');
};

/** Goes on with the item in M or S mode. */
function switchWithin(c: Code, mode: number, name: string, end: string): void {
  c.la(RESUME, name);
  c.li(a6, mode);
  c.li(a7, REQUEST.SWITCH);
  c.emit('ecall');
  c.label(name);
  c.la(RESUME, end);
}

/** mret or sret to the end of the item, in whichever mode. */
const trapReturn: Item = (c, random, name, end) => {
  const from = random.pick([MODE.S, MODE.M, MODE.M]);
  switchWithin(c, from, `${name} from`, end);
  c.la(13, `${name} next`);
  if (from === MODE.M && random.chance(60)) {
    const mode = random.pick([MODE.U, MODE.S, MODE.S, MODE.M]);
    c.emit('csrrw', { rs1: 13, imm: CSR.mepc });
    // QEMU keeps in its TLB what MPP was before mret, for MPRV.
    c.li(12, MSTATUS.MPP | (mode === MODE.M ? MSTATUS.MPRV : 0));
    c.emit('csrrc', { rs1: 12, imm: CSR.mstatus });
    c.li(12, mode << MSTATUS.MPP_SHIFT);
    c.emit('csrrs', { rs1: 12, imm: CSR.mstatus });
    c.emit('mret');
  } else {
    c.emit('csrrw', { rs1: 13, imm: CSR.sepc });
    c.li(12, MSTATUS.SPP);
    c.emit(random.pick(['csrrs', 'csrrs', 'csrrc']), { rs1: 12, imm: CSR.sstatus });
    // QEMU does not end MPRV at sret.
    c.li(12, MSTATUS.MPRV);
    if (from === MODE.M) c.emit('csrrc', { rs1: 12, imm: CSR.mstatus });
    c.emit('sret');
  }
  c.label(`${name} next`);
};

const exception: Item = (c, random) => {
  // No ebreak: QEMU leaves mtval zero there.
  if (random.chance(40)) c.raw(random.pick([0, -1, 0x00002063, 0x0000707b, 0x8000, 0x12345677, 0x9c61]));
  else {
    c.li(a7, 0);
    c.emit('ecall');
  }
};

/** A page-table entry: mostly a leaf, with any permissions, also of the reserved kinds. */
function pageTableEntry(random: Choices): number {
  const bits = random.chance(60) ? 0xc7 | (random.below(4) << 3) : random.below(256);
  // A pointer from the last level is a fault whatever it points to, and so is what has a reserved combination.
  const software = random.below(4) << 8;
  // No stores to nowhere: of one that begins in memory, QEMU does the half that is there.
  if (random.chance(4)) return (NOWHERE / 4) | (bits & ~4) | software;
  return (random.pick(FRAMES) / 4) | bits | software;
}

function superpageEntry(random: Choices): number {
  const permissions = random.chance(60) ? 0xc7 | (random.below(4) << 3) : (random.below(256) | 2) & ~8;
  return (0x8000_0000 / 4) | (random.chance(15) ? 0x400 : 0) | permissions | 0;
}

function slotAddress(random: Choices): { readonly address: number; readonly entry: number; readonly page: number } {
  if (random.chance(20)) {
    const page = SUPERPAGE + (random.pick(FRAMES) - HARNESS);
    return { address: random.pick(ROOTS) + (SUPERPAGE >>> 22) * 4, entry: superpageEntry(random), page };
  }
  const page = random.below(WINDOW_PAGES);
  const window = random.below(2);
  return { address: TABLES[window] + page * 4, entry: pageTableEntry(random), page: WINDOWS[window] + page * 0x1000 };
}

const pageTable: Item = (c, random) => {
  const { address, entry, page } = slotAddress(random);
  const [slot, value, inside] = [12, 13, 14];
  c.li(inside, page + random.below(0x3fc) * 4);
  // What was mapped there before is remembered, unless the fence makes the hart forget it.
  if (random.chance(50)) c.emit('lb', { rd: target(random), rs1: inside });
  c.li(slot, address);
  c.li(value, entry);
  c.li(inside, page + random.below(0x3fc) * 4);
  c.emit('sw', { rs1: slot, rs2: value });
  c.emit('sfence.vma', random.chance(60) ? { rs1: inside } : {});
  if (random.chance(50)) c.emit(random.pick([...LOADS, ...STORES]), { rs1: inside });
};

const addressSpace: Item = (c, random) => {
  const root = random.pick([0, ...ROOTS]);
  c.li(12, root === 0 ? 0 : 0x8000_0000 | (random.below(4) << 22) | (root >>> 12) | 0);
  c.emit('csrrw', { rd: target(random), rs1: 12, imm: CSR.satp });
};

/**
 * Entries of memory protection: 2 to 5 for powers of two, 7, 9 and 11 for ranges from the address of the one before; 15 is the
 * last, and mostly open. All are whole pages of data: QEMU mixes up pages that an entry divides, and forgets to ask before it
 * sets A or D in a page table.
 */
const protection: Item = (c, random) => {
  if (!random.protects) return arithmetic(c, random);
  const napot = random.chance(60);
  const entry = napot ? 2 + random.below(4) : random.pick([7, 9, 11]);
  if (napot) {
    const pages = 2 ** random.below(3);
    const base = random.pick(FRAMES) & ~(pages * 0x1000 - 1);
    c.li(12, (base >>> 2) | (pages * 0x200 - 1));
  } else {
    const [from, to] = [random.below(5), random.below(5)];
    c.li(12, (FRAMES[0] + from * 0x1000) >>> 2);
    c.emit('csrrw', { rs1: 12, imm: CSR.pmpaddr0 + entry - 1 });
    c.li(12, (FRAMES[0] + to * 0x1000) >>> 2);
  }
  c.emit('csrrw', { rs1: 12, imm: CSR.pmpaddr0 + entry });
  const permissions = random.pick([0, PMPCFG.R, PMPCFG.R | PMPCFG.W, PMPCFG.R | PMPCFG.X, 7]);
  const match = napot ? PMP_MATCH.NAPOT : PMP_MATCH.TOR;
  const config = random.chance(30) ? 0 : permissions | (match << PMPCFG.A_SHIFT);
  const word = entry >>> 2;
  c.li(12, (word === 0 ? OWN_PROTECTION : 0) | (config << (8 * (entry & 3))));
  c.emit('csrrw', { rd: target(random), rs1: 12, imm: CSR.pmpcfg0 + word });
  if (random.chance(15)) {
    c.li(12, random.chance(50) ? OPEN_LAST : OPEN_TABLES);
    c.emit('csrrw', { rs1: 12, imm: CSR.pmpcfg0 + 3 });
  }
  c.emit('sfence.vma');
};

/** Stores an instruction over the one behind, or a few further on. */
const selfModification: Item = (c, random, name, end) => {
  // In QEMU's TLB fetches of M mode let its loads and stores pass too, whatever MPRV says.
  const from = random.pick([MODE.U, MODE.S, MODE.M]);
  switchWithin(c, from, `${name} from`, end);
  c.li(12, MSTATUS.MPRV);
  if (from === MODE.M) c.emit('csrrc', { rs1: 12, imm: CSR.mstatus });
  c.la(12, `${name} patched`);
  c.li(13, encode('addi', { rd: 14, rs1: 14, imm: random.below(1000) }));
  c.emit(random.pick(['sw', 'sh', 'sb']), { rs1: 12, rs2: 13 });
  if (random.chance(50)) c.emit('fence.i');
  if (random.chance(50)) arithmetic(c, random);
  c.label(`${name} patched`);
  c.emit('addi', { rd: 14, rs1: 14, imm: 7 });
};

/** Software and timer interrupts, from the CLINT: pending or not. */
const raise: Item = (c, random) => {
  if (random.chance(50)) {
    c.li(12, CLINT_BASE);
    c.emit('addi', { rd: 13, rs1: 0, imm: random.below(2) });
    c.emit('sw', { rs1: 12, rs2: 13 });
  } else {
    c.li(12, CLINT_BASE + 0x4000);
    c.emit('sw', { rs1: 12, rs2: 0 });
    c.emit('addi', { rd: 13, rs1: 0, imm: random.below(2) - 1 });
    c.emit('sw', { rs1: 12, rs2: 13, imm: 4 });
  }
};

/** wfi with something pending, so that it does not wait. */
const wait: Item = (c) => {
  c.emit('csrrci', { rs1: MSTATUS.MIE, imm: CSR.mstatus });
  c.emit('addi', { rd: 12, rs1: 0, imm: PENDING.SUPERVISOR_SOFTWARE });
  c.emit('csrrw', { rs1: 12, imm: CSR.mie });
  c.emit('csrrs', { rs1: 12, imm: CSR.mip });
  c.emit('wfi');
};

const fence: Item = (c, random) => {
  c.li(12, dataAddress(random));
  c.li(13, random.below(4));
  const rs1 = random.chance(50) ? 12 : 0;
  c.emit('sfence.vma', { rs1, rs2: random.chance(50) ? 13 : 0 });
  if (random.chance(30)) c.emit(random.pick(['fence', 'fence.i']));
};

const ITEMS: readonly (readonly [weight: number, item: Item])[] = [
  [14, (c, random) => someArithmetic(c, random, 10)],
  [24, loadsAndStores],
  [8, atomics],
  [8, loop],
  [6, branch],
  [4, jump],
  [14, controlRegister],
  [8, switchMode],
  [4, trapReturn],
  [3, exception],
  [10, pageTable],
  [6, addressSpace],
  [6, protection],
  [4, selfModification],
  [3, raise],
  [1, wait],
  [2, fence],
];
const TOTAL = ITEMS.reduce((sum, [weight]) => sum + weight, 0);

function pickItem(random: Choices): Item {
  let left = random.below(TOTAL);
  for (const [weight, item] of ITEMS) {
    left -= weight;
    if (left < 0) return item;
  }
  throw new Error('weights do not add up');
}

/** A program by its seed and the items that it consists of: those left of `length` when some are taken away. */
export interface Program {
  readonly seed: number;
  readonly items: readonly number[];
}

export function newProgram(seed: number, length: number): Program {
  return { seed, items: Array.from({ length }, (_, i) => i) };
}

/** Puts the program's code at the end of `c`. Each item depends on the seed and its own number alone. */
export function assemble(c: Code, { seed, items }: Program): void {
  const name = `${seed} at ${c.here}`;
  c.la(RESUME, `${name} item ${items[0] ?? 'end'}`);
  for (const [i, item] of items.entries()) {
    const random = new Choices(seed, item);
    const end = `${name} item ${items[i + 1] ?? 'end'}`;
    c.label(`${name} item ${item}`);
    c.la(RESUME, end);
    pickItem(random)(c, random, `${name} in ${item}`, end);
  }
  c.label(`${name} item end`);
  c.la(RESUME, `${name} item end`);
  c.li(a7, REQUEST.END);
  c.emit('ecall');
}
