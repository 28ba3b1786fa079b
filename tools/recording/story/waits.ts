/** The waits of threads: when each began, for what, and what ended it. */

import { type BlockedThread, waitOf } from '../../../kernel/blocked.js';
import { type State, threadText, type WaitKind, waitSentence } from '../../../kernel/index.js';
import { WORD } from '../../../kernel/journal/record.js';
import { BY_CALL } from '../../../kernel/shortage/requests.js';
import { messageAccepted } from '../../../kernel/transitions/channels.js';
import { threadFaulted } from '../../../kernel/transitions/faults.js';
import { futexPassed } from '../../../kernel/transitions/locks.js';
import { threadBlocked, threadEnded, threadUnblocked, threadWaits } from '../../../kernel/transitions/tasks.js';
import { STATUS, statusName } from '../../../syscalls/errors.js';
import type { Place, Step, Wait } from './things.js';

/** The wait of each row of the table of threads that waits. */
export class Waits {
  private readonly open = new Map<number, Wait>();

  constructor(private readonly state: State) {}

  /** The wait of the thread with this koid. */
  of(thread: number): Wait | undefined {
    for (const wait of this.open.values()) if (wait.thread === thread) return wait;
    return undefined;
  }

  /** What is not over when the records end. */
  left(): Iterable<Wait> {
    return this.open.values();
  }

  before(words: Int32Array, step: Step): void {
    const row = words[WORD.PAYLOAD];
    switch (words[WORD.TYPE]) {
      case futexPassed.number:
        this.pass(row, words[WORD.PAYLOAD + 1] >>> 0, words[WORD.PAYLOAD + 2], words[WORD.PAYLOAD + 3]);
        break;
      case threadUnblocked.number:
        this.end(row, step, statusName(words[WORD.PAYLOAD + 1]));
        break;
      case threadFaulted.number:
      case threadEnded.number:
        this.end(row, step, undefined);
        break;
    }
  }

  after(words: Int32Array, step: Step): void {
    const row = words[WORD.PAYLOAD];
    switch (words[WORD.TYPE]) {
      case threadBlocked.number:
      case threadWaits.number:
      case threadFaulted.number:
        this.begin(row, step);
        break;
      case messageAccepted.number: {
        const wait = this.open.get(row);
        const blocked = waitOf(this.state, row);
        // It is the same wait, which goes on for another reason.
        if (wait !== undefined && blocked !== undefined) {
          const { on, object, objectType, sentence } = described(blocked);
          Object.assign(wait, { on, object, objectType, sentence });
        }
        break;
      }
    }
  }

  private begin(row: number, step: Step): void {
    const { state } = this;
    const blocked = waitOf(state, row);
    if (blocked === undefined) return;
    const { threads } = state;
    const wait: Wait = {
      seq: step.seq,
      time: step.time,
      thread: blocked.koid,
      process: state.processes.koid[threads.process[row]],
      ...described(blocked),
      address: blocked.address,
      key: threads.blockedKey[row] >>> 0,
      holder: blocked.heldBy?.koid ?? 0,
      holderNow: blocked.heldBy?.koid ?? 0,
      deadline: blocked.deadline,
      isFault: blocked.on === 'memory' && threads.wait1[row] !== BY_CALL,
      end: undefined,
      status: undefined,
      waker: 0,
      by: '',
    };
    if (blocked.on === 'futex') Object.assign(wait, { object: threads.blockedObject[row], objectType: 'vmo' });
    this.open.set(row, wait);
    step.waits.push(wait);
  }

  /** Who waits on for a futex waits for another thread now. */
  private pass(object: number, key: number, from: number, to: number): void {
    const { koid } = this.state.threads;
    for (const wait of this.open.values())
      if (wait.on === 'futex' && wait.object === object && wait.key === key && wait.holderNow === koid[from])
        wait.holderNow = koid[to];
  }

  private end(row: number, step: Step, status: string | undefined): void {
    const wait = this.open.get(row);
    if (wait === undefined) return;
    this.open.delete(row);
    const end: Place = { seq: step.seq, time: step.time };
    wait.end = end;
    wait.status = status;
    step.waitsEnded.push(wait);
  }
}

/** Does its thread make the same call again? */
export function isRepeated({ on, isFault, status }: Wait): boolean {
  return (on === 'memory' || on === 'frames') && !isFault && status === statusName(STATUS.OK);
}

function described(blocked: BlockedThread): Pick<Wait, 'on' | 'object' | 'objectType' | 'sentence'> {
  const { object, heldBy } = blocked;
  const on = blocked.on === 'suspended' ? ('event' satisfies WaitKind) : blocked.on;
  const holder = heldBy === undefined ? '' : `, held by ${threadText(heldBy)}`;
  const sentence = waitSentence({ ...blocked, heldBy: undefined, isSuspended: false }) + holder;
  return { on, object: object?.koid ?? 0, objectType: object?.type ?? '', sentence };
}
