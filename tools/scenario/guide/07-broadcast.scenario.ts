import { EVENT, FOREVER, PACKET, POOL_KIND, SEEN_NOW, SOURCE } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { event_listen, event_wait, pool_create, pool_take, thread_sleep } from 'tocsin/script';

scenario('the end of a thread is told to a pool and to a thread, in the order in which they began to listen', (s) => {
  const [event, packet] = [s.structure('packet'), s.structure('packet')];
  const mortal = s.thread('mortal', () => thread_sleep(1000));

  const owner = s.thread('owner', function* (own) {
    const { pool } = yield* pool_create(own.allocator, POOL_KIND.FIXED, 4, 0);
    yield* event_listen(mortal.handle, SOURCE.LIFECYCLE, pool, 77, 0);
    return pool;
  });
  const watcher = s.thread('watcher', () => event_wait(mortal.handle, SOURCE.LIFECYCLE, SEEN_NOW, FOREVER, event));
  s.run(() => watcher.state === 'blocked');
  expect(watcher).toBeBlockedOn('event', { object: s.object(mortal.handle) });

  s.run();
  const pool = owner.result;
  expect(s.object(mortal.handle)).toHaveDelivered([s.object(pool), watcher]);

  const taker = s.thread('taker', () => pool_take(pool, 0, packet, 0, 0));
  s.run();
  expect(taker.result.status).toBeStatus('OK');
  const { key, type, flags, count } = s.fields('packet', packet);
  expect([key, type, count]).toEqual([77, EVENT.LIFECYCLE, 1]);
  // A registration for one event is gone before its packet can be seen.
  expect(flags & PACKET.MORE).toBe(0);
});
