/**
 * What stands behind a scenario: the system, the stagehand, the memory that all processes share, and whom the scenario made.
 * `Scene` is what its text sees of it.
 */
import { openHandle } from '../../kernel/handles.js';
import { type Answer, type Operation, type Startup, System } from '../../kernel/index.js';
import { isAccessible, readUser } from '../../kernel/memory/user-memory.js';
import { READABLE } from '../../kernel/memory/vmar.js';
import { backRange, writeVmo } from '../../kernel/memory/vmo.js';
import type { ElfImage } from '../../machine/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectType } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { thread_sleep } from '../../userland/script/calls.js';
import { Deliveries } from './deliveries.js';
import { callerPlace, ScenarioMistake } from './mistake.js';
import { handleRow, type Told } from './objects.js';
import { Outside } from './outside.js';
import { Records } from './records.js';
import { type Inside, type ThreadScript, watched } from './script.js';
import {
  createShared,
  mapShared,
  type ProcessChoice,
  SHARED,
  type Spawned,
  spawnProcess,
  spawnThread,
  startImage,
  startScript,
  type ThreadChoice,
} from './spawn.js';
import { rowOfKoid, ScenarioProcess, ScenarioThread } from './tasks.js';
import { threadText } from './waits.js';

export interface SceneOptions {
  /** Shakes the schedule; without it the plain one. 0 to 2^32 - 1. */
  readonly seed?: number;
  /** Instructions that a thread runs before the next of its priority. */
  readonly quantum?: number;
  /** RAM in bytes, a multiple of 4096; 4 MiB where it says nothing. */
  readonly memoryBytes?: number;
  /** The n-th allocation of the kernel fails though it fits, 1 to 2^32 - 1; those of the scenario's own steps do not count. */
  readonly failAllocation?: number;
  /** Every invariant, and that the folded journal equals the live state: after each step unless this is false, always at the end. */
  readonly checked?: boolean;
  /**
   * Boots the console driver: standard output and input of C programs go through it, and what is typed reaches them. Without it
   * they print by the early console, and have no input.
   */
  readonly console?: boolean;
}

/** A rehearsal is checked where an allocation failed, and at its end. */
export interface StageOptions extends Omit<SceneOptions, 'checked'> {
  readonly checked?: boolean | 'at failures';
}

const MEMORY_BYTES = 4 << 20;
/** The least that the kernel takes: each check folds what the ring holds, and `Records` keeps more of them anyway. */
const RING_RECORDS = 8192;

/** Instructions that nothing takes to begin to wait. */
const STARTING = 1_000_000;

/** The first thread of the scenario's own process: it keeps the process, and does nothing but wait. */
function* stagehand(): Generator<Operation, void, Answer> {
  yield* thread_sleep(FOREVER);
}

export class Stage implements Told {
  readonly system: System;
  readonly records: Records;
  readonly deliveries: Deliveries;
  readonly outside: Outside;
  /** The process called `scenario`. */
  readonly process: ScenarioProcess;
  /** Threads that the scenario made, in that order. */
  readonly threads: ScenarioThread[] = [];
  /** The thread whose script threw. */
  thrower: ScenarioThread | undefined;
  private readonly startup: Startup;
  private readonly stagehandKoid: number;
  private readonly shared: number;
  private sharedUsed = 0;
  private readonly chunks: Uint8Array[] = [];

  /** Throws BootError where an option is out of its range. */
  constructor(options: StageOptions, driver: ElfImage | undefined) {
    const { seed, quantum, memoryBytes = MEMORY_BYTES, checked = true, failAllocation } = options;
    const box: { startup?: Startup } = {};
    this.system = System.boot({
      name: 'scenario',
      memoryBytes,
      checked,
      journal: { capacity: RING_RECORDS },
      ...(seed === undefined ? {} : { seed }),
      ...(quantum === undefined ? {} : { quantum }),
      ...(failAllocation === undefined ? {} : { failAllocation }),
      ...(driver === undefined ? {} : { console: driver }),
      onOutput: (bytes) => this.chunks.push(bytes),
      script: (startup) => {
        box.startup = startup;
        return stagehand();
      },
    });
    this.outside = new Outside(this.system);
    const { kernel, state } = this.system;
    const { bootProcess } = kernel;
    this.startup = startupOf(box);
    this.stagehandKoid = state.threads.koid[state.processes.firstThread[bootProcess]];
    const { process } = this.startup;
    this.process = new ScenarioProcess(kernel, 'scenario', state.processes.koid[bootProcess], process, this.startup);
    this.shared = this.outside.step(() => createShared(kernel));
    this.outside.step(() => mapShared(kernel, bootProcess, this.shared));
    this.records = new Records(this.system);
    this.deliveries = new Deliveries(this.system);
    kernel.journal.onRecord = (record) => {
      this.records.take(record);
      this.deliveries.take(record);
    };
    // Before anything else happens whoever only waits does so.
    this.system.run(STARTING);
  }

  get output(): string {
    return Buffer.concat(this.chunks).toString();
  }

  /** Does a thread belong to what the scenario is about? Neither the stagehand nor the console driver does. */
  isCast(koid: number): boolean {
    const { kernel, state } = this.system;
    const row = rowOfKoid(state.threads, koid);
    const isConsole = row >= 0 && state.processes.koid[state.threads.process[row]] === kernel.consoleKoid;
    return koid !== this.stagehandKoid && !isConsole;
  }

  listenersOf(koid: number): number[] {
    return this.deliveries.from(koid).map(({ to }) => to);
  }

  label(koid: number): string {
    const thread = this.threads.find((candidate) => candidate.koid === koid);
    return thread === undefined ? `#${koid}` : threadText({ name: thread.name, koid, process: '' });
  }

  addThread<Result>(
    process: ScenarioProcess,
    choice: ThreadChoice,
    script: ThreadScript<Result>,
  ): ScenarioThread<Result> {
    const { kernel, state } = this.system;
    if (process.ending !== undefined) throw new ScenarioMistake(`thread ${choice.name}: ${process} has ended`);
    const row = rowOfKoid(state.processes, process.koid);
    const { thread, handle } = this.outside.step(() => spawnThread(kernel, row, choice));
    return this.script(choice.name, process, thread, { ...process.own, thread: handle }, script);
  }

  addProcess<Result>(name: string, choice: ProcessChoice, script: ThreadScript<Result>): ScenarioThread<Result> {
    const { process, spawned } = this.newProcess(name, choice);
    return this.script('main', process, spawned.thread, spawned.own, script);
  }

  addGuest(choice: ProcessChoice, image: ElfImage, words: readonly string[]): ScenarioThread {
    const { kernel } = this.system;
    const { process, spawned } = this.newProcess(words[0], choice);
    this.outside.step(() => startImage(kernel, spawned, image, words));
    return this.remember(new ScenarioThread('main', process, this.identify(spawned.thread)));
  }

  private newProcess(name: string, choice: ProcessChoice): { process: ScenarioProcess; spawned: Spawned } {
    const { kernel, state } = this.system;
    const { spawned, handle } = this.outside.step(() => {
      const spawned = spawnProcess(kernel, this.shared, name, choice, this.startup);
      const { bootProcess } = kernel;
      return { spawned, handle: openHandle(kernel, bootProcess, OBJECT_TYPE.process, spawned.process, ALL_RIGHTS) };
    });
    const koid = state.processes.koid[spawned.process];
    return { process: new ScenarioProcess(kernel, name, koid, handle, spawned.own), spawned };
  }

  private script<Result>(
    name: string,
    process: ScenarioProcess,
    row: number,
    own: Startup,
    script: ThreadScript<Result>,
  ): ScenarioThread<Result> {
    const thread = new ScenarioThread<Result>(name, process, this.identify(row));
    const inside: Inside = {
      resume: (run) => this.outside.inScript(run),
      threw: () => {
        this.thrower = thread;
      },
    };
    this.outside.step(() => startScript(this.system.kernel, row, () => watched(thread, script, own, inside)));
    return this.remember(thread);
  }

  /** What a thread is known by from outside: koid, a handle in the scenario's own process, where the text makes it. */
  private identify(row: number) {
    const { kernel, state } = this.system;
    const { bootProcess } = kernel;
    const handle = this.outside.step(() => openHandle(kernel, bootProcess, OBJECT_TYPE.thread, row, ALL_RIGHTS));
    return { kernel, koid: state.threads.koid[row], handle, place: callerPlace() };
  }

  private remember<Thread extends ScenarioThread>(thread: Thread): Thread {
    this.threads.push(thread);
    return thread;
  }

  /** The address of zeros that all processes share; aligned to 64 bytes. */
  reserve(bytes: number): number {
    if (!Number.isInteger(bytes) || bytes < 1)
      throw new ScenarioMistake(`${bytes} bytes of memory; give a whole number from 1 on`);
    const at = this.sharedUsed;
    if (at + bytes > SHARED.bytes)
      throw new ScenarioMistake(
        `${bytes} more bytes of memory: a scenario shares ${SHARED.bytes}, and ${at} are taken`,
      );
    this.sharedUsed += Math.ceil(bytes / 64) * 64;
    return SHARED.address + at;
  }

  /** Gives a process a handle to what another process has one to, with the same rights; its number there. */
  share(handle: number, from: ScenarioProcess, to: ScenarioProcess): number {
    const { kernel, state } = this.system;
    const row = handleRow(kernel, from, handle);
    const owner = rowOfKoid(state.processes, to.koid);
    if (to.ending !== undefined) throw new ScenarioMistake(`${to} has ended, and takes no handles`);
    const { type, object, rights } = state.handles;
    const given = [type[row] as ObjectType, object[row], rights[row]] as const;
    return this.outside.step(() => openHandle(kernel, owner, ...given, row));
  }

  /** Writes what was reserved. */
  write(address: number, bytes: Uint8Array): void {
    const { kernel } = this.system;
    const offset = address - SHARED.address;
    const fits = this.outside.step(() => backRange(kernel, this.shared, offset, bytes.length));
    if (!fits) throw new ScenarioMistake(`the machine's memory does not hold ${bytes.length} more bytes`);
    writeVmo(kernel, this.shared, offset, bytes);
  }

  /** Reads the memory of a process, as it would read it itself. */
  read(process: ScenarioProcess, address: number, bytes: number): Uint8Array {
    const { kernel, state } = this.system;
    const row = rowOfKoid(state.processes, process.koid);
    if (row < 0 || process.ending !== undefined)
      throw new ScenarioMistake(`${process} has ended, and its memory is gone`);
    if (!Number.isInteger(bytes) || bytes < 0 || !isAccessible(kernel, row, address, bytes, READABLE))
      throw new ScenarioMistake(`${process} cannot read ${bytes} bytes at 0x${(address >>> 0).toString(16)}`);
    const data = new Uint8Array(bytes);
    readUser(kernel, row, address, data);
    return data;
  }
}

function startupOf({ startup }: { readonly startup?: Startup }): Startup {
  if (startup === undefined) throw new Error('the system was booted without its script');
  return startup;
}
