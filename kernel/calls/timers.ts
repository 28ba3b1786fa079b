/** timer_create, timer_set. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const TIMER_CALLS = {
  timer_create: absent,
  timer_set: absent,
} satisfies Partial<Record<CallName, Handler>>;
