/** job_create, and the calls that a job denies. */
import { AREA_SIZE, AREAS, CALL_NUMBER, type CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { createJob } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { readUser } from '../memory/user-memory.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The policy of the call, in the order of its layout. */
const WORDS = new Int32Array(layoutBytes(LAYOUTS.job_policy) / 4);
const BYTES = new Uint8Array(WORDS.buffer);

/** A bit for every area of calls. */
const ALL_AREAS = (1 << ((AREAS.boot.first + AREA_SIZE) / AREA_SIZE)) - 1;

export const JOB_CALLS = {
  job_create: {
    check(k, call) {
      readUser(k, call.process, call.unsigned(2), BYTES);
      if (WORDS[3] & ~ALL_AREAS) return STATUS.INVALID_ARGS;
      return WORDS[2] >>> 0 > LIMITS.maxPriority + 1 ? STATUS.OUT_OF_RANGE : STATUS.OK;
    },
    run(k, call) {
      const parent = jobMeant(k, call);
      const allocator = call.objects[1];
      const room = roomForHandles(k, call.process, 1, allocator, COST.job);
      if (k.state.jobs.killed[parent] === 0 && room !== STATUS.OK) return room;
      const [maxProcesses, maxThreads, maxPriority, denied] = WORDS;
      const job = createJob(k, parent, allocator, { maxProcesses, maxThreads, maxPriority, denied });
      if (job < 0) return job;
      call.result(openHandle(k, call.process, OBJECT_TYPE.job, job, ALL_RIGHTS));
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;

/** The job that the first argument names; 0 stands for the caller's own. */
export function jobMeant(k: Kernel, call: CallFrame): number {
  const [job] = call.objects;
  return job < 0 ? k.state.processes.job[call.process] : job;
}

/** Does the job of the caller, or one above it, deny the call? Whoever may run may end: that is never denied. */
export function isDenied(k: Kernel, call: CallFrame): boolean {
  const { number, process } = call;
  if (number === CALL_NUMBER.thread_exit || number === CALL_NUMBER.process_exit) return false;
  return ((k.state.jobs.denied[k.state.processes.job[process]] >>> (number / AREA_SIZE)) & 1) !== 0;
}
