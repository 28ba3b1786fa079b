/** Generated from the call table in syscalls/ by `npm run generate`; do not edit. */
import { type CallScript, call, timeFromWords, timeWords } from './script.js';

/** Closes a handle; an object that nothing names any more goes away. */
export function* handle_close(h: number): CallScript {
  const { status } = yield call(0x00, h);
  return { status };
}

/** Makes a second handle to the same object, with the same rights or fewer. */
export function* handle_duplicate(h: number, rights: number): CallScript<{ readonly copy: number }> {
  const { status, values } = yield call(0x01, h, rights);
  return { status, copy: values[0] >>> 0 };
}

/** Swaps a handle for one with the same rights or fewer; the old number is gone. */
export function* handle_replace(h: number, rights: number): CallScript<{ readonly replacement: number }> {
  const { status, values } = yield call(0x02, h, rights);
  return { status, replacement: values[0] >>> 0 };
}

/** Removes every handle that was derived from this one, in whatever process, and nothing else. */
export function* handle_revoke(h: number): CallScript<{ readonly removed: number }> {
  const { status, values } = yield call(0x03, h);
  return { status, removed: values[0] >>> 0 };
}

/** Writes a description of the object into a buffer. */
export function* object_info(
  h: number,
  what: number,
  buf: number,
  len: number,
): CallScript<{ readonly written: number }> {
  const { status, values } = yield call(0x04, h, what, buf, len);
  return { status, written: values[0] >>> 0 };
}

/** Changes a property of the object. */
export function* object_set(h: number, what: number, buf: number, len: number): CallScript {
  const { status } = yield call(0x05, h, what, buf, len);
  return { status };
}

/** Blocks while a word in memory still holds the expected value, until somebody wakes this address. */
export function* futex_wait(addr: number, expected: number, owner: number, deadline: number): CallScript {
  const { status } = yield call(0x40, addr, expected, owner, ...timeWords(deadline));
  return { status };
}

/** Wakes threads that wait for a word, in the order in which they began to wait. */
export function* futex_wake(addr: number, count: number): CallScript<{ readonly woken: number }> {
  const { status, values } = yield call(0x41, addr, count);
  return { status, woken: values[0] >>> 0 };
}

/** Reads a clock. */
export function* clock_get(id: number): CallScript<{ readonly time: number }> {
  const { status, values } = yield call(0x56, id);
  return { status, time: timeFromWords(values[0], values[1]) };
}

/** Blocks until a deadline. */
export function* thread_sleep(deadline: number): CallScript {
  const { status } = yield call(0x57, ...timeWords(deadline));
  return { status };
}

/** Lets the next thread of the same priority run. */
export function* thread_yield(): CallScript {
  const { status } = yield call(0x58);
  return { status };
}

/** Makes an allocator under another, with a quota that is moved out of the parent's. */
export function* allocator_create(parent: number, quota: number): CallScript<{ readonly child: number }> {
  const { status, values } = yield call(0x70, parent, quota);
  return { status, child: values[0] >>> 0 };
}

/** Makes a memory object of zero bytes, whose frames come when they are first touched. */
export function* vmo_create(allocator: number, size: number, options: number): CallScript<{ readonly vmo: number }> {
  const { status, values } = yield call(0x72, allocator, size, options);
  return { status, vmo: values[0] >>> 0 };
}

/** Copies bytes out of a memory object. */
export function* vmo_read(vmo: number, offset: number, buf: number, len: number): CallScript {
  const { status } = yield call(0x73, vmo, offset, buf, len);
  return { status };
}

/** Copies bytes into a memory object. */
export function* vmo_write(vmo: number, offset: number, buf: number, len: number): CallScript {
  const { status } = yield call(0x74, vmo, offset, buf, len);
  return { status };
}

/** Maps a part of a memory object into an address region. */
export function* vmar_map(
  vmar: number,
  vmo: number,
  offset: number,
  mapLen: number,
  protection: number,
  hint: number,
): CallScript<{ readonly addr: number }> {
  const { status, values } = yield call(0x75, vmar, vmo, offset, mapLen, protection, hint);
  return { status, addr: values[0] >>> 0 };
}

/** Removes what is mapped in a range. */
export function* vmar_unmap(vmar: number, addr: number, unmapLen: number): CallScript {
  const { status } = yield call(0x76, vmar, addr, unmapLen);
  return { status };
}

/** Changes the protection of a mapped range. */
export function* vmar_protect(vmar: number, addr: number, protectLen: number, protection: number): CallScript {
  const { status } = yield call(0x77, vmar, addr, protectLen, protection);
  return { status };
}

/** Makes a process with an empty address space and no threads. */
export function* process_create(
  job: number,
  allocator: number,
  name: number,
  nameLen: number,
): CallScript<{ readonly process: number; readonly vmar: number }> {
  const { status, values } = yield call(0x81, job, allocator, name, nameLen);
  return { status, process: values[0] >>> 0, vmar: values[1] >>> 0 };
}

/** Starts the first thread of a process. */
export function* process_start(process: number, thread: number, entry: number, sp: number, arg: number): CallScript {
  const { status } = yield call(0x82, process, thread, entry, sp, arg);
  return { status };
}

/** Makes a thread of a process; it runs when it is started. */
export function* thread_create(
  process: number,
  priority: number,
  name: number,
  nameLen: number,
): CallScript<{ readonly thread: number }> {
  const { status, values } = yield call(0x83, process, priority, name, nameLen);
  return { status, thread: values[0] >>> 0 };
}

/** Starts a thread. */
export function* thread_start(thread: number, entry: number, sp: number, arg: number): CallScript {
  const { status } = yield call(0x84, thread, entry, sp, arg);
  return { status };
}

/** Ends the calling thread. */
export function* thread_exit(word: number): CallScript {
  const { status } = yield call(0x85, word);
  return { status };
}

/** Ends the calling process and all its threads. */
export function* process_exit(code: number): CallScript {
  const { status } = yield call(0x86, code);
  return { status };
}

/** Ends a process or a thread from outside. */
export function* task_kill(task: number): CallScript {
  const { status } = yield call(0x88, task);
  return { status };
}

/** Stops the machine. */
export function* system_halt(process: number, code: number): CallScript {
  const { status } = yield call(0xa1, process, code);
  return { status };
}

/** Writes bytes to the early console. */
export function* debug_write(buf: number, len: number): CallScript {
  const { status } = yield call(0xa2, buf, len);
  return { status };
}
