/**
 * A tree of allocators five deep, with processes on all of its nodes that allocate, wait, answer, die and move quota at random. A
 * keeper replaces those that have died, listens at the root, and answers there as it likes. In the end all of them are told to go:
 * they have to come to their ends by themselves, so every wait has ended; then nothing may be left. One seed is one run.
 */
import { findHandle, openHandle } from '../../../kernel/handles.js';
import { type State, System } from '../../../kernel/index.js';
import { freeBytes } from '../../../kernel/memory/frames.js';
import { isLive } from '../../../kernel/state/table.js';
import { MAP_OPTIONS, PROPERTY, SOURCE } from '../../../syscalls/calls.js';
import { STATUS, statusName } from '../../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { LISTEN, MEMORY_STATE, SEEN_NOW, VERDICT } from '../../../syscalls/options.js';
import { ALL_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { load, type Script, store } from '../../../userland/script/script.js';
import { PACKET_BYTES } from '../packets.js';
import { randomNumbers } from '../random-calls.js';

/** Nodes below each node, and levels with the root. */
const BRANCHES = 2;
const DEPTH = 5;
const PROCESSES = 200;
/** Pages of a leaf's own; every node above has as many for itself. */
const NODE_PAGES = 64;
/** Bytes that a new process may take before it can be given its handles. */
const SPAWN_BYTES = 6 * PAGE_BYTES;
/** Where each process has its memory: a page to work with, and some that are touched at random. */
const MEMORY = { base: 0x1000_0000, pages: 8 } as const;
/** Virtual time between two looks of the keeper, ns. */
const LOOK = 400;
/** Looks within which all have to go, once they were told to: longer than all times for answers one after the other. */
const LAST_LOOKS = 100_000;
const WAITS = [0, 500, 5000, 50_000, FOREVER] as const;
const ANSWER_TIMES = [2000, 10_000, 100_000] as const;

export interface Grown {
  readonly steps: number;
  /** How often each call of the processes ended with each status. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The most threads that were seen to wait for memory at once, and processes that ran at once. */
  readonly mostWaiting: number;
  readonly mostRunning: number;
  readonly died: number;
}

/** Runs so many steps; every `checkEvery` instructions, and at the end, all invariants are checked. */
export function growTree(seed: number, steps: number, checkEvery: number, progress?: (steps: number) => void): Grown {
  return new Tree(seed, steps).run(checkEvery, progress);
}

class Tree {
  private readonly random: (below: number) => number;
  private readonly outcomes = new Map<string, number>();
  private system: System | undefined;
  private isOver = false;
  private died = 0;
  private mostWaiting = 0;
  private mostRunning = 0;
  /** Rows of the allocators, and the keeper's handles to them. */
  private readonly nodes: { readonly row: number; readonly handle: number; readonly parent: number }[] = [];

  constructor(
    seed: number,
    private readonly limit: number,
  ) {
    this.random = randomNumbers(seed);
  }

  run(checkEvery: number, progress?: (steps: number) => void): Grown {
    const keeper = (stackLow: number, allocator: number): Script => this.keep(stackLow, allocator);
    const system = System.boot({
      name: 'keeper',
      memoryBytes: 16 << 20,
      journal: { capacity: 8192, hashed: false },
      quantum: 50,
      *script({ stackLow, allocator }) {
        yield* keeper(stackLow, allocator);
      },
    });
    this.system = system;
    let outcome = system.run(checkEvery);
    while (outcome.kind === 'limit') {
      system.check();
      this.checkWaits();
      progress?.(system.state.seq);
      outcome = system.run(checkEvery);
    }
    system.check();
    if (outcome.kind !== 'exited') throw new Error(`the system ended as ${outcome.kind}`);
    const { outcomes, mostWaiting, mostRunning, died } = this;
    return { steps: system.state.seq, outcomes, mostWaiting, mostRunning, died };
  }

  private get booted(): System {
    if (this.system === undefined) throw new Error('there is no system yet');
    return this.system;
  }

  private get state(): State {
    return this.booted.state;
  }

  /** Nobody waits for memory beyond its deadline, and nobody waits without anybody being asked. */
  private checkWaits(): void {
    const { threads, allocators, sources, registrations } = this.state;
    let waiting = 0;
    for (let row = 0; row < threads.used; row++) {
      if (!isLive(threads, row) || threads.blockedOn[row] !== BLOCKED_ON.MEMORY) continue;
      waiting++;
      if (threads.deadlineSlot[row] >= 0 && threads.deadline[row] < this.state.time)
        throw new Error(`thread row ${row} waits for memory beyond its deadline`);
      const allocator = sources.object[registrations.source[threads.waiter[row]]];
      if (allocators.asked[allocator] === 0) throw new Error(`thread row ${row} waits, and nobody is asked`);
    }
    this.mostWaiting = Math.max(this.mostWaiting, waiting);
  }

  private *keep(stackLow: number, root: number): Script {
    for (let page = 0; page < 4; page++) yield* store(stackLow + page * PAGE_BYTES, new Uint8Array(PAGE_BYTES));
    const before = contents(this.state);
    yield* this.grow(stackLow, root, 0, 1);
    const { pool } = yield* sys.pool_create(root, 0, 4, 0);
    yield* sys.event_listen(root, SOURCE.MEMORY_SUBTREE, pool, 0, LISTEN.PERSISTENT);
    let alive: number[] = [];
    while (this.state.seq < this.limit) {
      const running = alive.filter((process) => this.isRunning(process));
      for (const process of alive) {
        if (running.includes(process)) continue;
        this.died++;
        yield* sys.handle_close(process);
      }
      alive = running;
      for (let tried = 0; alive.length < PROCESSES && tried < 40; tried++) {
        const process = yield* this.spawn(stackLow);
        if (process !== 0) alive.push(process);
      }
      this.mostRunning = Math.max(this.mostRunning, alive.length);
      yield* this.answerAtRoot(stackLow, pool, root);
      yield* this.nudge(stackLow, root, alive);
      yield* sys.thread_sleep(this.booted.time + LOOK);
    }
    // They all go by themselves: nobody is killed, and nobody is given anything.
    this.isOver = true;
    yield* sys.handle_close(pool);
    for (let looks = 0; alive.some((process) => this.isRunning(process)); looks++) {
      if (looks > LAST_LOOKS) throw new Error('somebody waits for ever');
      yield* sys.thread_sleep(this.booted.time + LOOK);
    }
    for (const process of alive) yield* sys.handle_close(process);
    for (const { handle } of this.nodes) yield* sys.handle_close(handle);
    const after = contents(this.state);
    const left = Object.keys(before).filter((name) => before[name] !== after[name]);
    if (left.length > 0)
      throw new Error(`left at the end: ${left.map((name) => `${name} ${before[name]} -> ${after[name]}`).join(', ')}`);
  }

  private objectOf(handle: number): number {
    const { kernel } = this.booted;
    return this.state.handles.object[findHandle(kernel, kernel.bootProcess, handle)];
  }

  private isRunning(process: number): boolean {
    return this.state.processes.state[this.objectOf(process)] !== TASK_STATE.ENDED;
  }

  /** The nodes under one, and all below them. */
  private *grow(stackLow: number, handle: number, row: number, level: number): Script {
    if (level === DEPTH) return;
    // A node and all that will be under it.
    const pages = NODE_PAGES * (BRANCHES ** (DEPTH - level) - 1);
    for (let branch = 0; branch < BRANCHES; branch++) {
      const [reserve, softMark] = [this.random(3) * PAGE_BYTES, this.random(2) * (pages >> 1) * PAGE_BYTES];
      const { status, child } = yield* sys.allocator_create(handle, pages * PAGE_BYTES, reserve, softMark);
      if (status !== STATUS.OK) throw new Error(`no tree could be made: ${statusName(status)}`);
      const node = this.objectOf(child);
      this.nodes.push({ row: node, handle: child, parent: row });
      const time = ANSWER_TIMES[this.random(ANSWER_TIMES.length)];
      yield* store(stackLow, new Uint8Array(BigUint64Array.of(BigInt(time)).buffer));
      yield* sys.object_set(child, PROPERTY.ANSWER_TIME, stackLow, 8);
      yield* this.grow(stackLow, child, node, level + 1);
    }
  }

  /** A process on some node; its handle, or 0 where there was no room. */
  private *spawn(stackLow: number): Script<number> {
    const { kernel } = this.booted;
    const node = this.nodes[this.random(this.nodes.length)];
    if (freeBytes(kernel, node.row) - this.state.allocators.reserve[node.row] < SPAWN_BYTES) return 0;
    const { status, process, vmar } = yield* sys.process_create(0, node.handle, stackLow, 0);
    if (status !== STATUS.OK) return 0;
    const { thread } = yield* sys.thread_create(process, 8 + this.random(3), stackLow, 0);
    const { vmo } = yield* sys.vmo_create(node.handle, MEMORY.pages * PAGE_BYTES, 0);
    const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
    yield* sys.vmar_map(vmar, vmo, 0, MEMORY.pages * PAGE_BYTES, options, MEMORY.base);
    yield* sys.vmo_write(vmo, 0, stackLow, PAGE_BYTES);
    const row = this.objectOf(process);
    const give = (type: 'allocator' | 'thread', object: number): number =>
      openHandle(kernel, row, OBJECT_TYPE[type], object, ALL_RIGHTS);
    let given: number[] = [];
    if (freeBytes(kernel, node.row) >= 1024) {
      const stranger = this.nodes[this.random(this.nodes.length)].row;
      given = [node.row, node.parent, stranger].map((at) => give('allocator', at));
      given.push(give('thread', this.objectOf(thread)));
    }
    const entry = this.booted.enter(() => this.work(given));
    const started =
      given.length > 0 && (yield* sys.process_start(process, thread, entry, 0, 0, 0)).status === STATUS.OK;
    for (const handle of [thread, vmar, vmo]) yield* sys.handle_close(handle);
    if (started) return process;
    yield* sys.task_kill(process);
    yield* sys.handle_close(process);
    return 0;
  }

  /** The keeper hears of what nobody below could mend: it grants, says that it cannot, or says nothing. */
  private *answerAtRoot(stackLow: number, pool: number, root: number): Script {
    while ((yield* sys.pool_take(pool, 0, stackLow, 0, 0)).status === STATUS.OK) {
      const { token, state } = yield* wordAt(stackLow);
      if (token === 0 || state !== MEMORY_STATE.OOM) continue;
      const what = this.random(4);
      if (what === 0) continue;
      const grants = what < 3;
      const bytes = (1 + this.random(4)) * PAGE_BYTES;
      const verdict = grants ? VERDICT.GRANTED : VERDICT.CANNOT;
      yield* sys.event_resolve(root, token, verdict, grants ? bytes : 0, grants ? root : 0);
    }
  }

  /** Now and then the keeper asks for memory back, moves quota, suspends or kills somebody. */
  private *nudge(stackLow: number, root: number, alive: readonly number[]): Script {
    const { handle } = this.nodes[this.random(this.nodes.length)];
    const victim = alive[this.random(alive.length)];
    switch (this.random(12)) {
      case 0:
        yield* store(stackLow, new Uint8Array(Uint32Array.of(this.random(8) * PAGE_BYTES).buffer));
        yield* sys.object_set(handle, PROPERTY.PRESSURE, stackLow, 4);
        break;
      case 1:
        yield* sys.allocator_transfer(root, handle, PAGE_BYTES);
        break;
      case 2:
        yield* sys.allocator_transfer(handle, root, PAGE_BYTES);
        break;
      case 3:
        if (victim !== undefined) yield* sys.task_kill(victim);
        break;
      case 4: {
        if (victim === undefined) break;
        const { status, token } = yield* sys.task_suspend(victim);
        yield* sys.thread_sleep(this.booted.time + LOOK);
        if (status === STATUS.OK) yield* sys.handle_close(token);
        break;
      }
    }
  }

  /** What a process does: `given` are handles to its own allocator, the one above, some other, and its thread. */
  private *work([own, above, other, thread]: readonly number[]): Script {
    const at = MEMORY.base;
    const held: number[] = [];
    const pools: number[] = [];
    const { random } = this;
    const some = (): number => [own, above, other][random(3)];
    const note = (call: string, status: number): boolean => {
      const name = `${call} ${statusName(status)}`;
      this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
      return status === STATUS.OK;
    };
    const release = function* (): Script {
      if (held.length > 0) yield* sys.handle_close(held.splice(random(held.length), 1)[0]);
    };
    while (!this.isOver) {
      switch (random(16)) {
        case 0:
        case 1:
        case 2: {
          const { status, vmo } = yield* sys.vmo_create(own, 4 * PAGE_BYTES);
          if (!note('vmo_create', status)) break;
          held.push(vmo);
          note('vmo_write', (yield* sys.vmo_write(vmo, 0, at, (1 + random(4)) * PAGE_BYTES)).status);
          break;
        }
        case 3: {
          const { status, child } = yield* sys.allocator_create(some(), (1 + random(6)) * PAGE_BYTES);
          if (note('allocator_create', status)) held.push(child);
          break;
        }
        case 4:
        case 5:
        case 6:
          yield* release();
          break;
        case 7: {
          const bytes = (1 + random(2)) * PAGE_BYTES;
          note('allocator_transfer', (yield* sys.allocator_transfer(some(), some(), bytes)).status);
          break;
        }
        case 8: {
          const wait = WAITS[random(WAITS.length)];
          const word = Number.isFinite(wait) ? BigInt(wait) : 0x7fff_ffff_ffff_ffffn;
          yield* store(at, new Uint8Array(BigUint64Array.of(word).buffer));
          yield* sys.object_set(thread, PROPERTY.MEMORY_WAIT, at, 8);
          break;
        }
        // A page fault: where there is no memory it may be the end.
        case 9:
          if (random(4) === 0) yield* store(at + random(MEMORY.pages) * PAGE_BYTES + 64, Uint8Array.of(1));
          break;
        case 10: {
          if (pools.length > 1) yield* sys.handle_close(pools.splice(random(2), 1)[0]);
          const { status, pool } = yield* sys.pool_create(own, 0, 2, 0);
          if (!note('pool_create', status)) break;
          pools.push(pool);
          const persistent = random(2) * LISTEN.PERSISTENT;
          const [h, source] = random(2) === 0 ? [own, SOURCE.MEMORY] : [above, SOURCE.MEMORY_SUBTREE];
          note('event_listen', (yield* sys.event_listen(h, source, pool, h, persistent)).status);
          break;
        }
        case 11:
        case 12: {
          if (pools.length === 0) break;
          const deadline = this.booted.time + random(2) * 300;
          const taken = yield* sys.pool_take(pools[random(pools.length)], deadline, at, 0, 0);
          if (taken.status !== STATUS.OK) break;
          const { token, key } = yield* wordAt(at);
          if (token === 0) break;
          yield* release();
          const what = random(5);
          if (what === 0) break;
          if (what === 1)
            note('GRANTED', (yield* sys.event_resolve(key, token, VERDICT.GRANTED, PAGE_BYTES, other)).status);
          else if (what === 2) note('CANNOT', (yield* sys.event_resolve(key, token, VERDICT.CANNOT)).status);
          else note('RELEASED', (yield* sys.event_resolve(key, token, VERDICT.RELEASED)).status);
          break;
        }
        case 13: {
          const h = some();
          const deadline = this.booted.time + 300;
          const { status } = yield* sys.event_wait(h, SOURCE.MEMORY, SEEN_NOW, deadline, at);
          if (status !== STATUS.OK) break;
          const { token } = yield* wordAt(at);
          if (token !== 0 && random(3) > 0) note('CANNOT', (yield* sys.event_resolve(h, token, VERDICT.CANNOT)).status);
          break;
        }
        case 14:
          yield* sys.thread_sleep(this.booted.time + random(500));
          break;
        default:
          if (random(50) === 0) return;
      }
    }
  }
}

function* wordAt(address: number): Script<{ token: number; state: number; key: number }> {
  const words = new Int32Array((yield* load(address, PACKET_BYTES)).slice().buffer);
  return { key: words[0], token: words[11], state: words[12] };
}

/** What there is: rows of every table that processes fill, frames, and what the root is charged. */
function contents(state: State): Record<string, number> {
  const { allocators } = state;
  const counted = { charged: allocators.charged[0], lent: allocators.childrenQuota[0], owed: state.memoryAnswersOwed };
  const tables = ['processes', 'threads', 'handles', 'allocators', 'vmos', 'vmars', 'mappings', 'frames'] as const;
  const more = ['sources', 'registrations', 'pools', 'packets'] as const;
  return { ...counted, ...Object.fromEntries([...tables, ...more].map((name) => [name, state[name].live])) };
}
