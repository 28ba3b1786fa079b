/** Jobs. */
import { nameText } from '../information.js';
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const JOBS: View = {
  name: 'jobs',
  about: 'jobs, with their limits',
  rows: (s) => inOrder(s.jobs),
  columns: [
    koidColumn((s) => s.jobs.koid),
    column('name', '', 'its name', (s, row) => nameText(s.jobs, row)),
    column('parent', 'koid', 'the job that it is under', (s, row) =>
      s.jobs.parent[row] < 0 ? null : s.jobs.koid[s.jobs.parent[row]],
    ),
    column('processes', '', 'processes in it and below that have not ended', (s, row) => s.jobs.processes[row]),
    column('maxProcesses', '', 'how many it may have; 0: any', (s, row) => s.jobs.maxProcesses[row]),
    column('threads', '', 'threads in it and below that have not ended', (s, row) => s.jobs.threads[row]),
    column('maxThreads', '', 'how many it may have; 0: any', (s, row) => s.jobs.maxThreads[row]),
    column('killed', '', 'whether it was killed', (s, row) => s.jobs.killed[row] !== 0),
    payerColumn((s) => s.jobs.allocator),
    referencesColumn((s) => s.jobs.references),
  ],
};
