import { describe, expect, test } from 'vitest';
import { RAM_BASE } from '../../machine/index.js';
import { boardWith, wordAt } from './bare-metal.js';

const BYTES = 1 << 20;
const END = RAM_BASE + BYTES;

describe('physical memory', () => {
  test('contains what lies wholly inside it', () => {
    const { memory } = boardWith([]).board;
    expect(memory.contains(RAM_BASE, BYTES)).toBe(true);
    expect(memory.contains(END, 0)).toBe(true);
    expect(memory.contains(END - 4, 5)).toBe(false);
    expect(memory.contains(RAM_BASE - 1, 4)).toBe(false);
    expect(memory.contains(0, 4)).toBe(false);
    expect(memory.contains(Number.NaN, 4)).toBe(false);
    expect(memory.contains(RAM_BASE, -1)).toBe(false);
  });

  test('writes, fills and copies where it is told to, and nowhere else', () => {
    const { board } = boardWith([]);
    board.memory.write(RAM_BASE + 5, Uint8Array.of(1, 2, 3));
    board.memory.fill(RAM_BASE + 10, 2, 0xaa);
    board.memory.copy(RAM_BASE + 6, RAM_BASE + 5, 3);
    expect([...board.memory.u8.subarray(4, 13)]).toEqual([0, 1, 1, 2, 3, 0, 0xaa, 0xaa, 0]);
    board.memory.writeWord(END - 4, -1);
    expect(wordAt(board, END - 4)).toBe(-1);
  });

  test('refuses ranges that are not all RAM, and words that are not aligned', () => {
    const { memory } = boardWith([]).board;
    expect(() => memory.writeWord(END, 0)).toThrow(RangeError);
    expect(() => memory.writeWord(RAM_BASE + 2, 0)).toThrow(RangeError);
    expect(() => memory.write(END - 1, Uint8Array.of(1, 2))).toThrow(RangeError);
    expect(() => memory.fill(0, 4, 0)).toThrow(RangeError);
    expect(() => memory.copy(RAM_BASE, END - 2, 4)).toThrow(RangeError);
  });
});
