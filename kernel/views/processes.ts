/** Processes. */
import { EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { nameText } from '../information.js';
import { column, inOrder, koidColumn, nameOf, payerColumn, referencesColumn, type View } from './view.js';

export const PROCESSES: View = {
  name: 'processes',
  about: 'processes, with those that have ended and are still named',
  rows: (s) => inOrder(s.processes),
  columns: [
    koidColumn((s) => s.processes.koid),
    column('name', '', 'its name', (s, row) => nameText(s.processes, row)),
    column('state', '', 'new, runnable or ended', (s, row) => nameOf(TASK_STATE, s.processes.state[row])),
    column('threads', '', 'threads that have not ended', (s, row) => s.processes.liveThreads[row]),
    column('handles', '', 'handles that it holds', (s, row) => s.processes.handleCount[row]),
    column('job', 'koid', 'where it stands', (s, row) =>
      s.processes.job[row] < 0 ? null : s.jobs.koid[s.processes.job[row]],
    ),
    column('exit', '', 'why it ended', (s, row) =>
      s.processes.exitReason[row] === EXIT_REASON.NONE ? null : nameOf(EXIT_REASON, s.processes.exitReason[row]),
    ),
    column('code', '', 'its exit code', (s, row) =>
      s.processes.exitReason[row] === EXIT_REASON.NONE ? null : s.processes.exitCode[row],
    ),
    column('suspended', '', 'tokens that keep its threads from running', (s, row) => s.processes.suspensions[row]),
    payerColumn((s) => s.processes.allocator),
    referencesColumn((s) => s.processes.references),
  ],
};
