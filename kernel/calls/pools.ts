/** pool_create, pool_take, pool_post, pool_map. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const POOL_CALLS = {
  pool_create: absent,
  pool_take: absent,
  pool_post: absent,
  pool_map: absent,
} satisfies Partial<Record<CallName, Handler>>;
