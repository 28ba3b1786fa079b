/** task_suspend, thread_read_state, thread_write_state. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { COST } from '../limits.js';
import { back, readUser, writeUser } from '../memory/user-memory.js';
import { GENERAL_WORDS, hasEnded, hasStillRegisters, readRegisters, suspend, writeRegisters } from '../suspension.js';
import type { Handler } from './handler.js';

const GENERAL_BYTES = GENERAL_WORDS * 4;

export const SUSPENSION_CALLS = {
  task_suspend: {
    run(k, call) {
      const task = call.objects[0];
      const type = k.state.handles.type[call.handles[0]];
      if (hasEnded(k, type, task)) return STATUS.BAD_STATE;
      const allocator = k.state.processes.allocator[call.process];
      const room = roomForHandles(k, call.process, 1, allocator, COST.token);
      if (room !== STATUS.OK) return room;
      const token = suspend(k, allocator, type, task);
      if (token < 0) return token;
      call.result(openHandle(k, call.process, OBJECT_TYPE.token, token, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  thread_read_state: {
    run(k, call) {
      const thread = call.objects[0];
      if (!hasStillRegisters(k, thread)) return STATUS.BAD_STATE;
      if (call.unsigned(3) < GENERAL_BYTES) return STATUS.BUFFER_TOO_SMALL;
      if (!back(k, call.process, call.unsigned(2), GENERAL_BYTES)) return STATUS.NO_MEMORY;
      writeUser(k, call.process, call.unsigned(2), readRegisters(k, thread));
      return STATUS.OK;
    },
  },

  thread_write_state: {
    run(k, call) {
      const thread = call.objects[0];
      if (!hasStillRegisters(k, thread)) return STATUS.BAD_STATE;
      const words = new Int32Array(GENERAL_WORDS);
      readUser(k, call.process, call.unsigned(2), new Uint8Array(words.buffer));
      writeRegisters(k, thread, words);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
