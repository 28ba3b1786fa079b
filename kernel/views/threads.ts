/** Threads, with what each waits for and who holds it. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { threadText, waitOf, waitSentence } from '../blocked.js';
import { nameText } from '../information.js';
import { NO_DEADLINE } from '../state/deadline-heap.js';
import type { State } from '../state/state.js';
import { column, inOrder, koidColumn, nameOf, referencesColumn, type View } from './view.js';

function stateText(s: State, row: number): string {
  if (s.current === row) return 'running';
  const name = nameOf(TASK_STATE, s.threads.state[row]);
  if (s.threads.suspensions[row] > 0 && name !== 'ended')
    return name === 'blocked' ? 'blocked, suspended' : 'suspended';
  return name === 'runnable' ? 'ready' : name;
}

export const THREADS: View = {
  name: 'threads',
  about: 'threads, with what they wait for',
  rows: (s) => inOrder(s.threads),
  columns: [
    koidColumn((s) => s.threads.koid),
    column('name', '', 'its name', (s, row) => nameText(s.threads, row)),
    column('process', '', 'the name of its process', (s, row) => nameText(s.processes, s.threads.process[row])),
    column('state', '', 'new, ready, running, blocked, suspended or ended', stateText),
    column('priority', '', 'the one that counts, with what others lend it', (s, row) => s.threads.priority[row]),
    column('own', '', 'the priority that was set', (s, row) => s.threads.basePriority[row]),
    column(
      'time',
      'ns',
      'how long it has run',
      (s, row) => s.threads.timeUsed[row] + (s.current === row ? s.time - s.currentSince : 0),
    ),
    column('blockedOn', '', 'what it waits for', (s, row) => {
      const wait = waitOf(s, row);
      return wait === undefined ? null : waitSentence({ ...wait, heldBy: undefined });
    }),
    column('heldBy', '', 'the thread that owns what it waits for', (s, row) => {
      const holder = waitOf(s, row)?.heldBy;
      return holder === undefined ? null : threadText(holder);
    }),
    column('until', 'ns', 'the deadline of its wait', (s, row) =>
      s.threads.deadlineSlot[row] === NO_DEADLINE ? null : s.threads.deadline[row],
    ),
    referencesColumn((s) => s.threads.references),
  ],
};
