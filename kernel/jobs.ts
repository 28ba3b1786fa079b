/**
 * Jobs: a tree over processes. What a job allows holds for everything below it: how many processes and threads, the highest
 * priority, which calls. Killing one ends all that is under it.
 *
 * A job goes when no handle names it and nothing is in it; processes that have ended but are still named count as in it.
 */
import { STATUS } from '../syscalls/errors.js';
import { TASK_STATE } from '../syscalls/layouts.js';
import { closeSource, fire } from './events/broadcast.js';
import type { Kernel } from './kernel.js';
import { COST, JOB_DEPTH } from './limits.js';
import { fits } from './memory/frames.js';
import { freeRows, isLive, nextRow } from './state/table.js';
import { endProcess, KILLED } from './tasks/process.js';
import { jobCreated, jobKilled, jobRemoved } from './transitions/jobs.js';

/** Limits of a job's own; 0 for none. `maxPriority` is the highest priority plus one. */
export interface Policy {
  readonly maxProcesses: number;
  readonly maxThreads: number;
  readonly maxPriority: number;
  /** Bit n: calls 16 n to 16 n + 15. */
  readonly denied: number;
}

/** Without any limit: what the first job has. */
export const NO_POLICY: Policy = { maxProcesses: 0, maxThreads: 0, maxPriority: 0, denied: 0 };

/** Makes a job under another, -1 for the first of all: its row, or a negative status. */
export function createJob(k: Kernel, parent: number, allocator: number, policy: Policy): number {
  const { jobs, sources } = k.state;
  const row = nextRow(jobs);
  if (parent >= 0 && jobs.killed[parent] !== 0) return STATUS.BAD_STATE;
  if (row < 0 || freeRows(sources) < 3) return STATUS.NO_RESOURCES;
  if (parent >= 0 && jobs.depth[parent] + 1 >= JOB_DEPTH) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, COST.job)) return STATUS.NO_MEMORY;
  const { maxProcesses, maxThreads, maxPriority, denied } = policy;
  k.journal.commit(jobCreated, row, k.state.nextKoid, allocator, parent, maxProcesses, maxThreads, maxPriority, denied);
  return row;
}

/** May a job have another process, as far as it and those above it say? */
export function hasRoomForProcess(k: Kernel, job: number): boolean {
  const { parent, processes, maxProcesses } = k.state.jobs;
  for (let at = job; at >= 0; at = parent[at]) {
    if (maxProcesses[at] !== 0 && processes[at] >= maxProcesses[at] >>> 0) return false;
  }
  return true;
}

/** May a process have another thread? */
export function hasRoomForThread(k: Kernel, process: number): boolean {
  const { parent, threads, maxThreads } = k.state.jobs;
  for (let at = k.state.processes.job[process]; at >= 0; at = parent[at]) {
    if (maxThreads[at] !== 0 && threads[at] >= maxThreads[at] >>> 0) return false;
  }
  return true;
}

/** May threads of a process be given this priority? What others lend them may be more. */
export function mayHavePriority(k: Kernel, process: number, priority: number): boolean {
  const limit = k.state.jobs.maxPriority[k.state.processes.job[process]];
  return limit === 0 || priority < limit;
}

/** The job after this one in the tree under `top`, parents before children; -1 at the end. No recursion: the tree may be wide. */
function nextUnder(k: Kernel, top: number, job: number): number {
  const { firstChild, nextSibling, parent } = k.state.jobs;
  if (firstChild[job] >= 0) return firstChild[job];
  let at = job;
  while (at !== top && nextSibling[at] < 0) at = parent[at];
  return at === top ? -1 : nextSibling[at];
}

/** Kills a job and all jobs under it, with their processes. Who listens to their LIFECYCLE hears why. */
export function killJob(k: Kernel, top: number, ending = KILLED): void {
  const { jobs, processes } = k.state;
  for (let job = top; job >= 0; job = nextUnder(k, top, job)) {
    if (jobs.killed[job] !== 0) continue;
    k.journal.commit(jobKilled, job);
    for (let process = jobs.firstProcess[job]; process >= 0; process = processes.nextInJob[process]) {
      if (processes.state[process] !== TASK_STATE.ENDED) endProcess(k, process, ending);
    }
    fire(k, jobs.source[job], STATUS.OK, ending.reason);
  }
}

export function removeJobIfUnused(k: Kernel, row: number): void {
  const { jobs } = k.state;
  if (!isLive(jobs, row) || jobs.references[row] > 0) return;
  if (jobs.firstProcess[row] >= 0 || jobs.firstChild[row] >= 0) return;
  const parent = jobs.parent[row];
  const allocator = jobs.allocator[row];
  closeSource(k, jobs.source[row]);
  closeSource(k, jobs.faults[row]);
  closeSource(k, jobs.breaks[row]);
  k.journal.commit(jobRemoved, row);
  if (parent >= 0) k.mayBeUnused('job', parent);
  k.mayBeUnused('allocator', allocator);
}
