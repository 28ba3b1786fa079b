/** Who owes an answer to a shortage: it has to be able to work, so it may use reserves, and does not wait for memory itself. */
import type { Kernel } from '../kernel.js';

/** Does a process (-1: none) owe an answer to the shortage of any allocator? */
export function owesMemoryAnswer(k: Kernel, process: number): boolean {
  const { allocators, registrations: r, processes } = k.state;
  if (process < 0 || k.state.memoryAnswersOwed === 0) return false;
  for (let row = 0; row < allocators.used; row++) {
    if (allocators.owed[row] === 0) continue;
    for (let at = allocators.firstOwing[row]; at >= 0; at = r.nextOwing[at])
      if (listenerOf(k, at) === processes.koid[process]) return true;
  }
  return false;
}

/** The koid of the process that listens with a registration which may answer. */
function listenerOf(k: Kernel, registration: number): number {
  const { registrations: r, threads, processes } = k.state;
  const thread = r.thread[registration];
  return thread >= 0 ? processes.koid[threads.process[thread]] : r.answers[registration];
}
