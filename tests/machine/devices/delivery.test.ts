/** Interrupts of devices all the way: from the device by the PLIC into a hart, at the exact instruction. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Board, CSR, encode, type Hart, MSTATUS, PENDING, PLIC_BASE, STOP, Uart16550 } from '../../../machine/index.js';
import { a0, boardWith, CODE, enterUser, type Line } from '../bare-metal.js';

const RTC = 0x0010_1000;
const UART_SOURCE = 10;
const RTC_SOURCE = 11;
const EXTERNAL = 0x8000_000b;

const COUNT: readonly Line[] = [
  ['addi', { rd: a0, rs1: a0, imm: 1 }],
  ['jal', { imm: -4 }],
];

/** Lets a source interrupt the M context of hart 0. */
function enable({ bus }: Board, source: number): void {
  bus.store(PLIC_BASE + 4 * source, 4, 1);
  bus.store(PLIC_BASE + 0x2000, 4, 1 << source);
}

function setAlarm({ bus }: Board, ticks: number): void {
  bus.store(RTC + 0x10, 4, 1);
  bus.store(RTC + 0x0c, 4, 0);
  bus.store(RTC + 0x08, 4, ticks);
}

function counting(): { board: Board; hart: Hart } {
  const { board, hart } = boardWith(COUNT);
  hart.csrWrite(CSR.mie, PENDING.EXTERNAL);
  enterUser(hart, CODE);
  return { board, hart };
}

describe('an interrupt of a device', () => {
  test('comes at the exact instruction for which the alarm of the clock is set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (ticks) => {
        const { board, hart } = counting();
        enable(board, RTC_SOURCE);
        setAlarm(board, ticks);
        expect(hart.run(10_000)).toBe(STOP.TRAP);
        expect([hart.csrRead(CSR.mcause), hart.retired, board.time]).toEqual([EXTERNAL, ticks, ticks]);
        expect(board.bus.load(PLIC_BASE + 0x20_0004, 4)).toBe(RTC_SOURCE);
      }),
    );
  });

  test('comes after a store of the hart that causes it, before the next instruction', () => {
    const { board, hart } = boardWith([
      ['sb', { rs1: 11, rs2: 12, imm: 1 }],
      ['addi', { rd: a0, imm: 1 }],
    ]);
    enable(board, UART_SOURCE);
    hart.x[11] = 0x1000_0000;
    hart.x[12] = 2;
    hart.csrWrite(CSR.mie, PENDING.EXTERNAL);
    hart.csrWrite(CSR.mstatus, MSTATUS.MIE);
    expect(hart.run(10)).toBe(STOP.TRAP);
    expect([hart.csrRead(CSR.mcause), hart.csrRead(CSR.mepc), hart.x[a0]]).toEqual([EXTERNAL, CODE + 4, 0]);
  });

  test('comes when a byte is received, and goes when it is read', () => {
    const { board, hart } = counting();
    enable(board, UART_SOURCE);
    board.bus.store(0x1000_0001, 1, 1);
    expect(hart.run(100)).toBe(STOP.LIMIT);
    board.devices(Uart16550)[0].receive(Uint8Array.of(0x61));
    expect(hart.run(100)).toBe(STOP.TRAP);
    expect([hart.csrRead(CSR.mcause), hart.retired]).toEqual([EXTERNAL, 100]);
    expect(board.bus.load(PLIC_BASE + 0x20_0004, 4)).toBe(UART_SOURCE);
    expect(board.bus.load(0x1000_0000, 1)).toBe(0x61);
    board.bus.store(PLIC_BASE + 0x20_0004, 4, UART_SOURCE);
    expect(hart.csrRead(CSR.mip) & PENDING.EXTERNAL).toBe(0);
    hart.mret();
    expect(hart.run(100)).toBe(STOP.LIMIT);
  });

  test('ends wfi: virtual time jumps to the alarm', () => {
    const lines: readonly Line[] = [['wfi'], ['addi', { rd: a0, imm: 1 }], ['jal', { imm: 0 }]];
    const { board, hart } = boardWith(lines, { firmware: 'guest' });
    enable(board, RTC_SOURCE);
    setAlarm(board, 1_000_000);
    hart.csrWrite(CSR.mie, PENDING.EXTERNAL);
    expect(hart.run(2)).toBe(STOP.LIMIT);
    expect([hart.retired, hart.x[a0], board.time]).toEqual([2, 1, 1_000_001]);
  });

  test('reaches the hart whose context enables it, and no other', () => {
    const board = new Board({ memoryBytes: 1 << 20, firmware: 'host', harts: 2 });
    const spin = encode('jal', { imm: 0 });
    board.memory.writeWord(CODE, spin);
    enable(board, RTC_SOURCE);
    board.bus.store(PLIC_BASE + 0x2000, 4, 0);
    board.bus.store(PLIC_BASE + 0x2000 + 0x80 * 2, 4, 1 << RTC_SOURCE);
    setAlarm(board, 1);
    for (const hart of board.harts) {
      hart.csrWrite(CSR.mie, PENDING.EXTERNAL);
      hart.csrWrite(CSR.mstatus, MSTATUS.MIE);
    }
    expect(board.run(100_000)).toBe(STOP.TRAP);
    expect([board.current.id, board.current.csrRead(CSR.mcause)]).toEqual([1, EXTERNAL]);
    expect(board.harts.map((hart) => hart.csrRead(CSR.mip) & PENDING.EXTERNAL)).toEqual([0, PENDING.EXTERNAL]);
  });
});
