/** Where threads are, in the kernel's words. */
import { type BlockedThread, waitSentence as sentenceOfWait, threadText, waitOf } from '../../kernel/blocked.js';
import { type ThreadName, type Whereabouts, whereabouts } from '../../kernel/index.js';
import type { Kernel } from '../../kernel/kernel.js';

export type Wait = BlockedThread;
export type WaitKind = Wait['on'];

export { threadText, waitOf };

/** `waits for the futex 0x20000000, held by first #6 until 500 ns`, `sleeps for ever`. */
export function waitSentence(wait: Wait): string {
  const never = wait.on === 'sleep' ? ' for ever' : '';
  return `${sentenceOfWait(wait)}${wait.deadline === Number.POSITIVE_INFINITY ? never : ` until ${wait.deadline} ns`}`;
}

/** A thread that has not ended, for whoever looks at all of them. */
export interface ThreadRow extends ThreadName {
  readonly state: Whereabouts['state'];
  /** While it is blocked. */
  readonly wait: Wait | undefined;
  /** `waits for …`, `is ready to run`: goes on after its name. */
  readonly sentence: string;
}

/** All threads that have not ended, in the order of their koids. */
export function threadRows(k: Kernel): ThreadRow[] {
  return whereabouts(k).map((thread) => {
    const { koid, name, process, state } = thread;
    const wait = state === 'blocked' ? thread : undefined;
    const pc = state === 'running' || state === 'ready' ? thread.pc : undefined;
    const sentence = wait === undefined ? stateSentence(state, pc) : waitSentence(wait);
    return { koid, name, process, state, wait, sentence };
  });
}

export function stateSentence(state: ThreadRow['state'] | 'ended', pc?: number): string {
  const at = pc === undefined ? '' : ` at pc 0x${pc.toString(16)}`;
  switch (state) {
    case 'new':
      return 'is not started yet';
    case 'ready':
      return `is ready to run${at}`;
    case 'running':
      return `is running${at}`;
    case 'blocked':
      return 'waits';
    case 'ended':
      return 'has ended';
  }
}
