/**
 * The invariants of the kernel that must hold after every step, each with its number in the list of the tests' README where it
 * has one. Everything is computed from scratch and compared with what the kernel keeps; slow, for tests.
 */
import { PROTECTION } from '../../syscalls/calls.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { frameAddress } from '../memory/frames.js';
import { entryOf, PTE } from '../memory/page-tables.js';
import { isOwn, shareOf } from '../memory/sharing.js';
import { mappingOf } from '../memory/vmar.js';
import { frameOfPage, isDevice } from '../memory/vmo.js';
import { futexBucket } from '../state/queues.js';
import { FRAME_USE, FUTEX_BUCKETS, PRIORITIES } from '../state/state.js';
import { isLive } from '../state/table.js';
import { checkChannels } from './channels.js';
import { checkCharges } from './charges.js';
import { checkPools, checkSources } from './events.js';
import { checkFaults } from './faults.js';
import { checkHandles } from './handles.js';
import { checkInterrupts } from './interrupts.js';
import { checkJobs } from './jobs.js';
import { checkInheritance, checkLocks } from './locks.js';
import { type Report, rows } from './report.js';
import { checkRings } from './rings.js';
import { checkRootPath } from './root-oom.js';
import { checkDiscardable, checkShares } from './sharing.js';
import { checkShortages } from './shortage.js';
import { checkSuspensions } from './suspension.js';
import { checkDeadlines } from './timers.js';

/** One sentence for each violation; empty when all is well. */
export function invariantViolations(k: Kernel): string[] {
  const found: string[] = [];
  const report = (holds: boolean, sentence: () => string): void => {
    if (!holds) found.push(sentence());
  };
  checkQueues(k, report);
  checkDeadlines(k, report);
  checkTasks(k, report);
  checkJobs(k, report);
  checkRings(k, report);
  checkCharges(k, report);
  checkHandles(k, report);
  checkFrames(k, report);
  checkShares(k, report);
  checkDiscardable(k, report);
  checkMappings(k, report);
  checkPageTables(k, report);
  checkSources(k, report);
  checkPools(k, report);
  checkChannels(k, report);
  checkLocks(k, report);
  checkInheritance(k, report);
  checkSuspensions(k, report);
  checkInterrupts(k, report);
  checkFaults(k, report);
  checkShortages(k, report);
  checkRootPath(k, report);
  return found;
}

/** 48: the run queue holds each runnable thread once; and each futex waiter stands in its queue once; nobody else in either. */
function checkQueues(k: Kernel, report: Report): void {
  const { threads, readyHead, readyTail, readyLevels, futexHead, futexTail, current, heldThread } = k.state;
  const seen = new Map<number, string>();
  const isRunnable = (row: number): boolean =>
    threads.state[row] === TASK_STATE.RUNNABLE && threads.suspensions[row] === 0;
  const walk = (queue: string, head: number, tail: number, belongs: (row: number) => boolean): void => {
    let previous = -1;
    for (let row = head; row >= 0; row = threads.queueNext[row]) {
      report(!seen.has(row), () => `48: thread row ${row} is in ${seen.get(row)} and in ${queue}`);
      if (seen.has(row)) return;
      seen.set(row, queue);
      report(isLive(threads, row) && belongs(row), () => `48: thread row ${row} does not belong in ${queue}`);
      report(threads.queuePrevious[row] === previous, () => `48: ${queue} is not linked both ways at row ${row}`);
      previous = row;
    }
    report(tail === previous, () => `48: the tail of ${queue} is wrong`);
  };
  for (let level = 0; level < PRIORITIES; level++) {
    walk(`level ${level}`, readyHead[level], readyTail[level], (row) => {
      return isRunnable(row) && threads.priority[row] === level && row !== current && row !== heldThread;
    });
    report(
      ((readyLevels >>> level) & 1) === (readyHead[level] >= 0 ? 1 : 0),
      () => `48: the bit of level ${level} is wrong`,
    );
  }
  for (let bucket = 0; bucket < FUTEX_BUCKETS; bucket++) {
    walk(`futex chain ${bucket}`, futexHead[bucket], futexTail[bucket], (row) => {
      const waits = threads.state[row] === TASK_STATE.BLOCKED && threads.blockedOn[row] === BLOCKED_ON.FUTEX;
      return waits && futexBucket(threads.blockedObject[row], threads.blockedKey[row]) === bucket;
    });
  }
  for (const row of rows(threads)) {
    const runnable = isRunnable(row) && row !== current && row !== heldThread;
    const waits = threads.state[row] === TASK_STATE.BLOCKED && threads.blockedOn[row] === BLOCKED_ON.FUTEX;
    report(
      seen.has(row) === (runnable || waits),
      () => `48: thread row ${row} in state ${threads.state[row]} is ${seen.has(row) ? '' : 'not '}queued`,
    );
  }
  report(current < 0 || isRunnable(current), () => '30: the thread that has the hart is not runnable');
}

/** Processes count their threads and handles; a process that runs has a thread that was started. */
function checkTasks(k: Kernel, report: Report): void {
  const { processes, threads, handles } = k.state;
  for (const row of rows(processes)) {
    let live = 0;
    let started = 0;
    for (let thread = processes.firstThread[row]; thread >= 0; thread = threads.nextInProcess[thread]) {
      report(threads.process[thread] === row, () => `thread row ${thread} is in the list of process row ${row}`);
      if (threads.state[thread] === TASK_STATE.ENDED) continue;
      live++;
      if (threads.state[thread] !== TASK_STATE.NEW) started++;
    }
    let open = 0;
    for (let handle = processes.firstHandle[row]; handle >= 0; handle = handles.nextInProcess[handle]) open++;
    report(
      processes.liveThreads[row] === live && processes.startedThreads[row] === started,
      () => `process row ${row} counts its threads wrong`,
    );
    report(processes.handleCount[row] === open, () => `process row ${row} counts its handles wrong`);
    report(
      (processes.state[row] === TASK_STATE.RUNNABLE) === started > 0,
      () => `process row ${row} in state ${processes.state[row]} has ${started} threads that were started`,
    );
  }
}

/** Frames belong to whoever lists them, and memory objects find theirs. */
function checkFrames(k: Kernel, report: Report): void {
  const { frames, vmos, threads } = k.state;
  const resident = new Map<number, number>();
  for (const frame of rows(frames)) {
    const owner = frames.owner[frame];
    if (frames.use[frame] === FRAME_USE.PAGE) {
      resident.set(owner, (resident.get(owner) ?? 0) + 1);
      report(
        isLive(vmos, owner) &&
          frameOfPage(k, owner, frames.page[frame]) === frame &&
          shareOf(k, owner, frames.page[frame]) < 0,
        () => `36: frame ${frame} is not found in its object`,
      );
      report(frames.page[frame] < vmos.pages[owner], () => `36: frame ${frame} lies outside its object`);
    } else if (frames.use[frame] === FRAME_USE.SAVE_AREA) {
      report(isLive(threads, owner) && threads.saveArea[owner] === frame, () => `36: save area ${frame} is nobody's`);
    }
  }
  for (const row of rows(vmos)) {
    report(
      vmos.resident[row] === (resident.get(row) ?? 0),
      () => `36: memory object row ${row} counts its frames wrong`,
    );
  }
}

/** Mappings are in order, do not overlap, lie inside their objects; regions and objects count them. */
function checkMappings(k: Kernel, report: Report): void {
  const { vmars, mappings, vmos } = k.state;
  const uses = new Map<number, number>();
  let listed = 0;
  for (const vmar of rows(vmars)) {
    let end = 0;
    let count = 0;
    for (let row = vmars.firstMapping[vmar]; row >= 0; row = mappings.next[row]) {
      count++;
      const vmo = mappings.vmo[row];
      uses.set(vmo, (uses.get(vmo) ?? 0) + 1);
      report(mappings.page[row] >= end, () => `mapping row ${row} overlaps the one before it`);
      report(
        mappings.pages[row] > 0 && mappings.vmoPage[row] + mappings.pages[row] <= vmos.pages[vmo],
        () => `mapping row ${row} lies outside its object`,
      );
      report(
        (mappings.protection[row] & ~mappings.allowed[row]) === 0,
        () => `45: mapping row ${row} allows more than its handle did`,
      );
      end = mappings.page[row] + mappings.pages[row];
    }
    listed += count;
    report(vmars.mappingCount[vmar] === count, () => `address region row ${vmar} counts its mappings wrong`);
  }
  report(listed === mappings.live, () => `${mappings.live - listed} mappings are in no address region`);
  for (const row of rows(vmos)) {
    report(vmos.mappings[row] === (uses.get(row) ?? 0), () => `memory object row ${row} counts its mappings wrong`);
    let count = 0;
    let previous = -1;
    for (let at = vmos.firstMapping[row]; at >= 0 && count <= mappings.live; at = mappings.nextOfVmo[at]) {
      report(
        isLive(mappings, at) && mappings.vmo[at] === row && mappings.previousOfVmo[at] === previous,
        () => `mapping row ${at} is in the list of memory object row ${row}`,
      );
      previous = at;
      count++;
    }
    report(vmos.mappings[row] === count, () => `memory object row ${row} does not list its mappings`);
  }
}

/** Every page that a page table shows is what the mapping says, with no more protection. */
function checkPageTables(k: Kernel, report: Report): void {
  const { processes, frames, mappings, vmos } = k.state;
  for (const process of rows(processes)) {
    for (let table = processes.firstTableFrame[process]; table >= 0; table = frames.ownerNext[table]) {
      if (frames.page[table] < 0) continue; // the root
      const first = frames.page[table] * 1024;
      for (let page = first; page < first + 1024; page++) {
        const entry = entryOf(k, process, page * PAGE_BYTES);
        if (entry === 0) continue;
        const mapping = mappingOf(k, processes.vmar[process], page);
        report(mapping >= 0, () => `page ${page} of process row ${process} is in the page table and not mapped`);
        if (mapping < 0) continue;
        const vmo = mappings.vmo[mapping];
        const vmoPage = mappings.vmoPage[mapping] + page - mappings.page[mapping];
        const frame = frameOfPage(k, vmo, vmoPage);
        const physical = isDevice(k, vmo) ? (vmos.device[vmo] + vmoPage) * PAGE_BYTES : frameAddress(k, frame);
        report(
          (frame >= 0 || isDevice(k, vmo)) && (entry >>> 10) * PAGE_BYTES === physical,
          () => `page ${page} of process row ${process} shows another frame`,
        );
        report(
          frame < 0 || k.shownFrames[frame] !== 0,
          () =>
            `page ${page} of process row ${process} is in the page table, and its frame is taken for one that is in none`,
        );
        report(
          (entry & PTE.W) === 0 || isDevice(k, vmo) || (frame >= 0 && isOwn(k, vmo, frame)),
          () => `36: page ${page} of process row ${process} can be written, and its frame is shared`,
        );
        const allowed = mappings.protection[mapping];
        report(
          (entry & PTE.W) === 0 || (allowed & PROTECTION.WRITE) !== 0,
          () => `page ${page} of process row ${process} can be written`,
        );
        report(
          (entry & PTE.X) === 0 || (allowed & PROTECTION.EXECUTE) !== 0,
          () => `page ${page} of process row ${process} can be executed`,
        );
      }
    }
  }
}
