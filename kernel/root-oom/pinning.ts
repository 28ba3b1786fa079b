/**
 * Pinning a process: every page that it has mapped gets a frame and its entry in the page table, so that running it needs no memory.
 * All of it, or nothing is changed.
 */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { fits, framesLeft } from '../memory/frames.js';
import { hasTable } from '../memory/page-tables.js';
import { isBackedFor, isPagePinned, pinPage } from '../memory/user-memory.js';
import { must } from '../panic.js';
import { ROOT_PATH } from '../state/state.js';

/** Pages of a memory object; more than any has. */
const OBJECT_PAGES = 2 ** 20;

/** Pins a process; false where memory is short. Allocates nothing where it is pinned already: that is asked on the root path, too. */
export function pinProcess(k: Kernel, process: number): boolean {
  if (isPinned(k, process)) return true;
  if (k.state.rootPath !== ROOT_PATH.NO || !canPin(k, process)) return false;
  eachPage(k, process, enter);
  // A page that got a frame for itself may be shown by a mapping that was entered before it.
  if (!isPinned(k, process)) eachPage(k, process, enter);
  must(isPinned(k, process), 'a process was pinned, and is not');
  return true;
}

function isPinned(k: Kernel, process: number): boolean {
  return eachPage(k, process, isPagePinned);
}

function enter(k: Kernel, process: number, address: number, mapping: number): boolean {
  must(
    isPagePinned(k, process, address, mapping) || pinPage(k, process, address, mapping),
    'a page could not be pinned',
  );
  return true;
}

/** Visits the pages of a process that it can touch, until a visit says no; true where none does. */
function eachPage(
  k: Kernel,
  process: number,
  visit: (k: Kernel, process: number, address: number, mapping: number) => boolean,
): boolean {
  const { vmars, mappings, processes } = k.state;
  for (let at = vmars.firstMapping[processes.vmar[process]]; at >= 0; at = mappings.next[at]) {
    if (mappings.protection[at] === 0) continue; // a guard: nothing can touch it
    const end = mappings.page[at] + mappings.pages[at];
    for (let page = mappings.page[at]; page < end; page++) if (!visit(k, process, page * PAGE_BYTES, at)) return false;
  }
  return true;
}

/** Do the frames and page tables that are missing fit? A page that shows twice counts once. */
function canPin(k: Kernel, process: number): boolean {
  const { mappings, vmos, frames, processes } = k.state;
  const pages = new Set<number>();
  const tables = new Set<number>();
  const bytes = new Map<number, number>();
  const add = (known: Set<number>, what: number, payer: number): void => {
    if (known.has(what)) return;
    known.add(what);
    bytes.set(payer, (bytes.get(payer) ?? 0) + PAGE_BYTES);
  };
  const fitsMachine = eachPage(k, process, (_k, _process, address, mapping) => {
    const vmo = mappings.vmo[mapping];
    const page = mappings.vmoPage[mapping] + address / PAGE_BYTES - mappings.page[mapping];
    if (!isBackedFor(k, mapping, page)) add(pages, vmo * OBJECT_PAGES + page, vmos.allocator[vmo]);
    if (!hasTable(k, process, address)) add(tables, address >>> 22, processes.allocator[process]);
    return pages.size + tables.size <= frames.limit;
  });
  if (!fitsMachine) return false;
  for (const [allocator, more] of bytes) if (!fits(k, allocator, more)) return false;
  return framesLeft(k, pages.size + tables.size);
}
