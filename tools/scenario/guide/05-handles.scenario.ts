import { FOREVER, RIGHTS } from 'tocsin';
import { expect, scenario } from 'tocsin/scenario';
import { handle_duplicate, handle_revoke, task_kill, thread_sleep } from 'tocsin/script';

scenario('a handle without the right to end a thread does not, and a revoked one names nothing', (s) => {
  const victim = s.thread('victim', () => thread_sleep(FOREVER));
  const other = s.thread('other', function* () {
    const { copy } = yield* handle_duplicate(victim.handle, RIGHTS.INSPECT);
    const weak = yield* task_kill(copy);
    yield* handle_revoke(victim.handle);
    const revoked = yield* task_kill(copy);
    return { weak: weak.status, revoked: revoked.status };
  });
  s.run();
  expect(other.result.weak).toBeStatus('ACCESS_DENIED');
  expect(other.result.revoked).toBeStatus('BAD_HANDLE');
  expect(victim).toBeBlockedOn('sleep');
});
