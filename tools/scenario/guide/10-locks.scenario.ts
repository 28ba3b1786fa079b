import { FOREVER } from 'tocsin';
import { expect, type Scene, scenario } from 'tocsin/scenario';
import { lock_acquire, lock_create, lock_release, thread_sleep } from 'tocsin/script';

function createLocks(s: Scene): readonly [number, number] {
  const owner = s.thread('owner', function* (own) {
    const left = yield* lock_create(own.allocator);
    const right = yield* lock_create(own.allocator);
    return [left.lock, right.lock] as const;
  });
  s.run();
  return owner.result;
}

scenario('a lock that is released is handed to whoever has waited longest: nobody can steal it', (s) => {
  const [lock] = createLocks(s);
  const take = (name: string) =>
    s.thread(name, function* () {
      yield* lock_acquire(lock, FOREVER);
      yield* thread_sleep(s.time + 1000);
      yield* lock_release(lock);
    });
  const first = take('first');
  s.run(() => first.state === 'blocked');
  const second = take('second');
  s.run(() => second.state === 'blocked');
  expect(second).toBeBlockedOn('lock', { heldBy: first });
  // A third comes in the very moment of the release.
  s.run(() => s.journal({ call: 'lock_release' }).length === 1);
  const third = take('third');
  s.run(() => third.state === 'blocked');
  expect(third).toBeBlockedOn('lock', { heldBy: second });
  s.run('ended');
});

scenario('the call that would close a circle of locks is told so, and the others go on', (s) => {
  const [left, right] = createLocks(s);
  const philosopher = (name: string, one: number, other: number) =>
    s.thread(name, function* () {
      yield* lock_acquire(one, FOREVER);
      yield* thread_sleep(1000);
      const { status } = yield* lock_acquire(other, FOREVER);
      yield* lock_release(one);
      return status;
    });
  const plato = philosopher('plato', left, right);
  const kant = philosopher('kant', right, left);
  s.run();
  expect(plato.result).toBeStatus('OK');
  expect(kant.result).toBeStatus('DEADLOCK');
});
