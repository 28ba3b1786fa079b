/** lock_create, lock_acquire, lock_acquire_async, lock_release. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const LOCK_CALLS = {
  lock_create: absent,
  lock_acquire: absent,
  lock_acquire_async: absent,
  lock_release: absent,
} satisfies Partial<Record<CallName, Handler>>;
