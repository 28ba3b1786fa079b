/** event_wait, event_wait_many, event_listen, event_cancel, event_resolve. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const EVENT_CALLS = {
  event_wait: absent,
  event_wait_many: absent,
  event_listen: absent,
  event_cancel: absent,
  event_resolve: absent,
} satisfies Partial<Record<CallName, Handler>>;
