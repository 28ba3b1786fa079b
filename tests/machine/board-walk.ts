/**
 * A random walk through a run of a board with several harts: forwards, and back by snapshots, through the bytes of a file too. What is
 * there at a time must be what was there first.
 */
import { createHash } from 'node:crypto';
import {
  type Board,
  type Choose,
  decodeSnapshot,
  encodeSnapshot,
  type Snapshot,
  seededPick,
} from '../../machine/index.js';
import type { Line } from './bare-metal.js';
import { lockBoard, stateOfHarts } from './spinning.js';

export interface BoardWalk {
  readonly lines: readonly Line[];
  readonly harts: number;
  readonly choose: Choose;
}

const MOST_SNAPSHOTS = 16;
const LONGEST = 4000;

/** Gives how often a time was seen again. Throws where it was another one. */
export function walkBoard({ lines, harts, choose }: BoardWalk, seed: number, moves: number): number {
  const board = lockBoard(lines, { harts, choose });
  const seen = new Map<number, string>();
  const times: number[] = [];
  const snapshots: Snapshot[] = [board.snapshot()];
  let asked = 0;
  let again = 0;
  const pick = (count: number): number => seededPick(seed, asked++, count);
  const note = (move: string): void => {
    const here = stateText(board);
    const first = seen.get(board.time);
    if (first === undefined) {
      seen.set(board.time, here);
      times.push(board.time);
      return;
    }
    again++;
    if (first !== here) throw new Error(`${harts} harts, seed ${seed}, ${move}: time ${board.time} is another one`);
  };
  for (let move = 0; move < moves; move++) {
    const kind = pick(10);
    if (kind < 4) {
      board.run(1 + pick([1, 10, 500][pick(3)]));
      note(`move ${move}: run`);
      if (board.time > LONGEST) board.restore(snapshots[0]);
    } else if (kind < 6) {
      if (snapshots.length === MOST_SNAPSHOTS) snapshots.splice(1 + pick(MOST_SNAPSHOTS - 1), 1);
      snapshots.push(board.snapshot());
    } else if (kind < 7) {
      const snapshot = snapshots[pick(snapshots.length)];
      board.restore(pick(2) === 0 ? snapshot : decodeSnapshot(encodeSnapshot(snapshot)));
      note(`move ${move}: restore`);
    } else {
      const time = times.length === 0 ? 0 : times[pick(times.length)];
      const before = snapshots.filter((snapshot) => snapshot.time <= time);
      board.restore(before[pick(before.length)]);
      board.run(time - board.time);
      note(`move ${move}: go to ${time}`);
    }
  }
  return again;
}

function stateText(board: Board): string {
  const { turns, reservations, choices, harts } = board.snapshot();
  const hash = createHash('sha1');
  hash.update(JSON.stringify([turns, reservations, choices, harts, stateOfHarts(board)]));
  return hash.digest('hex');
}
