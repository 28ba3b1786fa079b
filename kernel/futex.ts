/**
 * Futexes: a word in memory on which threads wait. The kernel knows a word only while somebody waits for it, by its memory
 * object and the offset there; each word has one queue, first in first out, for all processes that share the memory. Not by
 * its physical address: the frame may be somebody else's before the wait is over.
 */
import { STATUS } from '../syscalls/errors.js';
import { PAGE_BYTES } from '../syscalls/limits.js';
import type { Kernel } from './kernel.js';
import { raise, settle } from './locks/inheritance.js';
import { mappingOf } from './memory/vmar.js';
import { futexBucket } from './state/queues.js';
import { unblock } from './tasks/waiting.js';
import { futexPassed } from './transitions/locks.js';

/** The mapping that shows a word of a process; the word was checked. */
export function mappingOfWord(k: Kernel, process: number, address: number): number {
  return mappingOf(k, k.state.processes.vmar[process], Math.floor(address / PAGE_BYTES));
}

/** The koid of the memory object that a mapping shows. */
export function objectShownBy(k: Kernel, mapping: number): number {
  return k.state.vmos.koid[k.state.mappings.vmo[mapping]];
}

/** Where an address of a mapping lies in the memory object, as a signed word. */
export function offsetShownBy(k: Kernel, mapping: number, address: number): number {
  const { vmoPage, page } = k.state.mappings;
  return (address + (vmoPage[mapping] - page[mapping]) * PAGE_BYTES) | 0;
}

/**
 * Wakes at most `count` of those that wait for a word of a process; gives how many. Those who wait on and named `caller` as the
 * owner take the first that was woken for the owner now: it is the one that will have what the word stands for, or look for
 * whoever has.
 */
export function wakeFutex(k: Kernel, process: number, address: number, count: number, caller = -1): number {
  const { futexHead, threads } = k.state;
  const mapping = mappingOfWord(k, process, address);
  const object = objectShownBy(k, mapping);
  const key = offsetShownBy(k, mapping, address);
  let woken = 0;
  let first = -1;
  for (let thread = futexHead[futexBucket(object, key)]; thread >= 0 && woken < count; ) {
    const next = threads.queueNext[thread];
    if (threads.blockedKey[thread] === key && threads.blockedObject[thread] === object) {
      unblock(k, thread, STATUS.OK);
      if (woken++ === 0) first = thread;
    }
    thread = next;
  }
  if (first >= 0 && caller >= 0 && threads.firstLender[caller] >= 0) passFutex(k, object, key, caller, first);
  return woken;
}

/** What those who wait on for a word lent to one thread they lend to another. */
function passFutex(k: Kernel, object: number, key: number, from: number, to: number): void {
  const { threads } = k.state;
  let highest = -1;
  for (let row = threads.firstLender[from]; row >= 0; row = threads.nextLender[row]) {
    if (threads.blockedObject[row] === object && threads.blockedKey[row] === key)
      highest = Math.max(highest, threads.priority[row]);
  }
  if (highest < 0) return;
  k.journal.commit(futexPassed, object, key, from, to);
  raise(k, to, highest);
  settle(k, from);
}
