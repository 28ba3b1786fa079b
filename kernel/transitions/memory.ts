/** Transitions of allocators, frames, memory objects, address regions and mappings. Charges move with what they are for. */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { ANSWER_TIME, COST } from '../limits.js';
import { must } from '../panic.js';
import { leaveDiscardable } from '../state/discardable.js';
import { addSource, removeSource } from '../state/sources.js';
import { FRAME_USE, type MutableState, ROOT_PATH } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { QUEUE } from '../state/tables.js';
import { transition } from '../state/transition.js';

export function charge(s: MutableState, allocator: number, bytes: number): void {
  const t = s.allocators;
  must(s.rootPath === ROOT_PATH.NO, 'something was charged while the machine is out of frames');
  const charged = t.charged[allocator] + bytes;
  must(charged + t.childrenQuota[allocator] <= t.quota[allocator], 'an allocator was charged beyond its quota');
  t.charged[allocator] = charged;
  if (charged > t.peak[allocator]) t.peak[allocator] = charged;
  if (t.watched[allocator] !== 0) s.memoryChanges++;
}

export function uncharge(s: MutableState, allocator: number, bytes: number): void {
  const t = s.allocators;
  const charged = t.charged[allocator] - bytes;
  must(charged >= 0, 'an allocator was given back more than it was charged');
  t.charged[allocator] = charged;
  if (t.watched[allocator] !== 0) s.memoryChanges++;
}

function countFrame(s: MutableState, allocator: number, use: number, by: 1 | -1): void {
  const t = s.allocators;
  if (use === FRAME_USE.PAGE_TABLE) t.tableFrames[allocator] += by;
  else if (use === FRAME_USE.SAVE_AREA) t.saveAreaFrames[allocator] += by;
  // Those of the journal count as pages, too.
  else t.pageFrames[allocator] += by;
}

/** Charges a frame for its use. */
export function chargeFrame(s: MutableState, allocator: number, use: number): void {
  charge(s, allocator, PAGE_BYTES);
  countFrame(s, allocator, use, 1);
}

/** The other way round; whoever gives a frame another payer or use does both. */
export function unchargeFrame(s: MutableState, allocator: number, use: number): void {
  uncharge(s, allocator, PAGE_BYTES);
  countFrame(s, allocator, use, -1);
}

/** The allocator that pays for what an address region holds. */
function payerOfVmar(s: MutableState, vmar: number): number {
  return s.processes.allocator[s.vmars.process[vmar]];
}

export const allocatorCreated = transition(
  'allocator_created',
  {
    about: "An allocator was made; its quota was moved out of its parent's (none for the root).",
    fields: ['row', 'koid', 'parent', 'quota', 'reserve', 'soft_mark'],
  },
  (s, row, koid, parent, quota, reserve, softMark) => {
    const t = s.allocators;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.parent[row] = parent;
    t.quota[row] = quota;
    t.depth[row] = parent < 0 ? 1 : t.depth[parent] + 1;
    t.reserve[row] = reserve;
    t.softMark[row] = softMark;
    t.watched[row] = softMark > 0 ? 1 : 0;
    t.answerTime[row] = ANSWER_TIME;
    t.firstOwing[row] = -1;
    t.deadlineSlot[row] = -1;
    t.source[row] = addSource(s, OBJECT_TYPE.allocator, row, SOURCE.MEMORY);
    t.subtree[row] = addSource(s, OBJECT_TYPE.allocator, row, SOURCE.MEMORY_SUBTREE);
    t.waiters[row] = addSource(s, OBJECT_TYPE.allocator, row, QUEUE.MEMORY);
    if (parent >= 0) {
      t.childrenQuota[parent] += quota;
      t.children[parent]++;
      // Also tells of what the quota took.
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
    must(t.owed[row] === 0 && t.asked[row] === 0, 'an allocator was removed while its shortage is open');
    removeSource(s, t.source[row]);
    removeSource(s, t.subtree[row]);
    removeSource(s, t.waiters[row]);
    const parent = t.parent[row];
    if (parent >= 0) {
      t.childrenQuota[parent] -= t.quota[row];
      t.children[parent]--;
      // Also tells of the quota that came back.
      uncharge(s, parent, COST.allocator);
    }
    releaseRow(t, row);
  },
);

/** Chain of the frame hash for a page of a memory object. */
export function frameBucket(vmo: number, page: number, buckets: number): number {
  return (Math.imul(vmo, 0x9e3779b1) + page) & (buckets - 1);
}

/** As `page` of a page-table frame: it is the root table. */
export const ROOT_TABLE = -1;

/** A frame becomes a page of a memory object. */
export function givePage(s: MutableState, frame: number, vmo: number, page: number): void {
  const { frames: t, vmos, frameChain } = s;
  t.owner[frame] = vmo;
  t.page[frame] = page;
  const first = vmos.firstFrame[vmo];
  t.ownerNext[frame] = first;
  t.ownerPrevious[frame] = -1;
  if (first >= 0) t.ownerPrevious[first] = frame;
  vmos.firstFrame[vmo] = frame;
  vmos.resident[vmo]++;
  const bucket = frameBucket(vmo, page, frameChain.length);
  t.hashNext[frame] = frameChain[bucket];
  frameChain[bucket] = frame;
}

/** A frame is no page of its memory object any more. */
export function takePage(s: MutableState, frame: number): void {
  const { frames: t, vmos, frameChain } = s;
  const vmo = t.owner[frame];
  const next = t.ownerNext[frame];
  const previous = t.ownerPrevious[frame];
  if (next >= 0) t.ownerPrevious[next] = previous;
  if (previous >= 0) t.ownerNext[previous] = next;
  else vmos.firstFrame[vmo] = next;
  vmos.resident[vmo]--;
  const bucket = frameBucket(vmo, t.page[frame], frameChain.length);
  if (frameChain[bucket] === frame) frameChain[bucket] = t.hashNext[frame];
  else {
    let at = frameChain[bucket];
    while (t.hashNext[at] !== frame) at = t.hashNext[at];
    t.hashNext[at] = t.hashNext[frame];
  }
}

export const frameTaken = transition(
  'frame_taken',
  {
    about:
      'A frame was given to an owner: a page to a memory object, a page table to a process, a save area to a thread; or it pays for the cache of the journal.',
    fields: ['frame', 'use', 'owner', 'page', 'allocator'],
  },
  (s, frame, use, owner, page, allocator) => {
    const t = s.frames;
    takeRow(t, frame);
    chargeFrame(s, allocator, use);
    t.use[frame] = use;
    t.owner[frame] = owner;
    t.page[frame] = page;
    t.allocator[frame] = allocator;
    t.hashNext[frame] = -1;
    t.firstShare[frame] = -1;
    if (use === FRAME_USE.PAGE) {
      givePage(s, frame, owner, page);
      return;
    }
    let first = -1;
    if (use === FRAME_USE.PAGE_TABLE) {
      first = s.processes.firstTableFrame[owner];
      s.processes.firstTableFrame[owner] = frame;
      if (page === ROOT_TABLE) s.processes.pageTable[owner] = frame;
    } else if (use === FRAME_USE.SAVE_AREA) s.threads.saveArea[owner] = frame;
    else s.journalFrames++;
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
    const use = t.use[frame];
    must(t.firstShare[frame] < 0, 'a frame that others share was given back');
    if (use === FRAME_USE.PAGE) takePage(s, frame);
    else if (use === FRAME_USE.PAGE_TABLE) {
      const next = t.ownerNext[frame];
      const previous = t.ownerPrevious[frame];
      if (next >= 0) t.ownerPrevious[next] = previous;
      if (previous >= 0) t.ownerNext[previous] = next;
      else s.processes.firstTableFrame[owner] = next;
      if (t.page[frame] === ROOT_TABLE) s.processes.pageTable[owner] = -1;
    } else if (use === FRAME_USE.SAVE_AREA) s.threads.saveArea[owner] = -1;
    else s.journalFrames--;
    unchargeFrame(s, t.allocator[frame], use);
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
    const vmo = t.owner[frame];
    takePage(s, frame);
    givePage(s, frame, vmo, page);
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
    t.firstMapping[row] = -1;
    t.firstShare[row] = -1;
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
    const { resident, shares, mappings, discardable, pins } = s.vmos;
    must(resident[row] === 0 && shares[row] === 0 && mappings[row] === 0, 'a memory object in use was removed');
    if (discardable[row] !== 0 && pins[row] === 0) leaveDiscardable(s, row);
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
    t.regionLease[row] = -1;
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
    const first = s.vmos.firstMapping[vmo];
    t.nextOfVmo[row] = first;
    t.previousOfVmo[row] = -1;
    if (first >= 0) t.previousOfVmo[first] = row;
    s.vmos.firstMapping[vmo] = row;
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
    about:
      'A mapping was made through a handle that is lent, to what it shows or to the region, and goes with the lending.',
    fields: ['row', 'lending'],
  },
  (s, row, lending) => {
    const { lease, regionLease } = s.mappings;
    const column = s.handles.type[lending] === OBJECT_TYPE.vmar ? regionLease : lease;
    must(column[row] < 0, 'a mapping was leased twice');
    column[row] = lending;
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
    const nextOfVmo = t.nextOfVmo[row];
    const previousOfVmo = t.previousOfVmo[row];
    if (nextOfVmo >= 0) t.previousOfVmo[nextOfVmo] = previousOfVmo;
    if (previousOfVmo >= 0) t.nextOfVmo[previousOfVmo] = nextOfVmo;
    else s.vmos.firstMapping[t.vmo[row]] = nextOfVmo;
    if (t.lease[row] >= 0) s.handles.value[t.lease[row]]--;
    if (t.regionLease[row] >= 0) s.handles.value[t.regionLease[row]]--;
    uncharge(s, payerOfVmar(s, vmar), COST.mapping);
    releaseRow(t, row);
  },
);
