/** handle_close, handle_duplicate, handle_replace, handle_revoke, object_info. */
import type { CallName } from '../../syscalls/calls.js';
import { INFO } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE, type ObjectType } from '../../syscalls/objects.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import { closeHandle, hasHandleValues, nextHandleValue, openHandle, revoke, roomForHandles } from '../handles.js';
import { informationAbout, processKoids, threadKoids } from '../information.js';
import type { Kernel } from '../kernel.js';
import { back, writeUser } from '../memory/user-memory.js';
import { handleReplaced } from '../transitions/handles.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The rights asked for, or -1 where the handle does not have them all. */
function rightsAskedFor(k: Kernel, call: CallFrame, register: number): number {
  const own = k.state.handles.rights[call.handles[0]];
  const asked = call.unsigned(register);
  if (asked === SAME_RIGHTS) return own;
  return (asked & ~own) === 0 ? asked : -1;
}

export const HANDLE_CALLS = {
  handle_close: {
    run(k, call) {
      closeHandle(k, call.handles[0]);
      return STATUS.OK;
    },
  },

  handle_duplicate: {
    run(k, call) {
      const rights = rightsAskedFor(k, call, 1);
      if (rights < 0) return STATUS.INVALID_ARGS;
      const room = roomForHandles(k, call.process, 1);
      if (room !== STATUS.OK) return room;
      const { handles } = k.state;
      const row = call.handles[0];
      call.result(openHandle(k, call.process, handles.type[row] as ObjectType, handles.object[row], rights, row));
      return STATUS.OK;
    },
  },

  handle_replace: {
    run(k, call) {
      const rights = rightsAskedFor(k, call, 1);
      if (rights < 0) return STATUS.INVALID_ARGS;
      if (!hasHandleValues(k, call.process, 1)) return STATUS.NO_RESOURCES;
      const value = nextHandleValue(k, call.process);
      k.journal.commit(handleReplaced, call.handles[0], value, rights);
      call.result(value);
      return STATUS.OK;
    },
  },

  handle_revoke: {
    run(k, call) {
      call.result(revoke(k, call.handles[0]));
      return STATUS.OK;
    },
  },

  object_info: {
    run(k, call) {
      const type = k.state.handles.type[call.handles[0]];
      const what = call.words[1];
      const list = listOf(k, what, type, call.objects[0]);
      if (list !== undefined) return giveList(k, call, list);
      if (what !== INFO.HANDLE && what !== INFO_OF_TYPE[type]) return STATUS.WRONG_TYPE;
      const bytes = informationAbout(k, what, call.handles[0]);
      if (bytes.length > call.unsigned(3)) return STATUS.BUFFER_TOO_SMALL;
      if (!back(k, call.process, call.unsigned(2), bytes.length)) return STATUS.NO_MEMORY;
      writeUser(k, call.process, call.unsigned(2), bytes);
      call.result(bytes.length);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;

const INFO_OF_TYPE: Readonly<Record<number, number>> = {
  [OBJECT_TYPE.process]: INFO.PROCESS,
  [OBJECT_TYPE.thread]: INFO.THREAD,
  [OBJECT_TYPE.allocator]: INFO.ALLOCATOR,
  [OBJECT_TYPE.vmo]: INFO.VMO,
  [OBJECT_TYPE.pool]: INFO.POOL,
  [OBJECT_TYPE.channel]: INFO.CHANNEL,
  [OBJECT_TYPE.lock]: INFO.LOCK,
  [OBJECT_TYPE.timer]: INFO.TIMER,
  [OBJECT_TYPE.interrupt]: INFO.INTERRUPT,
  [OBJECT_TYPE.topic]: INFO.TOPIC,
  [OBJECT_TYPE.job]: INFO.JOB,
  [OBJECT_TYPE.ring]: INFO.RING,
  [OBJECT_TYPE.session]: INFO.SESSION,
};

/** The koids that a list of an object has; undefined where it has no such list. */
function listOf(k: Kernel, what: number, type: number, object: number): Int32Array | undefined {
  if (what === INFO.THREADS && type === OBJECT_TYPE.process) return threadKoids(k, object);
  return what === INFO.PROCESSES && type === OBJECT_TYPE.job ? processKoids(k, object) : undefined;
}

/** Gives as many koids as fit; the result is the length of all. */
function giveList(k: Kernel, call: CallFrame, list: Int32Array): number {
  const words = Math.min(list.length, call.unsigned(3) >>> 2);
  const bytes = new Uint8Array(list.buffer, 0, words * 4);
  if (!back(k, call.process, call.unsigned(2), bytes.length)) return STATUS.NO_MEMORY;
  writeUser(k, call.process, call.unsigned(2), bytes);
  call.result(list.length * 4);
  return STATUS.OK;
}
