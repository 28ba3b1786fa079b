/**
 * Step 4: who is killed. Jobs that were marked for it come first, by rank, then by the frames that their processes can reach, then
 * the youngest (the highest koid): it has done the least. Where no marked job has anything left, processes one by one, by the
 * same two measures. The monitor and the console driver are never chosen, nor a job that holds one of them.
 *
 * Linear scans; nothing is sorted, nothing allocated.
 */
import { EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { killJob } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { TABLE_LIMIT } from '../limits.js';
import { isLive } from '../state/table.js';
import { type Ending, endProcess, KILLED } from '../tasks/process.js';
import { ANYBODY, framesReached } from './use.js';

export const OUT_OF_MEMORY: Ending = { ...KILLED, reason: EXIT_REASON.OUT_OF_MEMORY };

/** Frames by job, of the scan that is being made. */
const REACHED = new Float64Array(TABLE_LIMIT.jobs);

/** Is a process one that the rule spares? */
export function isSpared(k: Kernel, process: number): boolean {
  const koid = k.state.processes.koid[process];
  return koid === k.consoleKoid || koid === k.monitorKoid;
}

/** A process that has not ended. */
export function isProcessLeft(k: Kernel, process: number): boolean {
  return isLive(k.state.processes, process) && k.state.processes.state[process] !== TASK_STATE.ENDED;
}

/** Is a spared process in this job or below it? */
export function holdsSpared(k: Kernel, job: number): boolean {
  const { processes } = k.state;
  for (let process = 0; process < processes.used; process++) {
    if (isProcessLeft(k, process) && isSpared(k, process) && isUnder(k, process, job)) return true;
  }
  return false;
}

/** Is a process in this job or below it? */
export function isUnder(k: Kernel, process: number, job: number): boolean {
  const { parent } = k.state.jobs;
  let at = k.state.processes.job[process];
  while (at >= 0 && at !== job) at = parent[at];
  return at === job;
}

/** The highest rank of the job of a process and those above it. */
export function rankOf(k: Kernel, process: number): number {
  const { parent, killRank } = k.state.jobs;
  let rank = 0;
  for (let at = k.state.processes.job[process]; at >= 0; at = parent[at]) if (killRank[at] > rank) rank = killRank[at];
  return rank;
}

/** Kills one victim, of those of whom `payer` would get anything back (ANYBODY: of all); false where nobody is left. */
export function killVictim(k: Kernel, payer: number): boolean {
  const job = markedJob(k, payer);
  if (job >= 0) {
    killJob(k, job, OUT_OF_MEMORY);
    return true;
  }
  const process = largestProcess(k, payer);
  if (process < 0) return false;
  endProcess(k, process, OUT_OF_MEMORY);
  return true;
}

/** Is there anybody whom `killVictim` could kill? */
export function hasVictim(k: Kernel, payer: number): boolean {
  return largestProcess(k, payer) >= 0;
}

function isCandidate(k: Kernel, job: number): boolean {
  const { jobs } = k.state;
  return isLive(jobs, job) && jobs.killRank[job] > 0 && jobs.killed[job] === 0 && jobs.processes[job] > 0;
}

/** The marked job that goes first, -1 for none. */
function markedJob(k: Kernel, payer: number): number {
  const { jobs } = k.state;
  let best = -1;
  let isMeasured = false;
  for (let job = 0; job < jobs.used; job++) {
    if (!isCandidate(k, job) || holdsSpared(k, job)) continue;
    // What the jobs hold is only measured where there are any: that is the long part.
    if (!isMeasured) measureJobs(k, payer);
    isMeasured = true;
    if (payer !== ANYBODY && REACHED[job] === 0) continue;
    if (best < 0 || goesBefore(k, job, best)) best = job;
  }
  return best;
}

/** Does a marked job go before another? */
function goesBefore(k: Kernel, job: number, other: number): boolean {
  const { killRank, koid } = k.state.jobs;
  if (killRank[job] !== killRank[other]) return killRank[job] > killRank[other];
  return REACHED[job] === REACHED[other] ? koid[job] > koid[other] : REACHED[job] > REACHED[other];
}

function measureJobs(k: Kernel, payer: number): void {
  const { jobs, processes } = k.state;
  REACHED.fill(0, 0, jobs.used);
  for (let process = 0; process < processes.used; process++) {
    if (!isProcessLeft(k, process)) continue;
    const reached = framesReached(k, process, payer);
    for (let job = processes.job[process]; job >= 0; job = jobs.parent[job]) REACHED[job] += reached;
  }
}

/** The process that goes first, -1 for none. */
function largestProcess(k: Kernel, payer: number): number {
  const { processes } = k.state;
  let best = -1;
  let most = 0;
  for (let process = 0; process < processes.used; process++) {
    if (!isProcessLeft(k, process) || isSpared(k, process)) continue;
    const reached = framesReached(k, process, payer);
    if (payer !== ANYBODY && reached === 0) continue;
    if (best >= 0 && (reached < most || (reached === most && processes.koid[process] < processes.koid[best]))) continue;
    best = process;
    most = reached;
  }
  return best;
}
