/**
 * A debugger outside the machine: it makes the debug calls of the call table, with koids for handles and buffers of its own. The
 * checks and what is done are those of the calls; but nothing of it stands in the tables that programs use, is charged to
 * anybody, takes a koid, a handle or a frame, or counts as a step: a program that fills a table, counts koids or reads the steps in
 * packets finds what it would find without. Each call is a step, and recorded as input with all that it brings.
 */
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { DEBUG } from '../../syscalls/options.js';
import { nameText } from '../information.js';
import type { Kernel } from '../kernel.js';
import { satpOf } from '../memory/page-tables.js';
import { type AnyTable, isLive } from '../state/table.js';
import { FIRST_JOB } from '../tasks/process.js';
import { savedRegister } from '../tasks/registers.js';
import { debuggerCalled, debuggerWrote } from '../transitions/debug.js';
import { GENERAL_WORDS, kill, setRegisters } from './changes.js';
import { checkControl, control, processOf, threadOf } from './control.js';
import { DebugHost, type ToldOutside } from './host.js';
import { readMemory, writeMemory } from './memory.js';
import { covers, createSession, endSession } from './sessions.js';

export type { ToldOutside } from './host.js';

/** Bytes that one record of what was written holds. */
const RECORDED_BYTES = 28;

export class OutsideDebugger {
  private isAttached = true;

  private constructor(
    private readonly k: Kernel,
    private readonly step: (work: () => void) => void,
    readonly session: number,
  ) {}

  /** Attaches to the first job and all below it. Throws RangeError where there are too many sessions. */
  static attach(k: Kernel, step: (work: () => void) => void, told: ToldOutside): OutsideDebugger {
    let session = -1;
    k.debug ??= new DebugHost();
    step(() => {
      record(k, CALL_NUMBER.debug_attach, -1, 0, 0, 0, 0);
      session = createSession(k, -1, -1, OBJECT_TYPE.job, FIRST_JOB, 0);
    });
    if (session < 0) throw new RangeError('there are too many debug sessions');
    k.debug.told[session] = told;
    return new OutsideDebugger(k, step, session);
  }

  /** As debug_control: a status, or the number of a breakpoint. */
  control(op: number, task: number, address: number, length: number): number {
    let result: number = checkControl(op, address, length);
    if (result !== STATUS.OK) return result;
    if (!this.isAttached) return STATUS.BAD_HANDLE;
    this.step(() => {
      record(this.k, CALL_NUMBER.debug_control, this.session, op, task, address, length);
      result = control(this.k, this.session, op, task, address, length);
    });
    return result;
  }

  /** Stops the world, if it is not stopped. */
  stop(): number {
    return this.control(DEBUG.STOP, 0, 0, 0);
  }

  /** As process_read_memory: the bytes that are there. Nothing changes, so it is no step. */
  readMemory(process: number, address: number, length: number): Uint8Array {
    const row = processOf(this.k, this.session, process);
    if (row < 0 || this.k.state.processes.state[row] === TASK_STATE.ENDED) return new Uint8Array(0);
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readMemory(this.k, row, address, bytes));
  }

  /** As process_write_memory: how many bytes were written. */
  writeMemory(process: number, address: number, bytes: Uint8Array): number {
    const row = processOf(this.k, this.session, process);
    if (row < 0 || this.k.state.processes.state[row] === TASK_STATE.ENDED) return 0;
    let length = 0;
    this.step(() => {
      record(this.k, CALL_NUMBER.process_write_memory, this.session, process, address, bytes.length, 0);
      recordBytes(this.k, bytes);
      length = writeMemory(this.k, row, address, bytes);
    });
    return length;
  }

  /** As thread_read_state with GENERAL: pc, x1 to x31; undefined for a thread that has none. The world is stopped. */
  readRegisters(thread: number): Int32Array | undefined {
    const { k } = this;
    const row = this.threadWithRegisters(thread);
    if (row < 0) return undefined;
    const words = new Int32Array(GENERAL_WORDS);
    if (k.loaded === row) {
      words.set(k.hart.x);
      words[0] = k.hart.pc | 0;
    } else {
      const from = (savedRegister(k, row, 0) - k.memory.base) >> 2;
      for (let i = 0; i < GENERAL_WORDS; i++) words[i] = k.memory.i32[from + i];
    }
    return words;
  }

  /** As thread_write_state with GENERAL: whether they could be written. */
  writeRegisters(thread: number, words: Int32Array): boolean {
    const { k } = this;
    const row = this.threadWithRegisters(thread);
    if (row < 0 || words.length !== GENERAL_WORDS) return false;
    this.step(() => {
      record(k, CALL_NUMBER.thread_write_state, this.session, thread, 0, 0, GENERAL_WORDS * 4);
      recordBytes(k, new Uint8Array(words.slice().buffer));
      setRegisters(k, row, words);
    });
    return true;
  }

  /** The row of a thread that was started, has not ended, and is no script; or -1. */
  private threadWithRegisters(koid: number): number {
    const { k } = this;
    const row = threadOf(k, this.session, koid);
    return row < 0 || k.state.threads.state[row] === TASK_STATE.NEW || k.scripts?.has(row) ? -1 : row;
  }

  /** Rows of the processes that are there, and of the threads that have not ended. */
  processRows(): number[] {
    const { k } = this;
    return rowsOf(k.state.processes).filter((row) => covers(k, this.session, row));
  }

  threadRows(): number[] {
    const { k } = this;
    const { threads } = k.state;
    return rowsOf(threads).filter(
      (row) => threads.state[row] !== TASK_STATE.ENDED && covers(k, this.session, threads.process[row]),
    );
  }

  nameOf(type: 'process' | 'thread', row: number): string {
    const { processes, threads } = this.k.state;
    return nameText(type === 'process' ? processes : threads, row);
  }

  isScript(thread: number): boolean {
    return this.k.scripts?.has(thread) ?? false;
  }

  /** satp while a thread has the hart. */
  satpOf(thread: number): number {
    const row = this.threadWithRegisters(thread);
    return row < 0 ? 0 : satpOf(this.k, this.k.state.threads.process[row]);
  }

  /** As task_kill of a process: whether it was there. */
  killProcess(process: number): boolean {
    const { k } = this;
    const row = processOf(k, this.session, process);
    if (row < 0 || k.state.processes.state[row] === TASK_STATE.ENDED) return false;
    this.step(() => {
      record(k, CALL_NUMBER.task_kill, this.session, process, 0, 0, 0);
      kill(k, row);
    });
    return true;
  }

  /** The session is not there any more: the system went to another time. */
  abandon(): void {
    this.isAttached = false;
  }

  /** Ends the session: what it has stopped goes on. */
  detach(): void {
    if (!this.isAttached || !isLive(this.k.state.sessions, this.session)) return;
    this.isAttached = false;
    this.step(() => {
      record(this.k, CALL_NUMBER.handle_close, this.session, 0, 0, 0, 0);
      endSession(this.k, this.session);
    });
  }
}

function record(k: Kernel, call: number, session: number, a: number, b: number, c: number, d: number): void {
  k.journal.commitOutside(debuggerCalled, call, session, a, b, c, d, 0);
}

/** Records bytes that came from outside. */
function recordBytes(k: Kernel, bytes: Uint8Array): void {
  const words = new Int32Array(RECORDED_BYTES / 4);
  const window = new Uint8Array(words.buffer);
  for (let at = 0; at < bytes.length; at += RECORDED_BYTES) {
    const count = Math.min(RECORDED_BYTES, bytes.length - at);
    window.fill(0);
    window.set(bytes.subarray(at, at + count));
    k.journal.commitOutside(debuggerWrote, count, words[0], words[1], words[2], words[3], words[4], words[5], words[6]);
  }
}

function rowsOf(table: AnyTable & { readonly used: number }): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.used; row++) if (isLive(table, row)) rows.push(row);
  return rows;
}
