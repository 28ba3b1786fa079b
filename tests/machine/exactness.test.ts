import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encode, STOP } from '../../machine/index.js';
import { boardWith, CODE } from './bare-metal.js';
import { startRestless, stateOf } from './restless.js';

const LENGTH = 6000;

describe('run(limit) retires exactly limit instructions', () => {
  test('the program goes where its comments say', () => {
    const { board, hart } = startRestless();
    expect(hart.run(LENGTH)).toBe(STOP.LIMIT);
    expect(hart.retired).toBe(LENGTH);
    expect(hart.x[21]).toBeGreaterThan(1000);
    expect(hart.x[22]).not.toBe(0);
    expect(board.memory.i32[0]).toBe(encode('addi', { rd: 8, rs1: 8, imm: 1 }));
  });

  test('cut at random points it is in the same state as uncut', () => {
    const uncut = startRestless();
    uncut.hart.run(LENGTH);
    const expected = stateOf(uncut);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 10, maxLength: 60 }), (cuts) => {
        const cut = startRestless();
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

  test('one instruction at a time it is in the same state as uncut', () => {
    const uncut = startRestless();
    const stepped = startRestless();
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
