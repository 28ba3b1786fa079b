/** Snapshots with names, for the monitor, and one in a file, to start from. */
import {
  decodeSnapshot,
  encodeSnapshot,
  type HostPart,
  HTIF_STATE_VERSION,
  htifStateOf,
  htifWords,
  MachineError,
} from '../../machine/index.js';
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

/** Writes the state of the machine now. Throws Refusal. */
export function saveSnapshot(machine: Machine, path: string): void {
  const { board, ...besides } = machine.snapshot();
  const host = hostPart(besides);
  writeWhole(path, encodeSnapshot({ ...board, ...(host !== undefined && { host }) }));
}

/** Takes on a state that `saveSnapshot` wrote. Throws ToolchainError or Refusal for a file that is not one of such a machine. */
export function loadSnapshot(machine: Machine, path: string): void {
  const bytes = readWhole(path);
  try {
    const { host, ...board } = decodeSnapshot(bytes);
    machine.restore({ board, ...besidesBoard(host) });
  } catch (error) {
    if (error instanceof MachineError) throw new Refusal(`${path}: ${error.message}`);
    throw error;
  }
}

type BesidesBoard = Omit<MachineState, 'board'>;

const HTIF_PART = 'htif';

/** Whether HTIF was seen to be called, then its own words. */
function hostPart({ htif, isHtifCalling }: BesidesBoard): HostPart | undefined {
  if (htif === undefined) return undefined;
  return { name: HTIF_PART, version: HTIF_STATE_VERSION, words: [isHtifCalling ? 1 : 0, ...htifWords(htif)] };
}

/** What `hostPart` wrote. Throws MachineError. */
function besidesBoard(part: HostPart | undefined): BesidesBoard {
  if (part === undefined) return { htif: undefined, isHtifCalling: false };
  if (part.name !== HTIF_PART || part.version !== HTIF_STATE_VERSION) {
    throw new MachineError('the snapshot holds, beside the board, what this version of Tocsin does not know');
  }
  const [calling, ...words] = part.words;
  if (calling !== 0 && calling !== 1) throw new MachineError('the state of HTIF is damaged');
  return { htif: htifStateOf(words), isHtifCalling: calling === 1 };
}
