/** Errors of debug sessions, of the memory of other processes, and of coming to tasks by their koids. */
import { GUEST_BREAKPOINTS, GUEST_SESSIONS } from '../../../kernel/limits.js';
import { LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { DEBUG, MAP_OPTIONS } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { CODE, makeProcess } from '../compiled.js';
import { makeTarget, NOP, Session } from '../debuggees.js';
import { makePool, scratch } from '../packets.js';
import { type Scenarios, untilItFails, useUpQuota } from './scenario.js';

const STOPPED = 3 << 8;

/** A process that cannot be reached any more than by its handle. */
function* ended(scene: Scene): CallScript<number> {
  const { process } = yield* makeProcess(scene);
  expectStatus((yield* sys.task_kill(process)).status, 'OK');
  return process;
}

function* session(scene: Scene): CallScript<Session> {
  return yield* Session.attach(scene, (yield* makeProcess(scene)).process);
}

export const DEBUG_ERRORS: Scenarios = {
  *'task_open NOT_FOUND'(scene, remember) {
    const { process, threadKoid } = yield* makeTarget(scene, [NOP]);
    expectStatus((yield* sys.task_open(process, threadKoid)).status, 'OK');
    remember();
    // A thread of another process, and a process: neither is below a process.
    for (const koid of [threadKoid, 1]) expectStatus((yield* sys.task_open(scene.process, koid)).status, 'NOT_FOUND');
    return (yield* sys.task_open(process, 0)).status;
  },
  *'task_open NO_MEMORY'(scene, remember) {
    const { process, threadKoid } = yield* makeTarget(scene, [NOP]);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.task_open(process, threadKoid)).status;
  },
  *'debug_attach BAD_STATE'(scene, remember) {
    const process = yield* ended(scene);
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.debug_attach(process, pool, 0)).status;
  },
  *'debug_attach NO_MEMORY'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    const pool = yield* makePool(scene);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.debug_attach(process, pool, 0)).status;
  },
  *'debug_attach NO_RESOURCES'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    const pool = yield* makePool(scene, GUEST_SESSIONS + 8);
    const none = yield* makePool(scene, 2);
    remember();
    expectStatus((yield* sys.debug_attach(process, none, 0, STOPPED)).status, 'NO_RESOURCES');
    const status = yield* untilItFails(function* () {
      return (yield* sys.debug_attach(process, pool, 0)).status;
    }, GUEST_SESSIONS - 1);
    remember();
    expectStatus((yield* sys.debug_attach(process, pool, 0)).status, 'NO_RESOURCES');
    return status;
  },
  *'debug_control NOT_FOUND'(scene, remember) {
    const debugged = yield* session(scene);
    const other = yield* makeTarget(scene, [NOP]);
    yield* debugged.does(DEBUG.STOP);
    yield* debugged.rest();
    remember();
    const { BREAK, CLEAR, STEP, RESUME_ONLY, WATCH, CATCH_CALL, CATCH_EVENTS } = DEBUG;
    for (const koid of [other.processKoid, other.threadKoid, 0xffff_ffff])
      for (const op of [BREAK, WATCH, CATCH_CALL, CATCH_EVENTS, STEP, RESUME_ONLY])
        expectStatus((yield* debugged.control(op, koid, 0, 4)).status, 'NOT_FOUND');
    return (yield* debugged.control(CLEAR, 0, 1)).status;
  },
  *'debug_control BAD_STATE'(scene, remember) {
    const { process, threadKoid } = yield* makeTarget(scene, [NOP]);
    const debugged = yield* Session.attach(scene, process);
    remember();
    for (const op of [DEBUG.RESUME, DEBUG.STEP, DEBUG.RESUME_ONLY])
      expectStatus((yield* debugged.control(op, threadKoid)).status, 'BAD_STATE');
    yield* debugged.does(DEBUG.STOP);
    remember();
    return (yield* debugged.control(DEBUG.STOP)).status;
  },
  *'debug_control OUT_OF_RANGE'(scene, remember) {
    const debugged = yield* session(scene);
    remember();
    for (const op of [DEBUG.WATCH_LOADS, DEBUG.WATCH_STORES])
      expectStatus((yield* debugged.control(op, 0, 0xffff_ffff, 2)).status, 'OUT_OF_RANGE');
    return (yield* debugged.control(DEBUG.WATCH, 0, 4, 0xffff_ffff)).status;
  },
  *'debug_control NO_MEMORY'(scene, remember) {
    const debugged = yield* session(scene);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* debugged.control(DEBUG.BREAK, 0, CODE)).status;
  },
  *'debug_control NO_RESOURCES'(scene, remember) {
    const debugged = yield* session(scene);
    const status = yield* untilItFails(function* () {
      return (yield* debugged.control(DEBUG.BREAK, 0, CODE)).status;
    }, GUEST_BREAKPOINTS - 1);
    remember();
    expectStatus((yield* debugged.control(DEBUG.CATCH_CALL, 0, 0)).status, 'NO_RESOURCES');
    return status;
  },
  *'process_read_memory OUT_OF_RANGE'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    remember();
    return (yield* sys.process_read_memory(process, CODE, scratch(scene), LIMITS.copyBytes + 1)).status;
  },
  *'process_read_memory BAD_STATE'(scene, remember) {
    const process = yield* ended(scene);
    remember();
    return (yield* sys.process_read_memory(process, CODE, scratch(scene), 4)).status;
  },
  *'process_read_memory NO_MEMORY'(scene, remember) {
    const { process } = yield* makeTarget(scene, [NOP]);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.process_read_memory(process, CODE, scratch(scene, 1), 4)).status;
  },
  *'process_write_memory OUT_OF_RANGE'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    remember();
    return (yield* sys.process_write_memory(process, CODE, scratch(scene), LIMITS.copyBytes + 1)).status;
  },
  *'process_write_memory BAD_STATE'(scene, remember) {
    const process = yield* ended(scene);
    remember();
    return (yield* sys.process_write_memory(process, CODE, scratch(scene), 4)).status;
  },
  *'process_write_memory NO_MEMORY'(scene, remember) {
    const { process, vmar } = yield* makeProcess(scene);
    const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
    const options = MAP_OPTIONS.READ | MAP_OPTIONS.FIXED;
    expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, options, CODE)).status, 'OK');
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.process_write_memory(process, CODE, scratch(scene), 4)).status;
  },
};
