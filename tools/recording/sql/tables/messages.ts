import type { Message, Request } from '../../story/things.js';
import { integer, orNull, type StoryTable, text } from '../table.js';

export const MESSAGES: StoryTable = {
  name: 'messages',
  about: 'messages through channels, without the replies to calls; those first that were received first',
  columns: [
    integer('message', 'which one'),
    integer('channel', 'koid of the endpoint at which it was received, or was to be'),
    integer('sender', 'koid of the thread that sent it'),
    integer('receiver', 'koid of the thread or pool that got it; NULL: nobody did'),
    integer('bytes', 'how long it is; NULL: no record says so (it went straight to a thread that waited)'),
    integer('queued', '1: nobody waited for it, so it stood in the queue; 0: it went straight to its receiver'),
    integer('seq', 'the step in which it was sent'),
    integer('time', 'and the time, ns'),
    integer('end_seq', 'the step in which it was received or given up; NULL: it is still there'),
    integer('end_time', 'and the time, ns'),
    integer('duration', 'ns from one to the other'),
  ],
  rows: (_, add) => {
    const put = ({ number, channel, sender, receiver, bytes, isQueued, seq, time, end }: Message): void => {
      const after = end === undefined ? [null, null, null] : [end.seq, end.time, end.time - time];
      add([number, channel, orNull(sender), orNull(receiver), bytes ?? null, isQueued ? 1 : 0, seq, time, ...after]);
    };
    return {
      step: ({ taken }) => {
        for (const message of taken) put(message);
      },
      end: ({ messages }) => {
        for (const message of messages) put(message);
      },
    };
  },
};

export const REQUESTS: StoryTable = {
  name: 'requests',
  about: 'calls through channels (channel_call), with who answered; those first that were answered first',
  columns: [
    integer('call', 'which one in `calls`'),
    integer('client', 'koid of the thread that asked'),
    integer('server', 'koid of the thread that got it; NULL: not known'),
    integer('server_process', 'koid of the process that got it; NULL: nobody did'),
    integer('replier', 'koid of the thread that answered; NULL: nobody did'),
    integer('seq', 'the step in which it was asked'),
    integer('time', 'and the time, ns'),
    integer('received_seq', 'the step in which somebody got it; NULL: nobody did'),
    integer('received_time', 'and the time, ns'),
    integer('end_seq', 'the step in which the client went on; NULL: it never did'),
    integer('end_time', 'and the time, ns'),
    integer('duration', 'ns from beginning to end'),
    text('status', 'OK, TIMED_OUT, PEER_CLOSED, …'),
  ],
  rows: (_, add) => {
    const put = (request: Request): void => {
      const { call, caller, server, serverProcess, replier, seq, time, received, end, status } = request;
      const got = received === undefined ? [null, null] : [received.seq, received.time];
      const after = end === undefined ? [null, null, null] : [end.seq, end.time, end.time - time];
      add([
        ...[call?.number ?? null, caller, orNull(server), orNull(serverProcess), orNull(replier), seq, time],
        ...[...got, ...after, status ?? null],
      ]);
    };
    return {
      step: ({ requestsEnded }) => {
        for (const request of requestsEnded) put(request);
      },
      end: ({ requests }) => {
        for (const request of requests) put(request);
      },
    };
  },
};
