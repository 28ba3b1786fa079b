/** Calls: topics, broadcasts of programs. */
import { LIMITS } from '../limits.js';
import { type CallRow, CREATION_ERRORS, PAYER } from './description.js';

export const TOPICS = {
  topic_create: {
    number: 0x60,
    area: 'topics',
    summary: 'Makes a topic: a broadcast that programs publish.',
    arguments: [
      PAYER,
      { name: 'type', kind: 'u32', about: 'What is published, as publisher and subscribers agree.' },
      {
        name: 'size',
        kind: 'u32',
        most: LIMITS.topicBytes,
        about: 'Bytes of every payload, at most 20: what a packet holds.',
      },
    ],
    results: [{ name: 'topic', kind: 'handle', about: 'The new topic.' }],
    errors: { ...CREATION_ERRORS, OUT_OF_RANGE: 'The size is above 20.' },
    description:
      'A handle with SIGNAL publishes, one with WAIT subscribes. Names are a matter of a name server, which hands out handles.',
  },
  topic_publish: {
    number: 0x61,
    area: 'topics',
    summary: 'Tells everyone who listens to a topic.',
    arguments: [
      { name: 'topic', kind: 'handle', object: ['topic'], rights: ['SIGNAL'], about: 'The topic.' },
      { name: 'type', kind: 'u32', about: 'The type with which it was made.' },
      { name: 'payload', kind: 'input', about: 'The payload.' },
      { name: 'size', kind: 'length', most: LIMITS.topicBytes, about: 'The size with which it was made.' },
    ],
    results: [],
    errors: { WRONG_TYPE: 'Another type or size than the topic has.', OUT_OF_RANGE: 'The size is above 20.' },
    description:
      "The event's `status` is the badge of the publisher's handle, 0 for none; `data0` to `data4` are the payload, zeros behind it.",
  },
} as const satisfies Readonly<Record<string, CallRow>>;
