/** vmo_create, vmo_read, vmo_write, vmar_map, vmar_unmap, vmar_protect. */
import { type CallName, MAP_OPTIONS, PROTECTION, VMO_OPTIONS } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { COPIED } from '../memory/copying.js';
import { frameOffset } from '../memory/frames.js';
import { leaseMapping } from '../memory/leases.js';
import { back, readUser, writeUser } from '../memory/user-memory.js';
import { isUserRange, map, protect, unmap } from '../memory/vmar.js';
import { backPage, backRange, createVmo, isDevice, readVmo, WITHIN, writeVmo } from '../memory/vmo.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** Protection words that make sense: what is writable is readable (Sv32 has no write-only pages). */
function checkProtection(register: number): (k: Kernel, call: CallFrame) => number {
  return (_k, call) => {
    const writeOnly = (call.words[register] & (PROTECTION.READ | PROTECTION.WRITE)) === PROTECTION.WRITE;
    return writeOnly ? STATUS.INVALID_ARGS : STATUS.OK;
  };
}

/** What the rights of a handle to a memory object allow to a mapping made with it. */
function allowedProtection(rights: number): number {
  let allowed = 0;
  if (rights & RIGHTS.READ) allowed |= PROTECTION.READ;
  if (rights & RIGHTS.WRITE) allowed |= PROTECTION.WRITE;
  if (rights & RIGHTS.EXECUTE) allowed |= PROTECTION.EXECUTE;
  return allowed;
}

export function insideVmo(k: Kernel, vmo: number, offset: number, length: number): boolean {
  return offset + length <= k.state.vmos.pages[vmo] * PAGE_BYTES;
}

/** The process that a region belongs to still runs. */
function isOpen(k: Kernel, vmar: number): boolean {
  return k.state.vmars.process[vmar] >= 0;
}

function changeRange(change: (k: Kernel, vmar: number, page: number, pages: number, call: CallFrame) => number) {
  return (k: Kernel, call: CallFrame): number => {
    const page = call.unsigned(1) / PAGE_BYTES;
    const pages = call.unsigned(2) / PAGE_BYTES;
    if (!isUserRange(page, pages)) return STATUS.OUT_OF_RANGE;
    return isOpen(k, call.objects[0]) ? change(k, call.objects[0], page, pages, call) : STATUS.BAD_STATE;
  };
}

export const MEMORY_CALLS = {
  vmo_create: {
    run(k, call) {
      const room = roomForHandles(k, call.process, 1, call.objects[0], COST.vmo);
      if (room !== STATUS.OK) return room;
      const discardable = (call.words[2] & VMO_OPTIONS.DISCARDABLE) !== 0;
      const vmo = createVmo(k, call.objects[0], Math.ceil(call.unsigned(1) / PAGE_BYTES), discardable);
      if (vmo < 0) return vmo;
      call.result(openHandle(k, call.process, OBJECT_TYPE.vmo, vmo, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  vmo_read: {
    run(k, call) {
      const vmo = call.objects[0];
      const offset = call.unsigned(1);
      const length = call.unsigned(3);
      if (isDevice(k, vmo)) return STATUS.NOT_SUPPORTED;
      if (!insideVmo(k, vmo, offset, length)) return STATUS.OUT_OF_RANGE;
      if (!back(k, call.process, call.unsigned(2), length)) return STATUS.NO_MEMORY;
      readVmo(k, vmo, offset, COPIED, length);
      writeUser(k, call.process, call.unsigned(2), COPIED, length);
      return STATUS.OK;
    },
  },

  vmo_write: {
    run(k, call) {
      const vmo = call.objects[0];
      const offset = call.unsigned(1);
      const length = call.unsigned(3);
      if (isDevice(k, vmo)) return STATUS.NOT_SUPPORTED;
      if (!insideVmo(k, vmo, offset, length)) return STATUS.OUT_OF_RANGE;
      const within = offset & WITHIN;
      if (length > 0 && within + length <= PAGE_BYTES) {
        // Most writes lie in one page, which then does not have to be looked up again.
        const frame = backPage(k, vmo, offset >>> PAGE_SHIFT);
        if (frame < 0) return STATUS.NO_MEMORY;
        readUser(k, call.process, call.unsigned(2), COPIED, length);
        k.memory.putBytes(frameOffset(frame) + within, COPIED, 0, length);
        return STATUS.OK;
      }
      if (length > 0 && !backRange(k, vmo, offset, length)) return STATUS.NO_MEMORY;
      readUser(k, call.process, call.unsigned(2), COPIED, length);
      writeVmo(k, vmo, offset, COPIED, length);
      return STATUS.OK;
    },
  },

  vmar_map: {
    check: checkProtection(4),
    run(k, call) {
      const [vmar, vmo] = [call.objects[0], call.objects[1]];
      const protection = call.words[4] & ~MAP_OPTIONS.FIXED;
      const allowed = allowedProtection(k.state.handles.rights[call.handles[1]]);
      if (protection & ~allowed) return STATUS.ACCESS_DENIED;
      const [offset, length] = [call.unsigned(2), call.unsigned(3)];
      if (!insideVmo(k, vmo, offset, length)) return STATUS.OUT_OF_RANGE;
      if (!isOpen(k, vmar)) return STATUS.BAD_STATE;
      const fixed = (call.words[4] & MAP_OPTIONS.FIXED) !== 0;
      const page = map(
        k,
        vmar,
        vmo,
        offset / PAGE_BYTES,
        length / PAGE_BYTES,
        protection,
        allowed,
        call.unsigned(5) / PAGE_BYTES,
        fixed,
      );
      if (page < 0) return page;
      leaseMapping(k, vmar, page, call.handles[0], call.handles[1]);
      call.result(page * PAGE_BYTES);
      return STATUS.OK;
    },
  },

  vmar_unmap: { run: changeRange(unmap) },

  vmar_protect: {
    check: checkProtection(3),
    run: changeRange((k, vmar, page, pages, call) => protect(k, vmar, page, pages, call.words[3])),
  },
} satisfies Partial<Record<CallName, Handler>>;
