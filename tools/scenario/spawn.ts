/** Processes and threads of a scenario, made from outside: nobody in the system is their parent. */
import { openHandle } from '../../kernel/handles.js';
import type { ScriptFunction } from '../../kernel/index.js';
import type { Kernel } from '../../kernel/kernel.js';
import { map } from '../../kernel/memory/vmar.js';
import { createVmo } from '../../kernel/memory/vmo.js';
import { createProcess, nameObject } from '../../kernel/tasks/process.js';
import { createThread, startThread } from '../../kernel/tasks/thread.js';
import { processStarted } from '../../kernel/transitions/tasks.js';
import type { ElfImage } from '../../machine/index.js';
import { PROTECTION } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { loadSegments, loadStack, type OwnHandles } from './loader.js';
import { ScenarioMistake } from './mistake.js';

/** Memory that all processes of a scenario have at the same address, so that a word means the same in each of them. */
export const SHARED = { address: 0x2000_0000, bytes: 1 << 20 } as const;

/** A process cannot debug itself: its debugger must be able to hide from it. */
const OWN_RIGHTS = ALL_RIGHTS & ~RIGHTS.DEBUG;
const ROOT_ALLOCATOR = 0;
const THE_RESOURCE = 0;

/** Rows of the kernel's tables. */
export interface Spawned {
  readonly process: number;
  readonly thread: number;
  /** The number by which the new thread's process knows it. */
  readonly own: OwnHandles;
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
  thread: ThreadChoice,
  hardware: boolean,
): Spawned {
  const process = made(createProcess(k, ROOT_ALLOCATOR, 0), `process ${name}`);
  nameObject(k, OBJECT_TYPE.process, process, new TextEncoder().encode(name));
  const first = newThread(k, process, thread);
  const own = {
    process: openHandle(k, process, OBJECT_TYPE.process, process, OWN_RIGHTS),
    thread: openHandle(k, process, OBJECT_TYPE.thread, first, OWN_RIGHTS),
    vmar: openHandle(k, process, OBJECT_TYPE.vmar, k.state.processes.vmar[process], ALL_RIGHTS),
    allocator: openHandle(k, process, OBJECT_TYPE.allocator, ROOT_ALLOCATOR, ALL_RIGHTS),
    resource: hardware ? openHandle(k, process, OBJECT_TYPE.resource, THE_RESOURCE, ALL_RIGHTS) : 0,
  };
  mapShared(k, process, shared);
  return { process, thread: first, own };
}

export function startScript(k: Kernel, thread: number, script: ScriptFunction): void {
  if (k.scripts === undefined) throw new ScenarioMistake('this system has no scripts');
  start(k, thread, k.scripts.enter(script), 0);
}

/** `words` are what C's `main` gets, the program's name first. */
export function startImage(
  k: Kernel,
  { process, thread, own }: Spawned,
  image: ElfImage,
  words: readonly string[],
): void {
  const address = loadSegments(k, process, image) ? loadStack(k, process, own, words) : -1;
  if (address < 0)
    throw new ScenarioMistake(`${words[0]} does not fit: its segments, its stack, or the machine's memory`);
  start(k, thread, image.entry, address);
}

/** The process begins with its first thread. `stack` is where the startup structure is, too. */
function start(k: Kernel, thread: number, entry: number, stack: number): void {
  const process = k.state.threads.process[thread];
  if (k.state.processes.state[process] === TASK_STATE.NEW) k.journal.commit(processStarted, process);
  startThread(k, thread, entry, stack, stack);
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
