/** clock_get, thread_sleep, thread_yield. */
import { type CallName, CLOCK } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { yieldHart } from '../scheduling.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadBlocked } from '../transitions/tasks.js';
import type { Handler } from './handler.js';

export const TIME_CALLS = {
  clock_get: {
    run(k, call) {
      const { now } = k;
      if (call.words[0] === CLOCK.THREAD)
        call.resultTime(k.state.threads.timeUsed[call.thread] + now - k.state.currentSince);
      else call.resultTime(now - call.clockHeld);
      return STATUS.OK;
    },
  },

  thread_sleep: {
    run(k, call) {
      const deadline = call.time(0);
      if (deadline <= k.board.time) return STATUS.OK;
      k.journal.commitAt(threadBlocked, deadline, call.thread, BLOCKED_ON.SLEEP, 0, 0, 0, 0);
      return CALL_WAITS;
    },
  },

  thread_yield: {
    notInRing: true,
    run(k) {
      yieldHart(k);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
