import { FOREVER } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { futex_wait, futex_wake } from 'tocsin/script';

scenario('a wake goes to whoever has waited longest', (s) => {
  const word = s.memory(4);
  const first = s.thread('first', () => futex_wait(word, 0, 0, FOREVER));
  const second = s.thread('second', () => futex_wait(word, 0, 0, FOREVER));
  s.run();
  s.thread('waker', () => futex_wake(word, 1));
  s.run();
  expect(first.result.status).toBeStatus('OK');
  expect(second).toBeBlockedOn('futex', { address: word });
});
