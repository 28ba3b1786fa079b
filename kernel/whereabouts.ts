/** Where every thread is: what it executes, or what it waits for. Told when somebody stops a run that could go on. */
import { TASK_STATE } from '../syscalls/layouts.js';
import { type BlockedThread, blockedThreads, type ThreadName, threadName } from './blocked.js';
import { withoutConsole } from './console.js';
import type { Kernel } from './kernel.js';
import { isLive } from './state/table.js';
import { savedRegister } from './tasks/registers.js';

export type Whereabouts =
  /** It has the hart, or could have it. The pc is that of its next instruction; a script has none. */
  | (ThreadName & { readonly state: 'running' | 'ready'; readonly pc: number | undefined })
  | (BlockedThread & { readonly state: 'blocked' })
  | (ThreadName & { readonly state: 'new' });

/** All threads that have not ended but those of the console driver, in the order of their koids. Between two steps: `run` has returned. */
export function whereabouts(k: Kernel): Whereabouts[] {
  const { threads } = k.state;
  const found: Whereabouts[] = blockedThreads(k.state).map((thread) => ({ ...thread, state: 'blocked' }));
  for (let row = 0; row < threads.used; row++) {
    if (!isLive(threads, row)) continue;
    const name = threadName(k.state, row);
    if (threads.state[row] === TASK_STATE.NEW) found.push({ ...name, state: 'new' });
    if (threads.state[row] !== TASK_STATE.RUNNABLE || threads.suspensions[row] > 0) continue;
    found.push({ ...name, state: row === k.state.current ? 'running' : 'ready', pc: programCounter(k, row) });
  }
  return withoutConsole(k, found).sort((a, b) => a.koid - b.koid);
}

/** In the hart for the thread whose registers it holds, in the save area for the others. */
function programCounter(k: Kernel, thread: number): number | undefined {
  if (k.scripts?.has(thread)) return undefined;
  if (k.loaded === thread) return k.hart.pc;
  return k.memory.i32[(savedRegister(k, thread, 0) - k.memory.base) >> 2] >>> 0;
}
