/** handle_close, handle_duplicate, handle_replace, handle_revoke, object_info, object_set. */
import type { CallName } from '../../syscalls/calls.js';
import { INFO, PROPERTY } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectType } from '../../syscalls/objects.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import { closeHandle, hasHandleValues, nextHandleValue, openHandle, revoke, roomForHandles } from '../handles.js';
import { informationAbout } from '../information.js';
import { mayHavePriority } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { setBasePriority } from '../locks/inheritance.js';
import { back, readUser, writeUser } from '../memory/user-memory.js';
import { nameObject } from '../tasks/process.js';
import { handleBadged, handleReplaced } from '../transitions/handles.js';
import { jobRanked } from '../transitions/root-oom.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The rights asked for, or -1 where the handle does not have them all. */
function rightsAskedFor(k: Kernel, call: CallFrame, register: number): number {
  const own = k.state.handles.rights[call.handles[0]];
  const asked = call.unsigned(register);
  if (asked === SAME_RIGHTS) return own;
  return (asked & ~own) === 0 ? asked : -1;
}

/** The 32-bit word that the call points to. */
function wordOf(k: Kernel, call: CallFrame): number {
  const value = new Uint8Array(4);
  readUser(k, call.process, call.unsigned(2), value);
  return new DataView(value.buffer).getUint32(0, true);
}

/** Sets the badge of the very handle that the call uses. */
function setBadge(k: Kernel, call: CallFrame): number {
  const [handle] = call.handles;
  if (k.state.handles.badge[handle] !== 0) return STATUS.BAD_STATE;
  k.journal.commit(handleBadged, handle, wordOf(k, call) | 0);
  return STATUS.OK;
}

function setPriority(k: Kernel, call: CallFrame): number {
  const priority = wordOf(k, call);
  if (priority > LIMITS.maxPriority) return STATUS.OUT_OF_RANGE;
  if (!mayHavePriority(k, k.state.threads.process[call.objects[0]], priority)) return STATUS.ACCESS_DENIED;
  setBasePriority(k, call.objects[0], priority);
  return STATUS.OK;
}

function setKillRank(k: Kernel, call: CallFrame): number {
  const rank = wordOf(k, call);
  if (rank > LIMITS.killRank) return STATUS.OUT_OF_RANGE;
  k.journal.commit(jobRanked, call.objects[0], rank);
  return STATUS.OK;
}

/** Types of objects that have a name. */
const NAMED: readonly number[] = [OBJECT_TYPE.process, OBJECT_TYPE.thread, OBJECT_TYPE.job];

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
      if (what !== INFO.HANDLE && what !== INFO_OF_TYPE[type]) return STATUS.WRONG_TYPE;
      const bytes = informationAbout(k, what, call.handles[0]);
      if (bytes.length > call.unsigned(3)) return STATUS.BUFFER_TOO_SMALL;
      if (!back(k, call.process, call.unsigned(2), bytes.length)) return STATUS.NO_MEMORY;
      writeUser(k, call.process, call.unsigned(2), bytes);
      call.result(bytes.length);
      return STATUS.OK;
    },
  },

  object_set: {
    check: (_k, call) => {
      const length = call.unsigned(3);
      if (call.words[1] === PROPERTY.NAME) return length > LIMITS.nameBytes ? STATUS.OUT_OF_RANGE : STATUS.OK;
      return length === 4 ? STATUS.OK : STATUS.INVALID_ARGS;
    },
    run(k, call) {
      const type = k.state.handles.type[call.handles[0]];
      if (call.words[1] === PROPERTY.BADGE) return setBadge(k, call);
      if (call.words[1] === PROPERTY.PRIORITY)
        return type === OBJECT_TYPE.thread ? setPriority(k, call) : STATUS.WRONG_TYPE;
      if (call.words[1] === PROPERTY.KILL_RANK)
        return type === OBJECT_TYPE.job ? setKillRank(k, call) : STATUS.WRONG_TYPE;
      if (!NAMED.includes(type)) return STATUS.WRONG_TYPE;
      const name = new Uint8Array(call.unsigned(3));
      readUser(k, call.process, call.unsigned(2), name);
      nameObject(k, type, call.objects[0], name);
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
};
