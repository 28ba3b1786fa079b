/**
 * The map of physical memory: which frame holds what, for whom. A page belongs to the process that maps its memory object; to
 * nobody in particular where several do, or none.
 */
import { pageKinds } from '../memory/charges.js';
import { FRAME_USE, type State } from '../state/state.js';
import { isLive } from '../state/table.js';

export type FrameHolds = 'nothing' | 'page' | 'pool' | 'message' | 'pageTable' | 'saveArea';

/** Neighbouring frames that hold the same for the same. */
export interface FrameRun {
  /** Number of its first frame: of 4 KiB, from the beginning of RAM. */
  readonly first: number;
  readonly count: number;
  readonly holds: FrameHolds;
  /** Koid of the one process that maps the page, or whose page table or save area it is; `null` for several and for none. */
  readonly process: number | null;
  /** Several processes map it. */
  readonly isShared: boolean;
  /** Koid of the allocator that pays; `null` for free frames. */
  readonly payer: number | null;
}

type Content = Omit<FrameRun, 'first' | 'count'>;

const FREE: Content = { holds: 'nothing', process: null, isShared: false, payer: null };

/** All frames, in runs as long as can be. Between two steps. */
export function memoryMap(s: State): FrameRun[] {
  const contentOf = contents(s);
  const runs: FrameRun[] = [];
  let first = 0;
  let content = FREE;
  const end = (at: number): void => {
    if (at > first) runs.push({ first, count: at - first, ...content });
  };
  // Frames beyond those that were ever in use are free.
  for (let frame = 0; frame <= Math.min(s.frames.used, s.frameCount - 1); frame++) {
    const next = contentOf(frame);
    if (isSame(content, next)) continue;
    end(frame);
    first = frame;
    content = next;
  }
  end(s.frameCount);
  return runs;
}

function isSame(a: Content, b: Content): boolean {
  return a.holds === b.holds && a.process === b.process && a.isShared === b.isShared && a.payer === b.payer;
}

const HOLDS = { pages: 'page', poolPages: 'pool', messagePages: 'message' } as const;

function contents(s: State): (frame: number) => Content {
  const { allocators, frames, processes, threads } = s;
  const kindOf = pageKinds(s);
  const mappedBy = mappers(s);
  return (frame) => {
    if (!isLive(frames, frame)) return FREE;
    const owner = frames.owner[frame];
    const payer = allocators.koid[frames.allocator[frame]];
    if (frames.use[frame] === FRAME_USE.PAGE) {
      const process = ofFrame(s, frame, mappedBy);
      const koid = process < 0 ? null : processes.koid[process];
      return { holds: HOLDS[kindOf(owner)], process: koid, isShared: process === SEVERAL, payer };
    }
    const isTable = frames.use[frame] === FRAME_USE.PAGE_TABLE;
    const process = isTable ? owner : threads.process[owner];
    return { holds: isTable ? 'pageTable' : 'saveArea', process: processes.koid[process], isShared: false, payer };
  };
}

const NOBODY = -1;
const SEVERAL = -2;

/** The one process to which a page belongs. Copies of its object show it too, until somebody writes there. */
function ofFrame({ frames, shares }: State, frame: number, mappedBy: ReadonlyMap<number, number>): number {
  let found = mappedBy.get(frames.owner[frame]) ?? NOBODY;
  for (let share = frames.firstShare[frame]; share >= 0; share = shares.nextOfFrame[share]) {
    const process = mappedBy.get(shares.vmo[share]) ?? NOBODY;
    if (process === NOBODY || process === found) continue;
    found = found === NOBODY ? process : SEVERAL;
  }
  return found;
}

/** Row of the process that maps each memory object; SEVERAL. */
function mappers({ mappings, vmars }: State): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (let row = 0; row < mappings.used; row++) {
    if (!isLive(mappings, row)) continue;
    const vmo = mappings.vmo[row];
    const process = vmars.process[mappings.vmar[row]];
    const other = found.get(vmo);
    found.set(vmo, other === undefined || other === process ? process : SEVERAL);
  }
  return found;
}
