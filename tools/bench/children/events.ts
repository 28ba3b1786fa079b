/**
 * How the costs of events grow, by the kernel's own functions without a guest. Prints one line of JSON.
 *
 * Arguments: `broadcast`: what firing to 10,000 registrations costs, as a multiple of firing to 1,000. `queue`: what entering,
 * being dispatched from and being cancelled out of a queue of 100,000 costs, as a multiple of one of 100. `allocation`: bytes
 * of the host's heap that firing takes, per event, over a million.
 */
import { performance } from 'node:perf_hooks';
import { fire } from '../../../kernel/events/broadcast.js';
import { cancel } from '../../../kernel/events/cancel.js';
import { register } from '../../../kernel/events/listen.js';
import { createPool } from '../../../kernel/events/pool.js';
import { System } from '../../../kernel/index.js';
import type { Kernel } from '../../../kernel/kernel.js';
import { ROLE } from '../../../kernel/state/tables.js';
import { createTopic } from '../../../kernel/topics.js';
import { packetDelivered, packetTaken } from '../../../kernel/transitions/events.js';
import { LISTEN, POOL_KIND } from '../../../syscalls/options.js';

const ALLOCATOR = 0;
/** Packets of a fixed pool at the most. */
const MOST = 65_536;

function kernel(): Kernel {
  const system = System.boot({
    name: 'events',
    memoryBytes: 64 << 20,
    journal: { enabled: true, hashed: false },
    *script() {
      // Nothing runs: the kernel's functions are called from here.
    },
  });
  system.kernel.journal.beginStep(0, 0, 0);
  return system.kernel;
}

/** Pools with registrations at the source of a new topic; `role` as in the table of registrations. */
function listeners(k: Kernel, count: number, role: number): { source: number; pools: number[]; numbers: number[] } {
  const topic = createTopic(k, ALLOCATOR, 1, 4);
  const source = k.state.topics.source[topic];
  const pools: number[] = [];
  const numbers: number[] = [];
  for (let left = count; left > 0; left -= MOST / 2) {
    // Half of the room is for what comes and goes.
    const pool = createPool(k, ALLOCATOR, POOL_KIND.FIXED, MOST);
    pools.push(pool);
    for (let i = 0; i < Math.min(left, MOST / 2); i++)
      numbers.push(register(k, pool, source, role, 0, 0, role === ROLE.LISTEN ? LISTEN.PERSISTENT : 0));
  }
  return { source, pools, numbers };
}

/** Milliseconds that something takes, the least of several times: what disturbs it only adds. */
function least(times: number, action: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    action();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

function broadcast(): Record<string, number> {
  const k = kernel();
  const few = listeners(k, 1000, ROLE.LISTEN);
  const many = listeners(k, 10_000, ROLE.LISTEN);
  const millisecondsFor = (source: number): number => least(200, () => fire(k, source, 0, 1));
  millisecondsFor(few.source);
  const one = millisecondsFor(few.source);
  const ten = millisecondsFor(many.source);
  return { multiple: ten / one, nanoseconds: (ten * 1e6) / 10_000 };
}

/** Microseconds of a thousand turns in a queue of so many: enter at the tail and dispatch the head; enter, and be cancelled. */
function queue(): Record<string, number> {
  const k = kernel();
  const turns = (count: number): (() => void) => {
    const { source, pools } = listeners(k, count, ROLE.LOCK);
    const pool = pools[pools.length - 1];
    return () => {
      for (let i = 0; i < 1000; i++) {
        register(k, pool, source, ROLE.LOCK, 0, 0, 0);
        const head = k.state.sources.head[source];
        const first = k.state.registrations.pool[head];
        k.journal.commit(packetDelivered, head, 0, 0, 0, 0, 0, 0, 0);
        k.journal.commit(packetTaken, first);
        cancel(k, pool, register(k, pool, source, ROLE.LOCK, 0, 0, 0));
      }
    };
  };
  const [short, long] = [turns(100), turns(100_000)];
  least(20, short);
  least(20, long);
  const rounds = 40;
  const [a, b] = [least(rounds, short), least(rounds, long)];
  return { multiple: b / a, nanoseconds: b * 1000 };
}

function allocation(): Record<string, number> {
  const k = kernel();
  const { source } = listeners(k, 4, ROLE.LISTEN);
  const events = 1_000_000;
  const batch = 1000;
  const grown = (fires: number): number => {
    let bytes = 0;
    for (let i = 0; i < events / batch; i++) {
      const before = process.memoryUsage().heapUsed;
      for (let j = 0; j < fires; j++) fire(k, source, 0, j);
      // Where garbage was collected meanwhile nothing can be said.
      bytes += Math.max(0, process.memoryUsage().heapUsed - before);
    }
    return bytes;
  };
  grown(batch);
  (globalThis as { gc?: () => void }).gc?.();
  const asking = grown(0);
  return { bytes: Math.max(0, grown(batch) - asking) / events };
}

const MEASURES: Readonly<Record<string, () => Record<string, number>>> = { broadcast, queue, allocation };
console.log(JSON.stringify(MEASURES[process.argv[2]]()));
