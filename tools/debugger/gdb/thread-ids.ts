/** Threads as gdb names them: `pPROCESS.THREAD`, both koids in hexadecimal. 0 is any of them, -1 all. */
import { hexNumber } from './hexadecimal.js';

export const ANY = 0;
export const ALL = -1;

export interface ThreadId {
  readonly process: number;
  readonly thread: number;
}

/** `p1.4`, `p1.-1`, `p-1.-1`, `p1` (all of its threads); `4` without a process: any that has this thread. */
export function parseThreadId(text: string): ThreadId | undefined {
  const [, process, thread] = /^p(-1|[\da-f]+)(?:\.(-1|[\da-f]+))?$/i.exec(text) ?? [];
  if (process === undefined) {
    const alone = part(text);
    return alone === undefined ? undefined : { process: alone === ALL ? ALL : ANY, thread: alone };
  }
  const id = { process: part(process), thread: thread === undefined ? ALL : part(thread) };
  return id.process === undefined || id.thread === undefined ? undefined : (id as ThreadId);
}

function part(text: string): number | undefined {
  return text === '-1' ? ALL : hexNumber(text);
}

export function threadIdText({ process, thread }: ThreadId): string {
  return `p${process.toString(16)}.${thread.toString(16)}`;
}

/** Does the name mean this thread, among others perhaps? */
export function means({ process, thread }: ThreadId, of: ThreadId): boolean {
  return (process <= 0 || process === of.process) && (thread <= 0 || thread === of.thread);
}
