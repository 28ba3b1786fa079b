/**
 * A recorded run as people speak of it: it goes through all records, with the state beside them, and tells step by step which calls,
 * waits, messages and requests began and ended. Views, tables and exports are made of it.
 */
import type { Recording, State } from '../../../kernel/index.js';
import { DOUBLE, WORD } from '../../../kernel/journal/record.js';
import type { RecordReader } from '../../../kernel/journal/recording/record-coder.js';
import { isLive } from '../../../kernel/state/table.js';
import { TRANSITIONS } from '../../../kernel/transitions/all.js';
import { messageAccepted } from '../../../kernel/transitions/channels.js';
import { booted, trapped } from '../../../kernel/transitions/steps.js';
import { taskResumed, taskSuspended } from '../../../kernel/transitions/suspension.js';
import { CAUSE_INTERRUPT, INTERRUPT } from '../../../machine/index.js';
import { causeName } from '../../cli/outcome.js';
import { FoldedRecords } from '../folded.js';
import { Calls } from './calls.js';
import { Messages } from './messages.js';
import { Names } from './names.js';
import type { Call, Message, Request, Step, Wait } from './things.js';
import { Waits } from './waits.js';

const TIMER = CAUSE_INTERRUPT | INTERRUPT.MACHINE_TIMER | 0;
const EXTERNAL = CAUSE_INTERRUPT | INTERRUPT.MACHINE_EXTERNAL | 0;

/** Records after which threads other than the one that they name may run, or not. */
const OF_MANY: ReadonlySet<number> = new Set(
  TRANSITIONS.filter(
    ({ number, name }) =>
      number === taskSuspended.number ||
      number === taskResumed.number ||
      /^(world|process_(stopped|resumed))/.test(name),
  ).map(({ number }) => number),
);

/** Records that name a thread's row in their first field, after which the thread may run, wait, or have ended. */
const OF_ONE: ReadonlySet<number> = new Set(
  TRANSITIONS.filter(
    ({ number, name, fields }) =>
      number === messageAccepted.number || (/^(thread|fault)_/.test(name) && ['row', 'thread'].includes(fields[0])),
  ).map(({ number }) => number),
);

export interface StoryListener {
  before?(reader: RecordReader, index: number, story: Story): void;
  after?(reader: RecordReader, index: number, story: Story): void;
  /** A step is over; the state is that after it. */
  step?(step: Step, story: Story): void;
}

/** What had not ended when the records did. */
export interface Left {
  readonly calls: Iterable<Call>;
  readonly waits: Iterable<Wait>;
  readonly messages: Iterable<Message>;
  readonly requests: Iterable<Request>;
}

export class Story {
  readonly state: State;
  readonly names: Names;
  /** Of the step that was told last. */
  seq = 0;
  time = 0;
  private readonly folded: FoldedRecords;
  private readonly waits: Waits;
  private readonly messages: Messages;
  private readonly calls: Calls;

  /** Throws RecordingError where this build cannot apply its records. */
  constructor(recording: Recording) {
    this.folded = new FoldedRecords(recording);
    const { state } = this.folded;
    this.state = state;
    this.names = new Names(state);
    this.waits = new Waits(state);
    this.messages = new Messages(state, (thread) => this.names.processOf(thread));
    this.calls = new Calls(this.waits, (thread) => this.messages.servedBy(thread));
  }

  /** Goes through the run once. Throws RecordingError. */
  tell(listeners: readonly StoryListener[]): Left {
    const { names, waits, messages, calls } = this;
    const befores = listeners.filter(({ before }) => before !== undefined);
    const afters = listeners.filter(({ after }) => after !== undefined);
    let step: Step | undefined;
    this.folded.tell({
      before: (reader, index) => {
        const { words, doubles } = reader;
        if (step === undefined || doubles[DOUBLE.SEQ] !== step.seq) {
          if (step !== undefined) this.over(step, listeners);
          step = this.begun(reader, index);
        }
        step.records++;
        waits.before(words, step);
        messages.before(words);
        for (const listener of befores) listener.before?.(reader, index, this);
      },
      after: (reader, index) => {
        const { words } = reader;
        if (step === undefined) return;
        names.after(words);
        waits.after(words, step);
        messages.after(words, step);
        calls.after(words, step);
        this.touch(words, step);
        for (const listener of afters) listener.after?.(reader, index, this);
      },
    });
    if (step !== undefined) this.over(step, listeners);
    return { calls: calls.left(), waits: waits.left(), ...messages.left() };
  }

  private begun({ words, doubles }: RecordReader, index: number): Step {
    const actor = words[WORD.ACTOR];
    const step: Step = {
      seq: doubles[DOUBLE.SEQ],
      time: doubles[DOUBLE.TIME],
      cause: doubles[DOUBLE.CAUSE],
      actor,
      process: this.names.processOf(actor),
      index,
      records: 0,
      kind: 'outside',
      what: '',
      call: undefined,
      callsEnded: [],
      waits: [],
      waitsEnded: [],
      sent: [],
      taken: [],
      requestsReceived: [],
      requestsEnded: [],
      touched: [],
    };
    const type = words[WORD.TYPE];
    if (type === booted.number) step.kind = 'boot';
    else if (type === trapped.number) {
      const [cause, , value] = words.subarray(WORD.PAYLOAD);
      step.kind = cause === TIMER ? 'timer' : cause === EXTERNAL ? 'interrupt' : 'fault';
      step.what = step.kind === 'fault' ? causeName(cause) : step.kind === 'interrupt' ? `line ${value}` : 'timer';
    } else if (TRANSITIONS[type].class === 'input') {
      step.kind = 'input';
      step.what = TRANSITIONS[type].name;
    }
    return step;
  }

  private touch(words: Int32Array, step: Step): void {
    const type = words[WORD.TYPE];
    if (OF_ONE.has(type)) step.touched.push(words[WORD.PAYLOAD]);
    else if (OF_MANY.has(type)) {
      const { threads } = this.state;
      for (let row = 0; row < threads.rows.used; row++) if (isLive(threads, row)) step.touched.push(row);
    }
  }

  private over(step: Step, listeners: readonly StoryListener[]): void {
    if (step.call !== undefined) step.kind = 'call';
    const isOfThread = step.actor !== 0 && (step.kind === 'call' || step.kind === 'fault');
    for (const wait of step.waitsEnded) {
      wait.by = step.kind === 'call' ? step.what : step.kind;
      if (isOfThread && step.actor !== wait.thread) wait.waker = step.actor;
    }
    this.calls.endStep(step);
    this.messages.endStep(step);
    this.seq = step.seq;
    this.time = step.time;
    for (const listener of listeners) listener.step?.(step, this);
  }
}
