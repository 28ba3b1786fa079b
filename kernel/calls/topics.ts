/** topic_create, topic_publish. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { fire } from '../events/broadcast.js';
import { openHandle, roomForHandles } from '../handles.js';
import { COST } from '../limits.js';
import { readUser } from '../memory/user-memory.js';
import { createTopic } from '../topics.js';
import type { Handler } from './handler.js';

/** The payload that is being published; used again for each, so that publishing allocates nothing. */
const PAYLOAD = new Int32Array(LIMITS.topicBytes / 4);
const PAYLOAD_BYTES = Array.from(
  { length: LIMITS.topicBytes + 1 },
  (_, size) => new Uint8Array(PAYLOAD.buffer, 0, size),
);

export const TOPIC_CALLS = {
  topic_create: {
    run(k, call) {
      const allocator = call.objects[0];
      const room = roomForHandles(k, call.process, 1, allocator, COST.topic);
      if (room !== STATUS.OK) return room;
      const topic = createTopic(k, allocator, call.words[1], call.words[2]);
      if (topic < 0) return topic;
      call.result(openHandle(k, call.process, OBJECT_TYPE.topic, topic, ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  topic_publish: {
    run(k, call) {
      const topic = call.objects[0];
      const { topics, handles } = k.state;
      const size = call.words[3];
      if (call.words[1] !== topics.type[topic] || size !== topics.size[topic]) return STATUS.WRONG_TYPE;
      PAYLOAD.fill(0);
      readUser(k, call.process, call.unsigned(2), PAYLOAD_BYTES[size]);
      const badge = handles.badge[call.handles[0]];
      fire(k, topics.source[topic], badge, PAYLOAD[0], PAYLOAD[1], PAYLOAD[2], PAYLOAD[3], PAYLOAD[4]);
      return STATUS.OK;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
