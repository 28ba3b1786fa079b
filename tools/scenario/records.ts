/** What a scenario can read of the journal: the records since it began, with the threads that each is about. */
import { type ReadRecord, recordLine, type System, TRANSITIONS } from '../../kernel/index.js';
import { CALL_NUMBER, type CallName } from '../../syscalls/calls.js';
import { nearest } from '../cli/nearest.js';
import { ScenarioMistake } from './mistake.js';
import type { ScenarioThread } from './tasks.js';

/** All that are given must hold. */
export interface JournalFilter {
  /** The name of a transition, or several. `tocsin run --trace journal` shows them. */
  readonly type?: string | readonly string[];
  /** Records of this system call. */
  readonly call?: CallName;
  /** Done by this thread, or done to it. */
  readonly thread?: ScenarioThread;
  /** Only steps after this one. */
  readonly after?: number;
  readonly where?: (record: ReadRecord) => boolean;
}

export interface JournalRecord extends ReadRecord {
  /** As traces print it. */
  readonly text: string;
}

interface Kept {
  readonly record: ReadRecord;
  /** Koids of the threads that it is about. */
  readonly threads: readonly number[];
}

/** Records that are kept: of more, the older half goes. */
const KEPT = 65_536;

const CALL = 'call';

/** What follows from a process's or thread's end by itself; says little in a failure. */
const HOUSEKEEPING = /^(frame|handle|mapping|vmar|vmo)_/;

export class Records {
  private kept: Kept[] = [];

  constructor(private readonly system: System) {}

  take(record: ReadRecord): void {
    if (this.kept.length === KEPT) this.kept = this.kept.slice(KEPT / 2);
    this.kept.push({ record, threads: this.threadsOf(record) });
  }

  /** The actor, except of who got the hart after it; and whoever the fields name by a row of the table of threads. */
  private threadsOf({ type, actor, fields }: ReadRecord): number[] {
    const { koid } = this.system.state.threads;
    const found = actor === 0 || type === 'thread_dispatched' ? [] : [actor];
    const row = type.startsWith('thread_') ? fields.row : fields.thread;
    if (row !== undefined && row >= 0 && koid[row] > 0 && !found.includes(koid[row])) found.push(koid[row]);
    return found;
  }

  select({ type, call, thread, after = 0, where }: JournalFilter): JournalRecord[] {
    const types = type === undefined ? undefined : [type].flat();
    for (const name of types ?? []) checkType(name);
    if (call !== undefined) checkCall(call);
    return this.kept
      .filter(({ record, threads }) => {
        if (record.seq <= after || types?.includes(record.type) === false) return false;
        if (call !== undefined && !isCall(record, call)) return false;
        if (thread !== undefined && !threads.includes(thread.koid)) return false;
        return where === undefined || where(record);
      })
      .map(({ record }) => ({ ...record, text: recordLine(record) }));
  }

  /** The last records about some threads, oldest first, a line each; without housekeeping. */
  lastAbout(koids: readonly number[], count: number): string[] {
    const found: string[] = [];
    for (let at = this.kept.length - 1; at >= 0 && found.length < count; at--) {
      const { record, threads } = this.kept[at];
      if (!HOUSEKEEPING.test(record.type) && threads.some((koid) => koids.includes(koid)))
        found.push(recordLine(record));
    }
    return found.reverse();
  }
}

function isCall({ type, fields }: ReadRecord, call: CallName): boolean {
  return type === CALL && (fields.number_status & 0xffff) === CALL_NUMBER[call];
}

function checkType(name: string): void {
  const names = TRANSITIONS.map((transition) => transition.name);
  if (!names.includes(name)) throw new ScenarioMistake(`no record is of type ${name}${orDidYouMean(name, names)}`);
}

function checkCall(name: string): void {
  if (!Object.hasOwn(CALL_NUMBER, name))
    throw new ScenarioMistake(`there is no system call ${name}${orDidYouMean(name, Object.keys(CALL_NUMBER))}`);
}

function orDidYouMean(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
