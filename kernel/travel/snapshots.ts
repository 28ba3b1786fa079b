/**
 * The snapshots that are kept of a run: many near where somebody is, and fewer the farther away, within a budget of memory. The first
 * one, after boot, is always kept.
 */
import type { Snapshot } from '../../machine/index.js';
import { stateBytes } from '../state/state.js';
import { compareMoments, type Moment } from './moment.js';
import type { SystemSnapshot } from './system-snapshot.js';

export interface Kept {
  readonly moment: Moment;
  readonly snapshot: SystemSnapshot;
  /** How far the tape was. */
  readonly position: number;
  /** What it takes to get there from the beginning, in about the time of an instruction. */
  readonly work: number;
}

/** A record takes the host as long as so many instructions. */
const INSTRUCTIONS_PER_RECORD = 64;
const FRAME_BYTES = 4096;

export function workOf(instructions: number, records: number): number {
  return instructions + INSTRUCTIONS_PER_RECORD * records;
}

interface Entry extends Kept {
  /** What it takes beside what it shares with the one before it. */
  bytes: number;
}

export class Snapshots {
  private readonly entries: Entry[] = [];
  /** Bytes that all of them take, about. */
  bytes = 0;

  /** `budget`: bytes that they may take together. */
  constructor(
    private readonly budget: number,
    from: readonly Kept[] = [],
  ) {
    for (const kept of from) this.insert(this.entries.length, kept);
  }

  get count(): number {
    return this.entries.length;
  }

  /** All, from the first on. */
  get all(): readonly Kept[] {
    return this.entries;
  }

  /** Keeps one, and drops others where all become too many; `cursor`: the work where somebody is. */
  add(kept: Kept, cursor: number): void {
    const at = this.placeOf(kept.moment);
    const before = this.entries[at - 1];
    if (before !== undefined && compareMoments(before.moment, kept.moment) === 0) return;
    this.insert(at, kept);
    while (this.bytes > this.budget && this.entries.length > 2) this.remove(this.leastUseful(cursor));
  }

  /** The last one that is not after a moment; or the first. */
  nearest(moment: Moment): Kept {
    return this.entries[Math.max(0, this.placeOf(moment) - 1)];
  }

  /** The last one before so many instructions had been executed, whatever step that is in; or the first. */
  nearestByInstruction(instruction: number): Kept {
    let at = this.entries.length - 1;
    while (at > 0 && this.entries[at].moment.instruction >= instruction) at--;
    return this.entries[at];
  }

  /** The last one before a moment; undefined where there is none. */
  before(moment: Moment): Kept | undefined {
    const kept = this.entries[this.placeOf(moment) - 1];
    if (kept === undefined || compareMoments(kept.moment, moment) !== 0) return kept;
    return this.entries[this.placeOf(moment) - 2];
  }

  /** Drops all after a moment. */
  dropAfter(moment: Moment): void {
    while (this.entries.length > 1 && compareMoments(this.entries[this.entries.length - 1].moment, moment) > 0)
      this.remove(this.entries.length - 1);
  }

  /** Drops all after a moment but the last. */
  keepLastAfter(moment: Moment): void {
    while (this.entries.length > 1 && compareMoments(this.entries[this.entries.length - 2].moment, moment) > 0)
      this.remove(this.entries.length - 2);
  }

  /** How many are not after a moment. */
  private placeOf(moment: Moment): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareMoments(this.entries[middle].moment, moment) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private insert(at: number, kept: Kept): void {
    this.entries.splice(at, 0, { ...kept, bytes: 0 });
    this.measure(at);
    this.measure(at + 1);
  }

  private remove(at: number): void {
    this.bytes -= this.entries[at].bytes;
    this.entries.splice(at, 1);
    this.measure(at);
  }

  private measure(at: number): void {
    const entry = this.entries[at];
    if (entry === undefined) return;
    const bytes = bytesOf(entry.snapshot, this.entries[at - 1]?.snapshot.board);
    this.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  /** The one whose loss costs least: who goes there has little farther to go, measured by how far he is away. */
  private leastUseful(cursor: number): number {
    let found = 1;
    let least = Number.POSITIVE_INFINITY;
    for (let at = 1; at < this.entries.length; at++) {
      const { work } = this.entries[at];
      const next = this.entries[at + 1]?.work ?? work;
      const gap = next - this.entries[at - 1].work;
      const score = gap / (1 + Math.abs(cursor - work));
      if (score < least) [found, least] = [at, score];
    }
    return found;
  }
}

function bytesOf({ board, journal }: SystemSnapshot, before: Snapshot | undefined): number {
  let pages = 0;
  const { memory } = board;
  if (before !== undefined)
    for (const frame of memory.differences(before.memory)) if (memory.page(frame) !== undefined) pages++;
  const words = board.harts.reduce((sum, { words }) => sum + words.length, 0);
  return stateBytes(journal.state) + words * 8 + pages * FRAME_BYTES;
}
