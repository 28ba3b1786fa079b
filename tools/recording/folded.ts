/**
 * The kernel's state at each record of a recording: its transitions are applied one after the other, as the journal applied them
 * (law 1). What a record does not say (which object has a row, who owns a lock) is asked of the state beside it.
 */
import { KernelPanic, type Recording, RecordingError, type State } from '../../kernel/index.js';
import { DOUBLE, WORD } from '../../kernel/journal/record.js';
import type { RecordReader } from '../../kernel/journal/recording/record-coder.js';
import { schemaDifference } from '../../kernel/journal/recording/schema.js';
import { MutableState } from '../../kernel/state/state.js';
import type { Apply } from '../../kernel/state/transition.js';
import { TRANSITIONS } from '../../kernel/transitions/all.js';
import { booted } from '../../kernel/transitions/steps.js';

const PAGE_BYTES = 4096;
/** More memory has no machine: Sv32 gives no more. */
const MOST_FRAMES = 2 ** 20;

/** Takes records of a run, before and after each of which the state can be looked at. */
export interface RecordListener {
  /** `index` counts records from 0. */
  before?(reader: RecordReader, index: number): void;
  after?(reader: RecordReader, index: number): void;
}

export class FoldedRecords {
  readonly state: State;
  private readonly live: MutableState;

  /** Throws RecordingError where this build cannot apply its records. */
  constructor(private readonly recording: Recording) {
    const { description, schema } = recording;
    const unlike = schemaDifference(schema);
    if (unlike !== undefined)
      throw new RecordingError(
        `it was recorded by Tocsin ${description.tocsin}, whose records are not those of this one: ${unlike}`,
      );
    const frames = Math.floor(description.options.memoryBytes / PAGE_BYTES);
    if (frames > MOST_FRAMES) throw new RecordingError('it says that the machine had more memory than there can be');
    this.live = new MutableState(frames);
    this.state = this.live;
  }

  /** Goes through all records. Throws RecordingError where one cannot follow the records before it. */
  tell(listener: RecordListener): void {
    const { recording } = this;
    const reader = recording.reader();
    let index = 0;
    for (const _ of recording.read(reader)) {
      if (index === 0 && reader.words[WORD.TYPE] !== booted.number)
        throw new RecordingError('its first record is not that of a boot');
      listener.before?.(reader, index);
      this.apply(reader, index);
      listener.after?.(reader, index);
      index++;
    }
  }

  private apply({ words: w, doubles }: RecordReader, index: number): void {
    const { live } = this;
    live.seq = doubles[DOUBLE.SEQ];
    live.time = doubles[DOUBLE.TIME];
    const transition = TRANSITIONS[w[WORD.TYPE]];
    const apply: Apply = transition.apply;
    try {
      if (transition.time === undefined) apply(live, w[8], w[9], w[10], w[11], w[12], w[13], w[14], w[15]);
      else apply(live, doubles[DOUBLE.TIME_FIELD], w[8], w[9], w[10], w[11], w[12], w[13], 0);
    } catch (error) {
      // Records that no kernel wrote break a rule of the kernel, or a table of it.
      if (!(error instanceof KernelPanic) && !(error instanceof TypeError) && !(error instanceof RangeError))
        throw error;
      throw new RecordingError(
        `record ${index}, ${transition.name}, cannot follow the records before it: ${error.message}`,
      );
    }
  }
}
