/** futex_wait, futex_wake. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { wakeFutex } from '../futex.js';
import type { Kernel } from '../kernel.js';
import { physicalAddress } from '../memory/user-memory.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadBlocked } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The physical address of the word in a0, or -1 where its page cannot be backed. */
function keyOf(k: Kernel, call: CallFrame): number {
  return physicalAddress(k, call.process, call.unsigned(0), true);
}

export const FUTEX_CALLS = {
  futex_wait: {
    run(k, call) {
      if (call.objects[2] === call.thread) return STATUS.BAD_STATE;
      const key = keyOf(k, call);
      if (key < 0) return STATUS.NO_MEMORY;
      if (k.memory.i32[(key - k.memory.base) >> 2] !== call.words[1]) return STATUS.SHOULD_WAIT;
      const deadline = call.time(3);
      if (deadline <= k.board.time) return STATUS.TIMED_OUT;
      k.journal.commitAt(threadBlocked, deadline, call.thread, BLOCKED_ON.FUTEX, call.words[0], key, call.objects[2]);
      return CALL_WAITS;
    },
  },

  futex_wake: {
    run(k, call) {
      const key = keyOf(k, call);
      if (key < 0) return STATUS.NO_MEMORY;
      call.result(wakeFutex(k, key, call.unsigned(1)));
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
