/**
 * Random system calls with random arguments, from scripted threads. Most arguments mean something (a handle of the right type, an
 * address that is mapped, a size in range), so that calls get far; one in twelve is noise. One seed is one sequence.
 */
import { type ChoiceSource, type Script, System } from '../../kernel/index.js';
import { type Argument, CALLS } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { FOREVER } from '../../syscalls/limits.js';
import { type Script as CallScript, call, timeWords } from '../../userland/script/script.js';

/** A small generator of random numbers (xorshift32); the same seed gives the same numbers. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const INTERESTING = [
  0, 1, 2, 3, 4, 7, 8, 16, 24, 31, 32, 4095, 4096, 8192, 65536, 0x7fffffff, 0x80000000, 0xfffff000, 0xffffffff,
];

/** Calls that would end the run or leave nothing to do: one in so many is made. */
const SELDOM: Readonly<Record<string, number>> = {
  process_exit: 2000,
  system_halt: 2000,
  thread_exit: 200,
  task_kill: 60,
  task_suspend: 300,
  thread_write_state: 20,
  handle_close: 15,
  handle_replace: 60,
  handle_revoke: 100,
  vmar_unmap: 8,
  vmar_protect: 3,
};

/** The handles that a program begins with are 1 to 4. */
const BOOT_HANDLES = 4;

interface Known {
  readonly value: number;
  readonly type: string;
}

/** What the threads of one system know: handles with their types, and addresses that can be written. */
export class Knowledge {
  readonly handles: Known[] = [];
  readonly addresses: number[] = [];
  calls = 0;

  constructor(private readonly random: (below: number) => number) {}

  learnHandle(value: number, type: string): void {
    this.handles.push({ value, type });
    if (this.handles.length > 200) this.handles.splice(this.random(200), 1);
  }

  learnAddress(address: number): void {
    this.addresses.push(address);
    if (this.addresses.length > 40) this.addresses.splice(3 + this.random(37), 1);
  }

  forget(value: number): void {
    const index = this.handles.findIndex((known) => known.value === value);
    if (index >= 0) this.handles.splice(index, 1);
  }

  handle(types: readonly string[]): number {
    const fitting = types.length === 0 ? this.handles : this.handles.filter(({ type }) => types.includes(type));
    return fitting.length === 0 ? 0 : fitting[this.random(fitting.length)].value;
  }

  address(): number {
    return this.addresses[this.random(this.addresses.length)];
  }
}

/** The words of an argument that is probably good. */
function likely(argument: Argument, known: Knowledge, random: (below: number) => number, entry: number): number[] {
  switch (argument.kind) {
    case 'handle':
      return [argument.optional !== undefined && random(2) === 0 ? 0 : known.handle(argument.object)];
    case 'time':
      // Waits are short, or the run would soon end in a wait for ever; a few of those happen all the same.
      return [...timeWords(random(2000) === 0 ? FOREVER : known.calls + random(3000))];
    case 'key':
      return [random(10), 0];
    case 'count':
      return [1 + random(argument.most)];
    case 'rights':
      return [random(4) === 0 ? random(0x20000) : 0x80000000];
    case 'choice':
      return [Object.values(argument.values)[random(Object.values(argument.values).length)]];
    case 'options':
      // Fields are given by their masks, so this also fills them.
      return [Object.values(argument.bits).reduce((bits, bit) => bits | (random(2) === 0 ? bit : 0), 0)];
    case 'length':
      return [
        argument.most !== undefined
          ? random(argument.most + 1)
          : random(8) === 0
            ? random(9000)
            : [4, 12, 24, 64, 8][random(5)],
      ];
    case 'u32':
    case 'address': {
      if (argument.name === 'entry') return [entry];
      if (argument.name === 'addr') return [known.address()];
      if (argument.name === 'hint') return [random(2) === 0 ? 0 : known.address()];
      if (argument.name === 'word') return [random(2) === 0 ? 0 : known.address()];
      const multiple = argument.multiple ?? 1;
      const pages = random(6) + (argument.nonzero ? 1 : 0);
      return [multiple > 1 ? pages * multiple : random(Math.min(argument.most ?? 20_000, 20_000))];
    }
    default:
      return [known.address() + 4 * random(16)];
  }
}

/** A generator of one thread's random calls. */
export function* randomThread(
  known: Knowledge,
  random: (below: number) => number,
  limit: number,
  entry: number,
): CallScript {
  const noise = (): number => (random(2) === 0 ? INTERESTING[random(INTERESTING.length)] : random(0xffffffff));
  while (known.calls < limit) {
    const row = random(100) === 0 ? undefined : CALLS[random(CALLS.length)];
    if (row !== undefined && random(SELDOM[row.name] ?? 1) !== 0) continue;
    known.calls++;
    const words: number[] = [];
    for (const argument of row?.arguments ?? []) {
      const good = likely(argument, known, random, entry);
      words.push(...(random(12) === 0 ? good.map(noise) : good));
    }
    while (words.length < 6) words.push(noise());
    const { status, values } = yield call(row?.number ?? random(0x200) - 0x80, ...words);
    if (row === undefined) continue;
    // One of them is gone; the handles from boot are the last to be given up.
    if (status === STATUS.BAD_HANDLE) for (const word of words) if (word > BOOT_HANDLES) known.forget(word);
    if (status < 0) continue;
    if (row.name === 'handle_close') known.forget(words[0]);
    row.results.forEach(({ kind, name }, i) => {
      const type =
        name === 'copy' || name === 'replacement' ? known.handles.find(({ value }) => value === words[0])?.type : name;
      if (kind === 'handle') known.learnHandle(values[i] >>> 0, name === 'child' ? 'allocator' : (type ?? 'any'));
      else if (kind === 'address') known.learnAddress(values[i] >>> 0);
    });
  }
}

export interface Fuzzed {
  /** Systems that were booted, one after the other, until all calls were made. */
  readonly systems: number;
  readonly calls: number;
  readonly endings: Readonly<Record<string, number>>;
}

/** Makes so many random calls; after every system, and every `checkEvery` calls, invariants and fold are checked. */
export function makeRandomCalls(seed: number, calls: number, checkEvery: number): Fuzzed {
  const random = randomNumbers(seed);
  const endings: Record<string, number> = {};
  let made = 0;
  let systems = 0;
  while (made < calls) {
    systems++;
    const known = new Knowledge(random);
    const limit = Math.min(calls - made, 20_000);
    const choices: ChoiceSource = { pick: (_kind, count) => random(count) };
    const box: { system?: System } = {};
    const system = System.boot({
      name: 'fuzz',
      memoryBytes: 1 << 20,
      journal: { capacity: 8192 },
      quantum: 50,
      ...(random(2) === 0 ? { choices } : {}),
      // The body of a generator runs when it is first resumed: the system is there by then.
      *script(startup) {
        const run = (): Script => randomThread(known, random, limit, entry);
        const entry = box.system?.enter(run) ?? 0;
        for (const type of ['process', 'thread', 'vmar', 'allocator'] as const) known.learnHandle(startup[type], type);
        for (const address of [startup.stackLow, startup.stackHigh - 8192, startup.stackLow - 4096])
          known.learnAddress(address);
        yield* run();
      },
    });
    box.system = system;
    let outcome = system.run(checkEvery);
    // Timers can go on for ever while every thread waits.
    let seen = -1;
    while (outcome.kind === 'limit' && known.calls < limit && known.calls > seen) {
      system.check();
      seen = known.calls;
      outcome = system.run(checkEvery);
    }
    system.check();
    // The record of the boot process stays; other processes that it started may run on.
    const ended = outcome.kind !== 'limit' && outcome.kind !== 'blocked';
    if (ended && system.counts.processes === 1 && system.memoryUsed !== 0) {
      throw new Error(`seed ${seed}: a system that ended as ${outcome.kind} holds ${system.memoryUsed} bytes`);
    }
    endings[outcome.kind] = (endings[outcome.kind] ?? 0) + 1;
    made += known.calls;
  }
  return { systems, calls: made, endings };
}
