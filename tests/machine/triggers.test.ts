import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSR, type Hart, RAM_BASE, STOP, type TriggerKind } from '../../machine/index.js';
import { a0, a1, a2, boardWith, CODE, DATA, type Line, trapOf, wordAt } from './bare-metal.js';
import { PROGRAM_BYTES, startRestless, stateOf } from './restless.js';

const COUNT: readonly Line[] = [
  ['addi', { rd: a0, rs1: a0, imm: 1 }],
  ['c.addi', { rd: a0, rs1: a0, imm: 1 }],
  ['sw', { rs1: a1, rs2: a0 }],
  ['lw', { rd: a2, rs1: a1 }],
  ['c.j', { imm: -14 }],
];
const STORE = CODE + 6;
const LOAD = CODE + 10;

function counting(): ReturnType<typeof boardWith> {
  return boardWith(COUNT, { registers: { [a1]: DATA } });
}

describe('a trigger on execution', () => {
  test('stops before the instruction, and says which trigger it was', () => {
    const { hart } = counting();
    const trigger = hart.triggers.add({ kind: 'execute', address: CODE + 4 });
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect(hart.triggers.hits).toEqual([trigger]);
    expect([hart.pc, hart.retired, hart.x[a0]]).toEqual([CODE + 4, 1, 1]);
  });

  test('is stepped over when the hart goes on, and stops it the next time round', () => {
    const { hart } = counting();
    hart.triggers.add({ kind: 'execute', address: CODE + 4 });
    hart.run(100);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    expect([hart.pc, hart.x[a0]]).toEqual([STORE, 2]);
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect([hart.pc, hart.retired]).toEqual([CODE + 4, 6]);
  });

  test('stops again at the same place if the host puts the hart there', () => {
    const { hart } = counting();
    hart.triggers.add({ kind: 'execute', address: CODE });
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    hart.pc = STORE;
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect([hart.pc, hart.retired]).toEqual([CODE, 3]);
  });

  test('may be set on code that has been executed, and removed', () => {
    const { hart } = counting();
    hart.run(50);
    const trigger = hart.triggers.add({ kind: 'execute', address: LOAD });
    expect(hart.run(50)).toBe(STOP.TRIGGER);
    expect(hart.pc).toBe(LOAD);
    expect(hart.triggers.remove(trigger)).toBe(true);
    expect(hart.triggers.remove(trigger)).toBe(false);
    expect(hart.run(50)).toBe(STOP.LIMIT);
  });

  test('stops where a limit of one instruction at a time gets there', () => {
    const { hart } = counting();
    hart.triggers.add({ kind: 'execute', address: STORE });
    expect([hart.run(1), hart.run(1), hart.run(1)]).toEqual([STOP.LIMIT, STOP.LIMIT, STOP.TRIGGER]);
    expect(hart.pc).toBe(STORE);
  });

  test('stops before a fetch that would fault', () => {
    const { hart } = boardWith([['jalr', { rs1: 0, imm: 0x40 }]]);
    hart.triggers.add({ kind: 'execute', address: 0x40 });
    expect(hart.run(5)).toBe(STOP.TRIGGER);
    expect(hart.pc).toBe(0x40);
    expect(trapOf(hart).pc).toBe(0x40);
  });

  test('covers all instructions that begin in its range', () => {
    const { hart } = counting();
    hart.triggers.add({ kind: 'execute', address: CODE + 3, length: 4 });
    const stops: number[] = [];
    for (let i = 0; i < 3; i++) {
      expect(hart.run(100)).toBe(STOP.TRIGGER);
      stops.push(hart.pc);
    }
    expect(stops).toEqual([CODE + 4, STORE, CODE + 4]);
  });

  test('over the whole address space stops before every instruction', () => {
    const { hart } = counting();
    hart.triggers.add({ kind: 'execute', address: 0, length: 2 ** 32 });
    for (let retired = 0; retired < 12; retired++) {
      expect(hart.run(100)).toBe(STOP.TRIGGER);
      expect(hart.retired).toBe(retired);
    }
  });

  test('stays when the guest stores other code there, and sees the new code', () => {
    const { board, hart } = counting();
    hart.triggers.add({ kind: 'execute', address: CODE + 4 });
    hart.run(100);
    // c.addi a0, 7 instead of c.addi a0, 1.
    board.memory.write(CODE + 4, Uint8Array.of(0x1d, 0x05));
    hart.run(1);
    expect(hart.x[a0]).toBe(8);
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect(hart.pc).toBe(CODE + 4);
  });
});

describe.each([
  ['load', LOAD, 3],
  ['store', STORE, 2],
] as const)('a trigger on a %s', (kind, pc, retired) => {
  test('stops before the access, is stepped over, and stops it the next time round', () => {
    const { board, hart } = counting();
    const trigger = hart.triggers.add({ kind, address: DATA, length: 4 });
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect(hart.triggers.hits).toEqual([trigger]);
    expect([hart.pc, hart.retired]).toEqual([pc, retired]);
    expect([wordAt(board, DATA), hart.x[a2]]).toEqual([kind === 'load' ? 2 : 0, 0]);
    expect(hart.run(100)).toBe(STOP.TRIGGER);
    expect([hart.pc, hart.retired, hart.x[a2]]).toEqual([pc, retired + 5, 2]);
  });

  test('may be set when the page has been accessed, and removed', () => {
    const { hart } = counting();
    hart.run(50);
    const trigger = hart.triggers.add({ kind, address: DATA + 2 });
    expect(hart.run(50)).toBe(STOP.TRIGGER);
    expect(hart.pc).toBe(pc);
    hart.triggers.remove(trigger);
    expect(hart.run(50)).toBe(STOP.LIMIT);
  });

  test.each([
    ['behind the access', DATA + 4],
    ['before it', DATA - 1],
  ])('does nothing %s', (_where, address) => {
    const { hart } = counting();
    hart.triggers.add({ kind, address });
    expect(hart.run(50)).toBe(STOP.LIMIT);
  });

  test('stops an access that only ends in its range, in the next page', () => {
    const { hart } = boardWith(COUNT, { registers: { [a1]: DATA + 0xffe } });
    hart.triggers.add({ kind, address: DATA + 0x1001 });
    expect(hart.run(50)).toBe(STOP.TRIGGER);
    expect(hart.pc).toBe(pc);
  });

  test('stops before an access that would fault', () => {
    const { hart } = boardWith(COUNT, { at: CODE, registers: { [a1]: 0x10 } });
    hart.pc = pc;
    hart.triggers.add({ kind, address: 0x10 });
    expect(hart.run(5)).toBe(STOP.TRIGGER);
    expect(hart.run(5)).toBe(STOP.TRAP);
    expect(hart.csrRead(CSR.mepc)).toBe(pc);
  });
});

describe('atomic operations', () => {
  test.each([
    ['lr.w', ['load']],
    ['sc.w', ['store']],
    ['amoadd.w', ['load', 'store']],
  ] as const)('%s is stopped by triggers on %s', (name, kinds) => {
    for (const kind of ['load', 'store'] as const) {
      const { hart } = boardWith([[name, { rd: a0, rs1: a1 }]], { registers: { [a1]: DATA } });
      hart.triggers.add({ kind, address: DATA + 3 });
      expect(hart.run(1)).toBe((kinds as readonly TriggerKind[]).includes(kind) ? STOP.TRIGGER : STOP.LIMIT);
    }
  });
});

describe('bad ranges are refused', () => {
  test.each([
    { address: -1 },
    { address: 2 ** 32 },
    { address: 0.5 },
    { address: 0, length: 0 },
    { address: 1, length: 2 ** 32 },
    { address: Number.NaN },
  ])('%o', (range) => {
    const { hart } = counting();
    expect(() => hart.triggers.add({ kind: 'load', ...range })).toThrow(RangeError);
    expect(hart.triggers.list).toEqual([]);
  });
});

describe('step', () => {
  test('executes one instruction', () => {
    const { hart } = counting();
    expect(hart.step()).toBe(STOP.LIMIT);
    expect([hart.pc, hart.retired]).toEqual([CODE + 4, 1]);
  });

  test('ends at the first instruction of the handler of a trap', () => {
    const { hart } = boardWith([['ecall']], { firmware: 'guest' });
    hart.csrWrite(CSR.mtvec, CODE + 0x100);
    expect(hart.step()).toBe(STOP.TRAP);
    expect([hart.pc, hart.retired]).toEqual([CODE + 0x100, 0]);
  });
});

describe('triggers are invisible to the guest', () => {
  const LENGTH = 4000;

  function runThrough(hart: Hart): void {
    while (hart.retired < LENGTH) {
      const stop = hart.run(LENGTH - hart.retired);
      if (stop !== STOP.TRIGGER && stop !== STOP.LIMIT) throw new Error(`stopped for ${stop}`);
    }
  }

  const place = fc.oneof(
    fc.integer({ min: CODE, max: CODE + PROGRAM_BYTES }),
    fc.integer({ min: DATA, max: DATA + 16 }),
    fc.integer({ min: RAM_BASE, max: RAM_BASE + 0x1ffff }),
  );
  const trigger = fc.record({
    kind: fc.constantFrom<TriggerKind>('execute', 'load', 'store'),
    address: place,
    length: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(0x3000)),
  });

  test('a program with any triggers ends in the state of the program without', () => {
    const plain = startRestless();
    runThrough(plain.hart);
    const expected = stateOf(plain);
    let stops = 0;
    fc.assert(
      fc.property(fc.array(trigger, { minLength: 1, maxLength: 12 }), (triggers) => {
        const watched = startRestless();
        for (const [i, wanted] of triggers.entries()) {
          watched.hart.triggers.add(wanted);
          watched.hart.run(i * 10);
        }
        while (watched.hart.retired < LENGTH) {
          if (watched.hart.run(LENGTH - watched.hart.retired) === STOP.TRIGGER) stops++;
        }
        expect(stateOf(watched)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    expect(stops).toBeGreaterThan(1000);
  });
});
