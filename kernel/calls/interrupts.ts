/** interrupt_create, interrupt_trigger, device_create. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const INTERRUPT_CALLS = {
  interrupt_create: absent,
  interrupt_trigger: absent,
  device_create: absent,
} satisfies Partial<Record<CallName, Handler>>;
