/** task_suspend, thread_read_state, thread_write_state. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const SUSPENSION_CALLS = {
  task_suspend: absent,
  thread_read_state: absent,
  thread_write_state: absent,
} satisfies Partial<Record<CallName, Handler>>;
