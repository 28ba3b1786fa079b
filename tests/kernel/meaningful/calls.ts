/**
 * Random calls from several processes that share objects, pass handles to each other and die. A keeper, which makes no random
 * calls itself, starts them, replaces those that have ended, and at last kills all and closes everything: then nothing may be
 * left that was not there at the beginning. One seed is one sequence.
 */

import { findHandle, openHandle } from '../../../kernel/handles.js';
import { type ChoiceSource, type Startup, type State, System } from '../../../kernel/index.js';
import type { ReadRecord } from '../../../kernel/journal/record.js';
import { discard } from '../../../kernel/memory/discardable.js';
import { isLive } from '../../../kernel/state/table.js';
import { endProcess, KILLED } from '../../../kernel/tasks/process.js';
import { PROTECTION } from '../../../syscalls/calls.js';
import { STATUS, statusName } from '../../../syscalls/errors.js';
import { TASK_STATE } from '../../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { ALL_RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script, store } from '../../../userland/script/script.js';
import { randomNumbers } from '../random-calls.js';
import { TOPIC_BYTES, TOPIC_TYPE } from './arguments.js';
import { Belongings, type Random } from './belongings.js';
import { lineOf } from './hardware.js';
import { Outcomes } from './outcomes.js';
import { RandomThread } from './random-thread.js';

const PROCESSES = 3;
const THREADS = 3;
/** Where each process has its memory: pages that are known as addresses, then two for each thread. */
const MEMORY = { base: 0x1000_0000, known: 4, pages: 4 + 2 * THREADS } as const;
const QUOTA = 384 << 10;
/** Virtual time between two looks of the keeper, ns. */
const LOOK = 2000;
const CALLS_PER_SYSTEM = 25_000;

export interface Fuzzed {
  readonly systems: number;
  readonly calls: number;
  readonly outcomes: Outcomes;
}

/**
 * Makes so many calls; every `checkEvery` instructions, and at the end of each system, all invariants are checked. `watch` gets
 * every record.
 */
export function makeMeaningfulCalls(
  seed: number,
  calls: number,
  checkEvery: number,
  watch?: (record: ReadRecord) => void,
): Fuzzed {
  const outcomes = new Outcomes();
  let made = 0;
  let systems = 0;
  while (made < calls) {
    const fuzz = new Fuzz(seed + systems * 7919, Math.min(CALLS_PER_SYSTEM, calls - made), outcomes, watch);
    systems++;
    try {
      made += fuzz.run(checkEvery);
    } catch (error) {
      throw new Error(`seed ${seed}, system ${systems}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  }
  return { systems, calls: made, outcomes };
}

/** One system. */
class Fuzz {
  private readonly random: Random;
  private made = 0;
  private system: System | undefined;

  constructor(
    seed: number,
    private readonly limit: number,
    private readonly outcomes: Outcomes,
    private readonly watch?: (record: ReadRecord) => void,
  ) {
    this.random = randomNumbers(seed);
  }

  run(checkEvery: number): number {
    const { random } = this;
    const choices: ChoiceSource = { pick: (_kind, count) => random(count) };
    const system = System.boot({
      name: 'keeper',
      memoryBytes: 3 << 20,
      journal: { capacity: 8192, hashed: false },
      quantum: 40,
      ...(random(2) === 0 ? { choices } : {}),
      script: (startup) => this.keep(startup),
    });
    this.system = system;
    system.kernel.journal.onRecord = this.watch;
    let outcome = system.run(checkEvery);
    while (outcome.kind === 'limit' || (outcome.kind === 'blocked' && this.endStop(system))) {
      system.check();
      outcome = system.run(checkEvery);
    }
    system.check();
    if (outcome.kind !== 'exited' && outcome.kind !== 'halted') throw new Error(`the system ended as ${outcome.kind}`);
    return this.made;
  }

  /** Programs that have stopped the world with their debug sessions all wait: they are killed, so that it goes on. */
  private endStop(system: System): boolean {
    const { kernel } = system;
    const { sessions, processes } = system.state;
    const owners = new Set<number>();
    for (let row = 0; row < sessions.used; row++)
      if (isLive(sessions, row) && sessions.holds[row] !== 0) owners.add(sessions.owner[row]);
    if (owners.size === 0) return false;
    system.step(() => {
      for (const row of owners) if (processes.state[row] === TASK_STATE.RUNNABLE) endProcess(kernel, row, KILLED);
    });
    return true;
  }

  private get state(): State {
    return this.booted.state;
  }

  private get booted(): System {
    if (this.system === undefined) throw new Error('there is no system yet');
    return this.system;
  }

  private *keep({ stackLow, allocator, resource, process }: Startup): Script {
    yield* store(stackLow, new Uint8Array(PAGE_BYTES));
    const before = contents(this.state);
    const own = this.ownHandles();
    const { bootProcess } = this.booted.kernel;
    const shared = yield* this.sharedObjects(allocator, resource);
    let alive: number[] = [];
    while (this.made < this.limit) {
      const { made } = this;
      alive = alive.filter((row) => isRunning(this.state, row));
      while (alive.length < PROCESSES) {
        const row = yield* this.spawn(stackLow, allocator, shared);
        if (row < 0) break;
        alive.push(row);
      }
      // What those who are gone hold through each other may leave no room for anybody new.
      if (alive.length === 0) break;
      yield* sys.thread_sleep(this.booted.time + LOOK);
      // As when frames are short: of what nobody has pinned something goes.
      if (this.random(4) === 0) discard(this.booted.kernel, 1 + this.random(8));
      // Nobody calls any more: all wait for each other. One of them makes room for somebody new.
      if (this.made === made && alive.length > 0) yield* this.kill(alive.splice(this.random(alive.length), 1)[0]);
    }
    const { processes } = this.state;
    for (let row = 0; row < processes.used; row++)
      if (row !== bootProcess && isLive(processes, row)) yield* this.kill(row);
    for (const handle of this.ownHandles()) if (!own.includes(handle)) yield* sys.handle_close(handle);
    const after = contents(this.state);
    const left = Object.keys(before).filter((name) => before[name] !== after[name]);
    if (left.length > 0)
      throw new Error(
        `left when all is closed: ${left.map((name) => `${name} ${before[name]} -> ${after[name]}`).join(', ')}`,
      );
    if (this.random(4) === 0) return;
    this.outcomes.made('system_halt');
    const { status } = yield* sys.system_halt(process, 0);
    this.outcomes.cameBack('system_halt', status);
  }

  private ownHandles(): number[] {
    const { processes, handles } = this.state;
    const values: number[] = [];
    for (let row = processes.firstHandle[this.booted.kernel.bootProcess]; row >= 0; row = handles.nextInProcess[row])
      values.push(handles.value[row]);
    return values;
  }

  /** Objects that every process gets a handle to: so they meet. */
  private *sharedObjects(allocator: number, resource: number): Script<number[]> {
    const { random } = this;
    const made = [
      yield* sys.handle_duplicate(resource, SAME_RIGHTS),
      yield* sys.interrupt_create(resource, lineOf(random), 0, 0),
      yield* sys.interrupt_create(resource, lineOf(random), random(2), 2000),
      yield* sys.pool_create(allocator, 0, 8, 0),
      yield* sys.pool_create(allocator, 1, 3 * PAGE_BYTES, 0),
      yield* sys.lock_create(allocator),
      yield* sys.timer_create(allocator),
      yield* sys.topic_create(allocator, TOPIC_TYPE, TOPIC_BYTES),
      yield* sys.channel_create(allocator, 4096, 0),
    ];
    return made.flatMap(({ status, ...handles }) => (status === STATUS.OK ? Object.values(handles) : []));
  }

  private *kill(row: number): Script {
    const { kernel } = this.booted;
    if (!isLive(this.state.processes, row)) return;
    const process = openHandle(kernel, kernel.bootProcess, OBJECT_TYPE.process, row, ALL_RIGHTS);
    yield* sys.task_kill(process);
    yield* sys.handle_close(process);
  }

  /** A process with its own quota, memory, threads, and handles to what all share; its row, or -1 where there is no room. */
  private *spawn(stackLow: number, root: number, shared: readonly number[]): Script<number> {
    const { kernel } = this.booted;
    const { handles } = this.state;
    const { child, status } = yield* sys.allocator_create(root, QUOTA);
    if (status !== STATUS.OK) return -1;
    const { process, vmar } = yield* sys.process_create(0, child, stackLow, 4);
    const { vmo } = yield* sys.vmo_create(child, MEMORY.pages * PAGE_BYTES, 0);
    const protection = PROTECTION.READ | PROTECTION.WRITE | 8;
    const mapped = yield* sys.vmar_map(vmar, vmo, 0, MEMORY.pages * PAGE_BYTES, protection, MEMORY.base);
    if (mapped.status !== STATUS.OK) throw new Error(`no memory was mapped: ${statusName(mapped.status)}`);
    const objectOf = (value: number): number => handles.object[findHandle(kernel, kernel.bootProcess, value)];
    const row = objectOf(process);
    const addresses = Array.from({ length: MEMORY.known }, (_, i) => MEMORY.base + i * PAGE_BYTES);
    const belongings = new Belongings(this.random, addresses);
    const threads: number[] = [];
    for (let i = 0; i < THREADS; i++) {
      const { thread } = yield* sys.thread_create(process, 8 + this.random(4), stackLow, 4);
      threads.push(thread);
    }
    const entry = this.booted.enter((argument) => this.callAtRandom(row, belongings, argument % THREADS, entry));
    // A new process holds nothing; what it begins with a loader would have to give it.
    for (const value of [process, vmar, child, vmo, ...threads, ...shared]) {
      const at = findHandle(kernel, kernel.bootProcess, value);
      const type = handles.type[at] as (typeof OBJECT_TYPE)['process'];
      if (this.random(4) > 0 || value === child) openHandle(kernel, row, type, handles.object[at], ALL_RIGHTS);
    }
    yield* sys.process_start(process, threads[0], entry, 0, 0);
    for (let i = 1; i < THREADS; i++) yield* sys.thread_start(threads[i], entry, 0, i);
    for (const value of [process, vmar, child, vmo, ...threads]) yield* sys.handle_close(value);
    return row;
  }

  private *callAtRandom(process: number, belongings: Belongings, index: number, entry: number): Script {
    const { kernel } = this.booted;
    const scratch = MEMORY.base + (MEMORY.known + 2 * index) * PAGE_BYTES;
    const { random, outcomes } = this;
    const thread = this.state.current;
    const now = (): number => this.booted.time;
    const common = {
      random,
      system: this.booted,
      outcomes,
      count: () => {
        this.made++;
      },
      isOver: () => this.made >= this.limit,
    };
    yield* new RandomThread(common, { random, belongings, scratch, kernel, process, thread, entry, now }).run();
    for (;;) yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  }
}

function isRunning({ processes }: State, row: number): boolean {
  return isLive(processes, row) && processes.state[row] === TASK_STATE.RUNNABLE;
}

/** How many rows each table has in use, and what is charged to the root. */
function contents(state: State): Record<string, number> {
  const counts: Record<string, number> = { charged: state.allocators.charged[0] };
  for (const [name, table] of Object.entries(state))
    if (table !== null && typeof table === 'object' && 'live' in table)
      counts[name] = (table as { readonly live: number }).live;
  return counts;
}
