/**
 * Futexes: a word in memory on which threads wait. The kernel knows a word only while somebody waits for it, by its memory
 * object and the offset there; each word has one queue, first in first out, for all processes that share the memory. Not by
 * its physical address: the frame may be somebody else's before the wait is over.
 */
import { STATUS } from '../syscalls/errors.js';
import { PAGE_BYTES } from '../syscalls/limits.js';
import type { Kernel } from './kernel.js';
import { mappingOf } from './memory/vmar.js';
import { futexBucket } from './state/queues.js';
import { unblock } from './tasks/waiting.js';

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

/** Wakes at most `count` of those that wait for a word of a process; gives how many. */
export function wakeFutex(k: Kernel, process: number, address: number, count: number): number {
  const { futexHead, threads } = k.state;
  const mapping = mappingOfWord(k, process, address);
  const object = objectShownBy(k, mapping);
  const key = offsetShownBy(k, mapping, address);
  let woken = 0;
  for (let thread = futexHead[futexBucket(object, key)]; thread >= 0 && woken < count; ) {
    const next = threads.queueNext[thread];
    if (threads.blockedKey[thread] === key && threads.blockedObject[thread] === object) {
      unblock(k, thread, STATUS.OK);
      woken++;
    }
    thread = next;
  }
  return woken;
}
