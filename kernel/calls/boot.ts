/** root_oom_wait, system_halt, debug_write. */
import { type CallName, ROOT_OOM_ANSWER } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import { readUser } from '../memory/user-memory.js';
import { monitorFailed, monitorFreed, monitorHalts, monitorKills } from '../root-oom/decision.js';
import { isDeciding, jobWithKoid, processWithKoid } from '../root-oom/monitor.js';
import { pinProcess } from '../root-oom/pinning.js';
import { isUnder } from '../root-oom/victim.js';
import { endProcess, exited } from '../tasks/process.js';
import { CALL_WAITS, NO_RETURN, systemHalted } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { Handler } from './handler.js';

/** The transmit register of the board's first UART. */
const UART_THR = 0x1000_0000;

export const BOOT_CALLS = {
  root_oom_wait: {
    notInRing: true,
    check: (_k, call) => (call.unsigned(2) % 4 === 0 ? STATUS.OK : STATUS.INVALID_ARGS),
    run(k, call) {
      const { NONE, KILL, FREED, HALT } = ROOT_OOM_ANSWER;
      const answer = call.words[0];
      if (call.thread !== k.state.monitor) return STATUS.ACCESS_DENIED;
      const isAsked = isDeciding(k);
      if (answer !== NONE && !isAsked) return STATUS.BAD_STATE;
      const job = answer === KILL ? jobWithKoid(k, call.words[1]) : -1;
      const process = answer === KILL ? processWithKoid(k, call.words[1]) : -1;
      if (answer === KILL && job < 0 && process < 0) return STATUS.NOT_FOUND;
      if ((job >= 0 && isUnder(k, call.process, job)) || process === call.process) return STATUS.ACCESS_DENIED;
      if (!pinProcess(k, call.process)) return STATUS.NO_MEMORY;
      const { ROOT_OOM } = BLOCKED_ON;
      k.journal.commitAt(threadWaits, FOREVER, call.thread, ROOT_OOM, -1, call.words[2], call.words[3], 0);
      if (!isAsked) return CALL_WAITS;
      if (answer === KILL) monitorKills(k, job, process);
      else if (answer === FREED) monitorFreed(k);
      else if (answer === HALT) monitorHalts(k);
      else monitorFailed(k);
      return CALL_WAITS;
    },
  },

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
