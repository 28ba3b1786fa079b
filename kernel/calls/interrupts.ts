/** interrupt_create, interrupt_trigger, device_create. */
import { CLINT_BASE, FINISHER_BASE, PLIC_BASE } from '../../machine/index.js';
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { INTERRUPT_OPTIONS } from '../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { openHandle, roomForHandles } from '../handles.js';
import { createInterrupt, happen } from '../interrupts/interrupt.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { createDevice } from '../memory/vmo.js';
import type { Handler } from './handler.js';

/** What the kernel drives itself: nobody else may, or time stands still. */
const OF_THE_KERNEL: readonly number[] = [CLINT_BASE, PLIC_BASE, FINISHER_BASE];

/** May a program have these physical addresses? At 0 nothing is, so that a null pointer is none to a device either. */
function isForPrograms(k: Kernel, address: number, bytes: number): boolean {
  const end = address + bytes;
  if (address === 0 || end > k.memory.base) return false;
  return k.board.bus.mappings.every(({ base, device }) => {
    return !OF_THE_KERNEL.includes(base) || end <= base || base + device.bytes <= address;
  });
}

export const INTERRUPT_CALLS = {
  interrupt_create: {
    check: (_k, call) => (call.instant(3) < 0 ? STATUS.OUT_OF_RANGE : STATUS.OK),
    run(k, call) {
      const line = call.words[1];
      if (k.state.lineInterrupt[line] >= 0) return STATUS.ALREADY_BOUND;
      const allocator = k.state.processes.allocator[call.process];
      const room = roomForHandles(k, call.process, 1, allocator, COST.interrupt);
      if (room !== STATUS.OK) return room;
      const time = call.instant(3);
      const edge = (call.words[2] & INTERRUPT_OPTIONS.EDGE) !== 0;
      const row = createInterrupt(k, allocator, line, edge, time === Number.POSITIVE_INFINITY ? 0 : time);
      if (row < 0) return row;
      call.result(openHandle(k, call.process, OBJECT_TYPE.interrupt, row, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  interrupt_trigger: {
    run(k, call) {
      happen(k, call.objects[0]);
      return STATUS.OK;
    },
  },

  device_create: {
    run(k, call) {
      const [address, bytes] = [call.unsigned(1), call.unsigned(2)];
      if (!isForPrograms(k, address, bytes)) return STATUS.OUT_OF_RANGE;
      const allocator = k.state.processes.allocator[call.process];
      const room = roomForHandles(k, call.process, 1, allocator, COST.vmo);
      if (room !== STATUS.OK) return room;
      const vmo = createDevice(k, allocator, bytes / PAGE_BYTES, address / PAGE_BYTES);
      if (vmo < 0) return vmo;
      call.result(openHandle(k, call.process, OBJECT_TYPE.vmo, vmo, ALL_RIGHTS & ~RIGHTS.EXECUTE));
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
