/** debug_attach, debug_control, process_read_memory, process_write_memory, task_open. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { LISTEN, SESSION } from '../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { checkControl, control, processOf, threadOf } from '../debug/control.js';
import { isMapped, readMemory, writeMemory } from '../debug/memory.js';
import { createSession, endSession } from '../debug/sessions.js';
import { register, roomToRegister } from '../events/listen.js';
import { openHandle, roomForHandles } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { back, readUser, writeUser } from '../memory/user-memory.js';
import { isLive } from '../state/table.js';
import { ROLE } from '../state/tables.js';
import type { Handler } from './handler.js';

/** What a handle that a session opens can do. */
const DEBUGGER_RIGHTS =
  RIGHTS.READ | RIGHTS.WRITE | RIGHTS.INSPECT | RIGHTS.MANAGE | RIGHTS.WAIT | RIGHTS.DESTROY | RIGHTS.DEBUG;

/** Events of a session come until it ends, each as a packet while there are slots. */
const LISTENS = LISTEN.PERSISTENT;

export const DEBUG_CALLS = {
  debug_attach: {
    run(k, call) {
      const [task, pool] = call.objects;
      const type = k.state.handles.type[call.handles[0]];
      const options = call.words[4];
      if (type === OBJECT_TYPE.process) {
        const hasEnded = k.state.processes.state[task] === TASK_STATE.ENDED;
        if (hasEnded || task === call.process) return STATUS.BAD_STATE;
      }
      const allocator = k.state.processes.allocator[call.process];
      const slots = LISTENS | (options & SESSION.SLOTS);
      const status = roomToRegister(k, pool, ROLE.LISTEN, slots, 0);
      if (status !== STATUS.OK) return status;
      const isShared = k.state.pools.allocator[pool] === allocator;
      const bytes = COST.session + (isShared ? COST.registration : 0);
      const room = roomForHandles(k, call.process, 1, allocator, bytes);
      if (room !== STATUS.OK) return room;
      const session = createSession(k, allocator, call.process, type, task, options);
      if (session < 0) return session;
      const source = k.state.sessions.source[session];
      const number = register(k, pool, source, ROLE.LISTEN, call.words[2], call.words[3], slots);
      if (number < 0) {
        endSession(k, session);
        return number;
      }
      call.result(openHandle(k, call.process, OBJECT_TYPE.session, session, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  debug_control: {
    check: (_k, call) => checkControl(call.words[1], call.unsigned(3), call.unsigned(4)),
    run(k, call) {
      const [session] = call.objects;
      const id = control(k, session, call.words[1], call.unsigned(2), call.unsigned(3), call.unsigned(4));
      if (id < 0) return id;
      call.result(id);
      return STATUS.OK;
    },
  },

  process_read_memory: {
    run(k, call) {
      const [process] = call.objects;
      if (k.state.processes.state[process] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
      const bytes = new Uint8Array(call.unsigned(3));
      if (!back(k, call.process, call.unsigned(2), bytes.length)) return STATUS.NO_MEMORY;
      const length = readMemory(k, process, call.unsigned(1), bytes);
      writeUser(k, call.process, call.unsigned(2), bytes.subarray(0, length));
      call.result(length);
      return STATUS.OK;
    },
  },

  process_write_memory: {
    run(k, call) {
      const [process] = call.objects;
      if (k.state.processes.state[process] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
      const bytes = new Uint8Array(call.unsigned(3));
      readUser(k, call.process, call.unsigned(2), bytes);
      const length = writeMemory(k, process, call.unsigned(1), bytes);
      if (length === 0 && isMapped(k, process, call.unsigned(1)) && bytes.length > 0) return STATUS.NO_MEMORY;
      call.result(length);
      return STATUS.OK;
    },
  },

  task_open: {
    run(k, call) {
      const [handle] = call.handles;
      const found = findTask(k, handle, call.objects[0], call.unsigned(1));
      if (found === undefined) return STATUS.NOT_FOUND;
      const room = roomForHandles(k, call.process, 1);
      if (room !== STATUS.OK) return room;
      const { handles } = k.state;
      let rights = handles.type[handle] === OBJECT_TYPE.session ? DEBUGGER_RIGHTS : handles.rights[handle];
      if (found.type === OBJECT_TYPE.process && found.row === call.process) rights &= ~RIGHTS.DEBUG;
      call.result(openHandle(k, call.process, found.type, found.row, rights));
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;

interface Task {
  readonly type: typeof OBJECT_TYPE.thread | typeof OBJECT_TYPE.process;
  readonly row: number;
}

/** The thread or process with a koid under what a handle names. */
function findTask(k: Kernel, handle: number, object: number, koid: number): Task | undefined {
  const { handles, threads, processes } = k.state;
  const type = handles.type[handle];
  if (type === OBJECT_TYPE.session) {
    const thread = threadOf(k, object, koid);
    if (thread >= 0) return { type: OBJECT_TYPE.thread, row: thread };
    const process = processOf(k, object, koid);
    return process >= 0 ? { type: OBJECT_TYPE.process, row: process } : undefined;
  }
  if (type === OBJECT_TYPE.process) {
    for (let row = processes.firstThread[object]; row >= 0; row = threads.nextInProcess[row])
      if (threads.koid[row] === koid) return { type: OBJECT_TYPE.thread, row };
    return undefined;
  }
  for (let row = 0; row < threads.used; row++)
    if (isLive(threads, row) && threads.koid[row] === koid)
      return isInJob(k, threads.process[row], object) ? { type: OBJECT_TYPE.thread, row } : undefined;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === koid)
      return isInJob(k, row, object) ? { type: OBJECT_TYPE.process, row } : undefined;
  return undefined;
}

function isInJob(k: Kernel, process: number, job: number): boolean {
  for (let at = k.state.processes.job[process]; at >= 0; at = k.state.jobs.parent[at]) if (at === job) return true;
  return false;
}
