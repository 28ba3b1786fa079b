/** process_create, process_start, thread_create, thread_start, thread_exit, process_exit, task_kill. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { wakeFutex } from '../futex.js';
import { nextHandleValue, openHandle, roomForHandles } from '../handles.js';
import { hasRoomForProcess, hasRoomForThread, killJob, mayHavePriority } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { isAccessible, physicalAddress, readUser } from '../memory/user-memory.js';
import { WRITABLE } from '../memory/vmar.js';
import { createProcess, endProcess, exited, exitThread, KILLED, nameObject, PROCESS_BYTES } from '../tasks/process.js';
import { createThread, startThread, THREAD_BYTES } from '../tasks/thread.js';
import { handleGiven } from '../transitions/handles.js';
import { NO_RETURN } from '../transitions/steps.js';
import { processStarted } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';
import { jobMeant } from './jobs.js';

function name(k: Kernel, call: CallFrame, register: number): Uint8Array {
  const bytes = new Uint8Array(call.unsigned(register + 1));
  readUser(k, call.process, call.unsigned(register), bytes);
  return bytes;
}

/** NO_RETURN where the calling thread is gone. */
function returnIfAlive(k: Kernel, call: CallFrame): number {
  return k.state.threads.state[call.thread] === TASK_STATE.ENDED ? NO_RETURN : STATUS.OK;
}

export const TASK_CALLS = {
  process_create: {
    run(k, call) {
      const job = jobMeant(k, call);
      const allocator = call.objects[1];
      if (k.state.jobs.killed[job] !== 0) return STATUS.BAD_STATE;
      if (!hasRoomForProcess(k, job)) return STATUS.NO_RESOURCES;
      const room = roomForHandles(k, call.process, 2, allocator, PROCESS_BYTES);
      if (room !== STATUS.OK) return room;
      const process = createProcess(k, allocator, 0, job);
      if (process < 0) return process;
      nameObject(k, OBJECT_TYPE.process, process, name(k, call, 2));
      call.result(openHandle(k, call.process, OBJECT_TYPE.process, process, ALL_RIGHTS));
      call.result(openHandle(k, call.process, OBJECT_TYPE.vmar, k.state.processes.vmar[process], ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  process_start: {
    run(k, call) {
      const [process, thread] = [call.objects[0], call.objects[1]];
      const { processes, threads } = k.state;
      if (processes.state[process] !== TASK_STATE.NEW) return STATUS.BAD_STATE;
      if (threads.state[thread] !== TASK_STATE.NEW || threads.process[thread] !== process) return STATUS.BAD_STATE;
      const give = call.handles[5];
      // No handle of a new process has a number yet, so only its quota can stand against this one.
      if (give >= 0 && !fits(k, processes.allocator[process], COST.handle)) return STATUS.NO_MEMORY;
      k.journal.commit(processStarted, process);
      const given = give < 0 ? 0 : nextHandleValue(k, process);
      if (give >= 0) k.journal.commit(handleGiven, give, process, given);
      startThread(k, thread, call.words[2], call.words[3], call.words[4], given);
      call.result(given);
      return STATUS.OK;
    },
  },

  thread_create: {
    run(k, call) {
      const process = call.objects[0];
      if (!mayHavePriority(k, process, call.words[1])) return STATUS.ACCESS_DENIED;
      if (k.state.processes.state[process] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
      if (!hasRoomForThread(k, process)) return STATUS.NO_RESOURCES;
      const room = roomForHandles(k, call.process, 1, k.state.processes.allocator[process], THREAD_BYTES);
      if (room !== STATUS.OK) return room;
      const thread = createThread(k, process, call.words[1]);
      if (thread < 0) return thread;
      nameObject(k, OBJECT_TYPE.thread, thread, name(k, call, 2));
      call.result(openHandle(k, call.process, OBJECT_TYPE.thread, thread, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  thread_start: {
    run(k, call) {
      const thread = call.objects[0];
      const { processes, threads } = k.state;
      const ready =
        threads.state[thread] === TASK_STATE.NEW && processes.state[threads.process[thread]] === TASK_STATE.RUNNABLE;
      if (!ready) return STATUS.BAD_STATE;
      startThread(k, thread, call.words[1], call.words[2], call.words[3]);
      return STATUS.OK;
    },
  },

  thread_exit: {
    notInRing: true,
    check(k, call) {
      const word = call.unsigned(0);
      if (word === 0) return STATUS.OK;
      return word % 4 === 0 && isAccessible(k, call.process, word, 4, WRITABLE) ? STATUS.OK : STATUS.INVALID_ARGS;
    },
    run(k, call) {
      const word = call.unsigned(0);
      if (word !== 0) {
        // A page without a frame is zeros already. One that others show too needs one of its own.
        if (physicalAddress(k, call.process, word, false) >= 0) {
          const address = physicalAddress(k, call.process, word, true);
          if (address < 0) return STATUS.NO_MEMORY;
          k.memory.writeWord(address, 0);
        }
        wakeFutex(k, call.process, word, LIMITS.wakeAll, call.thread);
      }
      exitThread(k, call.thread, EXIT_REASON.EXITED);
      return NO_RETURN;
    },
  },

  process_exit: {
    notInRing: true,
    run(k, call) {
      endProcess(k, call.process, exited(call.words[0]));
      return NO_RETURN;
    },
  },

  task_kill: {
    run(k, call) {
      const row = call.objects[0];
      const { processes, threads, jobs } = k.state;
      const type = k.state.handles.type[call.handles[0]];
      if (type === OBJECT_TYPE.job) {
        if (jobs.killed[row] !== 0) return STATUS.BAD_STATE;
        killJob(k, row);
      } else if (type === OBJECT_TYPE.process) {
        if (processes.state[row] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
        endProcess(k, row, KILLED);
      } else {
        if (threads.state[row] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
        exitThread(k, row, EXIT_REASON.KILLED);
      }
      return returnIfAlive(k, call);
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
