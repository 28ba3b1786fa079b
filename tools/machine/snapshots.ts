/** Snapshots with names, for the monitor, and one in a file, to start from. */
import { type Board, decodeSnapshot, encodeSnapshot, MachineError } from '../../machine/index.js';
import { Refusal } from '../cli/failure.js';
import { writeWhole } from '../cli/write-whole.js';
import { readWhole } from '../toolchain/input.js';
import type { Machine, MachineState } from './machine.js';

/** Snapshots that have names at most: each holds the pages that were written since the one before. */
const MAX_SNAPSHOTS = 1000;

export class Snapshots {
  private readonly byName = new Map<string, MachineState>();

  constructor(private readonly machine: Machine) {}

  /** Throws MachineError if there are too many. */
  take(name: string): void {
    if (!this.byName.has(name) && this.byName.size >= MAX_SNAPSHOTS) {
      throw new MachineError(`there are ${MAX_SNAPSHOTS} snapshots already; take one with a name that is there`);
    }
    this.byName.set(name, this.machine.snapshot());
  }

  /** Returns false if there is none of that name. */
  goBack(name: string): boolean {
    const snapshot = this.byName.get(name);
    if (snapshot !== undefined) this.machine.restore(snapshot);
    return snapshot !== undefined;
  }

  /** Names with virtual times in ticks, oldest first. */
  get list(): readonly { readonly name: string; readonly time: number }[] {
    return Array.from(this.byName, ([name, { board }]) => ({ name, time: board.time }));
  }
}

/** Writes the state of the board now. Throws Refusal. */
export function saveSnapshot(board: Board, path: string): void {
  writeWhole(path, encodeSnapshot(board.snapshot()));
}

/** Takes on a state that `saveSnapshot` wrote. Throws ToolchainError or Refusal for a file that is not one of such a board. */
export function loadSnapshot(board: Board, path: string): void {
  const bytes = readWhole(path);
  try {
    board.restore(decodeSnapshot(bytes));
  } catch (error) {
    if (error instanceof MachineError) throw new Refusal(`${path}: ${error.message}`);
    throw error;
  }
}
