/** Transitions of allocators, frames, memory objects, address regions and mappings. Charges move with what they are for. */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { FRAME_USE, type MutableState, ROOT_PATH } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';

export function charge(s: MutableState, allocator: number, bytes: number): void {
  const { charged, peak, quota, childrenQuota } = s.allocators;
  must(s.rootPath === ROOT_PATH.NO, 'something was charged while the machine is out of frames');
  charged[allocator] += bytes;
  must(charged[allocator] + childrenQuota[allocator] <= quota[allocator], 'an allocator was charged beyond its quota');
  if (charged[allocator] > peak[allocator]) peak[allocator] = charged[allocator];
}

export function uncharge(s: MutableState, allocator: number, bytes: number): void {
  s.allocators.charged[allocator] -= bytes;
  must(s.allocators.charged[allocator] >= 0, 'an allocator was given back more than it was charged');
}

/** The allocator that pays for what an address region holds. */
function payerOfVmar(s: MutableState, vmar: number): number {
  return s.processes.allocator[s.vmars.process[vmar]];
}

export const allocatorCreated = transition(
  'allocator_created',
  {
    about: "An allocator was made; its quota was moved out of its parent's (none for the root).",
    fields: ['row', 'koid', 'parent', 'quota'],
  },
  (s, row, koid, parent, quota) => {
    const t = s.allocators;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.parent[row] = parent;
    t.quota[row] = quota;
    t.depth[row] = parent < 0 ? 1 : t.depth[parent] + 1;
    if (parent >= 0) {
      t.childrenQuota[parent] += quota;
      t.children[parent]++;
      charge(s, parent, COST.allocator);
    }
  },
);

export const allocatorRemoved = transition(
  'allocator_removed',
  {
    about: 'An allocator that nobody names and that nothing is charged to went away; its quota went back.',
    fields: ['row'],
  },
  (s, row) => {
    const t = s.allocators;
    must(t.charged[row] === 0 && t.children[row] === 0, 'an allocator in use was removed');
    const parent = t.parent[row];
    if (parent >= 0) {
      t.childrenQuota[parent] -= t.quota[row];
      t.children[parent]--;
      uncharge(s, parent, COST.allocator);
    }
    releaseRow(t, row);
  },
);

/** Chain of the frame hash for a page of a memory object. */
export function frameBucket(vmo: number, page: number, buckets: number): number {
  return (Math.imul(vmo, 0x9e3779b1) + page) & (buckets - 1);
}

function leaveFrameChain(s: MutableState, frame: number): void {
  const { owner, page, hashNext } = s.frames;
  const bucket = frameBucket(owner[frame], page[frame], s.frameChain.length);
  if (s.frameChain[bucket] === frame) s.frameChain[bucket] = hashNext[frame];
  else {
    let at = s.frameChain[bucket];
    while (hashNext[at] !== frame) at = hashNext[at];
    hashNext[at] = hashNext[frame];
  }
}

/** As `page` of a page-table frame: it is the root table. */
export const ROOT_TABLE = -1;

export const frameTaken = transition(
  'frame_taken',
  {
    about:
      'A frame was given to an owner: a page to a memory object, a page table to a process, a save area to a thread; or set aside.',
    fields: ['frame', 'use', 'owner', 'page', 'allocator'],
  },
  (s, frame, use, owner, page, allocator) => {
    const t = s.frames;
    takeRow(t, frame);
    charge(s, allocator, PAGE_BYTES);
    t.use[frame] = use;
    t.owner[frame] = owner;
    t.page[frame] = page;
    t.allocator[frame] = allocator;
    t.hashNext[frame] = -1;
    let first = -1;
    if (use === FRAME_USE.PAGE) {
      first = s.vmos.firstFrame[owner];
      s.vmos.firstFrame[owner] = frame;
      s.vmos.resident[owner]++;
      const bucket = frameBucket(owner, page, s.frameChain.length);
      t.hashNext[frame] = s.frameChain[bucket];
      s.frameChain[bucket] = frame;
    } else if (use === FRAME_USE.PAGE_TABLE) {
      first = s.processes.firstTableFrame[owner];
      s.processes.firstTableFrame[owner] = frame;
      if (page === ROOT_TABLE) s.processes.pageTable[owner] = frame;
    } else if (use === FRAME_USE.SAVE_AREA) s.threads.saveArea[owner] = frame;
    else s.reserveFrames++;
    t.ownerNext[frame] = first;
    t.ownerPrevious[frame] = -1;
    if (first >= 0) t.ownerPrevious[first] = frame;
  },
);

export const frameReleased = transition(
  'frame_released',
  { about: 'A frame was given back.', fields: ['frame'] },
  (s, frame) => {
    const t = s.frames;
    const owner = t.owner[frame];
    const next = t.ownerNext[frame];
    const previous = t.ownerPrevious[frame];
    if (next >= 0) t.ownerPrevious[next] = previous;
    if (previous >= 0) t.ownerNext[previous] = next;
    const use = t.use[frame];
    if (use === FRAME_USE.PAGE) {
      if (previous < 0) s.vmos.firstFrame[owner] = next;
      s.vmos.resident[owner]--;
      leaveFrameChain(s, frame);
    } else if (use === FRAME_USE.PAGE_TABLE) {
      if (previous < 0) s.processes.firstTableFrame[owner] = next;
      if (t.page[frame] === ROOT_TABLE) s.processes.pageTable[owner] = -1;
    } else if (use === FRAME_USE.SAVE_AREA) s.threads.saveArea[owner] = -1;
    else s.reserveFrames--;
    uncharge(s, t.allocator[frame], PAGE_BYTES);
    releaseRow(t, frame);
  },
);

export const frameTurned = transition(
  'frame_turned',
  {
    about:
      'A frame became that of another page of its memory object: what it held is of no use any more. Nothing is charged.',
    fields: ['frame', 'page'],
  },
  (s, frame, page) => {
    const t = s.frames;
    must(t.use[frame] === FRAME_USE.PAGE, 'a frame was turned that is no page of a memory object');
    leaveFrameChain(s, frame);
    t.page[frame] = page;
    const bucket = frameBucket(t.owner[frame], page, s.frameChain.length);
    t.hashNext[frame] = s.frameChain[bucket];
    s.frameChain[bucket] = frame;
  },
);

export const vmoCreated = transition(
  'vmo_created',
  { about: 'A memory object was made, with no frames yet.', fields: ['row', 'koid', 'allocator', 'pages'] },
  (s, row, koid, allocator, pages) => {
    const t = s.vmos;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.pages[row] = pages;
    t.firstFrame[row] = -1;
    charge(s, allocator, COST.vmo);
  },
);

export const deviceCreated = transition(
  'device_created',
  {
    about: "A memory object of a device's registers was made; `device` is its first page.",
    fields: ['row', 'koid', 'allocator', 'pages', 'device'],
    formats: { device: 'hexadecimal' },
  },
  (s, row, koid, allocator, pages, device) => {
    vmoCreated.apply(s, row, koid, allocator, pages, 0, 0, 0, 0);
    s.vmos.device[row] = device;
  },
);

export const vmoRemoved = transition(
  'vmo_removed',
  { about: 'A memory object that nobody names or maps went away.', fields: ['row'] },
  (s, row) => {
    must(s.vmos.resident[row] === 0 && s.vmos.mappings[row] === 0, 'a memory object in use was removed');
    uncharge(s, s.vmos.allocator[row], COST.vmo);
    releaseRow(s.vmos, row);
  },
);

export const vmarCreated = transition(
  'vmar_created',
  { about: 'The address region of a process was made.', fields: ['row', 'koid', 'process'] },
  (s, row, koid, process) => {
    const t = s.vmars;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.process[row] = process;
    t.firstMapping[row] = -1;
    s.processes.vmar[process] = row;
    charge(s, payerOfVmar(s, row), COST.vmar);
  },
);

export const vmarClosed = transition(
  'vmar_closed',
  {
    about: 'The process of an address region ended; handles to the region stay, but nothing can be mapped.',
    fields: ['row'],
  },
  (s, row) => {
    must(s.vmars.mappingCount[row] === 0, 'an address region with mappings was closed');
    uncharge(s, payerOfVmar(s, row), COST.vmar);
    s.processes.vmar[s.vmars.process[row]] = -1;
    s.vmars.process[row] = -1;
  },
);

export const vmarRemoved = transition(
  'vmar_removed',
  { about: 'A closed address region that nobody names went away.', fields: ['row'] },
  (s, row) => releaseRow(s.vmars, row),
);

export const mappingAdded = transition(
  'mapping_added',
  {
    about: 'A range of pages shows a part of a memory object.',
    fields: ['row', 'vmar', 'page', 'pages', 'vmo', 'vmo_page', 'protection', 'allowed'],
    formats: { page: 'hexadecimal' },
  },
  (s, row, vmar, page, pages, vmo, vmoPage, protection, allowed) => {
    const t = s.mappings;
    takeRow(t, row);
    t.vmar[row] = vmar;
    t.page[row] = page;
    t.pages[row] = pages;
    t.vmo[row] = vmo;
    t.vmoPage[row] = vmoPage;
    t.protection[row] = protection;
    t.allowed[row] = allowed;
    t.lease[row] = -1;
    let previous = -1;
    let next = s.vmars.firstMapping[vmar];
    while (next >= 0 && t.page[next] < page) {
      previous = next;
      next = t.next[next];
    }
    t.previous[row] = previous;
    t.next[row] = next;
    if (previous >= 0) t.next[previous] = row;
    else s.vmars.firstMapping[vmar] = row;
    if (next >= 0) t.previous[next] = row;
    s.vmars.mappingCount[vmar]++;
    s.vmos.mappings[vmo]++;
    charge(s, payerOfVmar(s, vmar), COST.mapping);
  },
);

export const mappingChanged = transition(
  'mapping_changed',
  {
    about: 'A mapping was cut, or its protection changed.',
    fields: ['row', 'page', 'pages', 'vmo_page', 'protection'],
    formats: { page: 'hexadecimal' },
  },
  (s, row, page, pages, vmoPage, protection) => {
    const t = s.mappings;
    t.page[row] = page;
    t.pages[row] = pages;
    t.vmoPage[row] = vmoPage;
    t.protection[row] = protection;
  },
);

export const mappingLeased = transition(
  'mapping_leased',
  {
    about: 'A mapping was made through a handle that is lent, and goes with the lending.',
    fields: ['row', 'lending'],
  },
  (s, row, lending) => {
    s.mappings.lease[row] = lending;
    s.handles.value[lending]++;
  },
);

export const mappingRemoved = transition(
  'mapping_removed',
  { about: 'A range of pages shows nothing any more.', fields: ['row'] },
  (s, row) => {
    const t = s.mappings;
    const vmar = t.vmar[row];
    const previous = t.previous[row];
    const next = t.next[row];
    if (previous >= 0) t.next[previous] = next;
    else s.vmars.firstMapping[vmar] = next;
    if (next >= 0) t.previous[next] = previous;
    s.vmars.mappingCount[vmar]--;
    s.vmos.mappings[t.vmo[row]]--;
    if (t.lease[row] >= 0) s.handles.value[t.lease[row]]--;
    uncharge(s, payerOfVmar(s, vmar), COST.mapping);
    releaseRow(t, row);
  },
);
