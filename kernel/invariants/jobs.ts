/** Jobs count what is below them, and what they allow holds there. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { JOB_DEPTH } from '../limits.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

export function checkJobs(k: Kernel, report: Report): void {
  const { jobs, processes, threads } = k.state;
  const counted = new Map<number, { processes: number; threads: number }>();
  for (const row of rows(jobs)) counted.set(row, { processes: 0, threads: 0 });
  for (const row of rows(processes)) {
    const job = processes.job[row];
    report(isLive(jobs, job), () => `process row ${row} is in a job that is not there`);
    let listed = jobs.firstProcess[job];
    while (listed >= 0 && listed !== row) listed = processes.nextInJob[listed];
    report(listed === row, () => `process row ${row} is not in the list of job row ${job}`);
    if (processes.state[row] === TASK_STATE.ENDED) continue;
    report(jobs.killed[job] === 0, () => `process row ${row} runs in job row ${job}, which was killed`);
    for (let at = job, steps = 0; at >= 0 && steps < JOB_DEPTH; at = jobs.parent[at], steps++) {
      const count = counted.get(at);
      if (count === undefined) continue;
      count.processes++;
      count.threads += processes.liveThreads[row];
    }
  }
  let denying = 0;
  for (const row of rows(jobs)) {
    const count = counted.get(row);
    report(jobs.processes[row] === count?.processes, () => `job row ${row} counts its processes wrong`);
    report(jobs.threads[row] === count?.threads, () => `job row ${row} counts its threads wrong`);
    for (const [most, now] of [
      [jobs.maxProcesses, jobs.processes],
      [jobs.maxThreads, jobs.threads],
    ])
      report(most[row] === 0 || now[row] <= most[row] >>> 0, () => `job row ${row} has more than it may`);
    if (jobs.denied[row] !== 0) denying++;
    const parent = jobs.parent[row];
    if (parent < 0) continue;
    report(isLive(jobs, parent), () => `job row ${row} is under a job that is not there`);
    report(
      (jobs.denied[parent] & ~jobs.denied[row]) === 0,
      () => `job row ${row} allows calls that job row ${parent} denies`,
    );
    report(
      jobs.maxPriority[parent] === 0 ||
        (jobs.maxPriority[row] !== 0 && jobs.maxPriority[row] <= jobs.maxPriority[parent]),
      () => `job row ${row} allows priorities that job row ${parent} does not`,
    );
    let child = jobs.firstChild[parent];
    while (child >= 0 && child !== row) child = jobs.nextSibling[child];
    report(child === row, () => `job row ${row} is not among those under job row ${parent}`);
  }
  report(k.state.denyingJobs === denying, () => `${denying} jobs deny calls, not ${k.state.denyingJobs}`);
  for (const row of rows(threads)) {
    const limit = jobs.maxPriority[processes.job[threads.process[row]]];
    report(
      limit === 0 || threads.state[row] === TASK_STATE.ENDED || threads.basePriority[row] < limit,
      () => `thread row ${row} has a priority that its job does not allow`,
    );
  }
}
