/**
 * When objects go. An object goes at the end of the step in which its last use went: handles, and what is said for each type
 * below. What its going lets go of is put on the same work list, so nothing recurses however deep the nesting is.
 */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { removeChannelIfUnused } from '../channels/channel.js';
import { breakCycle } from '../channels/cycles.js';
import { removeReplyIfUnused } from '../channels/replies.js';
import { removeSessionIfUnused } from '../debug/sessions.js';
import { closeSource } from '../events/broadcast.js';
import { removePool } from '../events/cancel.js';
import { removeInterruptIfUnused } from '../interrupts/interrupt.js';
import { removeJobIfUnused } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { leaveLocks, removeLock } from '../locks/lock.js';
import { releaseFrame } from '../memory/frames.js';
import { removeVmo } from '../memory/vmo.js';
import { removeRingIfUnused } from '../rings/ring.js';
import { closeShortage } from '../shortage/shortage.js';
import { isLive } from '../state/table.js';
import { removeTokenIfUnused } from '../suspension.js';
import { removeTimerIfUnused } from '../timers.js';
import { removeTopicIfUnused } from '../topics.js';
import { allocatorRemoved, vmarRemoved } from '../transitions/memory.js';
import { processRemoved, threadRemoved } from '../transitions/tasks.js';
import { endProcess, KILLED } from './process.js';

/** Runs the work list until it is empty. Every entry removes an object or does nothing, so it ends. */
export function removeUnused(k: Kernel): void {
  const { doubtful } = k;
  while (!doubtful.isEmpty) {
    const row = doubtful.lastRow;
    removeIfUnused(k, doubtful.take(), row);
  }
}

function removeIfUnused(k: Kernel, type: ObjectTypeName, row: number): void {
  switch (type) {
    case 'process':
      removeProcess(k, row);
      return;
    case 'thread':
      removeThread(k, row);
      return;
    case 'allocator':
      removeAllocator(k, row);
      return;
    case 'vmo': {
      const { vmos } = k.state;
      if (!isLive(vmos, row) || vmos.references[row] > 0 || vmos.mappings[row] > 0) return;
      const allocator = vmos.allocator[row];
      removeVmo(k, row);
      k.mayBeUnused('allocator', allocator);
      return;
    }
    case 'pool':
      if (isLive(k.state.pools, row) && k.state.pools.references[row] > 0) breakCycle(k, OBJECT_TYPE.pool, row);
      if (isLive(k.state.pools, row) && k.state.pools.references[row] === 0) removePool(k, row);
      return;
    case 'channel':
      removeChannelIfUnused(k, row);
      return;
    case 'reply':
      removeReplyIfUnused(k, row);
      return;
    case 'timer':
      removeTimerIfUnused(k, row);
      return;
    case 'interrupt':
      removeInterruptIfUnused(k, row);
      return;
    case 'job':
      removeJobIfUnused(k, row);
      return;
    case 'ring':
      removeRingIfUnused(k, row);
      return;
    case 'topic':
      removeTopicIfUnused(k, row);
      return;
    case 'lock':
      if (isLive(k.state.locks, row) && k.state.locks.references[row] === 0) removeLock(k, row);
      return;
    case 'token':
      removeTokenIfUnused(k, row);
      return;
    case 'session':
      removeSessionIfUnused(k, row);
      return;
    case 'vmar': {
      // A region lives as long as its process runs.
      const { vmars } = k.state;
      if (isLive(vmars, row) && vmars.references[row] === 0 && vmars.process[row] < 0)
        k.journal.commit(vmarRemoved, row);
      return;
    }
  }
}

/** A process goes when it has ended and neither a handle nor a thread names it; one that can never be started ends first. */
function removeProcess(k: Kernel, row: number): void {
  const { processes } = k.state;
  if (!isLive(processes, row) || processes.references[row] > 0) return;
  if (processes.state[row] !== TASK_STATE.ENDED) {
    if (processes.state[row] === TASK_STATE.NEW && processes.liveThreads[row] === 0) endProcess(k, row, KILLED);
    return;
  }
  if (processes.firstThread[row] >= 0) return;
  const allocator = processes.allocator[row];
  const job = processes.job[row];
  closeSource(k, processes.source[row]);
  closeSource(k, processes.faults[row]);
  closeSource(k, processes.breaks[row]);
  k.journal.commit(processRemoved, row);
  k.mayBeUnused('job', job);
  k.mayBeUnused('allocator', allocator);
}

/** A thread goes when no handle names it, and it has ended or was never started (then nobody can). */
function removeThread(k: Kernel, row: number): void {
  const { threads } = k.state;
  if (!isLive(threads, row) || threads.references[row] > 0) return;
  const state = threads.state[row];
  if (state !== TASK_STATE.ENDED && state !== TASK_STATE.NEW) return;
  leaveLocks(k, row);
  if (threads.saveArea[row] >= 0) releaseFrame(k, threads.saveArea[row]);
  const process = threads.process[row];
  closeSource(k, threads.source[row]);
  closeSource(k, threads.faults[row]);
  closeSource(k, threads.breaks[row]);
  k.journal.commit(threadRemoved, row);
  k.mayBeUnused('process', process);
}

/** An allocator goes when no handle names it, nothing is charged to it and no allocator is under it. The root stays. */
function removeAllocator(k: Kernel, row: number): void {
  const { allocators } = k.state;
  if (!isLive(allocators, row) || allocators.references[row] > 0 || allocators.parent[row] < 0) return;
  if (allocators.charged[row] > 0 || allocators.children[row] > 0) return;
  const parent = allocators.parent[row];
  closeShortage(k, row);
  k.journal.commit(allocatorRemoved, row);
  k.mayBeUnused('allocator', parent);
}
