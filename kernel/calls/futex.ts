/** futex_wait, futex_wake. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { FUTEX_OPTIONS } from '../../syscalls/options.js';
import { mappingOfWord, objectShownBy, offsetShownBy, wakeFutex } from '../futex.js';
import type { Kernel } from '../kernel.js';
import { futexWouldDeadlock } from '../locks/deadlock.js';
import { raise } from '../locks/inheritance.js';
import { physicalAddress } from '../memory/user-memory.js';
import { threadLends } from '../transitions/locks.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadBlocked } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The word in a0. A page without a frame is zeros. */
function wordOf(k: Kernel, call: CallFrame): number {
  const address = physicalAddress(k, call.process, call.unsigned(0), false);
  return address < 0 ? 0 : k.memory.i32[(address - k.memory.base) >> 2];
}

export const FUTEX_CALLS = {
  futex_wait: {
    run(k, call) {
      if (call.objects[2] === call.thread) return STATUS.BAD_STATE;
      if (wordOf(k, call) !== call.words[1]) return STATUS.SHOULD_WAIT;
      const deadline = call.time(3);
      if (deadline <= k.board.time) return STATUS.TIMED_OUT;
      const mapping = mappingOfWord(k, call.process, call.unsigned(0));
      const object = objectShownBy(k, mapping);
      const key = offsetShownBy(k, mapping, call.unsigned(0));
      const owner = call.objects[2];
      const { threads } = k.state;
      let lends = owner >= 0 && threads.state[owner] !== TASK_STATE.ENDED;
      if (lends && futexWouldDeadlock(k, call.thread, owner, object, key)) {
        if (call.words[5] !== FUTEX_OPTIONS.REGARDLESS) return STATUS.DEADLOCK;
        lends = false;
      }
      k.journal.commitAt(
        threadBlocked,
        deadline,
        call.thread,
        BLOCKED_ON.FUTEX,
        call.words[0],
        object,
        key,
        owner < 0 ? 0 : threads.koid[owner],
      );
      if (lends) {
        k.journal.commit(threadLends, call.thread, owner);
        raise(k, owner, threads.priority[call.thread]);
      }
      return CALL_WAITS;
    },
  },

  futex_wake: {
    run(k, call) {
      call.result(wakeFutex(k, call.process, call.unsigned(0), call.unsigned(1), call.thread));
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
