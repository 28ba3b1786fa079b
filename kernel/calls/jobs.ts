/** job_create. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const JOB_CALLS = {
  job_create: absent,
} satisfies Partial<Record<CallName, Handler>>;
