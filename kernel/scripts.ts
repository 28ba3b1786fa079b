/**
 * Threads that a generator executes instead of the hart. A script yields one operation at a time: a system call, which goes the
 * same way as a compiled thread's, or a load or store, which obeys the same page tables. Each counts as one instruction.
 *
 * A script is started like any thread, by an entry address; `enter` gives a generator function such an address, above user
 * addresses, where no compiled code can be.
 */

import { CAUSE } from '../machine/index.js';
import { CALL_NUMBER } from '../syscalls/calls.js';
import { LIMITS } from '../syscalls/limits.js';
import type { Kernel } from './kernel.js';
import { TABLE_LIMIT } from './limits.js';
import { deviceAddress, isAccessible, isRangeBacked, readUser, writeUser } from './memory/user-memory.js';
import { READABLE, WRITABLE } from './memory/vmar.js';
import { savedRegister } from './tasks/registers.js';

export type Operation =
  | { readonly kind: 'call'; readonly number: number; readonly arguments: readonly number[] }
  | { readonly kind: 'load'; readonly address: number; readonly bytes: number }
  | { readonly kind: 'store'; readonly address: number; readonly data: Uint8Array };

export interface Answer {
  readonly status: number;
  readonly values: ArrayLike<number>;
  readonly data?: Uint8Array;
}

export type Script = Generator<Operation, unknown, Answer>;
/** `given` is the handle that process_start gave to the process, 0 for none. */
export type ScriptFunction = (argument: number, given: number) => Script;

/** Where script entries lie, and how far apart. */
const ENTRY_BASE = 0xf000_0000;
const ENTRY_BYTES = 4;

interface Running {
  readonly script: Script;
  /** What the next resumption brings: nothing yet, registers of a call, or bytes. */
  answer: 'none' | 'registers' | Answer;
  /** What it did last, and whether that is to be done again. */
  operation: Operation | undefined;
  isRepeated: boolean;
}

/** What the kernel does for a script; given by the step, so that scripts know nothing of steps. */
export interface ScriptHost {
  call(thread: number, number: number, words: readonly number[]): void;
  fault(thread: number, cause: number, address: number): void;
  /** Backs a range and does what needs it, as one step; or the thread faults or waits: false. */
  back(thread: number, cause: number, address: number, length: number, then: () => void): boolean;
}

export class ScriptThreads {
  private readonly entries: ScriptFunction[] = [];
  private readonly running = new Map<number, Running>();
  /** For each row of a thread whether it is in `running`: every switch asks. */
  private readonly isRunning = new Uint8Array(TABLE_LIMIT.threads);

  constructor(
    private readonly k: Kernel,
    private readonly host: ScriptHost,
  ) {}

  /** An entry address for a generator function. */
  enter(script: ScriptFunction): number {
    this.entries.push(script);
    return ENTRY_BASE + (this.entries.length - 1) * ENTRY_BYTES;
  }

  /** A thread was started: it is a script where its entry is one. */
  attach(thread: number, entry: number, argument: number, given = 0): void {
    const script = this.entries[(entry - ENTRY_BASE) / ENTRY_BYTES];
    if (script === undefined) return;
    this.isRunning[thread] = 1;
    this.running.set(thread, {
      script: script(argument, given),
      answer: 'none',
      operation: undefined,
      isRepeated: false,
    });
  }

  /** Does none run? */
  get isEmpty(): boolean {
    return this.running.size === 0;
  }

  has(thread: number): boolean {
    return this.isRunning[thread] !== 0;
  }

  ended(thread: number): void {
    this.isRunning[thread] = 0;
    this.running.delete(thread);
  }

  /** Executes the next operation of the running thread. What the generator throws goes to the caller. */
  execute(thread: number): void {
    const running = this.running.get(thread);
    if (running === undefined) return;
    const operation = this.nextOperation(thread, running);
    this.k.hart.retireForHost(1);
    if (operation === undefined) {
      this.host.call(thread, CALL_NUMBER.thread_exit, [0]);
      return;
    }
    running.answer = 'registers';
    if (operation.kind === 'call') this.host.call(thread, operation.number, operation.arguments);
    else running.answer = this.access(thread, operation);
  }

  /** The next run of a thread does its last operation again. */
  repeat(thread: number): void {
    const running = this.running.get(thread);
    if (running !== undefined) running.isRepeated = true;
  }

  private nextOperation(thread: number, running: Running): Operation | undefined {
    if (running.isRepeated) running.isRepeated = false;
    else {
      const next = running.script.next(this.answerFor(thread, running) as Answer);
      running.operation = next.done ? undefined : next.value;
    }
    return running.operation;
  }

  private answerFor(thread: number, { answer }: Running): Answer | undefined {
    if (answer === 'none') return undefined;
    if (answer !== 'registers') return answer;
    const { memory } = this.k;
    const at = (savedRegister(this.k, thread, 10) - memory.base) >> 2;
    return { status: memory.i32[at], values: memory.i32.slice(at + 1, at + 5) };
  }

  private access(thread: number, operation: Exclude<Operation, { kind: 'call' }>): Answer {
    const { k } = this;
    const process = k.state.threads.process[thread];
    const write = operation.kind === 'store';
    const address = operation.address >>> 0;
    const length = operation.kind === 'store' ? operation.data.length : operation.bytes;
    if (!Number.isInteger(length) || length < 0 || length > LIMITS.copyBytes)
      throw new RangeError(`a script ${operation.kind}s ${length} bytes`);
    const nothing: Answer = { status: 0, values: [] };
    const device = deviceAddress(k, process, address, write ? WRITABLE : READABLE);
    if (device >= 0) return this.accessDevice(thread, operation, device) ?? nothing;
    const allowed = isAccessible(k, process, address, length, write ? WRITABLE : READABLE);
    const cause = write ? CAUSE.STORE_PAGE_FAULT : CAUSE.LOAD_PAGE_FAULT;
    if (!allowed) {
      this.host.fault(thread, cause, address);
      return nothing;
    }
    const data = operation.kind === 'store' ? operation.data : new Uint8Array(length);
    const move = (): void => (write ? writeUser : readUser)(k, process, address, data);
    if (isRangeBacked(k, process, address, length, write) && k.state.threads.grantOf[thread] === 0) move();
    else if (!this.host.back(thread, cause, address, length, move)) return nothing;
    return write ? nothing : { status: 0, values: [], data };
  }

  /** Loads or stores a register as compiled code does, little endian; undefined, and a fault, where the device refuses. */
  private accessDevice(
    thread: number,
    operation: Exclude<Operation, { kind: 'call' }>,
    address: number,
  ): Answer | undefined {
    const { bus } = this.k.board;
    const write = operation.kind === 'store';
    const width = write ? operation.data.length : operation.bytes;
    if (width === 1 || width === 2 || width === 4) {
      const data = new Uint8Array(4);
      if (write) {
        data.set(operation.data);
        if (bus.store(address, width, new Int32Array(data.buffer)[0])) return { status: 0, values: [] };
      } else {
        const word = bus.load(address, width);
        if (word !== undefined) {
          new Int32Array(data.buffer)[0] = word;
          return { status: 0, values: [], data: data.subarray(0, width) };
        }
      }
    }
    const cause = write ? CAUSE.STORE_ACCESS_FAULT : CAUSE.LOAD_ACCESS_FAULT;
    this.host.fault(thread, cause, operation.address >>> 0);
    return undefined;
  }
}
