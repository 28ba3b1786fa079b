/** journal_read. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { FILTER, isWanted, readFilter } from '../audit/waiting.js';
import { AuditWindow, type Reader, WINDOW_RECORDS } from '../audit/window.js';
import { RECORD_WORDS } from '../journal/record.js';
import type { Kernel } from '../kernel.js';
import { LAST_DEADLINE } from '../limits.js';
import { back, writeUser } from '../memory/user-memory.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

const RECORD_BYTES = RECORD_WORDS * 4;

/** What is read goes through here; used again for each call. */
const RECORDS = new Int32Array(WINDOW_RECORDS * RECORD_WORDS);
const RECORDS_AS_BYTES = new Uint8Array(RECORDS.buffer);

function readerOf(k: Kernel, call: CallFrame): Reader {
  const { processes, jobs, handles } = k.state;
  const process = processes.koid[call.process];
  const [object] = call.objects;
  if (object < 0) return { process, ofProcess: 0, ofJob: 0 };
  return handles.type[call.handles[0]] === OBJECT_TYPE.process
    ? { process, ofProcess: processes.koid[object], ofJob: 0 }
    : { process, ofProcess: 0, ofJob: jobs.koid[object] };
}

/** By the machine's clock; in a ring it has always passed. */
function deadlineOf(call: CallFrame): number {
  if (call.inRing) return Number.NEGATIVE_INFINITY;
  const deadline = FILTER[1] * 0x1_0000_0000 + (FILTER[0] >>> 0);
  return deadline >= LAST_DEADLINE ? Number.POSITIVE_INFINITY : deadline + call.clockHeld;
}

export const JOURNAL_CALLS = {
  journal_read: {
    run(k, call) {
      if (!k.journal.enabled) return STATUS.NOT_SUPPORTED;
      k.audit ??= new AuditWindow(k);
      const window = k.audit;
      window.takeBlock();
      const reader = readerOf(k, call);
      const from = call.instant(1);
      const next = window.next(reader);
      const oldest = window.oldest(reader);
      if (from < oldest || from > next) {
        call.resultTime(from < oldest ? oldest : next);
        call.result(0);
        return STATUS.OUT_OF_RANGE;
      }
      const most = Math.floor(call.unsigned(5) / RECORD_BYTES);
      if (most === 0) return STATUS.BUFFER_TOO_SMALL;
      readFilter(k, call.process, call.unsigned(3));
      let found = 0;
      let number = window.place(reader, from);
      for (; number < window.count && found < most; number++)
        if (isWanted(window.typeOf(number)) && window.isFor(reader, number))
          window.copyTo(reader, number, RECORDS, found++ * RECORD_WORDS);
      if (found === 0 && reader.ofProcess !== 0 && k.state.processes.state[call.objects[0]] === TASK_STATE.ENDED)
        return STATUS.BAD_STATE;
      const deadline = deadlineOf(call);
      if (found === 0 && deadline > k.now) return waitForRecords(k, window, call, reader, deadline);
      const bytes = found * RECORD_BYTES;
      if (!back(k, call.process, call.unsigned(4), bytes)) return STATUS.NO_MEMORY;
      writeUser(k, call.process, call.unsigned(4), RECORDS_AS_BYTES, bytes);
      call.resultTime(window.after(reader, number));
      call.result(found);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;

/** Nobody waits for what it does itself: waiting would be what it waits for, or never come. */
function waitForRecords(k: Kernel, window: AuditWindow, call: CallFrame, reader: Reader, deadline: number): number {
  const { ofProcess, ofJob, process } = reader;
  if ((ofProcess === 0 && ofJob === 0) || ofProcess === process) return STATUS.INVALID_ARGS;
  k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.JOURNAL, -1, call.words[3], ofProcess, ofJob);
  // One whose wait ended otherwise may still stand there.
  if (!window.waiting.includes(call.thread)) window.waiting.push(call.thread);
  return CALL_WAITS;
}
