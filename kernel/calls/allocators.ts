/** allocator_create, allocator_transfer. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { ALLOCATOR_DEPTH, COST } from '../limits.js';
import { moveQuota } from '../shortage/quota.js';
import { freeRows, nextRow } from '../state/table.js';
import { allocatorCreated } from '../transitions/memory.js';
import type { Handler } from './handler.js';

/** An allocator can be told of, told of those below it, and waited at. */
const SOURCES = 3;

export const ALLOCATOR_CALLS = {
  allocator_create: {
    run(k, call) {
      const parent = call.objects[0];
      const [quota, reserve, softMark] = [call.unsigned(1), call.unsigned(2), call.unsigned(3)];
      if (reserve > quota || softMark > quota) return STATUS.OUT_OF_RANGE;
      const { allocators, sources, nextKoid } = k.state;
      const row = nextRow(allocators);
      if (row < 0 || freeRows(sources) < SOURCES || allocators.depth[parent] >= ALLOCATOR_DEPTH)
        return STATUS.NO_RESOURCES;
      const room = roomForHandles(k, call.process, 1, parent, quota + COST.allocator);
      if (room !== STATUS.OK) return room;
      k.journal.commit(allocatorCreated, row, nextKoid, parent, quota, reserve, softMark);
      call.result(openHandle(k, call.process, OBJECT_TYPE.allocator, row, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  allocator_transfer: {
    run: (k, call) => moveQuota(k, call.objects[0], call.objects[1], call.unsigned(2)),
  },
} satisfies Partial<Record<CallName, Handler>>;
