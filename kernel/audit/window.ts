/**
 * The last records that programs may see, as they see them (`journal_record` of `syscalls/layouts.ts`). Taken from the ring when a
 * block of it is full and when a step has ended, so a step costs nothing for it until somebody has asked.
 *
 * Which step a record is of is what it would be without a debugger: what a hidden step still does for an earlier one is the earlier
 * one's (`../debug/README.md`).
 */
import type { BlockReader } from '../journal/journal.js';
import { DOUBLE, RECORD_WORDS, WORD } from '../journal/record.js';
import type { Kernel } from '../kernel.js';
import { LAST_DEADLINE } from '../limits.js';
import { isLive } from '../state/table.js';
import { FIRST_JOB } from '../tasks/process.js';
import { TRANSITIONS } from '../transitions/all.js';
import { called, trapped } from '../transitions/steps.js';
import { IS_SEEN } from './hidden.js';

/** Records that are kept; a power of two. */
export const WINDOW_RECORDS = 4096;

/** More jobs or processes than this are not remembered without looking which of them matter. */
const MOST_REMEMBERED = 8192;

const IS_TIMED = Uint8Array.from(TRANSITIONS, ({ time }) => (time === undefined ? 0 : 1));
const IS_INPUT = Uint8Array.from(TRANSITIONS, (transition) => (transition.class === 'input' ? 1 : 0));

/** Words of a record as programs see it. */
const SEEN = { SEQ: 0, TIME: 2, TYPE: 4, ACTOR: 5, PROCESS: 6, NUMBER: 7, PAYLOAD: 8 } as const;

/** Who reads, and about whom. */
export interface Reader {
  /** Koid of the process that reads. */
  readonly process: number;
  /** Koids of what is audited, one of them 0; both: its own calls and faults. */
  readonly ofProcess: number;
  readonly ofJob: number;
}

export class AuditWindow implements BlockReader {
  /** Records so far. */
  count = 0;
  private words = new Int32Array(WINDOW_RECORDS * RECORD_WORDS);
  /** Koid of the job that the actor's process is in, 0 where a record is nobody's. */
  private jobs = new Int32Array(WINDOW_RECORDS);
  /** Of a call or a fault: its number, step and time as its own process counts them; the number is -1 for others. */
  private ownNumbers = new Float64Array(WINDOW_RECORDS);
  private ownSteps = new Float64Array(WINDOW_RECORDS);
  private ownTimes = new Float64Array(WINDOW_RECORDS);
  /** Calls and faults, and steps, so far of each process, by koid. */
  private own = new Map<number, { records: number; steps: number }>();
  /** The job above each, by koid. */
  private parents = new Map<number, number>();
  /** Records of the ring that were looked at. */
  private upTo: number;
  /** The step whose records come now: its number, who made it, and of which process and job. */
  private seq = 0;
  /** Steps before it that do not count; and whether it does not count itself. */
  private hiddenSteps = 0;
  private isHidden = false;
  private actor = 0;
  private process = 0;
  private job = 0;
  /** ns for which the clock of that process has stood still. */
  private clockHeld = 0;
  private isCounted = false;
  private stop: (() => void) | undefined;
  /** Rows of threads that wait for more. */
  readonly waiting: number[] = [];
  /** Records about which those who wait have been asked. */
  asked = 0;

  /** Begins with the step that runs. */
  constructor(private readonly k: Kernel) {
    this.upTo = k.journal.count;
    this.begin();
    this.attach();
  }

  private attach(): void {
    this.stop = this.k.journal.readBlocks(this);
  }

  /** A step begins; while the world is held for programs that debug it does not count. */
  begin(): void {
    this.takeBlock();
    const { state } = this.k;
    this.hiddenSteps = state.hiddenSteps;
    this.isHidden = state.isWorldHeld !== 0;
    this.isCounted = false;
    if (state.current < 0) {
      this.nobody();
      return;
    }
    const process = state.threads.process[state.current];
    const job = state.processes.job[process];
    this.actor = state.threads.koid[state.current];
    this.process = state.processes.koid[process];
    this.job = state.jobs.koid[job];
    this.clockHeld = state.processes.clockHeld[process];
    if (!this.parents.has(this.job)) this.addJob(job);
  }

  /** A step begins that no program can notice: what it does for an earlier one is that one's. */
  beginHidden(): void {
    this.takeBlock();
    this.isHidden = true;
  }

  private nobody(): void {
    this.actor = 0;
    this.process = 0;
    this.job = 0;
  }

  private addJob(row: number): void {
    const { jobs } = this.k.state;
    if (this.parents.size >= MOST_REMEMBERED) this.forgetJobs();
    for (let at = row; at >= 0; at = jobs.parent[at])
      this.parents.set(jobs.koid[at], jobs.parent[at] < 0 ? 0 : jobs.koid[jobs.parent[at]]);
  }

  /** Jobs of which nothing is kept any more. */
  private forgetJobs(): void {
    const kept = new Map<number, number>();
    for (const job of this.jobs)
      for (let at = job; at !== 0 && !kept.has(at); at = this.parents.get(at) ?? 0)
        kept.set(at, this.parents.get(at) ?? 0);
    this.parents = kept;
  }

  /** Processes that are gone. */
  private forgetProcesses(): void {
    const { processes } = this.k.state;
    const own = new Map<number, { records: number; steps: number }>();
    for (let row = 0; row < processes.used; row++) {
      const counted = isLive(processes, row) ? this.own.get(processes.koid[row]) : undefined;
      if (counted !== undefined) own.set(processes.koid[row], counted);
    }
    this.own = own;
  }

  /** Takes what has come from the ring, which still has it. */
  takeBlock(): void {
    const { journal } = this.k;
    const { words, capacity, count } = journal;
    for (let index = this.upTo; index < count; index++) {
      const at = (index % capacity) * RECORD_WORDS;
      if (IS_SEEN[words[at + WORD.TYPE]] !== 0) this.keep(at);
    }
    this.upTo = count;
  }

  private keep(at: number): void {
    const { words, doubles } = this.k.journal;
    const type = words[at + WORD.TYPE];
    const isTrap = type === trapped.number;
    // A step that an interrupt began is not its who was interrupted.
    if (isTrap && words[at + WORD.PAYLOAD] < 0) this.nobody();
    const isNobodys = IS_INPUT[type] !== 0;
    if (!this.isHidden) this.seq = doubles[(at >> 1) + DOUBLE.SEQ] - this.hiddenSteps;
    const process = isNobodys ? 0 : this.process;
    const slot = this.count % WINDOW_RECORDS;
    const to = slot * RECORD_WORDS;
    const seen = this.words;
    const time = doubles[(at >> 1) + DOUBLE.TIME];
    putWide(seen, to + SEEN.SEQ, this.seq);
    putWide(seen, to + SEEN.TIME, time);
    seen[to + SEEN.TYPE] = type;
    seen[to + SEEN.ACTOR] = isNobodys ? 0 : this.actor;
    seen[to + SEEN.PROCESS] = process;
    seen[to + SEEN.NUMBER] = this.count | 0;
    for (let i = 0; i < 8; i++) seen[to + SEEN.PAYLOAD + i] = words[at + WORD.PAYLOAD + i];
    if (IS_TIMED[type] !== 0) putWide(seen, to + SEEN.PAYLOAD + 6, doubles[(at >> 1) + DOUBLE.TIME_FIELD]);
    this.jobs[slot] = isNobodys ? 0 : this.job;
    this.ownNumbers[slot] = -1;
    if (process !== 0 && (isTrap || type === called.number)) this.keepOwn(slot, process, time);
    this.count++;
  }

  private keepOwn(slot: number, process: number, time: number): void {
    if (this.own.size > MOST_REMEMBERED) this.forgetProcesses();
    const own = this.own.get(process) ?? { records: 0, steps: 0 };
    this.own.set(process, own);
    if (!this.isCounted) own.steps++;
    this.isCounted = true;
    this.ownNumbers[slot] = own.records++;
    this.ownSteps[slot] = own.steps;
    this.ownTimes[slot] = time - this.clockHeld;
  }

  /** The number of the oldest record that there is for a reader, and that of the next one. */
  oldest(reader: Reader): number {
    const first = Math.max(0, this.count - WINDOW_RECORDS);
    if (!isOwn(reader)) return first;
    for (let number = first; number < this.count; number++)
      if (this.isFor(reader, number)) return this.ownNumbers[number % WINDOW_RECORDS];
    return this.next(reader);
  }

  next(reader: Reader): number {
    return isOwn(reader) ? (this.own.get(reader.process)?.records ?? 0) : this.count;
  }

  /** Is a record that is kept, by its number in the window, one for this reader? */
  isFor({ process, ofProcess, ofJob }: Reader, number: number): boolean {
    const slot = number % WINDOW_RECORDS;
    const by = this.words[slot * RECORD_WORDS + SEEN.PROCESS];
    if (ofProcess === 0 && ofJob === 0) return by === process && this.ownNumbers[slot] >= 0;
    if (ofProcess !== 0) return by === ofProcess;
    return by !== process && this.isUnder(this.jobs[slot], ofJob);
  }

  private isUnder(job: number, above: number): boolean {
    if (above === this.k.state.jobs.koid[FIRST_JOB]) return true;
    for (let at = job; at !== 0; at = this.parents.get(at) ?? 0) if (at === above) return true;
    return false;
  }

  typeOf(number: number): number {
    return this.words[(number % WINDOW_RECORDS) * RECORD_WORDS + SEEN.TYPE];
  }

  /** Copies a record as the reader sees it. */
  copyTo(reader: Reader, number: number, target: Int32Array, at: number): void {
    const slot = number % WINDOW_RECORDS;
    for (let i = 0; i < RECORD_WORDS; i++) target[at + i] = this.words[slot * RECORD_WORDS + i];
    if (!isOwn(reader)) return;
    putWide(target, at + SEEN.SEQ, this.ownSteps[slot]);
    putWide(target, at + SEEN.TIME, this.ownTimes[slot]);
    target[at + SEEN.NUMBER] = this.ownNumbers[slot] | 0;
  }

  /** The number in the window of a record that is kept, by the reader's own number. */
  place(reader: Reader, from: number): number {
    if (!isOwn(reader)) return from;
    for (let number = Math.max(0, this.count - WINDOW_RECORDS); number < this.count; number++)
      if (this.isFor(reader, number) && this.ownNumbers[number % WINDOW_RECORDS] >= from) return number;
    return this.count;
  }

  /** The number with which a reader goes on who has seen all before this one of the window. */
  after(reader: Reader, number: number): number {
    if (!isOwn(reader)) return number;
    for (let at = number; at < this.count; at++)
      if (this.isFor(reader, at)) return this.ownNumbers[at % WINDOW_RECORDS];
    return this.next(reader);
  }

  /** The same for a snapshot, between two steps; it takes nothing from the journal until it is `resumed`. */
  copy(): AuditWindow {
    this.takeBlock();
    const copy: AuditWindow = Object.assign(Object.create(AuditWindow.prototype), this);
    copy.words = this.words.slice();
    copy.jobs = this.jobs.slice();
    copy.ownNumbers = this.ownNumbers.slice();
    copy.ownSteps = this.ownSteps.slice();
    copy.ownTimes = this.ownTimes.slice();
    copy.own = new Map(Array.from(this.own, ([koid, own]) => [koid, { ...own }]));
    copy.parents = new Map(this.parents);
    Object.assign(copy, { waiting: this.waiting.slice(), stop: undefined });
    return copy;
  }

  /** A copy goes on where the journal is now. */
  resumed(): this {
    this.upTo = this.k.journal.count;
    this.attach();
    return this;
  }

  /** Takes nothing any more. */
  end(): void {
    this.stop?.();
    this.stop = undefined;
  }

  goneTo(count: number): void {
    this.upTo = count;
  }
}

function isOwn({ ofProcess, ofJob }: Reader): boolean {
  return ofProcess === 0 && ofJob === 0;
}

/** A number in two words, low first; what never comes is the greatest that there is. */
function putWide(words: Int32Array, at: number, value: number): void {
  const isNever = value >= LAST_DEADLINE;
  words[at] = isNever ? -1 : value | 0;
  words[at + 1] = isNever ? 0x7fff_ffff : Math.floor(value / 0x1_0000_0000);
}
