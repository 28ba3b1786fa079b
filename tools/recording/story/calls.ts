/** System calls: from the step in which a thread made one to that in which it had its answer. */
import { CALL_REPEATS, CALL_WAITS, NO_RETURN } from '../../../kernel/index.js';
import { WORD } from '../../../kernel/journal/record.js';
import { called } from '../../../kernel/transitions/steps.js';
import { callByNumber } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import type { Call, Request, Step } from './things.js';
import { isRepeated, type Waits } from './waits.js';

const REGISTERS = 6;

export class Calls {
  private count = 0;
  /** By koids of threads: calls that have not ended. */
  private readonly open = new Map<number, Call>();

  constructor(
    private readonly waits: Waits,
    /** The request that a thread serves. */
    private readonly served: (thread: number) => Request | undefined,
  ) {}

  /** What is not over when the records end. */
  left(): Iterable<Call> {
    return this.open.values();
  }

  after(words: Int32Array, step: Step): void {
    if (words[WORD.TYPE] !== called.number) return;
    const { actor, seq, time } = step;
    const number = words[WORD.PAYLOAD] & 0xffff;
    const status = words[WORD.PAYLOAD] >> 16;
    const name = callByNumber(number)?.name ?? `0x${number.toString(16)}`;
    let call = this.open.get(actor);
    if (call?.name === name) call.attempts++;
    else {
      // One that was to be made again and was not: its thread does something else, as it was told to.
      call = {
        number: ++this.count,
        seq,
        time,
        name,
        thread: actor,
        process: step.process,
        words: Array.from({ length: REGISTERS }, (_, i) => words[WORD.PAYLOAD + 1 + i] >>> 0),
        attempts: 1,
        end: undefined,
        status: undefined,
        wait: undefined,
        request: undefined,
        serves: this.served(actor),
      };
    }
    step.call = call;
    step.what = name;
    if (status === CALL_REPEATS) this.open.set(actor, call);
    else if (status !== CALL_WAITS) this.end(call, step, status === NO_RETURN ? 'no return' : statusName(status));
    else {
      const wait = this.waits.of(actor);
      call.wait = wait ?? step.waits.findLast(({ thread }) => thread === actor);
      this.open.set(actor, call);
      // It waited, and had what it waited for in the same step.
      if (wait === undefined && call.wait !== undefined && !isRepeated(call.wait))
        this.end(call, step, call.wait.status);
    }
  }

  /** Ends the calls whose waits ended in this step. */
  endStep(step: Step): void {
    for (const wait of step.waitsEnded) {
      const call = this.open.get(wait.thread);
      if (call?.wait === wait && !isRepeated(wait)) this.end(call, step, wait.status);
    }
  }

  private end(call: Call, step: Step, status: string | undefined): void {
    this.open.delete(call.thread);
    call.end = { seq: step.seq, time: step.time };
    call.status = status;
    step.callsEnded.push(call);
  }
}
