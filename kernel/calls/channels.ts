/** channel_create, channel_send, channel_send_async, channel_receive, channel_receive_async, channel_call, channel_reply. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import type { Handler } from './handler.js';

const absent: Handler = { run: () => STATUS.NOT_SUPPORTED };

export const CHANNEL_CALLS = {
  channel_create: absent,
  channel_send: absent,
  channel_send_async: absent,
  channel_receive: absent,
  channel_receive_async: absent,
  channel_call: absent,
  channel_reply: absent,
} satisfies Partial<Record<CallName, Handler>>;
