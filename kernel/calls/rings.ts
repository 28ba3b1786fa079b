/** ring_create, ring_enter. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { leaseMapping } from '../memory/leases.js';
import { enterRing, type MakeCall } from '../rings/enter.js';
import { createRing } from '../rings/ring.js';
import type { Handler } from './handler.js';

/** The calls of rings; `makeCall` makes the calls that stand in one. */
export function ringCalls(makeCall: MakeCall) {
  return {
    ring_create: {
      run(k, call) {
        const room = roomForHandles(k, call.process, 1);
        if (room !== STATUS.OK) return room;
        const { ring, page } = createRing(
          k,
          call.process,
          call.objects[0],
          call.unsigned(1),
          call.objects[2],
          call.objects[3],
        );
        if (ring < 0) return ring;
        leaseMapping(k, call.objects[3], page, call.handles[3], -1);
        call.result(openHandle(k, call.process, OBJECT_TYPE.ring, ring, ALL_RIGHTS));
        call.result(page * PAGE_BYTES);
        return STATUS.OK;
      },
    },

    ring_enter: {
      notInRing: true,
      run: (k, call) => enterRing(k, call, makeCall),
    },
  } satisfies Partial<Record<CallName, Handler>>;
}
