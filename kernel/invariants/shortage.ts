/**
 * 39: shortages of memory: who waits for memory, who owes an answer, and what state an allocator says that it is in. While the
 * monitor decides nobody is granted anything, and states are told afterwards.
 */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { MEMORY_STATE } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { freeBytes } from '../memory/frames.js';
import { isDeciding } from '../root-oom/monitor.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

export function checkShortages(k: Kernel, report: Report): void {
  const { allocators, registrations: r, threads } = k.state;
  const owing = new Set<number>();
  const queued = new Set<number>();
  let deferred = 0;
  for (const row of rows(allocators)) {
    checkAllocator(k, report, row);
    checkQueue(k, report, row, queued);
    checkOwing(k, report, row, owing);
    deferred += allocators.deferred[row];
  }
  report(k.state.deferredShortages === deferred, () => `39: ${deferred} shortages wait for their listeners`);
  report(k.state.memoryAnswersOwed === owing.size, () => `39: ${owing.size} answers to shortages are owed`);
  report(isDeciding(k) || k.memorySettled === k.state.memoryChanges, () => '39: memory changed, and nobody looked');
  for (const row of rows(r)) {
    if (r.owes[row] >= 0) continue;
    report(owing.has(row), () => `39: registration row ${row} owes an answer to no shortage`);
    const thread = r.thread[row];
    report(
      thread < 0 || threads.state[thread] !== TASK_STATE.ENDED,
      () => `39: registration row ${row} owes an answer, and its thread has ended`,
    );
  }
  for (const row of rows(threads)) {
    const waits = threads.state[row] === TASK_STATE.BLOCKED && threads.blockedOn[row] === BLOCKED_ON.MEMORY;
    report(waits === queued.has(row), () => `39: thread row ${row} waits for memory in no queue, or stands in one`);
    const isGranted = threads.grantOf[row] !== 0;
    report(
      !isGranted || (threads.state[row] === TASK_STATE.RUNNABLE && isLive(allocators, threads.grantOf[row] - 1)),
      () => `39: thread row ${row} was granted memory and does not go on`,
    );
  }
}

function checkAllocator(k: Kernel, report: Report, row: number): void {
  const { allocators: t, sources } = k.state;
  const isOpen = t.asked[row] !== 0;
  const waiting = sources.length[t.waiters[row]];
  const free = freeBytes(k, row);
  const used = t.quota[row] - free;
  report(
    (t.watched[row] !== 0) === (t.softMark[row] > 0 || t.state[row] !== MEMORY_STATE.NORMAL),
    () => `39: allocator row ${row} is ${t.watched[row] ? '' : 'not '}watched`,
  );
  report(
    waiting === 0 || (isOpen && t.kind[row] === MEMORY_STATE.OOM && t.state[row] === MEMORY_STATE.OOM),
    () => `39: ${waiting} threads wait for memory of allocator row ${row}, and nobody is asked for it`,
  );
  report(
    isOpen === (t.owed[row] > 0 || t.deferred[row] !== 0),
    () => `39: the shortage of allocator row ${row} is ${isOpen ? 'open' : 'closed'} with ${t.owed[row]} answers owed`,
  );
  report(
    t.deadlineSlot[row] >= 0 === (isOpen && t.answerTime[row] > 0),
    () => `39: the shortage of allocator row ${row} has ${t.deadlineSlot[row] >= 0 ? 'an' : 'no'} end`,
  );
  if (isDeciding(k)) return;
  if (t.state[row] === MEMORY_STATE.PRESSURE)
    report(t.softMark[row] > 0 && used > t.softMark[row], () => `39: allocator row ${row} is under no pressure`);
  if (t.state[row] === MEMORY_STATE.NORMAL)
    report(t.softMark[row] === 0 || used <= t.softMark[row], () => `39: allocator row ${row} is under pressure`);
  if (t.state[row] === MEMORY_STATE.OOM)
    report(
      (isOpen && t.kind[row] === MEMORY_STATE.OOM) || free - t.reserve[row] < t.wanted[row],
      () => `39: allocator row ${row} has what is wanted, and says it has not`,
    );
}

/** One FIFO: the head does not fit, or it would have been served. */
function checkQueue(k: Kernel, report: Report, row: number, queued: Set<number>): void {
  const { allocators: t, sources, registrations: r, threads } = k.state;
  const head = sources.head[t.waiters[row]];
  for (let at = head; at >= 0; at = r.next[at]) queued.add(r.thread[at]);
  if (head < 0) return;
  const bytes = threads.wait0[r.thread[head]] >>> 0;
  report(
    isDeciding(k) || bytes > freeBytes(k, row) - t.reserve[row],
    () => `39: the oldest request of allocator row ${row} fits, and waits`,
  );
}

function checkOwing(k: Kernel, report: Report, row: number, owing: Set<number>): void {
  const { allocators: t, registrations: r } = k.state;
  let previous = -1;
  let owed = 0;
  for (let at = t.firstOwing[row]; at >= 0; at = r.nextOwing[at]) {
    report(
      !owing.has(at) && isLive(r, at) && r.owes[at] === -(row + 1),
      () => `39: registration row ${at} does not owe an answer to allocator row ${row}`,
    );
    if (owing.has(at)) return;
    owing.add(at);
    report(r.previousOwing[at] === previous, () => `39: those who owe are not linked both ways at row ${at}`);
    previous = at;
    owed++;
  }
  report(t.owed[row] === owed, () => `39: ${owed} answers are owed to allocator row ${row}, not ${t.owed[row]}`);
}
