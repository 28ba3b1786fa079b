/** What happens in a run as people speak of it: steps, calls, waits, messages, requests. Times are virtual, in ns. */
import type { WaitKind } from '../../../kernel/index.js';

/** What made a step happen. */
export type StepKind = 'boot' | 'call' | 'fault' | 'timer' | 'interrupt' | 'input' | 'outside';

export interface Place {
  readonly seq: number;
  readonly time: number;
}

/** A system call. One that has to be made again for want of memory is one call, with several attempts. */
export interface Call extends Place {
  /** Counted from 1 as they begin. */
  readonly number: number;
  readonly name: string;
  readonly thread: number;
  readonly process: number;
  /** The registers a0 to a5. */
  readonly words: readonly number[];
  attempts: number;
  /** Undefined where it never ended. */
  end: Place | undefined;
  /** Its status by name, `no return`; undefined where it never ended, or its thread was killed. */
  status: string | undefined;
  /** What its thread waited for last. */
  wait: Wait | undefined;
  /** What it asks of somebody who answers. */
  request: Request | undefined;
  /** The request that its thread was serving then. */
  readonly serves: Request | undefined;
}

export interface Wait extends Place {
  readonly thread: number;
  readonly process: number;
  readonly on: WaitKind;
  /** `waits for lock #9` */
  readonly sentence: string;
  /** The koid of what is waited for; of a futex its memory object. 0: of several things, or none. */
  readonly object: number;
  readonly objectType: string;
  /** Of a futex: where its word is, in the process and in the object. */
  readonly address: number;
  readonly key: number;
  /** The koid of the thread that had it when it began, 0 where nobody was known to; and that has it now, as far as is known. */
  readonly holder: number;
  holderNow: number;
  /** Infinity for never. */
  readonly deadline: number;
  /** A page fault waits, and no call. */
  readonly isFault: boolean;
  end: Place | undefined;
  /** Undefined where its thread was killed, or stopped at a fault. */
  status: string | undefined;
  /** The koid of the thread whose step ended it; 0 where no thread did. */
  waker: number;
  /** What ended it: the name of a call, or the kind of the step. */
  by: string;
}

export interface Message extends Place {
  readonly number: number;
  readonly sender: number;
  /** The koid of the endpoint at which it was received or was to be. */
  readonly channel: number;
  /** Undefined where no record says it: it went straight to a thread that waited. */
  readonly bytes: number | undefined;
  /** It waited at the endpoint. */
  readonly isQueued: boolean;
  /** When it was received or given up. */
  end: Place | undefined;
  /** The koid of the thread, or of the pool, that has it; 0: nobody got it. */
  receiver: number;
}

/** A channel_call, from its beginning to its answer. */
export interface Request extends Place {
  /** The koid of what answers it. */
  readonly reply: number;
  readonly caller: number;
  call: Call | undefined;
  /** When a process had it, and the thread that did; 0: not known. */
  received: Place | undefined;
  server: number;
  serverProcess: number;
  end: Place | undefined;
  /** The koid of the thread that answered; 0: nobody. */
  replier: number;
  status: string | undefined;
}

export interface Step extends Place {
  readonly cause: number;
  /** The koid of the thread whose step it is, 0 for none; and of its process. */
  readonly actor: number;
  readonly process: number;
  /** Its first record, and how many there are. */
  readonly index: number;
  records: number;
  kind: StepKind;
  /** The name of the call, of the trap's cause, `line N`. */
  what: string;
  /** The call that it made, or made again. */
  call: Call | undefined;
  readonly callsEnded: Call[];
  readonly waits: Wait[];
  readonly waitsEnded: Wait[];
  /** Messages that were sent and not received at once; that were received, or given up. */
  readonly sent: Message[];
  readonly taken: Message[];
  readonly requestsReceived: Request[];
  readonly requestsEnded: Request[];
  /** Rows of threads whose state may have changed, some more than once. */
  readonly touched: number[];
}
