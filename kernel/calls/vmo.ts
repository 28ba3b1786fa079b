/** vmo_child, vmo_release, vmo_pin, vmo_unpin: copies of memory objects, and objects that give frames back. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS, PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { COST } from '../limits.js';
import { createChild, pagesShown, releasePages } from '../memory/children.js';
import { isDevice } from '../memory/vmo.js';
import { freeRows, nextRow } from '../state/table.js';
import { vmoPinned, vmoUnpinned } from '../transitions/discardable.js';
import type { Handler } from './handler.js';
import { insideVmo } from './memory.js';

export const VMO_CALLS = {
  vmo_child: {
    run(k, call) {
      const [allocator, vmo] = call.objects;
      const [offset, length] = [call.unsigned(2), call.unsigned(3)];
      const { shares, vmos } = k.state;
      if (isDevice(k, vmo) || vmos.discardable[vmo] !== 0) return STATUS.NOT_SUPPORTED;
      if (!insideVmo(k, vmo, offset, length)) return STATUS.OUT_OF_RANGE;
      const [first, pages] = [offset / PAGE_BYTES, length / PAGE_BYTES];
      const shown = pagesShown(k, vmo, first, pages);
      if (nextRow(vmos) < 0 || shown > freeRows(shares)) return STATUS.NO_RESOURCES;
      const room = roomForHandles(k, call.process, 1, allocator, COST.vmo + shown * COST.share);
      if (room !== STATUS.OK) return room;
      const child = createChild(k, allocator, vmo, first, pages);
      call.result(openHandle(k, call.process, OBJECT_TYPE.vmo, child, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  vmo_release: {
    run(k, call) {
      const vmo = call.objects[0];
      const offset = call.unsigned(1);
      const length = call.unsigned(2);
      if (isDevice(k, vmo)) return STATUS.NOT_SUPPORTED;
      if (!insideVmo(k, vmo, offset, length)) return STATUS.OUT_OF_RANGE;
      releasePages(k, vmo, offset >>> PAGE_SHIFT, length >>> PAGE_SHIFT);
      return STATUS.OK;
    },
  },

  vmo_pin: {
    run(k, call) {
      const vmo = call.objects[0];
      const { vmos } = k.state;
      if (vmos.discardable[vmo] === 0) return STATUS.NOT_SUPPORTED;
      if (vmos.pins[vmo] >= LIMITS.vmoPins) return STATUS.NO_RESOURCES;
      k.journal.commit(vmoPinned, vmo);
      call.result(vmos.discards[vmo]);
      return STATUS.OK;
    },
  },

  vmo_unpin: {
    run(k, call) {
      const vmo = call.objects[0];
      const { vmos } = k.state;
      if (vmos.discardable[vmo] === 0) return STATUS.NOT_SUPPORTED;
      if (vmos.pins[vmo] === 0) return STATUS.BAD_STATE;
      k.journal.commit(vmoUnpinned, vmo);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
