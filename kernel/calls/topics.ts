/** topic_create, topic_publish. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const TOPIC_CALLS = {
  topic_create: absent,
  topic_publish: absent,
} satisfies Partial<Record<CallName, Handler>>;
