/**
 * Which objects records mean. Records name rows of the kernel's tables, which are used again; which object has a row says the record
 * that made it. Also: which process a thread is of, what a process's handles name, and who is suspended, as far as views need it.
 */
import { CALL_NUMBER, callByNumber } from '../../../syscalls/calls.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../../syscalls/objects.js';
import { OBJECT_TABLE } from '../../state/objects.js';
import type { State } from '../../state/state.js';
import { isLive } from '../../state/table.js';
import { TRANSITIONS } from '../../transitions/all.js';
import { handleCopied, handleLent, handleReceived, handleSent, messageMade } from '../../transitions/channels.js';
import { processResumed, processStopped } from '../../transitions/debug.js';
import { handleClosed, handleGiven, handleOpened, handleReplaced } from '../../transitions/handles.js';
import { CALL_WAITS, called } from '../../transitions/steps.js';
import { taskResumed, taskSuspended } from '../../transitions/suspension.js';
import { processCreated, threadCreated, threadRemoved } from '../../transitions/tasks.js';
import { field, type RecordAt } from './record-at.js';

/** What a handle names. */
interface Named {
  readonly type: number;
  readonly koid: number;
  process: number;
  value: number;
}

/** What a token keeps from running. */
interface Suspended {
  readonly type: number;
  readonly row: number;
}

/** Records that give an object of a type a row, and the places of their fields `row` and `koid`. */
const MADE: ({ readonly type: number; readonly row: number; readonly koid: number } | undefined)[] = [];
for (const { name, fields, number } of TRANSITIONS) {
  const row = fields.indexOf('row');
  const koid = fields.indexOf('koid');
  const made = name === 'task_suspended' ? 'token' : /^(\w+)_(?:created|made)$/.exec(name)?.[1];
  if (row < 0 || koid < 0 || made === undefined) continue;
  // Made by records of their own, and in the table of memory objects.
  const type = OBJECT_TYPE[(made === 'discardable' || made === 'device' ? 'vmo' : made) as ObjectTypeName];
  MADE[number] = { type, row, koid };
}

/** What else records do to what is known here. */
const DOES: ((rows: ObjectRows, record: RecordAt) => void)[] = [];

export class ObjectRows {
  // Maps and not lists: a row of a recording that somebody has made up may be any number.
  /** By type and row. */
  readonly koids: readonly Map<number, number>[] = Array.from({ length: 32 }, () => new Map<number, number>());
  private processRows = new Map<number, number>();
  /** Koid of the process of each thread that was made, by the thread's koid; also of those that are gone. */
  private processOf = new Map<number, number>();
  /** Koids of the threads that there are, by their process's row. */
  private threads = new Map<number, Set<number>>();
  /** Koids of the endpoints: where each message waits, by its row; through which a thread's call waits, by its koid. */
  private messages = new Map<number, number>();
  private calling = new Map<number, number>();
  private handles = new Map<number, Named>();
  private values = new Map<number, number>();
  private tokens = new Map<number, Suspended>();
  /** By row of process: what suspends it whole, and the debug sessions among that, as bits. */
  private suspensions = new Map<number, number>();
  private held = new Map<number, number>();

  static ofState(s: State): ObjectRows {
    const rows = new ObjectRows();
    for (const [name, type] of Object.entries(OBJECT_TYPE) as [ObjectTypeName, number][]) {
      const table = s[OBJECT_TABLE[name]];
      for (let row = 0; row < table.used; row++) if (isLive(table, row)) rows.name(type, row, table.koid[row]);
    }
    for (let row = 0; row < s.processes.used; row++) {
      rows.threads.set(row, new Set());
      rows.suspensions.set(row, s.processes.suspensions[row]);
      rows.held.set(row, s.processes.held[row]);
    }
    for (let row = 0; row < s.threads.used; row++)
      if (isLive(s.threads, row)) rows.addThread(s.threads.koid[row], s.threads.process[row]);
    const { handles: h } = s;
    for (let row = 0; row < h.used; row++) {
      if (!isLive(h, row)) continue;
      const koid = rows.koid(h.type[row], h.object[row]);
      rows.addHandle(row, { type: h.type[row], koid, process: h.process[row], value: h.value[row] });
    }
    for (let row = 0; row < s.messages.used; row++)
      if (isLive(s.messages, row)) rows.messages.set(row, rows.koid(OBJECT_TYPE.channel, s.messages.channel[row]));
    for (let row = 0; row < s.tokens.used; row++)
      rows.tokens.set(row, { type: s.tokens.type[row], row: s.tokens.task[row] });
    return rows;
  }

  copy(): ObjectRows {
    const rows = new ObjectRows();
    this.koids.forEach((koids, type) => {
      for (const [row, koid] of koids) rows.koids[type].set(row, koid);
    });
    rows.processRows = new Map(this.processRows);
    rows.processOf = new Map(this.processOf);
    for (const [process, threads] of this.threads) rows.threads.set(process, new Set(threads));
    rows.messages = new Map(this.messages);
    rows.calling = new Map(this.calling);
    for (const [row, handle] of this.handles) rows.handles.set(row, { ...handle });
    rows.values = new Map(this.values);
    rows.tokens = new Map(this.tokens);
    rows.suspensions = new Map(this.suspensions);
    rows.held = new Map(this.held);
    return rows;
  }

  /** Takes the next record: all of them, in order. */
  take(record: RecordAt): void {
    const { type } = record;
    const made = MADE[type];
    if (made !== undefined) this.name(made.type, record.word(made.row), record.word(made.koid));
    DOES[type]?.(this, record);
  }

  /** The koid of the object of this type that a record made; 0 where it made none. */
  static made(type: number, record: RecordAt): number {
    const made = MADE[record.type];
    return made?.type === type ? record.word(made.koid) : 0;
  }

  /** No record that is kept is about this thread any more. */
  forgetThread(koid: number): void {
    this.processOf.delete(koid);
    this.calling.delete(koid);
  }

  private name(type: number, row: number, koid: number): void {
    this.koids[type].set(row, koid);
    if (type === OBJECT_TYPE.process) this.processRows.set(koid, row);
  }

  /** The object of a type that has a row, 0 for none. */
  koid(type: number, row: number): number {
    return this.koids[type]?.get(row) ?? 0;
  }

  thread(row: number): number {
    return this.koid(OBJECT_TYPE.thread, row);
  }

  process(row: number): number {
    return this.koid(OBJECT_TYPE.process, row);
  }

  /** The process of a thread (both koids), 0 where nobody knows it. */
  processOfThread(thread: number): number {
    return this.processOf.get(thread) ?? 0;
  }

  /** The endpoint at which a message waits, by its row, 0 where nobody knows it. */
  endpointOf(message: number): number {
    return this.messages.get(message) ?? 0;
  }

  /** The endpoint through which a thread (a koid) made the call that it waits in, if it is a channel_call; 0 otherwise. */
  callingThrough(thread: number): number {
    return this.calling.get(thread) ?? 0;
  }

  /** The threads that a process has, by its row. */
  threadsOf(process: number): readonly number[] {
    return [...(this.threads.get(process) ?? [])];
  }

  suspensionsOf(process: number): number {
    return this.suspensions.get(process) ?? 0;
  }

  /** Bits of the debug sessions that have stopped a process. */
  heldBy(process: number): number {
    return this.held.get(process) ?? 0;
  }

  /** What a token keeps from running: a type and a row. */
  suspendedBy(token: number): Suspended | undefined {
    return this.tokens.get(token);
  }

  /** The object that a process's handle names, if it is of this type; 0 otherwise. `process`: a koid. */
  named(process: number, value: number, type: number): number {
    const row = this.processRows.get(process) ?? -1;
    const handle = this.handles.get(this.values.get(place(row, value)) ?? -1);
    return handle?.type === type ? handle.koid : 0;
  }

  private addThread(koid: number, process: number): void {
    this.processOf.set(koid, this.process(process));
    const threads = this.threads.get(process) ?? new Set<number>();
    this.threads.set(process, threads.add(koid));
  }

  private addHandle(row: number, handle: Named): void {
    this.handles.set(row, handle);
    if (handle.process >= 0) this.values.set(place(handle.process, handle.value), row);
  }

  /** A handle goes to a process (a row; -1: into a message), under a number. */
  private moveHandle(row: number, process: number, value: number): void {
    const handle = this.handles.get(row);
    if (handle === undefined) return;
    const at = place(handle.process, handle.value);
    if (this.values.get(at) === row) this.values.delete(at);
    handle.process = process;
    handle.value = value;
    if (process >= 0) this.values.set(place(process, value), row);
  }

  static {
    const row = { opened: field(handleOpened, 'row'), closed: field(handleClosed, 'row') };
    const opened = {
      process: field(handleOpened, 'process'),
      value: field(handleOpened, 'value'),
      type: field(handleOpened, 'type'),
      object: field(handleOpened, 'object'),
    };
    DOES[handleOpened.number] = (rows, r) => {
      const [process, value, type] = [opened.process(r), opened.value(r), opened.type(r)];
      rows.addHandle(row.opened(r), { type, koid: rows.koid(type, opened.object(r)), process, value });
    };
    DOES[handleClosed.number] = (rows, r) => {
      rows.moveHandle(row.closed(r), -1, 0);
      rows.handles.delete(row.closed(r));
    };
    const sent = field(handleSent, 'row');
    DOES[handleSent.number] = (rows, r) => rows.moveHandle(sent(r), -1, 0);
    const replaced = { row: field(handleReplaced, 'row'), value: field(handleReplaced, 'value') };
    DOES[handleReplaced.number] = (rows, r) =>
      rows.moveHandle(replaced.row(r), rows.handles.get(replaced.row(r))?.process ?? -1, replaced.value(r));
    for (const transition of [handleGiven, handleReceived]) {
      const to = field(transition, 'process');
      const value = field(transition, 'value');
      const which = field(transition, 'row');
      DOES[transition.number] = (rows, r) => rows.moveHandle(which(r), to(r), value(r));
    }
    for (const transition of [handleCopied, handleLent]) {
      const which = field(transition, 'row');
      const parent = field(transition, 'parent');
      DOES[transition.number] = (rows, r) => {
        const from = rows.handles.get(parent(r));
        if (from !== undefined) rows.addHandle(which(r), { type: from.type, koid: from.koid, process: -1, value: 0 });
      };
    }

    const message = { row: field(messageMade, 'row'), channel: field(messageMade, 'channel') };
    DOES[messageMade.number] = (rows, r) => {
      rows.messages.set(message.row(r), rows.koid(OBJECT_TYPE.channel, message.channel(r)));
    };
    const call = { numberStatus: field(called, 'number_status'), handle: field(called, 'a0') };
    const channelCallWaits = CALL_NUMBER.channel_call | (CALL_WAITS << 16);
    DOES[called.number] = (rows, r) => {
      const { actor } = r;
      if (call.numberStatus(r) === channelCallWaits)
        rows.calling.set(actor, rows.named(rows.processOfThread(actor), call.handle(r), OBJECT_TYPE.channel));
      else if (rows.calling.size > 0) rows.calling.delete(actor);
    };

    const madeProcess = field(processCreated, 'row');
    DOES[processCreated.number] = (rows, r) => {
      rows.threads.set(madeProcess(r), new Set());
      rows.suspensions.set(madeProcess(r), 0);
      rows.held.set(madeProcess(r), 0);
    };
    const made = { koid: field(threadCreated, 'koid'), process: field(threadCreated, 'process') };
    DOES[threadCreated.number] = (rows, r) => rows.addThread(made.koid(r), made.process(r));
    const removed = field(threadRemoved, 'row');
    DOES[threadRemoved.number] = (rows, r) => {
      const koid = rows.thread(removed(r));
      for (const threads of rows.threads.values()) threads.delete(koid);
    };

    const token = {
      row: field(taskSuspended, 'row'),
      type: field(taskSuspended, 'type'),
      task: field(taskSuspended, 'task'),
    };
    DOES[taskSuspended.number] = (rows, r) => {
      rows.tokens.set(token.row(r), { type: token.type(r), row: token.task(r) });
      if (token.type(r) === OBJECT_TYPE.process) rows.suspend(token.task(r), 1);
    };
    const gone = field(taskResumed, 'row');
    DOES[taskResumed.number] = (rows, r) => {
      const task = rows.tokens.get(gone(r));
      if (task?.type === OBJECT_TYPE.process) rows.suspend(task.row, -1);
    };
    const stopped = { process: field(processStopped, 'process'), session: field(processStopped, 'session') };
    DOES[processStopped.number] = (rows, r) => {
      rows.suspend(stopped.process(r), 1);
      rows.held.set(stopped.process(r), rows.heldBy(stopped.process(r)) | (1 << stopped.session(r)));
    };
    const resumed = { process: field(processResumed, 'process'), session: field(processResumed, 'session') };
    DOES[processResumed.number] = (rows, r) => {
      rows.suspend(resumed.process(r), -1);
      rows.held.set(resumed.process(r), rows.heldBy(resumed.process(r)) & ~(1 << resumed.session(r)));
    };
  }

  private suspend(process: number, by: number): void {
    this.suspensions.set(process, this.suspensionsOf(process) + by);
  }
}

/** Handle numbers are words, and rows of processes small. */
function place(process: number, value: number): number {
  return process * 2 ** 32 + (value >>> 0);
}

/** The name of a call, or its number. */
export function callName(number: number): string {
  return callByNumber(number)?.name ?? `0x${number.toString(16)}`;
}
