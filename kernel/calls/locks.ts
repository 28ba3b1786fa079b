/** lock_create, lock_acquire, lock_acquire_async, lock_release. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { findRegistration } from '../events/cancel.js';
import { register } from '../events/listen.js';
import { openHandle, roomForHandles } from '../handles.js';
import { COST } from '../limits.js';
import { lockWouldDeadlock } from '../locks/deadlock.js';
import { queueRose } from '../locks/inheritance.js';
import { claim, createLock, passOn, take } from '../locks/lock.js';
import { ROLE } from '../state/tables.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { Handler } from './handler.js';

export const LOCK_CALLS = {
  lock_create: {
    run(k, call) {
      const allocator = call.objects[0];
      const room = roomForHandles(k, call.process, 1, allocator, COST.lock);
      if (room !== STATUS.OK) return room;
      const lock = createLock(k, allocator);
      if (lock < 0) return lock;
      call.result(openHandle(k, call.process, OBJECT_TYPE.lock, lock, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  lock_acquire: {
    run(k, call) {
      const { locks, threads } = k.state;
      const { thread } = call;
      const lock = call.objects[0];
      const owner = locks.owner[lock];
      if (owner === thread) return STATUS.BAD_STATE;
      if (owner < 0) return take(k, lock, thread);
      const deadline = call.time(1);
      if (deadline <= k.board.time) return STATUS.TIMED_OUT;
      if (lockWouldDeadlock(k, thread, lock)) return STATUS.DEADLOCK;
      k.journal.commitAt(threadWaits, deadline, thread, BLOCKED_ON.LOCK, locks.queue[lock], 0, 0, 0);
      queueRose(k, lock, threads.priority[thread]);
      return CALL_WAITS;
    },
  },

  lock_acquire_async: {
    run(k, call) {
      const { locks, threads } = k.state;
      const [lock, thread, pool] = call.objects;
      if (locks.owner[lock] === thread || threads.state[thread] === TASK_STATE.ENDED) return STATUS.BAD_STATE;
      const number = register(k, pool, locks.queue[lock], ROLE.LOCK, call.words[3], call.words[4], 0, 0, thread);
      if (number < 0) return number;
      claim(k, lock, findRegistration(k, pool, number), thread);
      call.result(number);
      return STATUS.OK;
    },
  },

  lock_release: {
    run(k, call) {
      const lock = call.objects[0];
      const owner = k.state.locks.owner[lock];
      if (owner < 0) return STATUS.BAD_STATE;
      if (owner !== call.thread) return STATUS.ACCESS_DENIED;
      passOn(k, lock, false);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
