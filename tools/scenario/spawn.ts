/** Processes and threads of a scenario, made from outside: nobody in the system is their parent. */
import { findHandle, openHandle } from '../../kernel/handles.js';
import { BootError, type ScriptFunction, type Startup } from '../../kernel/index.js';
import type { Kernel } from '../../kernel/kernel.js';
import { map } from '../../kernel/memory/vmar.js';
import { createVmo } from '../../kernel/memory/vmo.js';
import { loadImage, makeStack, writeStartup } from '../../kernel/program.js';
import { createProcess, nameObject } from '../../kernel/tasks/process.js';
import { createThread, startThread } from '../../kernel/tasks/thread.js';
import { processStarted } from '../../kernel/transitions/tasks.js';
import type { ElfImage } from '../../machine/index.js';
import { PROTECTION } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectType } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { ScenarioMistake } from './mistake.js';

/** Memory that all processes of a scenario have at the same address, so that a word means the same in each of them. */
export const SHARED = { address: 0x2000_0000, bytes: 1 << 20 } as const;

/** A process cannot debug itself: its debugger must be able to hide from it. */
const OWN_RIGHTS = ALL_RIGHTS & ~RIGHTS.DEBUG;
const ROOT_ALLOCATOR = 0;

/** Rows of the kernel's tables. */
export interface Spawned {
  readonly process: number;
  readonly thread: number;
  /** The memory object of the first thread's stack. */
  readonly stack: number;
  readonly own: Startup;
}

export interface ThreadChoice {
  readonly name: string;
  readonly priority: number;
}

export interface ProcessChoice {
  /** Of its first thread. */
  readonly priority: number;
  /** Whether it has the right to hardware. */
  readonly hardware: boolean;
}

/** The memory object that all processes map. */
export function createShared(k: Kernel): number {
  return made(createVmo(k, ROOT_ALLOCATOR, SHARED.bytes / PAGE_BYTES), 'the shared memory');
}

export function mapShared(k: Kernel, process: number, shared: number): void {
  const readWrite = PROTECTION.READ | PROTECTION.WRITE;
  const [page, pages] = [SHARED.address / PAGE_BYTES, SHARED.bytes / PAGE_BYTES];
  made(
    map(k, k.state.processes.vmar[process], shared, 0, pages, readWrite, readWrite, page, true),
    'the shared memory',
  );
}

/** A process with one thread, which has not been started: what it executes has still to be put into it. */
export function spawnProcess(
  k: Kernel,
  shared: number,
  name: string,
  { priority, hardware }: ProcessChoice,
  parent: Startup,
): Spawned {
  const process = made(createProcess(k, ROOT_ALLOCATOR, 0), `process ${name}`);
  nameObject(k, OBJECT_TYPE.process, process, new TextEncoder().encode(name));
  const thread = newThread(k, process, { name: 'main', priority });
  const vmar = k.state.processes.vmar[process];
  const stack = refused(() => makeStack(k, vmar, ROOT_ALLOCATOR));
  const copy = (handle: number): number => (handle === 0 ? 0 : copyHandle(k, handle, process));
  const own = {
    process: openHandle(k, process, OBJECT_TYPE.process, process, OWN_RIGHTS),
    thread: openHandle(k, process, OBJECT_TYPE.thread, thread, OWN_RIGHTS),
    vmar: openHandle(k, process, OBJECT_TYPE.vmar, vmar, ALL_RIGHTS),
    allocator: copy(parent.allocator),
    resource: hardware ? copy(parent.resource) : 0,
    job: copy(parent.job),
    stackLow: parent.stackLow,
    stackHigh: parent.stackHigh,
    consoleOutput: copy(parent.consoleOutput),
    consoleInput: copy(parent.consoleInput),
  };
  mapShared(k, process, shared);
  return { process, thread, stack, own };
}

/** A handle to what one of the boot process names, with the same rights; its number in another process. */
function copyHandle(k: Kernel, handle: number, to: number): number {
  const { type, object, rights } = k.state.handles;
  const row = findHandle(k, k.bootProcess, handle);
  return openHandle(k, to, type[row] as ObjectType, object[row], rights[row]);
}

export function startScript(k: Kernel, thread: number, script: ScriptFunction): void {
  if (k.scripts === undefined) throw new ScenarioMistake('this system has no scripts');
  start(k, thread, k.scripts.enter(script), 0);
}

/** `words` are what C's `main` gets, the program's name first. */
export function startImage(
  k: Kernel,
  { process, thread, stack, own }: Spawned,
  image: ElfImage,
  words: readonly string[],
): void {
  const address = refused(() => {
    loadImage(k, process, ROOT_ALLOCATOR, image);
    return writeStartup(k, stack, own, words);
  });
  start(k, thread, image.entry, address);
}

/** What the kernel refuses to boot is a mistake of the scenario. */
function refused<Result>(load: () => Result): Result {
  try {
    return load();
  } catch (error) {
    throw error instanceof BootError ? new ScenarioMistake(error.message) : error;
  }
}

/** The process begins with its first thread. `startup` is the address of its startup structure, which lies on the stack; 0 for a script. */
function start(k: Kernel, thread: number, entry: number, startup: number): void {
  const process = k.state.threads.process[thread];
  if (k.state.processes.state[process] === TASK_STATE.NEW) k.journal.commit(processStarted, process);
  startThread(k, thread, entry, startup - (startup % 16), startup);
}

/** Another thread of a process, not started. */
export function spawnThread(k: Kernel, process: number, choice: ThreadChoice): { thread: number; handle: number } {
  const thread = newThread(k, process, choice);
  return { thread, handle: openHandle(k, process, OBJECT_TYPE.thread, thread, OWN_RIGHTS) };
}

function newThread(k: Kernel, process: number, { name, priority }: ThreadChoice): number {
  const thread = made(createThread(k, process, priority), `thread ${name}`);
  nameObject(k, OBJECT_TYPE.thread, thread, new TextEncoder().encode(name));
  return thread;
}

/** A row, or why there is none. */
function made(row: number, what: string): number {
  if (row < 0) throw new ScenarioMistake(`${what} cannot be made: ${statusName(row)}`);
  return row;
}
