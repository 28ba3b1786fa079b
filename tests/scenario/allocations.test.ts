/** Scenarios whose allocations fail. */
import { it, expect as see } from 'vitest';
import { expect } from '../../tools/scenario/expect.js';
import { COLLECTOR, type Collecting, everyAllocation, type Scenario } from '../../tools/scenario/scenario.js';
import type { Scene } from '../../tools/scenario/scene.js';
import { vmo_create } from '../../userland/script/calls.js';
import { failureOf } from './played.js';

function body(s: Scene): void {
  const maker = s.thread('maker', function* (own) {
    return (yield* vmo_create(own.allocator, 4096, 0)).status;
  });
  s.run('ended');
  expect(maker.result).toBeStatus(s.failedAllocation ? 'NO_MEMORY' : 'OK');
}

/** Does not look whether an allocation failed. */
function hopeful(s: Scene): void {
  const maker = s.thread('maker', function* (own) {
    return (yield* vmo_create(own.allocator, 4096, 0)).status;
  });
  s.run('ended');
  expect(maker.result).toBeStatus('OK');
}

function collected(declare: () => void): Scenario {
  const shared = globalThis as Collecting;
  const found: Scenario[] = [];
  shared[COLLECTOR] = found;
  try {
    declare();
  } finally {
    delete shared[COLLECTOR];
  }
  return found[0];
}

everyAllocation('a scenario that says what it does without memory passes whichever allocation fails', body);

it('one that does not fails, and says which allocation it was', async () => {
  const failure = await collected(() => everyAllocation('hopeful', hopeful)).play();
  see(failure?.failAllocation).toBe(1);
  see(failure?.message).toContain('NO_MEMORY');
});

it('the option lets one allocation fail', async () => {
  see((await failureOf(hopeful, { failAllocation: 2 }))?.message).toContain('NO_MEMORY');
  see(await failureOf(hopeful, { failAllocation: 100 })).toBeUndefined();
  see((await failureOf(hopeful, { failAllocation: 0 }))?.message).toContain('failAllocation 0 is not a whole number');
});

it('a rehearsal asks for what the kernel owes, and not for what the scenario expects', async () => {
  const { allocations, failure } = await collected(() => everyAllocation('hopeful', hopeful)).rehearse();
  see(failure).toBeUndefined();
  see(allocations).toBeGreaterThan(1);
});
