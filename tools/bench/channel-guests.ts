/** Two compiled processes on a system of their own: a client that calls and a server that replies, for ever. */
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { A0, A1, A2, A3, A4, callWith, FOREVER_HIGH, FOREVER_LOW, forever, HANDLE, li, mv } from './guest-code.js';
import { DATA, startGuest } from './guest-process.js';
import type { Pair } from './pairs.js';

/** Bytes of a message, and of the reply to it. */
const BYTES = 16;
/** Where in the page of data the structures of messages and buffers lie, and the bytes that they name. */
const SENT = 0;
const RECEIVED = 64;
const SENT_BYTES = 256;
const RECEIVED_BYTES = 512;
const PRIORITY = 20;

const deadline = [...li(A3, FOREVER_LOW), ...li(A4, FOREVER_HIGH)];

function client(): number[] {
  const words = [mv(A0, HANDLE), ...li(A1, DATA + SENT), ...li(A2, DATA + RECEIVED)];
  return forever([], [...words, ...deadline, ...callWith('channel_call')]);
}

function server(): number[] {
  const receive = [mv(A0, HANDLE), ...li(A1, DATA + RECEIVED), ...li(A2, 0), ...deadline];
  const answer = [mv(A0, A3), ...li(A1, DATA + SENT)];
  return forever([], [...receive, ...callWith('channel_receive'), ...answer, ...callWith('channel_reply')]);
}

/** The data of either process: a message and a buffer. */
function structures(): Uint8Array {
  const words = new Int32Array(RECEIVED / 4 + 4);
  words.set([DATA + SENT_BYTES, BYTES, 0, 0], SENT / 4);
  words.set([DATA + RECEIVED_BYTES, BYTES, 0, 0], RECEIVED / 4);
  return new Uint8Array(words.buffer);
}

/** A round is a call and its reply, in three steps: call, reply, receive. */
export const CHANNELS: Pair = {
  *script(startup): Script {
    const made = yield* sys.channel_create(startup.allocator, BYTES, 0);
    const data = structures();
    yield* startGuest(startup, { priority: PRIORITY, handle: made.second, code: server(), data });
    yield* startGuest(startup, { priority: PRIORITY, handle: made.first, code: client(), data });
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  },
  rounds: ({ steps }) => steps / 3,
};
