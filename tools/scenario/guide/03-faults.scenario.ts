import { expect, scenario } from 'tocsin/scenario';
import { load, process_exit, thread_sleep } from 'tocsin/script';

scenario('a process that reads through a null pointer ends alone', (s) => {
  const careless = s.spawn('careless', () => load(16, 4));
  const careful = s.spawn('careful', function* () {
    yield* thread_sleep(1000);
    yield* process_exit(3);
  });
  s.run();
  expect(careless).toHaveEnded({ faultAt: 16 });
  expect(careful).toHaveEnded({ code: 3 });
  expect(s.journal({ type: 'trap', thread: careless })).toHaveLength(1);
});
