import { expect, scenario } from 'tocsin/scenario';
import { allocator_create, vmo_create, vmo_write } from 'tocsin/script';

const PAGE = 4096;

scenario('an allocator gives what its quota holds, and not a page more', (s) => {
  const data = s.data('x');
  const spender = s.thread('spender', function* (own) {
    // Two pages, and what the kernel is charged for the memory object itself.
    const { child } = yield* allocator_create(own.allocator, 3 * PAGE);
    const { vmo } = yield* vmo_create(child, 16 * PAGE, 0);
    const statuses: number[] = [];
    for (let page = 0; page < 3; page++) {
      const { status } = yield* vmo_write(vmo, page * PAGE, data.address, data.length);
      statuses.push(status);
    }
    return statuses;
  });
  s.run('ended');
  const [first, second, third] = spender.result;
  expect(first).toBeStatus('OK');
  expect(second).toBeStatus('OK');
  expect(third).toBeStatus('NO_MEMORY');
});
