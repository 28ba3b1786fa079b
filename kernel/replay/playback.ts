/**
 * A system that has what comes from outside from a tape: how far it is on the tape, and where the run went another way than the
 * tape says. A run that goes on where its tape ends writes further on it.
 */
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { DEBUG, VERDICT } from '../../syscalls/options.js';
import type { Journal, OutsideListener } from '../journal/journal.js';
import { RECORD_WORDS, WORD } from '../journal/record.js';
import { seqOfRun } from '../state/sources.js';
import { TRANSITIONS } from '../transitions/all.js';
import { debuggerCalled } from '../transitions/debug.js';
import { chosen } from '../transitions/steps.js';
import type { Tape } from './tape.js';

/** Where a run and its tape went different ways. */
export interface Divergence {
  /** What the tape says, and what the run did: one line. */
  readonly text: string;
  /** The step in which it was seen. */
  readonly seq: number;
}

/** Calls of debuggers outside of the machine that change what programs find. */
const CHANGING: ReadonlySet<number> = new Set([
  CALL_NUMBER.process_write_memory,
  CALL_NUMBER.thread_write_state,
  CALL_NUMBER.task_kill,
]);

export class Playback implements OutsideListener {
  /** The first divergence that was seen. */
  divergence: Divergence | undefined;
  /** The record that comes next. */
  position = 0;
  /** The tape was cut, because its next record cannot be repeated. Whoever looks at it clears it. */
  wasCut = false;
  private journal: Journal | undefined;
  private retired: () => number = () => 0;

  /** `grows`: the run may go on beyond the end of the tape. */
  constructor(
    public tape: Tape,
    public grows: boolean,
  ) {}

  /** Begins, before the first record. `retired` tells how many instructions have been executed. */
  attach(journal: Journal, retired: () => number): void {
    this.journal = journal;
    this.retired = retired;
    journal.outside = this;
  }

  /** Is there no other record? */
  get isAtEnd(): boolean {
    return this.position >= this.tape.length;
  }

  /** Is the next one a choice? */
  get isChoice(): boolean {
    return this.type === chosen.number;
  }

  /** The type's number of the next, -1 at the end. */
  get type(): number {
    return this.isAtEnd ? -1 : this.tape.type(this.position);
  }

  get seq(): number {
    return this.tape.seq(this.position);
  }

  get time(): number {
    return this.tape.time(this.position);
  }

  get instructions(): number {
    return this.tape.instructions(this.position);
  }

  /** A word of its payload. */
  field(i: number): number {
    return this.tape.field(this.position, i);
  }

  /** What the type of the next is called. */
  get typeName(): string {
    return TRANSITIONS[this.type]?.name ?? 'nothing';
  }

  before(): void {
    // It is looked at when it is written.
  }

  /** A record came from outside: the next of the tape, or a further one. What a debugger only looks at is on no tape. */
  after(index: number): void {
    const { journal, tape } = this;
    if (journal === undefined) return;
    const { words, capacity, state } = journal;
    const at = (index % capacity) * RECORD_WORDS;
    const type = words[at + WORD.TYPE];
    if (type === debuggerCalled.number && !changes(words, at + WORD.PAYLOAD)) return;
    if (!this.isAtEnd) this.position++;
    else if (this.grows) {
      tape.append(type, seqOfRun(state), state.time, this.retired(), words, at + WORD.PAYLOAD);
      this.position = tape.length;
    }
  }

  /** Forgets what comes after on the tape. */
  cut(): void {
    this.tape.length = this.position;
    this.wasCut = true;
  }

  diverge(seq: number, text: string): void {
    this.divergence ??= { seq, text };
  }
}

/** Can a call of a debugger be made again? */
export function isRepeated(call: number): boolean {
  return CHANGING.has(call);
}

/** Does what a debugger called change anything for programs? Looking, breakpoints and going on do not. */
function changes(words: Int32Array, at: number): boolean {
  const call = words[at];
  if (call !== CALL_NUMBER.debug_control) return CHANGING.has(call);
  const [operation, verdict] = [words[at + 2], words[at + 4]];
  const goesOn = operation === DEBUG.RESUME || operation === DEBUG.STEP;
  return operation === DEBUG.RESUME_ONLY || (goesOn && verdict !== VERDICT.PASS);
}
