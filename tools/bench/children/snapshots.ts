/**
 * A process of its own that takes snapshots of a board with 64 MiB and goes back to them. Prints one line of JSON:
 *
 * - `percentLonger`: how much longer the machine's guest takes if there is a snapshot every ten million instructions;
 * - `milliseconds`: a snapshot when 300 pages have been written since the last;
 * - `restoreMilliseconds`: going back to one of fifty such snapshots;
 * - `megabytes`: what a thousand snapshots hold, of a guest that touches 30 pages between them.
 */
import { type Board, RAM_BASE, type Snapshot } from '../../../machine/index.js';
import { boardWithGuest, MEMORY_BYTES, median, secondsOf, timesAsLong } from '../machine-guest.js';

const INSTRUCTIONS = 10_000_000;
const TURNS = 15;
const PAGE_BYTES = 4096;
const PAGES = MEMORY_BYTES / PAGE_BYTES;

/** Writes to `count` pages all over RAM, others for other seeds. */
function touch(board: Board, count: number, seed: number): void {
  for (let i = 0; i < count; i++) {
    const page = (i * 37 + seed * 101) % PAGES;
    board.memory.writeWord(RAM_BASE + page * PAGE_BYTES + 8, seed + i);
  }
}

const plain = boardWithGuest();
const kept = boardWithGuest();
let last = kept.snapshot();
const longer = timesAsLong(
  () => plain.run(INSTRUCTIONS),
  () => {
    kept.run(INSTRUCTIONS);
    last = kept.snapshot();
  },
  TURNS,
);
if (last.time !== kept.time) throw new Error('the snapshot is of another time');

const board = boardWithGuest();
const snapshots: Snapshot[] = [];
const takings: number[] = [];
for (let turn = 0; turn < 50; turn++) {
  touch(board, 300, turn);
  takings.push(secondsOf(() => snapshots.push(board.snapshot())));
}
const restorings = snapshots.map((_, i) => secondsOf(() => board.restore(snapshots[(i * 17) % snapshots.length])));

const heldBefore = heldBytes();
const thousand: Snapshot[] = [];
for (let i = 0; i < 1000; i++) {
  touch(board, 30, i);
  thousand.push(board.snapshot());
}
const held = heldBytes() - heldBefore;
if (thousand.length + snapshots.length !== 1050) throw new Error('snapshots have been lost');

/** What this process holds after everything else has been given back. */
function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

console.log(
  JSON.stringify({
    percentLonger: (longer - 1) * 100,
    milliseconds: median(takings) * 1000,
    restoreMilliseconds: median(restorings) * 1000,
    megabytes: held / 1e6,
  }),
);
