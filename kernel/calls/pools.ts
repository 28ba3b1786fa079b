/** pool_create, pool_take, pool_post, pool_map. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { POOL_KIND } from '../../syscalls/options.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { PACKET_BYTES } from '../events/packet-words.js';
import { createPool, mapPool, poolBytes, post } from '../events/pool.js';
import { isCorrupt, readHead } from '../events/shared-pool.js';
import { takenBytes, takePacketFor } from '../events/take.js';
import { openHandle, roomForHandles } from '../handles.js';
import { leaseMapping } from '../memory/leases.js';
import { back, readUser } from '../memory/user-memory.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { Handler } from './handler.js';

export const POOL_CALLS = {
  pool_create: {
    check: (_k, call) => {
      const isFixed = call.words[1] === POOL_KIND.FIXED;
      return isFixed && call.unsigned(2) > LIMITS.poolPackets ? STATUS.OUT_OF_RANGE : STATUS.OK;
    },
    run(k, call) {
      const [, kind, capacity] = call.words;
      const allocator = call.objects[0];
      const room = roomForHandles(k, call.process, 1, allocator, poolBytes(kind, capacity >>> 0));
      if (room !== STATUS.OK) return room;
      const pool = createPool(k, allocator, kind, capacity >>> 0);
      if (pool < 0) return pool;
      call.result(openHandle(k, call.process, OBJECT_TYPE.pool, pool, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  pool_take: {
    run(k, call) {
      const pool = call.objects[0];
      const { pools, sources } = k.state;
      const [packet, buf, len] = [call.unsigned(3), call.unsigned(4), call.unsigned(5)];
      readHead(k, pool);
      if (isCorrupt(k, pool)) return STATUS.IO_DATA_INTEGRITY;
      // Those who wait are served before this one; they would have taken what is here, had they room for it.
      if (pools.packets[pool] > 0 && sources.head[pools.takers[pool]] < 0) {
        const status = takePacketFor(k, pool, call.process, packet, buf, len);
        if (status === STATUS.OK || status === STATUS.BUFFER_TOO_SMALL) call.result(takenBytes());
        return status;
      }
      const deadline = call.time(1);
      if (deadline <= k.board.time) return STATUS.TIMED_OUT;
      if (!back(k, call.process, packet, PACKET_BYTES.length) || !back(k, call.process, buf, len))
        return STATUS.NO_MEMORY;
      k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.POOL, pools.takers[pool], packet, buf, len);
      return CALL_WAITS;
    },
  },

  pool_post: {
    run(k, call) {
      readUser(k, call.process, call.unsigned(1), PACKET_BYTES);
      return post(k, call.objects[0], k.state.processes.koid[call.process]);
    },
  },

  pool_map: {
    run(k, call) {
      const page = mapPool(k, call.objects[0], call.objects[1]);
      if (page < 0) return page;
      leaseMapping(k, call.objects[1], page, call.handles[1], call.handles[0]);
      call.result(page * PAGE_BYTES);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
