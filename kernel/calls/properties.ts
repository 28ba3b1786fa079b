/** object_set: what can be set, of which objects, and how. */
import { type CallName, PROPERTY } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { mayHavePriority } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { LAST_DEADLINE } from '../limits.js';
import { setBasePriority } from '../locks/inheritance.js';
import { readUser } from '../memory/user-memory.js';
import { requestBack, setAnswerTime } from '../shortage/shortage.js';
import { nameObject } from '../tasks/process.js';
import { handleBadged } from '../transitions/handles.js';
import { jobRanked } from '../transitions/root-oom.js';
import { memoryWaitSet } from '../transitions/shortage.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

interface Property {
  /** Types of objects that have it; of all where there are none. */
  readonly types: readonly number[];
  /** Length of the value; undefined for a text. */
  readonly bytes: number | undefined;
  readonly set: (k: Kernel, call: CallFrame, value: DataView) => number;
}

const PROPERTIES: Readonly<Record<number, Property>> = {
  [PROPERTY.NAME]: {
    types: [OBJECT_TYPE.process, OBJECT_TYPE.thread, OBJECT_TYPE.job],
    bytes: undefined,
    set(k, call, value) {
      nameObject(k, k.state.handles.type[call.handles[0]], call.objects[0], new Uint8Array(value.buffer));
      return STATUS.OK;
    },
  },
  [PROPERTY.PRIORITY]: {
    types: [OBJECT_TYPE.thread],
    bytes: 4,
    set(k, call, value) {
      const priority = value.getUint32(0, true);
      if (priority > LIMITS.maxPriority) return STATUS.OUT_OF_RANGE;
      if (!mayHavePriority(k, k.state.threads.process[call.objects[0]], priority)) return STATUS.ACCESS_DENIED;
      setBasePriority(k, call.objects[0], priority);
      return STATUS.OK;
    },
  },
  // Of the very handle that the call uses.
  [PROPERTY.BADGE]: {
    types: [],
    bytes: 4,
    set(k, call, value) {
      const [handle] = call.handles;
      if (k.state.handles.badge[handle] !== 0) return STATUS.BAD_STATE;
      k.journal.commit(handleBadged, handle, value.getInt32(0, true));
      return STATUS.OK;
    },
  },
  [PROPERTY.MEMORY_WAIT]: {
    types: [OBJECT_TYPE.thread],
    bytes: 8,
    set(k, call, value) {
      k.journal.commitAt(memoryWaitSet, duration(value), call.objects[0]);
      return STATUS.OK;
    },
  },
  [PROPERTY.ANSWER_TIME]: {
    types: [OBJECT_TYPE.allocator],
    bytes: 8,
    set(k, call, value) {
      const time = duration(value);
      setAnswerTime(k, call.objects[0], Number.isFinite(time) ? time : 0);
      return STATUS.OK;
    },
  },
  [PROPERTY.PRESSURE]: {
    types: [OBJECT_TYPE.allocator],
    bytes: 4,
    set(k, call, value) {
      requestBack(k, call.objects[0], value.getUint32(0, true));
      return STATUS.OK;
    },
  },
  [PROPERTY.KILL_RANK]: {
    types: [OBJECT_TYPE.job],
    bytes: 4,
    set(k, call, value) {
      const rank = value.getUint32(0, true);
      if (rank > LIMITS.killRank) return STATUS.OUT_OF_RANGE;
      k.journal.commit(jobRanked, call.objects[0], rank);
      return STATUS.OK;
    },
  },
};

/** ns; infinity for those that never end. */
function duration(value: DataView): number {
  const time = value.getUint32(4, true) * 0x1_0000_0000 + value.getUint32(0, true);
  return time >= LAST_DEADLINE ? Number.POSITIVE_INFINITY : time;
}

export const PROPERTY_CALLS = {
  object_set: {
    check: (_k, call) => {
      const { bytes } = PROPERTIES[call.words[1]];
      const length = call.unsigned(3);
      if (bytes === undefined) return length > LIMITS.nameBytes ? STATUS.OUT_OF_RANGE : STATUS.OK;
      return length === bytes ? STATUS.OK : STATUS.INVALID_ARGS;
    },
    run(k, call) {
      const { types, set } = PROPERTIES[call.words[1]];
      if (types.length > 0 && !types.includes(k.state.handles.type[call.handles[0]])) return STATUS.WRONG_TYPE;
      const value = new Uint8Array(call.unsigned(3));
      readUser(k, call.process, call.unsigned(2), value);
      return set(k, call, new DataView(value.buffer));
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
