/** Calls: channels. */
import { LIMITS } from '../limits.js';
import { RECEIVE } from '../options.js';
import { type Argument, type CallRow, CREATION_ERRORS, DEADLINE, KEY, PAYER } from './description.js';

const CHANNEL: Argument = { name: 'h', kind: 'handle', object: ['channel'], rights: ['WRITE'], about: 'The endpoint.' };
const MESSAGE: Argument = {
  name: 'msg',
  kind: 'structure',
  layout: 'message',
  access: 'input',
  about: 'Where the bytes and handles are.',
};
const POOL: Argument = {
  name: 'pool',
  kind: 'handle',
  object: ['pool'],
  rights: ['WRITE'],
  about: 'Where the packet goes.',
};

const SEND_ERRORS = {
  PEER_CLOSED: 'The other endpoint is gone, or goes before anybody received the message.',
  OUT_OF_RANGE: 'More bytes than the channel takes, or more than 16 handles.',
  BAD_HANDLE: 'A handle in the message is none.',
  ACCESS_DENIED: 'A handle in the message lacks TRANSFER, or DUPLICATE where it is copied or lent.',
} as const;

const SIZES = [
  { name: 'bytes', kind: 'u32', about: 'Bytes of the message; after BUFFER_TOO_SMALL: how many there are.' },
  { name: 'handle_count', kind: 'u32', about: 'Handles of it, in the same way.' },
] as const;

export const CHANNELS = {
  channel_create: {
    number: 0x30,
    area: 'channels',
    summary: 'Makes a channel: two endpoints; what is sent at one is received at the other.',
    arguments: [
      PAYER,
      {
        name: 'max_message',
        kind: 'u32',
        most: LIMITS.messageBytes,
        about: 'Bytes of a message at the most, up to 65,536.',
      },
      { name: 'options', kind: 'options', bits: {}, about: 'None yet.' },
    ],
    results: [
      { name: 'first', kind: 'handle', about: 'One endpoint.' },
      { name: 'second', kind: 'handle', about: 'The other.' },
    ],
    errors: { ...CREATION_ERRORS, OUT_OF_RANGE: 'Messages of more than 65,536 bytes.' },
    description: 'The kernel has no buffer: a message waits with its sender until somebody receives it.',
  },
  channel_send: {
    number: 0x31,
    area: 'channels',
    summary: 'Sends a message, and waits until a receiver has it.',
    arguments: [CHANNEL, MESSAGE, DEADLINE],
    results: [],
    errors: {
      ...SEND_ERRORS,
      TIMED_OUT: 'The deadline passed before anybody received it.',
      NO_MEMORY: 'The message, which may have to wait, and its handles do not fit the quota.',
      NO_RESOURCES: 'A table is full.',
    },
    description:
      'OK means: the receiver has it. The bytes stay where they are until then, and are taken from there. Handles are gone from the sender with the call, whatever comes of it; those that nobody ' +
      'receives are closed. Only a message that is refused at once (bad arguments, bad handles) leaves them.',
  },
  channel_send_async: {
    number: 0x32,
    area: 'channels',
    summary: 'Sends a message without waiting; a packet says when it was received.',
    arguments: [CHANNEL, MESSAGE, POOL, KEY],
    results: [{ name: 'registration', kind: 'u32', about: 'For event_cancel.' }],
    errors: {
      ...SEND_ERRORS,
      NO_MEMORY: "The message does not fit the pool's allocator.",
      NO_RESOURCES: 'The pool has no free slot, or a table is full.',
      BAD_STATE: 'The pool is corrupt.',
    },
    description:
      "Bytes are copied and handles are gone with the call; the pool's allocator pays for both while they wait. The packet " +
      '(EVENT_SENT; data0: the bytes) comes when a receiver has the message, or says why none ever will. Cancelled, the message ' +
      'is not received any more, and its handles are closed.',
  },
  channel_receive: {
    number: 0x33,
    area: 'channels',
    summary: 'Receives a message, waiting for one if need be.',
    arguments: [
      { ...CHANNEL, rights: ['READ'] },
      {
        name: 'buf',
        kind: 'structure',
        layout: 'message',
        access: 'input',
        about: 'Where bytes and handles go, and how many fit.',
      },
      { name: 'options', kind: 'options', bits: { TRUNCATE: RECEIVE.TRUNCATE }, about: 'TRUNCATE or 0.' },
      DEADLINE,
    ],
    results: [
      ...SIZES,
      { name: 'reply', kind: 'handle', about: 'For channel_reply, where the sender waits for a reply; else 0.' },
      { name: 'badge', kind: 'u32', about: 'The badge of the handle that it was sent with.' },
    ],
    errors: {
      PEER_CLOSED: 'The other endpoint is gone, and nothing that it sent is left.',
      CANCELED: 'This endpoint went away during the wait.',
      BUFFER_TOO_SMALL:
        'The message does not fit: `bytes` and `handle_count` say what it needs. It was offered to the next receiver.',
      TIMED_OUT: 'The deadline passed first.',
      OUT_OF_RANGE: 'Room for more than 65,536 bytes, or for more than 16 handles.',
      NO_MEMORY: 'Handles in the message or a page of the buffer do not fit the quota.',
      NO_RESOURCES: 'The handle table is full.',
    },
    description:
      'With TRUNCATE the bytes that fit are taken and `bytes` says how many there were; handles are never cut. A handle that ' +
      'was revoked on its way arrives as 0. A message whose sender has taken its memory away meanwhile is not received; the ' +
      'send ends with INVALID_ARGS.',
  },
  channel_receive_async: {
    number: 0x34,
    area: 'channels',
    summary: 'Lets a pool receive the next message, or all that follow.',
    arguments: [
      { ...CHANNEL, rights: ['READ'] },
      POOL,
      KEY,
      {
        name: 'max',
        kind: 'u32',
        most: LIMITS.messageBytes,
        about: 'Bytes of a message at the most; the room for them is reserved now.',
      },
      { name: 'options', kind: 'options', bits: RECEIVE, about: 'TRUNCATE, REENTER.' },
    ],
    results: [{ name: 'registration', kind: 'u32', about: 'For event_cancel.' }],
    errors: {
      PEER_CLOSED: 'The other endpoint is gone, and nothing that it sent is left.',
      OUT_OF_RANGE: 'max is above 65,536.',
      NOT_SUPPORTED: 'max is not 0 and the pool is fixed: a fixed pool has no room for messages.',
      NO_RESOURCES: 'The pool has no room left, or a table is full.',
      NO_MEMORY: 'The room does not fit the quota of the pool.',
      BAD_STATE: 'The pool is corrupt.',
    },
    description:
      'The packet is EVENT_MESSAGE; data0: the bytes; data1: how many handles lie behind them; data2: the handle of the reply, ' +
      '0 for none; data3: the badge. Handles are there when pool_take takes it; who takes packets out of a mapped pool without ' +
      'the kernel lets them go. ' +
      'A message that is too long ends the registration with an error packet that says how much it needs; the message stays. ' +
      'A pool that re-enters goes to the tail of the queue after each message, or waits outside it until it has room again.',
  },
  channel_call: {
    number: 0x35,
    area: 'channels',
    summary: 'Sends a message and waits for the reply to it.',
    arguments: [
      CHANNEL,
      MESSAGE,
      {
        name: 'reply',
        kind: 'structure',
        layout: 'message',
        access: 'input',
        about: 'Where bytes and handles of the reply go.',
      },
      DEADLINE,
    ],
    results: SIZES,
    errors: {
      ...SEND_ERRORS,
      TIMED_OUT: 'The deadline passed first.',
      CANCELED: 'The receiver let the reply go.',
      BUFFER_TOO_SMALL: 'The reply does not fit: the sizes say what it needs.',
      NO_MEMORY: 'The message, its handles, the reply, or a page of the buffer do not fit the quota.',
      NO_RESOURCES: 'A table is full.',
    },
    description:
      'The receiver gets a handle to a reply object, which it can pass on; when the last one is closed the call ends with ' +
      'CANCELED. What is lent (TRANSFER_LEND) is revoked when the call ends, however it does, with everything derived from it; ' +
      'and what was mapped through it is unmapped.',
  },
  channel_reply: {
    number: 0x36,
    area: 'channels',
    summary: 'Answers a call, and uses the reply up.',
    arguments: [
      { name: 'reply', kind: 'handle', object: ['reply'], rights: ['WRITE'], about: 'What the message came with.' },
      MESSAGE,
    ],
    results: [],
    errors: {
      PEER_CLOSED:
        'The caller waits no more, or has no memory any more where the reply was to go. The reply is used up.',
      OUT_OF_RANGE: 'More than 65,536 bytes, or more than 16 handles.',
      BUFFER_TOO_SMALL: "The message does not fit the caller's buffer. The reply is used up, and the caller is told.",
      NO_MEMORY: "The handles do not fit the caller's quota. The caller is told.",
      NO_RESOURCES: "The caller's handle table is full. The caller is told.",
      BAD_HANDLE: 'A handle in the message is none.',
      ACCESS_DENIED: 'A handle in the message lacks TRANSFER, or DUPLICATE where it is copied.',
    },
    description:
      'What was lent with the call is revoked before the caller runs again. Handles of a reply that fails are closed, as the ' +
      'reply is used up: there is no second try.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
