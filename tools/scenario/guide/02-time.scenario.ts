import { CLOCK } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { clock_get, futex_wait, thread_sleep } from 'tocsin/script';

const SECOND = 1_000_000_000;

scenario('a wait of a second costs nothing: an idle machine jumps to the deadline', (s) => {
  const word = s.memory(4);
  const waiter = s.thread('waiter', function* () {
    const { status } = yield* futex_wait(word, 0, 0, SECOND);
    const { time } = yield* clock_get(CLOCK.MONOTONIC);
    return { status, time };
  });
  s.run('ended');
  expect(waiter.result.status).toBeStatus('TIMED_OUT');
  expect(waiter.result.time).toBe(SECOND + 1);
  expect(s.instructions).toBeLessThan(10);
});

scenario('a condition stops the run in the step in which it comes true', (s) => {
  const sleeper = s.thread('sleeper', () => thread_sleep(500));
  s.run(() => sleeper.state === 'blocked');
  expect(sleeper).toBeBlockedOn('sleep');
  s.run(() => sleeper.state !== 'blocked');
  expect(s.time).toBe(500);
});
