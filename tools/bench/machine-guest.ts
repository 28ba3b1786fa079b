/** The guest of the figures that are of the machine alone, and how fast boards execute it. */
import { performance } from 'node:perf_hooks';
import { assemble, Board, type BoardOptions, RAM_BASE } from '../../machine/index.js';

/** RAM of the boards, and where each hart's own 64 KiB begin. */
export const MEMORY_BYTES = 64 << 20;
const REGIONS = RAM_BASE + (1 << 20);

/** Every hart for itself: fills 4 KiB with a hash, adds them up through a call for each word, sorts a few of them. */
const MIX = `
_start: slli  s0, a0, 16
        li    t0, ${REGIONS}
        add   s0, s0, t0
        li    s3, 88172645
round:  mv    s1, s0
        li    t1, 1024
fill:   slli  t0, s3, 13
        xor   s3, s3, t0
        srli  t0, s3, 17
        xor   s3, s3, t0
        slli  t0, s3, 5
        xor   s3, s3, t0
        sw    s3, 0(s1)
        addi  s1, s1, 4
        addi  t1, t1, -1
        bnez  t1, fill
        mv    s1, s0
        li    s2, 1024
total:  lw    a0, 0(s1)
        call  mix
        addi  s1, s1, 4
        addi  s2, s2, -1
        bnez  s2, total
        li    s2, 63
pass:   mv    s1, s0
        mv    t1, s2
inner:  lw    t2, 0(s1)
        lw    t3, 4(s1)
        ble   t2, t3, kept
        sw    t3, 0(s1)
        sw    t2, 4(s1)
kept:   addi  s1, s1, 4
        addi  t1, t1, -1
        bnez  t1, inner
        addi  s2, s2, -1
        bnez  s2, pass
        j     round
mix:    mul   t0, a0, s3
        add   s4, s4, t0
        andi  t1, a0, 7
        beqz  t1, 1f
        srai  s4, s4, 1
1:      ret
`;

/** A board about to execute the guest on all its harts. */
export function boardWithGuest(options: Partial<BoardOptions> = {}): Board {
  const board = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'guest', ...options });
  const { segments, entry } = assemble(MIX);
  for (const { address, bytes } of segments) board.memory.write(address, bytes);
  for (const hart of board.harts) hart.pc = entry;
  return board;
}

/** Seconds that `work` takes. */
export function secondsOf(work: () => void): number {
  const begin = performance.now();
  work();
  return (performance.now() - begin) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >>> 1];
}

/** What is done around `other`, and not timed. */
interface Surroundings {
  readonly beforeOther?: () => void;
  readonly afterOther?: () => void;
}

/**
 * How many times as long as `one` takes `other` takes: the median of so many turns, in which they alternate, after each has
 * been done often enough to be compiled.
 */
export function timesAsLong(one: () => void, other: () => void, turns: number, around: Surroundings = {}): number {
  const quotients: number[] = [];
  const timeOther = () => {
    around.beforeOther?.();
    const seconds = secondsOf(other);
    around.afterOther?.();
    return seconds;
  };
  for (let turn = -WARM_UP_TURNS; turn < turns; turn++) {
    // Every other turn begins with the other: what drifts one way during a turn cancels.
    const otherFirst = turn % 2 === 0;
    const early = otherFirst ? timeOther() : 0;
    const base = secondsOf(one);
    const quotient = (otherFirst ? early : timeOther()) / base;
    if (turn >= 0) quotients.push(quotient);
  }
  return median(quotients);
}

const WARM_UP_TURNS = 6;
