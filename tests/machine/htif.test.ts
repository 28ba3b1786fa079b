import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Htif } from '../../machine/htif.js';
import { Board, htifStateOf, htifWords, MachineError, RAM_BASE } from '../../machine/index.js';
import { wordAt } from './bare-metal.js';

const TOHOST = RAM_BASE + 0x1000;
const FROMHOST = RAM_BASE + 0x1008;
const CALL = RAM_BASE + 0x2000;
const TEXT = RAM_BASE + 0x3000;

function setUp() {
  const board = new Board({ memoryBytes: 64 * 1024, firmware: 'guest' });
  const printed: number[] = [];
  const htif = new Htif(board.memory, { tohost: TOHOST, fromhost: FROMHOST }, (bytes) => printed.push(...bytes));
  /** What a guest does that stores a command. */
  const command = (high: number, low: number): void => {
    board.memory.writeWord(TOHOST, low);
    board.memory.writeWord(TOHOST + 4, high);
    htif.serve();
  };
  const call = (...words: readonly number[]): void => {
    for (const [i, word] of words.entries()) board.memory.writeWord(CALL + 8 * i, word);
    command(0, CALL);
  };
  const text = () => String.fromCharCode(...printed);
  const answer = () => [wordAt(board, FROMHOST + 4), wordAt(board, FROMHOST)];
  return { board, htif, command, call, text, answer };
}

describe('HTIF', () => {
  it('ends with half of an odd payload of device 0', () => {
    const { htif, command } = setUp();
    expect(htif.exitCode).toBeUndefined();
    command(0, 2 * 1337 + 1);
    expect(htif.exitCode).toBe(1337);
  });

  it('takes a command by storing zero', () => {
    const { board, htif, command } = setUp();
    board.memory.writeWord(TOHOST + 4, 0x0101_0000);
    expect(htif.wantsAttention).toBe(true);
    command(0x0101_0000, 0x41);
    expect(htif.wantsAttention).toBe(false);
    expect([wordAt(board, TOHOST), wordAt(board, TOHOST + 4)]).toEqual([0, 0]);
  });

  it('prints a byte by command 1 of the console', () => {
    const { command, text } = setUp();
    command(0x0101_0000, 0x41);
    command(0x0101_0000, 0x142);
    expect(text()).toBe('AB');
  });

  it('answers each request for a byte when there is one and the last answer was taken', () => {
    const { board, htif, command, answer } = setUp();
    command(0x0100_0000, 0);
    command(0x0100_0000, 0);
    expect(htif.wantsInput).toBe(true);
    expect(answer()).toEqual([0, 0]);
    expect(htif.receive(Uint8Array.of(0, 0x62, 0x63))).toBe(3);
    expect(answer()).toEqual([0x0100_0000, 0x100]);
    htif.serve();
    expect(answer()).toEqual([0x0100_0000, 0x100]);
    board.memory.fill(FROMHOST, 8, 0);
    htif.serve();
    expect(answer()).toEqual([0x0100_0000, 0x162]);
    board.memory.fill(FROMHOST, 8, 0);
    htif.serve();
    expect(answer()).toEqual([0, 0]);
    expect(htif.wantsInput).toBe(false);
  });

  it('holds a bounded number of bytes that nobody asks for', () => {
    const { htif } = setUp();
    expect(htif.receive(new Uint8Array(5000))).toBe(4096);
    expect(htif.receive(new Uint8Array(1))).toBe(0);
  });

  it('writes by system call 64, and says how much', () => {
    const { board, call, text, answer } = setUp();
    board.memory.write(TEXT, new TextEncoder().encode('words'));
    call(64, 1, TEXT, 5);
    expect(text()).toBe('words');
    expect(wordAt(board, CALL)).toBe(5);
    expect(answer()).toEqual([0, 1]);
  });

  it.each([
    ['another file', [64, 3, TEXT, 5], -9],
    ['bytes outside RAM', [64, 1, 0x1000, 5], -14],
    ['another call', [1234, 0, 0, 0], -38],
  ])('refuses with a negative number: %s', (_, words, error) => {
    const { board, call, text } = setUp();
    call(...words);
    expect([wordAt(board, CALL), wordAt(board, CALL + 4)]).toEqual([error, -1]);
    expect(text()).toBe('');
  });

  it('ends by system call 93', () => {
    const { htif, call } = setUp();
    call(93, 6);
    expect(htif.exitCode).toBe(6);
  });

  it('refuses addresses that are not two words of RAM', () => {
    const { memory } = setUp().board;
    expect(() => new Htif(memory, { tohost: TOHOST + 4 }, () => {})).toThrow('is not aligned to 8 bytes');
    expect(() => new Htif(memory, { tohost: TOHOST, fromhost: 0x1000 }, () => {})).toThrow('is not in RAM');
  });

  it('survives any two words, and leaves nothing in tohost', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 20 }), (commands) => {
        const { htif, command } = setUp();
        for (const [high, low] of commands) command(high, low);
        return !htif.wantsAttention;
      }),
      { numRuns: 200 },
    );
  });

  it('goes back to a state: what was asked for, what waits, and whether the guest has ended', () => {
    const { board, htif, command, answer } = setUp();
    command(0x0100_0000, 0);
    const asked = htif.snapshot();
    htif.receive(Uint8Array.of(0x61, 0x62));
    const waits = htif.snapshot();
    board.memory.fill(FROMHOST, 8, 0);
    command(0, 3);
    htif.restore(asked);
    expect([htif.wantsInput, htif.exitCode]).toEqual([true, undefined]);
    htif.restore(waits);
    command(0x0100_0000, 0);
    expect(answer()).toEqual([0x0100_0000, 0x162]);
  });
});

describe('the state of HTIF as words', () => {
  const state = fc.record({
    exitCode: fc.option(fc.integer({ min: 0, max: 2 ** 47 - 1 }), { nil: undefined }),
    asked: fc.integer({ min: 0, max: 4096 }),
    waiting: fc.array(fc.nat({ max: 255 }), { maxLength: 4096 }),
  });

  it('says all of it', () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(htifStateOf(htifWords(value))).toEqual(value);
      }),
    );
  });

  it.each<[string, readonly number[]]>([
    ['nothing', []],
    ['a flag that is none', [2, 0, 0, 0]],
    ['a code without an end', [0, 1, 0, 0]],
    ['an exit code that is too large', [1, 2 ** 47, 0, 0]],
    ['more asked for than ever is', [0, 0, 4097, 0]],
    ['less asked for than nothing', [0, 0, -1, 0]],
    ['more bytes than may wait', [0, 0, 0, 4097, ...new Array<number>(4097).fill(0)]],
    ['a byte that is none', [0, 0, 0, 1, 256]],
    ['fewer bytes than it says', [0, 0, 0, 2, 1]],
    ['a word too many', [0, 0, 0, 0, 0]],
  ])('is refused if it is %s', (_what, words) => {
    expect(() => htifStateOf(words)).toThrow(MachineError);
  });
});
