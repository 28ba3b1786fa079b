/** Processes: made empty, started once, ended once. Ending gives back everything at once; the exit record stays. */
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { tellProcessEnded } from '../debug/notices.js';
import { fire } from '../events/broadcast.js';
import { closeHandle } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits, framesLeft } from '../memory/frames.js';
import { makeRootTable, releaseTables } from '../memory/page-tables.js';
import { freeRows, nextRow } from '../state/table.js';
import { mappingRemoved, vmarClosed, vmarCreated } from '../transitions/memory.js';
import { objectNamed, processCreated, processEnded } from '../transitions/tasks.js';
import { endThread } from './thread.js';

/** What a process is charged when it is made: itself, its address region, its root page table. */
export const PROCESS_BYTES = COST.process + COST.vmar + 4096;

/** The job in which the first process stands; it is there as long as the machine. */
export const FIRST_JOB = 0;

/** Makes a process in a job: its row, or a negative status. `references` counts uses by the kernel itself. */
export function createProcess(k: Kernel, allocator: number, references: number, job = FIRST_JOB): number {
  const process = nextRow(k.state.processes);
  const vmar = nextRow(k.state.vmars);
  if (process < 0 || vmar < 0 || freeRows(k.state.sources) < 3) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, PROCESS_BYTES) || !framesLeft(k, 1)) return STATUS.NO_MEMORY;
  k.journal.commit(processCreated, process, k.state.nextKoid, allocator, references, job);
  k.journal.commit(vmarCreated, vmar, k.state.nextKoid, process);
  makeRootTable(k, process);
  return process;
}

/** Names a process, thread or job; the bytes are at most 24. */
export function nameObject(k: Kernel, type: number, row: number, name: Uint8Array): void {
  const words = new Int32Array(LIMITS.nameBytes / 4);
  new Uint8Array(words.buffer).set(name);
  k.journal.commit(objectNamed, type, row, words[0], words[1], words[2], words[3], words[4], words[5]);
}

/** How a process ended. All are 32-bit numbers; `thread` is a koid. */
export interface Ending {
  readonly reason: number;
  readonly code: number;
  readonly cause: number;
  readonly pc: number;
  readonly address: number;
  readonly thread: number;
}

export const KILLED: Ending = { reason: EXIT_REASON.KILLED, code: 0, cause: 0, pc: 0, address: 0, thread: 0 };

export function exited(code: number): Ending {
  return { ...KILLED, reason: EXIT_REASON.EXITED, code };
}

/** Ends a process: its threads, then its handles, its mappings and its page tables. */
export function endProcess(k: Kernel, process: number, ending: Ending): void {
  const { processes, threads, vmars } = k.state;
  k.journal.commit(
    processEnded,
    process,
    ending.reason,
    ending.code,
    ending.cause,
    ending.pc,
    ending.address,
    ending.thread,
  );
  for (let thread = processes.firstThread[process]; thread >= 0; thread = threads.nextInProcess[thread]) {
    if (threads.state[thread] !== TASK_STATE.ENDED) endThread(k, thread, ending.reason);
  }
  while (processes.firstHandle[process] >= 0) closeHandle(k, processes.firstHandle[process]);
  const vmar = processes.vmar[process];
  for (let row = vmars.firstMapping[vmar]; row >= 0; row = vmars.firstMapping[vmar]) {
    const vmo = k.state.mappings.vmo[row];
    k.journal.commit(mappingRemoved, row);
    k.mayBeUnused('vmo', vmo);
  }
  releaseTables(k, process);
  if (k.loadedSpace === process) k.loadedSpace = -1;
  k.journal.commit(vmarClosed, vmar);
  fire(k, processes.source[process], STATUS.OK, ending.reason, ending.code);
  if (k.state.sessions.live > 0) tellProcessEnded(k, process, ending.reason, ending.code);
  k.mayBeUnused('vmar', vmar);
  k.mayBeUnused('process', process);
}

/**
 * Ends a thread, and its process with it where it was the last of those that were started. New threads do not keep a process:
 * whoever could have started them may be gone.
 */
export function exitThread(k: Kernel, thread: number, reason: number): void {
  const { processes, threads } = k.state;
  const process = threads.process[thread];
  endThread(k, thread, reason);
  if (processes.state[process] === TASK_STATE.RUNNABLE && processes.startedThreads[process] === 0)
    endProcess(k, process, reason === EXIT_REASON.KILLED ? KILLED : exited(0));
}

/** Why a thread cannot run, for the report when nothing can. */
export function blockedOnName(on: number): string {
  return (
    Object.entries(BLOCKED_ON)
      .find(([, value]) => value === on)?.[0]
      .toLowerCase() ?? `reason ${on}`
  );
}
