import { expect, scenario } from 'tocsin/scenario';
import { futex_wake, store } from 'tocsin/script';

scenario('a compiled program and a script share memory, and wake each other', async (s) => {
  const numbers = s.memory(8);
  const doubler = await s.guest('doubler.c', { arguments: [`0x${numbers.toString(16)}`] });
  s.run();
  expect(doubler).toBeBlockedOn('futex', { address: numbers });

  s.thread('asker', function* () {
    yield* store(numbers, Uint8Array.of(21, 0, 0, 0));
    yield* futex_wake(numbers, 1);
  });
  s.run('ended');
  expect(s.word(numbers + 4)).toBe(42);
  expect(s.output).toBe('21 doubled\n');
  expect(doubler).toHaveEnded({ code: 0 });
});
