/**
 * The monitor's process, booted beside the first one: a program that is asked when the machine is out of frames
 * (`root_oom_wait`). It has an allocator of its own and a handle to the first job, so that it may look at what there is and kill;
 * no channel to the console, whose driver does not run while it decides: it prints with debug_write.
 */
import type { ElfImage } from '../../machine/index.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import { openHandle } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { MAIN_STACK, MONITOR_QUOTA, MONITOR_STACK_BYTES } from '../limits.js';
import { fits } from '../memory/frames.js';
import { loadImage, makeStack, type Startup, tooSmall, writeStartup } from '../program.js';
import type { Script } from '../scripts.js';
import { nextRow } from '../state/table.js';
import { createProcess, FIRST_JOB, nameObject } from '../tasks/process.js';
import { createThread, startThread } from '../tasks/thread.js';
import { allocatorCreated } from '../transitions/memory.js';
import { monitorNamed } from '../transitions/root-oom.js';
import { processStarted } from '../transitions/tasks.js';

/** Compiled code, or a script that is the thread. */
export type Monitor = ElfImage | ((startup: Startup) => Script);

/** Boots the monitor. Throws BootError. */
export function bootMonitor(k: Kernel, monitor: Monitor): void {
  const allocator = nextRow(k.state.allocators);
  if (!fits(k, 0, MONITOR_QUOTA)) throw tooSmall(k);
  k.journal.commit(allocatorCreated, allocator, k.state.nextKoid, 0, MONITOR_QUOTA, 0, 0);
  const process = createProcess(k, allocator, 0);
  if (process < 0) throw tooSmall(k);
  k.monitorKoid = k.state.processes.koid[process];
  const encoder = new TextEncoder();
  nameObject(k, OBJECT_TYPE.process, process, encoder.encode('monitor'));
  // While it decides it has the hart whatever its priority is; one that never comes to an end must not keep it afterwards.
  const thread = createThread(k, process, LIMITS.defaultPriority);
  if (thread < 0) throw tooSmall(k);
  nameObject(k, OBJECT_TYPE.thread, thread, encoder.encode('monitor'));
  k.journal.commit(monitorNamed, thread);

  if (typeof monitor !== 'function') loadImage(k, process, allocator, monitor);
  const vmar = k.state.processes.vmar[process];
  const stack = makeStack(k, vmar, allocator, MONITOR_STACK_BYTES);
  const open = (type: ObjectTypeName, row: number): number =>
    openHandle(k, process, OBJECT_TYPE[type], row, ALL_RIGHTS & ~RIGHTS.DEBUG);
  const startup: Startup = {
    process: open('process', process),
    thread: open('thread', thread),
    vmar: open('vmar', vmar),
    allocator: open('allocator', allocator),
    resource: 0,
    job: open('job', FIRST_JOB),
    stackLow: MAIN_STACK.top - MONITOR_STACK_BYTES,
    stackHigh: MAIN_STACK.top,
    consoleOutput: 0,
    consoleInput: 0,
  };
  const address = writeStartup(k, stack, startup, ['monitor'], MONITOR_STACK_BYTES);
  const entry = typeof monitor === 'function' ? (k.scripts?.enter(() => monitor(startup)) ?? 0) : monitor.entry;
  k.journal.commit(processStarted, process);
  startThread(k, thread, entry, address - (address % 16), address);
}
