import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAUSE, CSR, INSTRUCTIONS, PMPCFG, RAM_BASE, STOP } from '../../machine/index.js';
import { boardWith, CODE, enterUser, ramContents } from './bare-metal.js';
import { lockBoard, randomSlices } from './spinning.js';

const LIMIT = 3000;

/** Bytes that are not all illegal: random ones, and instructions of the table with random operands. */
const randomCode = fc
  .array(
    fc.oneof(
      fc.integer(),
      fc.tuple(fc.constantFrom(...INSTRUCTIONS), fc.integer()).map(([row, bits]) => row.match | (bits & ~row.mask)),
    ),
    { minLength: 4, maxLength: 200 },
  )
  .map((words) => new Uint8Array(Int32Array.from(words).buffer));

describe('random bytes as code', () => {
  test('never throw and never hang, whoever owns machine mode', () => {
    fc.assert(
      fc.property(
        randomCode,
        fc.constantFrom('host' as const, 'guest' as const),
        fc.infiniteStream(fc.integer()),
        (code, firmware, values) => {
          const { board, hart } = boardWith([], { firmware, memoryBytes: 1 << 16 });
          board.memory.write(CODE, code);
          for (let i = 1; i < 32; i++) hart.x[i] = i % 3 === 0 ? (values.next().value ?? 0) : RAM_BASE + i * 0x100;
          hart.csrWrite(CSR.mtvec, CODE);
          for (let turn = 0; turn < 8; turn++) {
            const before = hart.retired;
            const stop = hart.run(LIMIT);
            expect(hart.retired - before).toBeLessThanOrEqual(LIMIT);
            if (stop === STOP.LIMIT) expect(hart.retired - before).toBe(LIMIT);
            if (stop !== STOP.TRAP) continue;
            hart.csrWrite(CSR.mepc, hart.csrRead(CSR.mepc) + 4);
            hart.mret();
          }
          expect(hart.x[0]).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('never throw and never hang on several harts, in any slices', () => {
    fc.assert(
      fc.property(
        randomCode,
        fc.integer({ min: 2, max: 4 }),
        fc.constantFrom('host' as const, 'guest' as const),
        fc.tuple(fc.integer(), fc.constantFrom(1, 3, 20, 500)),
        (code, harts, firmware, [seed, longest]) => {
          const choose = randomSlices(seed, longest);
          const board = lockBoard([], { harts, firmware, choose, memoryBytes: 1 << 16 });
          board.memory.write(CODE, code);
          for (const hart of board.harts) {
            // All in the same pages, so that they store to each other's code, data and reservations.
            for (let i = 1; i < 32; i++) hart.x[i] = RAM_BASE + i * 0x100 + hart.id * 4;
            hart.csrWrite(CSR.mtvec, CODE);
            hart.csrWrite(CSR.pmpaddr0, -1);
            hart.csrWrite(CSR.pmpcfg0, PMPCFG.OPEN);
            hart.pc = CODE + ((hart.id * 4) % code.length);
          }
          const retired = () => board.harts.reduce((sum, hart) => sum + hart.retired, 0);
          for (let turn = 0; turn < 8; turn++) {
            const before = retired();
            const stop = board.run(LIMIT);
            expect(retired() - before).toBeLessThanOrEqual(LIMIT);
            if (stop === STOP.LIMIT) expect(retired() - before).toBe(LIMIT);
            if (stop !== STOP.TRAP) continue;
            const { current } = board;
            current.csrWrite(CSR.mepc, current.csrRead(CSR.mepc) + 4);
            current.mret();
          }
          for (const hart of board.harts) expect(hart.x[0]).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('cut in two it does the same', () => {
    fc.assert(
      fc.property(randomCode, fc.integer({ min: 0, max: 400 }), (code, cut) => {
        const outcomes = [[400], [cut, 400 - cut]].map((limits) => {
          const { board, hart } = boardWith([], { memoryBytes: 1 << 16 });
          board.memory.write(CODE, code);
          for (let i = 1; i < 32; i++) hart.x[i] = RAM_BASE + i * 0x100;
          enterUser(hart, CODE);
          let stop: number = STOP.LIMIT;
          for (const limit of limits) if (stop === STOP.LIMIT) stop = hart.run(limit);
          const registers = [CSR.mcause, CSR.mepc, CSR.mtval].map((number) => hart.csrRead(number));
          return { stop, pc: hart.pc, x: [...hart.x], retired: hart.retired, registers, ram: ramContents(board) };
        });
        expect(outcomes[1]).toEqual(outcomes[0]);
      }),
      { numRuns: 300 },
    );
  });

  test('U mode never gets at control registers of M mode', () => {
    fc.assert(
      fc.property(randomCode, (code) => {
        const { board, hart } = boardWith([], { memoryBytes: 1 << 16 });
        board.memory.write(CODE, code);
        hart.csrWrite(CSR.mscratch, 0x5ec3e7);
        enterUser(hart, CODE);
        const status = hart.csrRead(CSR.mstatus);
        if (hart.run(1000) === STOP.TRAP) expect(hart.csrRead(CSR.mcause)).not.toBe(CAUSE.ECALL_FROM_M);
        else expect(hart.csrRead(CSR.mstatus)).toBe(status);
        expect(hart.csrRead(CSR.mscratch)).toBe(0x5ec3e7);
      }),
      { numRuns: 300 },
    );
  });
});
