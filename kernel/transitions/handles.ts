/** Transitions of handles: a handle belongs to one process, names one object, and stands in a tree of derivation. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { RIGHTS } from '../../syscalls/rights.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { leaveCarrier } from '../state/carried.js';
import { referencesOf } from '../state/objects.js';
import { HANDLE_BUCKETS, type MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

/** Chain of the handle hash. */
export function handleBucket(process: number, value: number): number {
  return (Math.imul(process, 0x9e3779b1) + value) & (HANDLE_BUCKETS - 1);
}

function enterChain(s: MutableState, row: number): void {
  const bucket = handleBucket(s.handles.process[row], s.handles.value[row]);
  s.handles.hashNext[row] = s.handleChain[bucket];
  s.handleChain[bucket] = row;
}

function leaveChain(s: MutableState, row: number): void {
  const next = s.handles.hashNext;
  const bucket = handleBucket(s.handles.process[row], s.handles.value[row]);
  if (s.handleChain[bucket] === row) s.handleChain[bucket] = next[row];
  else {
    let at = s.handleChain[bucket];
    while (next[at] !== row) at = next[at];
    next[at] = next[row];
  }
}

/**
 * Puts a handle that is in no list among those of a process, which pays for it from now on. A handle to the process itself
 * never has DEBUG: its debugger must be able to hide from it.
 */
export function enterProcess(s: MutableState, row: number, process: number, value: number): void {
  const t = s.handles;
  const first = s.processes.firstHandle[process];
  t.process[row] = process;
  t.value[row] = value;
  if (t.type[row] === OBJECT_TYPE.process && t.object[row] === process) t.rights[row] &= ~RIGHTS.DEBUG;
  t.nextInProcess[row] = first;
  t.previousInProcess[row] = -1;
  if (first >= 0) t.previousInProcess[first] = row;
  s.processes.firstHandle[process] = row;
  s.processes.handleCount[process]++;
  s.processes.lastHandleValue[process] = value;
  enterChain(s, row);
  charge(s, s.processes.allocator[process], COST.handle);
}

/** Takes a handle from whoever has it: a process, or what carries it. */
export function leaveHolder(s: MutableState, row: number): void {
  const t = s.handles;
  const process = t.process[row];
  if (process < 0) {
    uncharge(s, t.payer[row], COST.handle);
    leaveCarrier(s, row);
    return;
  }
  const next = t.nextInProcess[row];
  const previous = t.previousInProcess[row];
  if (next >= 0) t.previousInProcess[next] = previous;
  if (previous >= 0) t.nextInProcess[previous] = next;
  else s.processes.firstHandle[process] = next;
  s.processes.handleCount[process]--;
  leaveChain(s, row);
  uncharge(s, s.processes.allocator[process], COST.handle);
}

/** Puts a handle under the one that it was derived from, -1 for none. */
export function adopt(s: MutableState, parent: number, row: number): void {
  const t = s.handles;
  t.parent[row] = parent;
  t.previousSibling[row] = -1;
  t.nextSibling[row] = parent < 0 ? -1 : t.firstChild[parent];
  if (parent < 0) return;
  if (t.nextSibling[row] >= 0) t.previousSibling[t.nextSibling[row]] = row;
  t.firstChild[parent] = row;
}

function leaveParent(s: MutableState, row: number): void {
  const t = s.handles;
  const next = t.nextSibling[row];
  const previous = t.previousSibling[row];
  if (next >= 0) t.previousSibling[next] = previous;
  if (previous >= 0) t.nextSibling[previous] = next;
  else if (t.parent[row] >= 0) t.firstChild[t.parent[row]] = next;
}

export const handleOpened = transition(
  'handle_opened',
  {
    about: 'A process got a handle. `parent` is the handle that it was derived from, -1 for none.',
    fields: ['row', 'process', 'value', 'type', 'object', 'rights', 'parent'],
    formats: { rights: 'hexadecimal' },
  },
  (s, row, process, value, type, object, rights, parent) => {
    const t = s.handles;
    must(parent < 0 || (rights & ~t.rights[parent]) === 0, 'a derived handle got rights that its parent lacks');
    takeRow(t, row);
    t.type[row] = type;
    t.object[row] = object;
    t.rights[row] = rights;
    t.badge[row] = parent >= 0 ? t.badge[parent] : 0;
    t.firstChild[row] = -1;
    adopt(s, parent, row);
    referencesOf(s, type)[object]++;
    enterProcess(s, row, process, value);
  },
);

export const handleReplaced = transition(
  'handle_replaced',
  {
    about: 'A handle got another number and perhaps fewer rights; its place in the tree of derivation stayed.',
    fields: ['row', 'value', 'rights'],
    formats: { rights: 'hexadecimal' },
  },
  (s, row, value, rights) => {
    must((rights & ~s.handles.rights[row]) === 0, 'a replaced handle got rights that it lacked');
    leaveChain(s, row);
    s.handles.value[row] = value;
    s.handles.rights[row] = rights;
    s.processes.lastHandleValue[s.handles.process[row]] = value;
    enterChain(s, row);
  },
);

export const handleGiven = transition(
  'handle_given',
  {
    about: 'A handle went from one process to another; its place in the tree of derivation stayed.',
    fields: ['row', 'process', 'value'],
  },
  (s, row, process, value) => {
    leaveHolder(s, row);
    enterProcess(s, row, process, value);
  },
);

export const handleBadged = transition(
  'handle_badged',
  {
    about: 'A handle got a badge, which those that are derived from it from now on have too.',
    fields: ['row', 'badge'],
    formats: { badge: 'hexadecimal' },
  },
  (s, row, badge) => {
    must(s.handles.badge[row] === 0, 'a handle got a second badge');
    s.handles.badge[row] = badge;
  },
);

export const handleClosed = transition(
  'handle_closed',
  { about: 'A handle is gone; handles that were derived from it count as derived from its parent.', fields: ['row'] },
  (s, row) => {
    const t = s.handles;
    const parent = t.parent[row];
    leaveParent(s, row);
    for (let child = t.firstChild[row]; child >= 0; ) {
      const next = t.nextSibling[child];
      adopt(s, parent, child);
      child = next;
    }
    leaveHolder(s, row);
    referencesOf(s, t.type[row])[t.object[row]]--;
    releaseRow(t, row);
  },
);
