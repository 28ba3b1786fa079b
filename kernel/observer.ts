/** What can be watched while the kernel runs: for traces, never for decisions. */
import type { ThreadName } from './blocked.js';

export interface Observer {
  /**
   * A call ended, or began to wait (`status` CALL_WAITS). `words` are a0 to a5 as they were, `results` a1 and up; both are
   * only valid during the call of this function. `readText` reads bytes of the caller's memory.
   */
  call?(
    thread: ThreadName,
    number: number,
    words: ArrayLike<number>,
    status: number,
    results: ArrayLike<number>,
    readText: ReadText,
  ): void;
  /** A call that waited ended, with this status. */
  resumed?(thread: ThreadName, status: number): void;
  /** A thread faulted in a way that ends its process. All are 32-bit numbers. */
  fault?(thread: ThreadName, cause: number, pc: number, address: number): void;
  /** A page fault was satisfied. */
  backed?(thread: ThreadName, pc: number, address: number): void;
  /** A byte went out of the UART, at the time that it is now. */
  output?(byte: number): void;
  /** A thread got the hart. */
  dispatched?(thread: ThreadName): void;
}

/** Text at an address of the caller's memory, or undefined where it cannot be read. */
export type ReadText = (address: number, length: number) => string | undefined;
