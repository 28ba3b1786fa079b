/** Transitions of suspensions: tokens, each of which keeps a thread, or all threads of a process, from running. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { COST } from '../limits.js';
import { enterReadyQueue, isReady, leaveReadyQueue } from '../state/queues.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';
import { leaveHart } from './tasks.js';

export function suspend(s: MutableState, thread: number): void {
  if (isReady(s, thread)) leaveReadyQueue(s, thread);
  else if (s.current === thread) leaveHart(s, thread);
  else if (s.heldThread === thread) s.heldThread = -1;
  s.threads.suspensions[thread]++;
}

export function resume(s: MutableState, thread: number): void {
  const t = s.threads;
  t.suspensions[thread]--;
  if (t.state[thread] === TASK_STATE.RUNNABLE && t.suspensions[thread] === 0) enterReadyQueue(s, thread);
}

export const taskSuspended = transition(
  'task_suspended',
  {
    about:
      'A thread, or every thread that a process has or will have, runs no more until this token goes. What it waits for it goes on waiting for.',
    fields: ['row', 'koid', 'allocator', 'type', 'task'],
  },
  (s, row, koid, allocator, type, task) => {
    const t = s.tokens;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.type[row] = type;
    t.task[row] = task;
    charge(s, allocator, COST.token);
    if (type === OBJECT_TYPE.thread) {
      s.threads.references[task]++;
      suspend(s, task);
      return;
    }
    s.processes.references[task]++;
    s.processes.suspensions[task]++;
    const next = s.threads.nextInProcess;
    for (let thread = s.processes.firstThread[task]; thread >= 0; thread = next[thread]) suspend(s, thread);
  },
);

export const taskResumed = transition(
  'task_resumed',
  {
    about: 'A token went away: what no other token keeps from running went to the tail of its level.',
    fields: ['row'],
  },
  (s, row) => {
    const t = s.tokens;
    const task = t.task[row];
    if (t.type[row] === OBJECT_TYPE.thread) {
      s.threads.references[task]--;
      resume(s, task);
    } else {
      s.processes.references[task]--;
      s.processes.suspensions[task]--;
      const next = s.threads.nextInProcess;
      for (let thread = s.processes.firstThread[task]; thread >= 0; thread = next[thread]) resume(s, thread);
    }
    uncharge(s, t.allocator[row], COST.token);
    releaseRow(t, row);
  },
);
