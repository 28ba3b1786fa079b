/** Transitions of jobs: a tree over processes, in which every job counts what has not ended in it and below it. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { addSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

/** The stricter of two highest priorities, each plus one, 0 for no limit. */
function stricter(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b;
  return Math.min(a, b);
}

export const jobCreated = transition(
  'job_created',
  {
    about:
      'A job was made; limits of 0 are none. `max_priority` is the highest one plus one. Priority and denied calls count together with those of the jobs above.',
    fields: ['row', 'koid', 'allocator', 'parent', 'max_processes', 'max_threads', 'max_priority', 'denied'],
    formats: { denied: 'hexadecimal' },
  },
  (s, row, koid, allocator, parent, maxProcesses, maxThreads, maxPriority, denied) => {
    const t = s.jobs;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.parent[row] = parent;
    t.firstChild[row] = -1;
    t.previousSibling[row] = -1;
    t.nextSibling[row] = -1;
    t.firstProcess[row] = -1;
    t.maxProcesses[row] = maxProcesses;
    t.maxThreads[row] = maxThreads;
    t.maxPriority[row] = maxPriority;
    t.denied[row] = denied;
    if (parent >= 0) {
      t.depth[row] = t.depth[parent] + 1;
      t.maxPriority[row] = stricter(maxPriority, t.maxPriority[parent]);
      t.denied[row] |= t.denied[parent];
      const first = t.firstChild[parent];
      t.nextSibling[row] = first;
      if (first >= 0) t.previousSibling[first] = row;
      t.firstChild[parent] = row;
    }
    if (t.denied[row] !== 0) s.denyingJobs++;
    t.source[row] = addSource(s, OBJECT_TYPE.job, row, SOURCE.LIFECYCLE);
    t.faults[row] = addSource(s, OBJECT_TYPE.job, row, SOURCE.FAULT);
    t.breaks[row] = addSource(s, OBJECT_TYPE.job, row, SOURCE.BREAK);
    charge(s, allocator, COST.job);
  },
);

export const jobKilled = transition(
  'job_killed',
  { about: 'A job was killed: nothing can be made in it any more. The ends of its processes follow.', fields: ['row'] },
  (s, row) => {
    s.jobs.killed[row] = 1;
  },
);

export const jobRemoved = transition(
  'job_removed',
  { about: 'A job that nobody names and in which nothing is went away.', fields: ['row'] },
  (s, row) => {
    const t = s.jobs;
    must(t.firstChild[row] < 0 && t.firstProcess[row] < 0, 'a job in use was removed');
    const next = t.nextSibling[row];
    const previous = t.previousSibling[row];
    if (next >= 0) t.previousSibling[next] = previous;
    if (previous >= 0) t.nextSibling[previous] = next;
    else if (t.parent[row] >= 0) t.firstChild[t.parent[row]] = next;
    if (t.denied[row] !== 0) s.denyingJobs--;
    removeSource(s, t.source[row]);
    removeSource(s, t.faults[row]);
    removeSource(s, t.breaks[row]);
    uncharge(s, t.allocator[row], COST.job);
    releaseRow(t, row);
  },
);

/** A process begins to stand in a job. */
export function enterJob(s: MutableState, process: number, job: number): void {
  const { processes: p, jobs } = s;
  const first = jobs.firstProcess[job];
  p.job[process] = job;
  p.nextInJob[process] = first;
  p.previousInJob[process] = -1;
  if (first >= 0) p.previousInJob[first] = process;
  jobs.firstProcess[job] = process;
  countProcess(s, process, 1);
}

/** A process that has ended goes away. */
export function leaveJob(s: MutableState, process: number): void {
  const { processes: p, jobs } = s;
  const next = p.nextInJob[process];
  const previous = p.previousInJob[process];
  if (next >= 0) p.previousInJob[next] = previous;
  if (previous >= 0) p.nextInJob[previous] = next;
  else jobs.firstProcess[p.job[process]] = next;
}

/** A process was made (1) or has ended (-1): all jobs above count it. */
export function countProcess(s: MutableState, process: number, by: number): void {
  for (let job = s.processes.job[process]; job >= 0; job = s.jobs.parent[job]) s.jobs.processes[job] += by;
}

/** The same for a thread of a process. */
export function countThread(s: MutableState, process: number, by: number): void {
  for (let job = s.processes.job[process]; job >= 0; job = s.jobs.parent[job]) s.jobs.threads[job] += by;
}
