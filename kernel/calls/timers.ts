/** timer_create, timer_set. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { COST } from '../limits.js';
import { createTimer, setTimer } from '../timers.js';
import type { Handler } from './handler.js';

export const TIMER_CALLS = {
  timer_create: {
    run(k, call) {
      const allocator = call.objects[0];
      const room = roomForHandles(k, call.process, 1, allocator, COST.timer);
      if (room !== STATUS.OK) return room;
      const timer = createTimer(k, allocator);
      if (timer < 0) return timer;
      call.result(openHandle(k, call.process, OBJECT_TYPE.timer, timer, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  timer_set: {
    check(_k, call) {
      const period = call.instant(3);
      return period !== 0 && period < LIMITS.timerPeriod ? STATUS.OUT_OF_RANGE : STATUS.OK;
    },
    run(k, call) {
      const period = call.instant(3);
      // A period that never ends is as good as none.
      const every = period === Number.POSITIVE_INFINITY ? 0 : period;
      setTimer(k, call.objects[0], call.instant(1), every, call.process);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
