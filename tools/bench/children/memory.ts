/**
 * What memory costs. Prints one line of JSON.
 *
 * Arguments: `pages`, `batch` or `faults`, seconds of warm-up, seconds: what a page that is taken and given back by calls, alone or
 * with many by the same two, or a page fault that is satisfied with the giving back of its page, costs as a multiple of a null call;
 * two systems in one process, in turns.
 * `listeners`: milliseconds until 1,000 pools were told of a shortage.
 */
import { performance } from 'node:perf_hooks';
import { register } from '../../../kernel/events/listen.js';
import { createPool } from '../../../kernel/events/pool.js';
import { System } from '../../../kernel/index.js';
import { fallShort } from '../../../kernel/shortage/shortage.js';
import { ROLE } from '../../../kernel/state/tables.js';
import { LISTEN, POOL_KIND } from '../../../syscalls/options.js';
import { type MemoryWork, memorySystem, PAGES } from '../memory-guests.js';

/** Instructions in a turn: some ten milliseconds of each. */
const TURN: Readonly<Record<MemoryWork, number>> = { calls: 100_000, pages: 200_000, batch: 7_000, faults: 60_000 };
/** Steps that one unit takes: a call; two calls; their part of two calls; a fault and its part of a call. */
const STEPS: Readonly<Record<MemoryWork, number>> = {
  calls: 1,
  pages: 2,
  batch: 2 / PAGES,
  faults: (PAGES + 1) / PAGES,
};

const [what, warmUp, seconds] = process.argv.slice(2);

function nanosecondsPerUnit(system: System, work: MemoryWork): number {
  const { steps } = system;
  const begin = performance.now();
  const outcome = system.run(TURN[work]);
  if (outcome.kind !== 'limit') throw new Error(`the guest ended: ${outcome.kind}`);
  return ((performance.now() - begin) * 1e6 * STEPS[work]) / (system.steps - steps);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function multiple(work: MemoryWork): Record<string, number> {
  const system = memorySystem(work);
  const calls = memorySystem('calls');
  const measure = (forSeconds: number): Record<string, number> => {
    const units: number[] = [];
    const nulls: number[] = [];
    const end = performance.now() + forSeconds * 1000;
    while (performance.now() < end) {
      units.push(nanosecondsPerUnit(system, work));
      nulls.push(nanosecondsPerUnit(calls, 'calls'));
    }
    const quotients = units.map((nanoseconds, i) => nanoseconds / nulls[i]);
    return { multiple: median(quotients), nanoseconds: median(units) };
  };
  measure(Number(warmUp));
  return measure(Number(seconds));
}

function listeners(): Record<string, number> {
  const system = System.boot({
    name: 'listeners',
    memoryBytes: 16 << 20,
    journal: { enabled: true, hashed: false },
    *script() {
      // Nothing runs: the kernel's functions are called from here.
    },
  });
  const { kernel: k } = system;
  k.journal.beginStep(0, 0, 0);
  const source = k.state.allocators.source[0];
  for (let i = 0; i < 1000; i++) {
    const pool = createPool(k, 0, POOL_KIND.FIXED, 2);
    if (register(k, pool, source, ROLE.LISTEN, 0, 0, LISTEN.PERSISTENT) < 0) throw new Error('no room to listen');
  }
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200; i++) {
    k.shortage.allocator = 0;
    k.shortage.bytes = 4096 + i;
    const begin = performance.now();
    fallShort(k);
    best = Math.min(best, performance.now() - begin);
  }
  return { milliseconds: best };
}

console.log(JSON.stringify(what === 'listeners' ? listeners() : multiple(what as MemoryWork)));
