import { FOREVER, POOL_KIND, RECEIVE } from 'tocsin';
import { expect, type Scene, scenario } from 'tocsin/scenario';
import { channel_create, channel_receive, channel_receive_async, channel_send, pool_create } from 'tocsin/script';

/** A channel, and a pool to receive from it. */
function prepare(s: Scene) {
  const owner = s.thread('owner', function* (own) {
    const { first, second } = yield* channel_create(own.allocator, 16, 0);
    const { pool } = yield* pool_create(own.allocator, POOL_KIND.VARIABLE, 65_536, 0);
    return { first, second, pool };
  });
  s.run();
  const { first, second, pool } = owner.result;
  const buffer = s.structure('message', { data: s.memory(16), data_len: 16 });
  return {
    enterPool: () => s.thread('enters', () => channel_receive_async(second, pool, 1, 16, RECEIVE.REENTER)),
    enterThread: () => s.thread('T', () => channel_receive(second, buffer, 0, FOREVER)),
    send: (text: string) => {
      const { address, length } = s.data(text);
      const message = s.structure('message', { data: address, data_len: length });
      return s.thread(text, () => channel_send(first, message, FOREVER));
    },
    channel: s.object(second),
    P: s.object(pool),
  };
}

scenario('a queue of a pool that re-enters and a thread: e1 to the pool, e2 to the thread, e3 to the pool', (s) => {
  const { enterPool, enterThread, send, channel, P } = prepare(s);
  enterPool();
  s.run();
  const T = enterThread();
  s.run();
  for (const event of ['e1', 'e2', 'e3']) send(event);
  s.run();
  expect(channel).toHaveDelivered([P, T, P]);
});

scenario('a queue of a thread and a pool that re-enters: e1 to the thread, e2 and e3 to the pool', (s) => {
  const { enterPool, enterThread, send, channel, P } = prepare(s);
  const T = enterThread();
  s.run();
  enterPool();
  s.run();
  for (const event of ['e1', 'e2', 'e3']) send(event);
  s.run();
  expect(channel).toHaveDelivered([T, P, P]);
});

scenario('a message waits with its sender until somebody receives it', (s) => {
  const { enterThread, send } = prepare(s);
  const sender = send('e1');
  s.run();
  expect(sender).toBeBlockedOn('send');
  const T = enterThread();
  s.run();
  expect(sender.result.status).toBeStatus('OK');
  expect(T.result.bytes).toBe(2);
});
