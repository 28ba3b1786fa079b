/** system_halt, debug_write. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { readUser } from '../memory/user-memory.js';
import { endProcess, exited } from '../tasks/process.js';
import { NO_RETURN, systemHalted } from '../transitions/steps.js';
import type { Handler } from './handler.js';

/** The transmit register of the board's first UART. */
const UART_THR = 0x1000_0000;

export const BOOT_CALLS = {
  system_halt: {
    run(k, call) {
      if (call.objects[0] !== k.bootProcess) return STATUS.ACCESS_DENIED;
      k.journal.commit(systemHalted, call.words[1]);
      endProcess(k, k.bootProcess, exited(call.words[1]));
      return call.process === k.bootProcess ? NO_RETURN : STATUS.OK;
    },
  },

  debug_write: {
    run(k, call) {
      const bytes = new Uint8Array(call.unsigned(1));
      readUser(k, call.process, call.unsigned(0), bytes);
      for (const byte of bytes) k.board.bus.store(UART_THR, 1, byte);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
