/** ring_create, ring_enter. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const RING_CALLS = {
  ring_create: absent,
  ring_enter: absent,
} satisfies Partial<Record<CallName, Handler>>;
