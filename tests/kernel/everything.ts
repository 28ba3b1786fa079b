/** Scripts whose runs together have a record of every type in their journals: all that the kernel does, area by area. */
import { System } from '../../kernel/index.js';
import { discard } from '../../kernel/memory/discardable.js';
import {
  CALL_NUMBER,
  POOL_KIND,
  PROPERTY,
  PROTECTION,
  ROOT_OOM_ANSWER,
  SOURCE,
  VMO_OPTIONS,
} from '../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import { DEBUG, LISTEN, RECEIVE, SESSION, VERDICT } from '../../syscalls/options.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { createThread, type RunOptions, type Scene, spawn } from './booted.js';
import { CODE, callOf, imageOf, SPIN } from './compiled.js';
import { addThread, at, EBREAK, makeTarget, NOP, Session, start } from './debuggees.js';
import { LINE, lower, makeInterrupt, mapDevice, PoolHandler, pulse, raise, readByte, settle, UART } from './drivers.js';
import { makeJob } from './errors/time.js';
import { answerFault, takeFault } from './faults/handlers.js';
import { eat, hungry, oomWait, SMALL } from './hungry.js';
import { makeLock } from './lock-scene.js';
import { copied, desk, lent, makeChannel, moved } from './messages.js';
import { Bell, listen, makePool, post, scratch, takeAll } from './packets.js';
import { NULL_CALL, TestRing } from './ring-memory.js';
import { ask, Listener, makeAllocator, setAnswerTime } from './shortage/shortages.js';

const { PERSISTENT } = LISTEN;

function* events(scene: Scene): CallScript {
  const bell = yield* Bell.make(scene);
  const pool = yield* makePool(scene, 8);
  yield* sys.pool_map(pool, scene.vmar);
  const registration = yield* bell.listen(pool, 1, PERSISTENT);
  yield* spawn(scene, 'taker', () => sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0), 20);
  yield* bell.ring(2);
  yield* sys.event_cancel(pool, registration);
  yield* post(pool, scratch(scene), 1);
  yield* takeAll(pool, scratch(scene));
  const shared = yield* makePool(scene);
  const { addr } = yield* sys.pool_map(shared, scene.vmar);
  for (let key = 0; key < 2; key++) yield* post(shared, scratch(scene), key);
  yield* store(addr, Uint8Array.of(1, 0, 0, 0)); // the program took one itself
  yield* takeAll(shared, scratch(scene));
  const { pool: growing } = yield* sys.pool_create(scene.allocator, POOL_KIND.VARIABLE, 4 * PAGE_BYTES, 0);
  yield* bell.listen(growing, 1, PERSISTENT | (3 << 8));
  for (let round = 0; round < 100; round++) {
    // Its packets move on through its pages.
    yield* post(growing, scratch(scene), round);
    yield* takeAll(growing, scratch(scene));
  }
  const items = Uint32Array.of(scene.process, SOURCE.LIFECYCLE, 0, scene.thread, SOURCE.LIFECYCLE, 0);
  yield* store(scratch(scene), new Uint8Array(items.buffer));
  yield* sys.event_wait_many(scratch(scene), 2, scene.system.time + 100, scratch(scene));
}

function* timeAndTopics(scene: Scene): CallScript {
  const { timer } = yield* sys.timer_create(scene.allocator);
  yield* sys.timer_set(timer, scene.system.time + 100, 2000);
  yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene));
  yield* sys.handle_close(timer);
  const { topic } = yield* sys.topic_create(scene.allocator, 1, 4);
  yield* store(scratch(scene), Uint8Array.of(7, 0, 0, 0));
  yield* sys.object_set(topic, PROPERTY.BADGE, scratch(scene), 4);
  yield* sys.topic_publish(topic, 1, scratch(scene), 4);
  yield* sys.handle_close(topic);
}

/** Two threads that take two locks in opposite orders, one of whom gives up; a futex with an owner; a pool in a queue. */
function* locks(scene: Scene): CallScript {
  const [left, right] = [yield* makeLock(scene), yield* makeLock(scene)];
  const pool = yield* makePool(scene);
  yield* sys.lock_acquire(left, FOREVER);
  const other = yield* spawn(
    scene,
    'other',
    function* () {
      yield* sys.lock_acquire(right, FOREVER);
      yield* sys.lock_acquire(left, FOREVER);
      yield* sys.lock_release(left);
      yield* sys.lock_release(right);
    },
    20,
  );
  yield* sys.lock_acquire(right, FOREVER); // DEADLOCK
  yield* sys.lock_acquire_async(left, scene.thread, pool, 1); // BAD_STATE
  yield* sys.lock_acquire_async(left, yield* createThread(scene, 'claimer'), pool, 1);
  yield* sys.lock_release(left);
  const word = scratch(scene, 3);
  yield* store(word, Uint8Array.of(0, 0, 0, 0));
  const owner = scene.thread;
  for (const [i, priority] of [20, 22, 24].entries())
    yield* spawn(scene, `futex ${i}`, () => sys.futex_wait(word, 0, owner, scene.system.time + 5000), priority);
  yield* sys.futex_wake(word, 1);
  yield* sys.handle_close(left);
  yield* sys.handle_close(right);
  yield* sys.handle_close(other);
  yield* sys.thread_sleep(scene.system.time + 10_000);
}

function* interrupts(scene: Scene): CallScript {
  yield* mapDevice(scene);
  const interrupt = yield* makeInterrupt(scene);
  yield* pulse(scene, LINE); // nobody listens
  const handler = yield* PoolHandler.make(scene, interrupt);
  yield* settle();
  yield* handler.taken();
  yield* handler.answer();
  yield* raise(scene, LINE);
  yield* handler.taken();
  yield* handler.answer();
  yield* lower(scene, LINE);
  scene.system.input(Uint8Array.of(1, 2, 3));
  // Bytes go in for a driver that polls, and the end when they were read.
  yield* readByte(UART.LSR);
  yield* settle();
  for (let i = 0; i < 3; i++) yield* readByte(UART.DATA);
  scene.system.endInput();
  yield* settle();
  yield* sys.handle_close(handler.pool);
  yield* sys.handle_close(interrupt);
}

function* channels(scene: Scene): CallScript {
  const { first, second } = yield* makeChannel(scene);
  const [mine, theirs] = [desk(scene, 10), desk(scene, 11)];
  const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  // Into a pool that has room for one message at a time, so that it is parked and comes back.
  yield* sys.channel_receive_async(second, pool, 1, 3900, RECEIVE.REENTER);
  const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
  yield* sys.channel_send_async(first, yield* mine.message('one', [moved(copy)]), yield* makePool(scene), 2);
  yield* sys.pool_take(pool, 0, scratch(scene), scratch(scene, 1), 2048);
  // A call that lies in a pool which goes away.
  yield* spawn(scene, 'canceled', () => desk(scene, 12).call(first, 'call'), 20);
  yield* sys.handle_close(pool);
  yield* sys.channel_send_async(first, yield* mine.message('two', [copied(vmo)]), yield* makePool(scene), 2);
  yield* theirs.receive(second);
  yield* spawn(scene, 'caller', () => mine.call(first, 'three', [lent(vmo)]), 20);
  const { reply, handles } = yield* theirs.receive(second);
  yield* sys.vmar_map(scene.vmar, handles[0], 0, PAGE_BYTES, PROTECTION.READ, 0);
  yield* theirs.reply(reply, 'three');
  yield* spawn(scene, 'sender', () => mine.send(first, 'four'), 20);
  yield* theirs.receive(second);
  yield* sys.handle_close(first);
  yield* sys.handle_close(second);
}

function* tasks(scene: Scene): CallScript {
  const policy = scratch(scene, 4);
  yield* store(policy, new Uint8Array(16));
  const { job } = yield* sys.job_create(0, scene.allocator, policy);
  yield* sys.task_kill(job);
  yield* sys.handle_close(job);
  const { token } = yield* sys.task_suspend(yield* createThread(scene, 'suspended'));
  yield* sys.handle_close(token);
}

function* rings(scene: Scene): CallScript {
  const ring = yield* TestRing.make(scene, 4);
  yield* ring.run(NULL_CALL, NULL_CALL);
  yield* ring.setTail(77);
  yield* ring.enter(1);
  yield* sys.handle_close(ring.ring);
  // One that ends with its process in the middle of what it took.
  const other = yield* TestRing.make(scene, 4);
  yield* other.submit({ number: CALL_NUMBER.task_kill, words: [scene.thread] }, NULL_CALL);
  yield* other.enter(2);
}

/** A copy whose page each of the two writes, and a discardable object that is taken. */
function* copies(scene: Scene): CallScript {
  const { vmo } = yield* sys.vmo_create(scene.allocator, 2 * PAGE_BYTES, 0);
  yield* sys.vmo_write(vmo, 0, scene.stackLow, 2 * PAGE_BYTES);
  const child = yield* sys.vmo_child(scene.allocator, vmo, 0, 2 * PAGE_BYTES);
  yield* sys.vmo_write(vmo, 0, scene.stackLow, 1);
  yield* sys.vmo_write(child.vmo, PAGE_BYTES, scene.stackLow, 1);
  yield* sys.vmo_release(vmo, 0, PAGE_BYTES);
  yield* sys.handle_close(vmo);
  yield* sys.handle_close(child.vmo);
  const cache = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
  yield* sys.vmo_pin(cache.vmo);
  yield* sys.vmo_write(cache.vmo, 0, scene.stackLow, 1);
  yield* sys.vmo_unpin(cache.vmo);
  discard(scene.system.kernel, 1);
  yield* sys.handle_close(cache.vmo);
}

/** One listener for two allocators; who waits is served, and the other shortage waits for the listener. */
function* shortages(scene: Scene): CallScript {
  const [first, second] = [yield* makeAllocator(scene, 1), yield* makeAllocator(scene, 1)];
  yield* setAnswerTime(scene, first, 1_000_000);
  const above = yield* Listener.make(scene, scene.allocator, SOURCE.MEMORY_SUBTREE);
  yield* ask(scene, first, 4, 1_000_000);
  yield* ask(scene, second, 4, 1_000_000);
  yield* sys.allocator_transfer(scene.allocator, first, 4 * PAGE_BYTES);
  yield* above.answer(VERDICT.RELEASED);
  yield* above.answer(VERDICT.CANNOT);
}

/** The machine is out of frames: the journal's cache goes, then the monitor chooses. Runs with OUT_OF_FRAMES. */
export function* outOfFrames(scene: Scene): CallScript {
  const job = yield* makeJob(scene);
  yield* store(scratch(scene), Uint8Array.of(3, 0, 0, 0));
  yield* sys.object_set(job, PROPERTY.KILL_RANK, scratch(scene), 4);
  const one = yield* hungry(scene, eat(600));
  yield* sys.thread_sleep(scene.system.time + 1_000_000);
  yield* sys.task_kill(one.process);
}

export const OUT_OF_FRAMES: RunOptions = {
  ...SMALL,
  *monitor(startup) {
    yield* oomWait(startup, ROOT_OOM_ANSWER.NONE);
    yield* oomWait(startup, ROOT_OOM_ANSWER.HALT);
  },
};

/** Two threads of a process fault while one listener can answer once; then sessions stop it, alone and with the world. */
function* debugging(scene: Scene): CallScript {
  const target = yield* makeTarget(scene, [NOP, EBREAK, NOP, SPIN], 20);
  const pool = yield* makePool(scene, 4);
  yield* listen(target.process, SOURCE.BREAK, pool, 0, PERSISTENT | (2 << 8));
  yield* start(target);
  yield* addThread(target, CODE, 20);
  for (let i = 0; i < 2; i++) {
    const { token } = yield* takeFault(scene, pool);
    yield* answerFault(target.process, token, VERDICT.KILL_THREAD);
  }
  for (const options of [0, SESSION.STOP_PROCESS]) {
    const other = yield* makeTarget(scene, [NOP, NOP, EBREAK], 20);
    const session = yield* Session.attach(scene, other.process, options);
    yield* session.does(DEBUG.SET_OPTIONS, 0, options | SESSION.THREAD_ENDS);
    const id = yield* session.does(DEBUG.BREAK, 0, at(0));
    yield* start(other);
    yield* session.next();
    yield* session.does(DEBUG.CLEAR, 0, id);
    yield* session.step(other.threadKoid);
    yield* session.does(DEBUG.RESUME_ONLY, other.threadKoid);
    yield* session.next();
    yield* session.resume(VERDICT.KILL_PROCESS);
    yield* session.end();
  }
}

/** A front end outside the machine stops it, writes where the program will read, and lets it go on. */
export function debuggedFromOutside(): System {
  const system = System.boot({
    name: 'debugged',
    image: imageOf(callOf('process_exit')),
    memoryBytes: 1 << 20,
    checked: true,
  });
  const debug = system.debug(() => {});
  debug.control(DEBUG.BREAK, 0, CODE, 0);
  system.run();
  debug.writeMemory(system.state.processes.koid[system.kernel.bootProcess], CODE, Uint8Array.of(0x13, 0, 0, 0));
  debug.detach();
  system.run();
  return system;
}

export const AREAS = {
  debugging,
  shortages,
  tasks,
  rings,
  events,
  timeAndTopics,
  locks,
  interrupts,
  channels,
  copies,
} as const;
