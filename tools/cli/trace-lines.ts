/** `--trace`: what the kernel's observer and the journal tell, a line each on standard error. */
import {
  CALL_REPEATS,
  CALL_WAITS,
  NO_RETURN,
  type Observer,
  recordLine,
  type System,
  type ThreadName,
  threadText,
} from '../../kernel/index.js';
import { statusName } from '../../syscalls/errors.js';
import { formatCall, formatResult } from '../../syscalls/trace.js';
import { causeName, hex } from './outcome.js';
import type { Trace } from './run-command.js';
import { say } from './standard-streams.js';

export class TraceLines {
  /** For `System.boot`. */
  readonly observer: Observer;
  #system: System | undefined;
  /** While somebody goes somewhere in the past, what happens on the way is told already. */
  #isSilent: () => boolean = () => false;

  /** `before` is called before each line: what the guest wrote earlier should stand above it. */
  constructor(
    private readonly traces: ReadonlySet<Trace>,
    private readonly before: () => void,
  ) {
    this.observer = { ...this.#calls(), ...this.#faults(), ...this.#schedule() };
  }

  /** The system tells the time; and the journal's first records are older than whoever traces them. */
  attach(system: System, isSilent: () => boolean = () => false): void {
    this.#system = system;
    this.#isSilent = isSilent;
    if (!this.traces.has('journal')) return;
    const { journal } = system.kernel;
    for (const line of journal.tail(journal.count)) this.#line(line);
    journal.onRecord = (record) => this.#line(recordLine(record));
  }

  #calls(): Observer {
    if (!this.traces.has('calls')) return {};
    return {
      call: (thread, number, words, status, results, readText) => {
        this.#threadLine(thread, `${formatCall(number, words, readText)} ${ending(number, status, results)}`);
      },
      resumed: (thread, status) => this.#threadLine(thread, `… = ${statusName(status)}`),
    };
  }

  #faults(): Observer {
    if (!this.traces.has('faults')) return {};
    return {
      fault: (thread, cause, pc, address) =>
        this.#threadLine(thread, `${causeName(cause)} at ${hex(address >>> 0)}, pc ${hex(pc >>> 0)}`),
      backed: (thread, pc, address) =>
        this.#threadLine(thread, `page ${hex((address & ~4095) >>> 0)} backed, pc ${hex(pc >>> 0)}`),
    };
  }

  #schedule(): Observer {
    if (!this.traces.has('schedule')) return {};
    return { dispatched: (thread) => this.#threadLine(thread, 'runs') };
  }

  #threadLine(thread: ThreadName, text: string): void {
    this.#line(`${this.#system?.time ?? 0} ${threadText(thread)}: ${text}`);
  }

  #line(text: string): void {
    if (this.#isSilent()) return;
    this.before();
    say(text);
  }
}

/** A call that waits has its result in a later line; one that ends its thread has none. */
function ending(number: number, status: number, results: ArrayLike<number>): string {
  if (status === CALL_WAITS) return 'waits';
  if (status === NO_RETURN) return 'does not return';
  if (status === CALL_REPEATS) return 'waits for frames, and will be made again';
  return `= ${formatResult(number, status, results)}`;
}
