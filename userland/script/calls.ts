/** Generated from the call table in syscalls/ by `npm run generate`; do not edit. */
import { type CallScript, call, type Key, keyWords, timeFromWords, timeWords } from './script.js';

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

/** Blocks until a source has had an event since the generation that the caller has seen. */
export function* event_wait(
  h: number,
  source: number,
  seen: number,
  deadline: number,
  event: number,
): CallScript<{ readonly generation: number }> {
  const { status, values } = yield call(0x10, h, source, seen, ...timeWords(deadline), event);
  return { status, generation: values[0] >>> 0 };
}

/** Waits for the first event of several sources. */
export function* event_wait_many(
  items: number,
  n: number,
  deadline: number,
  event: number,
): CallScript<{ readonly index: number; readonly generation: number }> {
  const { status, values } = yield call(0x11, items, n, ...timeWords(deadline), event);
  return { status, index: values[0] >>> 0, generation: values[1] >>> 0 };
}

/** Registers a pool with a source: its events come as packets. */
export function* event_listen(
  h: number,
  source: number,
  pool: number,
  key: Key,
  options = 0,
): CallScript<{ readonly registration: number }> {
  const { status, values } = yield call(0x12, h, source, pool, ...keyWords(key), options);
  return { status, registration: values[0] >>> 0 };
}

/** Ends a registration; nothing of it remains or will come. */
export function* event_cancel(pool: number, registration: number): CallScript {
  const { status } = yield call(0x13, pool, registration);
  return { status };
}

/** Answers an event that has to be answered. */
export function* event_resolve(h: number, token: number, verdict: number, bytes = 0, from = 0): CallScript {
  const { status } = yield call(0x14, h, token, verdict, bytes, from);
  return { status };
}

/** Makes a pool: a queue of packets. */
export function* pool_create(
  allocator: number,
  poolKind: number,
  capacity: number,
  options = 0,
): CallScript<{ readonly pool: number }> {
  const { status, values } = yield call(0x20, allocator, poolKind, capacity, options);
  return { status, pool: values[0] >>> 0 };
}

/** Takes the oldest packet out of a pool, waiting for one if need be. */
export function* pool_take(
  pool: number,
  deadline: number,
  packet: number,
  buf: number,
  len: number,
): CallScript<{ readonly n: number }> {
  const { status, values } = yield call(0x21, pool, ...timeWords(deadline), packet, buf, len);
  return { status, n: values[0] >>> 0 };
}

/** Puts a packet into a pool. */
export function* pool_post(pool: number, packet: number): CallScript {
  const { status } = yield call(0x22, pool, packet);
  return { status };
}

/** Maps a fixed pool, so that its packets can be read without a call. */
export function* pool_map(pool: number, vmar: number): CallScript<{ readonly addr: number }> {
  const { status, values } = yield call(0x23, pool, vmar);
  return { status, addr: values[0] >>> 0 };
}

/** Makes a ring: a queue of system calls in shared memory, whose results come as packets. */
export function* ring_create(
  allocator: number,
  entries: number,
  pool: number,
  vmar: number,
): CallScript<{ readonly ring: number; readonly addr: number }> {
  const { status, values } = yield call(0x24, allocator, entries, pool, vmar);
  return { status, ring: values[0] >>> 0, addr: values[1] >>> 0 };
}

/** Makes calls that stand in a ring, and can wait for completions. */
export function* ring_enter(
  ring: number,
  submit: number,
  complete: number,
  deadline: number,
): CallScript<{ readonly taken: number }> {
  const { status, values } = yield call(0x25, ring, submit, complete, ...timeWords(deadline));
  return { status, taken: values[0] >>> 0 };
}

/** Makes a channel: two endpoints; what is sent at one is received at the other. */
export function* channel_create(
  allocator: number,
  maxMessage: number,
  options = 0,
): CallScript<{ readonly first: number; readonly second: number }> {
  const { status, values } = yield call(0x30, allocator, maxMessage, options);
  return { status, first: values[0] >>> 0, second: values[1] >>> 0 };
}

/** Sends a message, and waits until a receiver has it. */
export function* channel_send(h: number, msg: number, deadline: number): CallScript {
  const { status } = yield call(0x31, h, msg, ...timeWords(deadline));
  return { status };
}

/** Sends a message without waiting; a packet says when it was received. */
export function* channel_send_async(
  h: number,
  msg: number,
  pool: number,
  key: Key,
): CallScript<{ readonly registration: number }> {
  const { status, values } = yield call(0x32, h, msg, pool, ...keyWords(key));
  return { status, registration: values[0] >>> 0 };
}

/** Receives a message, waiting for one if need be. */
export function* channel_receive(
  h: number,
  buf: number,
  options: number,
  deadline: number,
): CallScript<{
  readonly bytes: number;
  readonly handle_count: number;
  readonly reply: number;
  readonly badge: number;
}> {
  const { status, values } = yield call(0x33, h, buf, options, ...timeWords(deadline));
  return {
    status,
    bytes: values[0] >>> 0,
    handle_count: values[1] >>> 0,
    reply: values[2] >>> 0,
    badge: values[3] >>> 0,
  };
}

/** Lets a pool receive the next message, or all that follow. */
export function* channel_receive_async(
  h: number,
  pool: number,
  key: Key,
  max: number,
  options = 0,
): CallScript<{ readonly registration: number }> {
  const { status, values } = yield call(0x34, h, pool, ...keyWords(key), max, options);
  return { status, registration: values[0] >>> 0 };
}

/** Sends a message and waits for the reply to it. */
export function* channel_call(
  h: number,
  msg: number,
  reply: number,
  deadline: number,
): CallScript<{ readonly bytes: number; readonly handle_count: number }> {
  const { status, values } = yield call(0x35, h, msg, reply, ...timeWords(deadline));
  return { status, bytes: values[0] >>> 0, handle_count: values[1] >>> 0 };
}

/** Answers a call, and uses the reply up. */
export function* channel_reply(reply: number, msg: number): CallScript {
  const { status } = yield call(0x36, reply, msg);
  return { status };
}

/** Blocks while a word in memory still holds the expected value, until somebody wakes this address. */
export function* futex_wait(addr: number, expected: number, owner: number, deadline: number, options = 0): CallScript {
  const { status } = yield call(0x40, addr, expected, owner, ...timeWords(deadline), options);
  return { status };
}

/** Wakes threads that wait for a word, in the order in which they began to wait. */
export function* futex_wake(addr: number, count: number): CallScript<{ readonly woken: number }> {
  const { status, values } = yield call(0x41, addr, count);
  return { status, woken: values[0] >>> 0 };
}

/** Makes a lock that nobody owns. */
export function* lock_create(allocator: number): CallScript<{ readonly lock: number }> {
  const { status, values } = yield call(0x42, allocator);
  return { status, lock: values[0] >>> 0 };
}

/** Takes a lock for the calling thread, waiting for it if need be. */
export function* lock_acquire(lock: number, deadline: number): CallScript {
  const { status } = yield call(0x43, lock, ...timeWords(deadline));
  return { status };
}

/** Lets a pool stand in the queue for a lock, for a thread that will own it. */
export function* lock_acquire_async(
  lock: number,
  thread: number,
  pool: number,
  key: Key,
): CallScript<{ readonly registration: number }> {
  const { status, values } = yield call(0x44, lock, thread, pool, ...keyWords(key));
  return { status, registration: values[0] >>> 0 };
}

/** Gives a lock to the head of its queue, or sets it free. */
export function* lock_release(lock: number): CallScript {
  const { status } = yield call(0x45, lock);
  return { status };
}

/** Makes the object of an interrupt line. */
export function* interrupt_create(
  resource: number,
  line: number,
  options: number,
  answerTime: number,
): CallScript<{ readonly interrupt: number }> {
  const { status, values } = yield call(0x50, resource, line, options, ...timeWords(answerTime));
  return { status, interrupt: values[0] >>> 0 };
}

/** Makes an interrupt happen, as if its line had been raised. */
export function* interrupt_trigger(interrupt: number): CallScript {
  const { status } = yield call(0x51, interrupt);
  return { status };
}

/** Makes a timer that is not set. */
export function* timer_create(allocator: number): CallScript<{ readonly timer: number }> {
  const { status, values } = yield call(0x52, allocator);
  return { status, timer: values[0] >>> 0 };
}

/** Sets a timer, once or periodically; a new setting replaces the old one. */
export function* timer_set(timer: number, deadline: number, period: number): CallScript {
  const { status } = yield call(0x53, timer, ...timeWords(deadline), ...timeWords(period));
  return { status };
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

/** Makes a topic: a broadcast that programs publish. */
export function* topic_create(allocator: number, type: number, size: number): CallScript<{ readonly topic: number }> {
  const { status, values } = yield call(0x60, allocator, type, size);
  return { status, topic: values[0] >>> 0 };
}

/** Tells everyone who listens to a topic. */
export function* topic_publish(topic: number, type: number, payload: number, size: number): CallScript {
  const { status } = yield call(0x61, topic, type, payload, size);
  return { status };
}

/** Makes an allocator under another, with a quota that is moved out of the parent's. */
export function* allocator_create(
  parent: number,
  quota: number,
  reserve = 0,
  softMark = 0,
): CallScript<{ readonly child: number }> {
  const { status, values } = yield call(0x70, parent, quota, reserve, softMark);
  return { status, child: values[0] >>> 0 };
}

/** Moves quota from one allocator to another. */
export function* allocator_transfer(from: number, to: number, bytes: number): CallScript {
  const { status } = yield call(0x71, from, to, bytes);
  return { status };
}

/** Makes a memory object of zero bytes, whose frames come when they are first touched. */
export function* vmo_create(allocator: number, size: number, options = 0): CallScript<{ readonly vmo: number }> {
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
export function* vmar_protect(vmar: number, addr: number, protectLen: number, protection = 0): CallScript {
  const { status } = yield call(0x77, vmar, addr, protectLen, protection);
  return { status };
}

/** Makes a memory object of a device's registers. */
export function* device_create(resource: number, address: number, size: number): CallScript<{ readonly vmo: number }> {
  const { status, values } = yield call(0x78, resource, address, size);
  return { status, vmo: values[0] >>> 0 };
}

/** Makes a memory object that begins as a copy of a part of another, and copies a page when somebody writes there. */
export function* vmo_child(
  allocator: number,
  original: number,
  offset: number,
  childLen: number,
  options = 0,
): CallScript<{ readonly vmo: number }> {
  const { status, values } = yield call(0x79, allocator, original, offset, childLen, options);
  return { status, vmo: values[0] >>> 0 };
}

/** Gives the frames of pages back: they read as zero again. */
export function* vmo_release(vmo: number, offset: number, releaseLen: number): CallScript {
  const { status } = yield call(0x7a, vmo, offset, releaseLen);
  return { status };
}

/** Keeps the frames of a discardable memory object, and says how often they were taken. */
export function* vmo_pin(vmo: number): CallScript<{ readonly discards: number }> {
  const { status, values } = yield call(0x7b, vmo);
  return { status, discards: values[0] >>> 0 };
}

/** Takes a pin back; with the last one the frames of the object may be taken again. */
export function* vmo_unpin(vmo: number): CallScript {
  const { status } = yield call(0x7c, vmo);
  return { status };
}

/** Makes a job: a place for processes, with limits that hold for all below it. */
export function* job_create(parent: number, allocator: number, policy: number): CallScript<{ readonly job: number }> {
  const { status, values } = yield call(0x80, parent, allocator, policy);
  return { status, job: values[0] >>> 0 };
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
export function* process_start(
  process: number,
  thread: number,
  entry: number,
  sp: number,
  arg: number,
  give = 0,
): CallScript<{ readonly given: number }> {
  const { status, values } = yield call(0x82, process, thread, entry, sp, arg, give);
  return { status, given: values[0] >>> 0 };
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

/** Stops a thread, or all threads of a process, until the token is closed. */
export function* task_suspend(task: number): CallScript<{ readonly token: number }> {
  const { status, values } = yield call(0x87, task);
  return { status, token: values[0] >>> 0 };
}

/** Ends a thread, a process, or everything in a job, from outside. */
export function* task_kill(task: number): CallScript {
  const { status } = yield call(0x88, task);
  return { status };
}

/** Reads the registers of a thread that stands still. */
export function* thread_read_state(thread: number, set: number, buf: number, len: number): CallScript {
  const { status } = yield call(0x89, thread, set, buf, len);
  return { status };
}

/** Changes the registers of a thread that stands still. */
export function* thread_write_state(thread: number, set: number, buf: number, len: number): CallScript {
  const { status } = yield call(0x8a, thread, set, buf, len);
  return { status };
}

/** Makes a handle to a thread or process that is under one to which there is a handle. */
export function* task_open(h: number, koid: number): CallScript<{ readonly task: number }> {
  const { status, values } = yield call(0x8b, h, koid);
  return { status, task: values[0] >>> 0 };
}

/** Begins a debug session about a process, or about all that are in a job, now and later. */
export function* debug_attach(
  task: number,
  pool: number,
  key: Key,
  options = 0,
): CallScript<{ readonly session: number }> {
  const { status, values } = yield call(0x90, task, pool, ...keyWords(key), options);
  return { status, session: values[0] >>> 0 };
}

/** Stops and resumes what a session is about, and sets its breakpoints. */
export function* debug_control(
  session: number,
  op: number,
  task: number,
  addr: number,
  len: number,
): CallScript<{ readonly id: number }> {
  const { status, values } = yield call(0x91, session, op, task, addr, len);
  return { status, id: values[0] >>> 0 };
}

/** Reads the memory of a process, whatever its protection. */
export function* process_read_memory(
  process: number,
  addr: number,
  buf: number,
  len: number,
): CallScript<{ readonly n: number }> {
  const { status, values } = yield call(0x92, process, addr, buf, len);
  return { status, n: values[0] >>> 0 };
}

/** Writes the memory of a process, whatever its protection. */
export function* process_write_memory(
  process: number,
  addr: number,
  buf: number,
  len: number,
): CallScript<{ readonly n: number }> {
  const { status, values } = yield call(0x93, process, addr, buf, len);
  return { status, n: values[0] >>> 0 };
}

/** Reads records of the journal: what a process, or all that are in a job, did; or waits for some. */
export function* journal_read(
  task: number,
  from: Key,
  filter: number,
  buf: number,
  len: number,
): CallScript<{ readonly next: number; readonly n: number }> {
  const { status, values } = yield call(0x94, task, ...keyWords(from), filter, buf, len);
  return { status, next: timeFromWords(values[0], values[1]), n: values[2] >>> 0 };
}

/** The monitor answers for the machine that is out of frames, and waits until it is so again. */
export function* root_oom_wait(
  answer: number,
  koid: number,
  tasks: number,
  len: number,
): CallScript<{ readonly wanted: number; readonly free: number; readonly count: number }> {
  const { status, values } = yield call(0xa0, answer, koid, tasks, len);
  return { status, wanted: values[0] >>> 0, free: values[1] >>> 0, count: values[2] >>> 0 };
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
