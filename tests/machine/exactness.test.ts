import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSR, encode, STOP } from '../../machine/index.js';
import { boardWith, CODE } from './bare-metal.js';
import { startLayered } from './layered.js';
import { startRestless, stateOf } from './restless.js';

const LENGTH = 6000;

const PROGRAMS = [
  ['U mode, with a handler in M mode', startRestless],
  ['M, S and U mode, translated, with wfi', startLayered],
] as const;

describe('run(limit) retires exactly limit instructions', () => {
  test('the program goes where its comments say', () => {
    const { board, hart } = startRestless();
    expect(hart.run(LENGTH)).toBe(STOP.LIMIT);
    expect(hart.retired).toBe(LENGTH);
    expect(hart.x[21]).toBeGreaterThan(1000);
    expect(hart.x[22]).not.toBe(0);
    expect(board.memory.i32[0]).toBe(encode('addi', { rd: 8, rs1: 8, imm: 1 }));
  });

  test('the program in all modes goes where its comments say', () => {
    const { hart } = startLayered();
    expect(hart.run(LENGTH)).toBe(STOP.LIMIT);
    expect(hart.retired).toBe(LENGTH);
    const [timer, calls, rounds, users, patched, faults] = [9, 18, 19, 20, 21, 22].map((number) => hart.x[number]);
    expect([timer, rounds].every((count) => count > 50)).toBe(true);
    for (const count of [calls, users, faults >> 1]) expect(Math.abs(rounds - count)).toBeLessThanOrEqual(1);
    expect(Math.abs(2 * patched - rounds)).toBeLessThanOrEqual(2);
    expect(hart.csrRead(CSR.time)).toBeGreaterThan(hart.retired);
  });

  test.each(PROGRAMS)('cut at random points it is in the same state as uncut: %s', (_what, start) => {
    const uncut = start();
    uncut.hart.run(LENGTH);
    const expected = stateOf(uncut);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 10, maxLength: 60 }), (cuts) => {
        const cut = start();
        let total = 0;
        for (const length of cuts) {
          const limit = Math.min(length, LENGTH - total);
          expect(cut.hart.run(limit)).toBe(STOP.LIMIT);
          total += limit;
          expect(cut.hart.retired).toBe(total);
        }
        cut.hart.run(LENGTH - total);
        expect(stateOf(cut)).toEqual(expected);
      }),
    );
  });

  test.each(PROGRAMS)('one instruction at a time it is in the same state as uncut: %s', (_what, start) => {
    const uncut = start();
    const stepped = start();
    uncut.hart.run(LENGTH);
    for (let i = 0; i < LENGTH; i++) stepped.hart.run(1);
    expect(stateOf(stepped)).toEqual(stateOf(uncut));
  });

  test('a limit that ends where the next fetch faults is a limit', () => {
    const { hart } = boardWith([['jalr', { rs1: 0 }]]);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    expect(hart.run(1)).toBe(STOP.TRAP);
  });

  test.each([-1, Number.NaN])('a limit of %d is refused', (limit) => {
    const { hart } = boardWith([['ecall']]);
    expect(() => hart.run(limit)).toThrow(RangeError);
  });

  test('a limit of 0 does nothing', () => {
    const { hart } = boardWith([['ecall']]);
    expect(hart.run(0)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(CODE);
  });
});
