/** A thread that makes random calls, and learns from what comes back what it can call with next. */
import { findHandle } from '../../../kernel/handles.js';
import type { System } from '../../../kernel/index.js';
import { deviceAddress } from '../../../kernel/memory/user-memory.js';
import { READABLE } from '../../../kernel/memory/vmar.js';
import { argumentRegisters, CALLS, type Call, callByName } from '../../../syscalls/calls.js';
import { STATUS } from '../../../syscalls/errors.js';
import { call, type Script, store } from '../../../userland/script/script.js';
import { type Caller, noise, wordsOf } from './arguments.js';
import type { Belongings, Random } from './belongings.js';
import { moveWire, touchDevice } from './hardware.js';
import type { Outcomes } from './outcomes.js';
import { bytesOf, type Submission, submit } from './structures.js';

/** Calls that leave little to do: one in so many that are drawn is made. */
const SELDOM: Readonly<Record<string, number>> = {
  process_exit: 150,
  system_halt: 100,
  thread_exit: 60,
  task_kill: 40,
  task_suspend: 10,
  handle_close: 4,
  handle_revoke: 30,
  vmar_unmap: 10,
  vmar_protect: 10,
  vmo_release: 3,
  thread_sleep: 4,
  futex_wait: 4,
  debug_write: 4,
  clock_get: 4,
  thread_yield: 4,
};

/** What all threads of a fuzz share. */
export interface Common {
  readonly random: Random;
  readonly system: System;
  readonly outcomes: Outcomes;
  /** Counts a call that is made now. */
  count(): void;
  /** Were there enough of them? */
  isOver(): boolean;
}

export class RandomThread {
  private readonly random: Random;
  private readonly belongings: Belongings;
  /** What came back asks for it: one time in two it is done. */
  private duty: Call | undefined;

  constructor(
    private readonly common: Common,
    private readonly caller: Caller,
  ) {
    this.random = common.random;
    this.belongings = caller.belongings;
  }

  /** Calls until there were enough. */
  *run(): Script {
    const { random, common, caller } = this;
    while (!common.isOver()) {
      const row = this.nextCall();
      if (row === undefined) continue;
      common.count();
      if (random(50) === 0) yield* this.scribble();
      if (random(30) === 0) moveWire(random, common.system);
      if (random(30) === 0) yield* this.touch();
      const words = yield* wordsOf(caller, row);
      if (row.name === 'ring_enter') yield* this.fillRing(words[0]);
      common.outcomes.made(row.name);
      const { status, values } = yield call(row.number, ...words);
      common.outcomes.cameBack(row.name, status);
      this.learn(row, words, status, values);
    }
  }

  private nextCall(): Call | undefined {
    const { random, duty } = this;
    this.duty = undefined;
    if (duty !== undefined && random(2) === 0) return duty;
    const row = CALLS[random(CALLS.length)];
    if (random(SELDOM[row.name] ?? 1) !== 0) return undefined;
    return lacksHandle(row, this.belongings) && random(40) !== 0 ? undefined : row;
  }

  /** Calls that stand in a ring, with arguments as good as those of others. */
  private *fillRing(handle: number): Script {
    const { random } = this;
    const ring = this.belongings.rings.get(handle);
    if (ring === undefined) return;
    const all: Submission[] = [];
    for (let left = 1 + random(Math.min(ring.entries, 4)); left > 0; left--) {
      const row = CALLS[random(CALLS.length)];
      if (random(SELDOM[row.name] ?? 1) === 0)
        all.push({ number: row.number, words: yield* wordsOf(this.caller, row) });
    }
    ring.tail = yield* submit(ring, ring.tail, all);
  }

  private learn(row: Call, words: readonly number[], status: number, values: ArrayLike<number>): void {
    const { belongings, caller } = this;
    const { kernel, process } = caller;
    belongings.learnNew(kernel.state, process);
    if (status === STATUS.BAD_HANDLE || row.name === 'handle_close')
      belongings.forgetGone((value) => findHandle(kernel, process, value) >= 0);
    if (status < 0) return;
    const registers = argumentRegisters(row);
    const wordOf = (name: string): number => words[registers[row.arguments.findIndex((one) => one.name === name)]];
    row.results.forEach(({ kind, name }, i) => {
      if (kind === 'address') {
        belongings.learnAddress(values[i] >>> 0);
        if (row.name !== 'vmar_map') belongings.headers.push(values[i] >>> 0);
      } else if (name === 'registration') belongings.learnRegistration(wordOf('pool'), values[i]);
    });
    switch (row.name) {
      case 'ring_create': {
        const entries = 2 ** Math.ceil(Math.log2(wordOf('entries')));
        belongings.rings.set(values[0], { address: values[1] >>> 0, entries, tail: 0 });
        break;
      }
      case 'ring_enter':
        this.common.outcomes.submitted += values[0];
        break;
      case 'vmar_map': {
        const address = values[0] >>> 0;
        const physical = deviceAddress(kernel, process, address, READABLE);
        if (physical >= 0) belongings.learnDevice({ address, physical });
        break;
      }
      case 'channel_receive':
        // Somebody waits for a reply.
        if (values[2] !== 0) this.duty = callByName('channel_reply');
        break;
    }
  }

  /** Somebody writes nonsense, or sense, where the kernel reads: heads of mapped pools, tails of rings. */
  private *scribble(): Script {
    const { random, belongings } = this;
    if (belongings.headers.length === 0) return;
    const header = belongings.headers[random(belongings.headers.length)];
    const value = random(10) === 0 ? noise(random) : random(6);
    yield* store(header + 4 * random(2), bytesOf([value]));
  }

  private *touch(): Script {
    const { random } = this;
    const { devices } = this.belongings;
    if (devices.length === 0) return;
    const { address, physical } = devices[random(devices.length)];
    yield* touchDevice(random, address, physical);
  }
}

/** Has the process none of the handles that a call needs? */
function lacksHandle(row: Call, belongings: Belongings): boolean {
  return row.arguments.some((argument) => {
    if (argument.kind !== 'handle' || argument.optional !== undefined) return false;
    return belongings.handle(argument.object) === 0;
  });
}
