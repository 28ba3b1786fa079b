/**
 * Transitions of debug sessions: what they want to be told of, what they were told, and what they stop. `world.ts` and `stops.ts`
 * in `debug/` say when.
 */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { addSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow, takeThisRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { startClock, stopClock } from './clocks.js';
import { charge, uncharge } from './memory.js';
import { resume, suspend } from './suspension.js';

/** Kinds of breakpoints. */
export const BREAKPOINT = { EXECUTE: 1, LOAD: 2, STORE: 4, CALL: 8, EVENT: 16 } as const;
/** Those that are at a place, at which the hart stops. */
export const PLACES = BREAKPOINT.EXECUTE | BREAKPOINT.LOAD | BREAKPOINT.STORE;

export const stepHidden = transition(
  'step_hidden',
  {
    about:
      'This step is one that no program can notice. `outside`: 1 where it is there because of a debugger outside the machine, and is no part of the run; 0 where programs debug.',
    fields: ['outside'],
  },
  (s, outside) => {
    s.hiddenSteps++;
    s.outsideSteps += outside;
  },
);

const nothing = (): void => {
  // What it does follows.
};

export const debuggerCalled = transition(
  'debugger_called',
  {
    about:
      'A debugger outside the machine made a call of the call table: its number, and its arguments with koids for handles.',
    class: 'input',
    fields: ['number', 'session', 'a', 'b', 'c', 'd', 'e'],
    formats: { c: 'hexadecimal', d: 'hexadecimal' },
  },
  nothing,
);

export const debuggerWrote = transition(
  'debugger_wrote',
  {
    about: 'Bytes that such a call takes: `count` of them, at most 28, four a word, the first in the low byte.',
    class: 'input',
    fields: ['count', 'bytes0', 'bytes4', 'bytes8', 'bytes12', 'bytes16', 'bytes20', 'bytes24'],
    formats: {
      bytes0: 'hexadecimal',
      bytes4: 'hexadecimal',
      bytes8: 'hexadecimal',
      bytes12: 'hexadecimal',
      bytes16: 'hexadecimal',
      bytes20: 'hexadecimal',
      bytes24: 'hexadecimal',
    },
  },
  nothing,
);

export const sessionCreated = transition(
  'session_created',
  {
    about:
      'A debug session began. `owner`: the process that debugs, -1 for a front end outside the machine, which is charged nothing and has no koid.',
    fields: ['row', 'koid', 'allocator', 'owner', 'type', 'task', 'options'],
    formats: { options: 'hexadecimal' },
  },
  (s, row, koid, allocator, owner, type, task, options) => {
    const t = s.sessions;
    // Which rows there are for programs does not depend on front ends.
    takeThisRow(t, row);
    t.koid[row] = koid;
    t.allocator[row] = allocator;
    t.owner[row] = owner;
    t.type[row] = type;
    t.task[row] = task;
    t.options[row] = options;
    t.source[row] = -1;
    if (owner < 0) return;
    s.nextKoid = koid + 1;
    s.guestSessions++;
    t.source[row] = addSource(s, OBJECT_TYPE.session, row, SOURCE.DEBUG);
    if (type === OBJECT_TYPE.process) s.processes.references[task]++;
    else s.jobs.references[task]++;
    charge(s, allocator, COST.session);
  },
);

export const sessionRemoved = transition(
  'session_removed',
  { about: 'A debug session ended; it stops nothing any more.', fields: ['row'] },
  (s, row) => {
    const t = s.sessions;
    must(t.holds[row] === 0, 'a debug session went away that has stopped the world');
    if (t.owner[row] >= 0) {
      s.guestSessions--;
      removeSource(s, t.source[row]);
      if (t.type[row] === OBJECT_TYPE.process) s.processes.references[t.task[row]]--;
      else s.jobs.references[t.task[row]]--;
      uncharge(s, t.allocator[row], COST.session);
    }
    releaseRow(t, row);
  },
);

export const sessionOptionsSet = transition(
  'session_options_set',
  {
    about: 'A debug session wants to be told of other things than before.',
    fields: ['row', 'options'],
    formats: { options: 'hexadecimal' },
  },
  (s, row, options) => {
    s.sessions.options[row] = options;
  },
);

function count(s: MutableState, kind: number, by: number): void {
  if (kind & PLACES) {
    s.placeBreakpoints += by;
    s.breakpointChanges++;
  }
  if (kind === BREAKPOINT.CALL) s.callCatches += by;
  if (kind === BREAKPOINT.EVENT) s.eventCatches += by;
}

export const breakpointSet = transition(
  'breakpoint_set',
  {
    about:
      'A debug session wants to be told when a thread executes (1), loads from (2) or stores to (4) a place, makes a call (8; its number is `address`, -1: any) or is woken (16). Koids of process and thread, 0 for any.',
    fields: ['row', 'session', 'number', 'kind', 'process', 'thread', 'address', 'length'],
    formats: { address: 'hexadecimal' },
  },
  (s, row, session, number, kind, process, thread, address, length) => {
    const t = s.breakpoints;
    takeRow(t, row);
    t.session[row] = session;
    t.number[row] = number;
    t.kind[row] = kind;
    t.process[row] = process;
    t.thread[row] = thread;
    t.address[row] = address;
    t.length[row] = length;
    s.sessions.lastNumber[session] = number;
    count(s, kind, 1);
    if (s.sessions.owner[session] < 0) return;
    s.guestBreakpoints++;
    charge(s, s.sessions.allocator[session], COST.breakpoint);
  },
);

export const breakpointCleared = transition(
  'breakpoint_cleared',
  { about: 'A breakpoint went away.', fields: ['row'] },
  (s, row) => {
    const t = s.breakpoints;
    const session = t.session[row];
    count(s, t.kind[row], -1);
    if (s.sessions.owner[session] >= 0) {
      s.guestBreakpoints--;
      uncharge(s, s.sessions.allocator[session], COST.breakpoint);
    }
    releaseRow(t, row);
  },
);

export const debugTold = transition(
  'debug_told',
  {
    about:
      'A debug session is told of something: DEBUG_EVENT, the rows of process and thread (-1: none), cause, pc, address, and what the kind says.',
    fields: ['session', 'kind', 'process', 'thread', 'cause', 'pc', 'address', 'detail'],
    formats: { cause: 'hexadecimal', pc: 'hexadecimal', address: 'hexadecimal' },
  },
  nothing,
);

export const faultOffered = transition(
  'fault_offered',
  {
    about: 'A debug session was told of the fault of a thread, which waits for its answer.',
    fields: ['session', 'thread'],
  },
  (s, session, thread) => {
    s.threads.told[thread] |= 1 << session;
  },
);

export const faultReturned = transition(
  'fault_returned',
  {
    about:
      'A debug session answered: pass (0), handled (1), kill the thread (2), kill the process (3); or it ended: pass.',
    fields: ['session', 'thread', 'verdict'],
  },
  (s, session, thread, verdict) => {
    const t = s.threads;
    t.told[thread] &= ~(1 << session);
    if (verdict > t.verdict[thread]) t.verdict[thread] = verdict;
  },
);

export const worldStopped = transition(
  'world_stopped',
  { about: 'A debug session stopped everything, and virtual time.', fields: ['session'] },
  (s, session) => {
    s.sessions.holds[session] = 1;
    s.sessions.inStop[session] = 1;
    s.worldStops++;
    if (s.sessions.owner[session] < 0) return;
    s.guestStops++;
    s.isWorldHeld = 1;
  },
);

export const worldResumed = transition(
  'world_resumed',
  { about: 'A debug session lets the world go on; it does when no other one keeps it.', fields: ['session'] },
  (s, session) => {
    s.sessions.holds[session] = 0;
    s.worldStops--;
    if (s.sessions.owner[session] >= 0) s.guestStops--;
  },
);

export const worldReleased = transition(
  'world_released',
  { about: 'The programs that debug have nothing more to do: the world goes on where it was.', fields: [] },
  (s) => {
    s.isWorldHeld = 0;
    s.sessions.inStop.fill(0);
    const thread = s.heldThread;
    s.heldThread = -1;
    if (thread < 0) return;
    must(s.current < 0, 'the world went on while a thread that debugs has the hart');
    if (s.threads.suspensions[thread] > 0) return;
    s.current = thread;
    s.currentSince = s.heldSince;
    s.quantumEnd = s.heldQuantumEnd;
  },
);

export const threadHeld = transition(
  'thread_held',
  {
    about: 'The running thread keeps its turn and its quantum while the world is stopped and programs that debug run.',
    fields: ['row'],
  },
  (s, row) => {
    must(s.current === row && s.heldThread < 0, 'a thread was held that has not the hart');
    s.heldThread = row;
    s.heldSince = s.currentSince;
    s.heldQuantumEnd = s.quantumEnd;
    s.current = -1;
  },
);

/** Remembers in which order the threads of a process would have run, so that they do when it goes on. */
function notePlaces(s: MutableState, process: number): void {
  const t = s.threads;
  let place = 1;
  if (s.current >= 0 && t.process[s.current] === process) t.heldPlace[s.current] = place++;
  for (let level = s.readyHead.length - 1; level >= 0; level--)
    for (let thread = s.readyHead[level]; thread >= 0; thread = t.queueNext[thread])
      if (t.process[thread] === process) t.heldPlace[thread] = place++;
}

export const processStopped = transition(
  'process_stopped',
  {
    about: 'A debug session stopped all threads of a process but one (-1: all), and its clock where it stopped all.',
    fields: ['session', 'process', 'but'],
  },
  (s, session, process, but) => {
    const { threads: t, processes: p } = s;
    const bit = 1 << session;
    must((p.held[process] & bit) === 0, 'a debug session stopped a process twice');
    p.held[process] |= bit;
    p.suspensions[process]++;
    if (but < 0) {
      if (p.clockStops[process] === 0) stopClock(s, process);
      p.clockStops[process] |= bit;
    }
    notePlaces(s, process);
    for (let thread = p.firstThread[process]; thread >= 0; thread = t.nextInProcess[thread]) {
      if (thread === but || t.state[thread] === TASK_STATE.ENDED) continue;
      t.held[thread] |= bit;
      suspend(s, thread);
    }
  },
);

export const processResumed = transition(
  'process_resumed',
  {
    about: 'What a debug session stopped of a process goes on, and its clock where no other session keeps it.',
    fields: ['session', 'process'],
  },
  (s, session, process) => {
    const { threads: t, processes: p } = s;
    const bit = 1 << session;
    p.held[process] &= ~bit;
    p.suspensions[process]--;
    if ((p.clockStops[process] & bit) !== 0) {
      p.clockStops[process] &= ~bit;
      if (p.clockStops[process] === 0) startClock(s, process);
    }
    const held: number[] = [];
    for (let thread = p.firstThread[process]; thread >= 0; thread = t.nextInProcess[thread])
      if ((t.held[thread] & bit) !== 0) held.push(thread);
    for (const thread of held.sort((a, b) => t.heldPlace[a] - t.heldPlace[b])) {
      t.held[thread] &= ~bit;
      t.heldPlace[thread] = 0;
      resume(s, thread);
    }
  },
);

export const stepArmed = transition(
  'step_armed',
  {
    about: 'Debug sessions (bits by their rows) want to know when a thread has executed its next instruction.',
    fields: ['thread', 'sessions'],
  },
  (s, thread, sessions) => {
    s.threads.stepping[thread] = sessions;
  },
);

export const onlyNamed = transition(
  'only_named',
  {
    about: 'When a debug session resumes, this thread (its row plus one; 0: all) alone runs in its process.',
    fields: ['session', 'thread'],
  },
  (s, session, thread) => {
    s.sessions.only[session] = thread;
  },
);
