/** Choices as a recorded run made them. What is asked must be what was asked then. */
import type { ChoiceSource } from '../choices.js';
import type { State } from '../state/state.js';
import { chosen } from '../transitions/steps.js';
import type { OutsideRecords } from './outside-records.js';

export class RecordedChoices implements ChoiceSource {
  /** The kernel's, once there is one: only for what is said. */
  state: State | undefined;

  constructor(private readonly records: OutsideRecords) {}

  pick(kind: number, count: number): number {
    const { records } = this;
    const picked = records.field(2);
    if (
      records.type === chosen.number &&
      records.field(0) === kind &&
      records.field(1) === count &&
      picked >= 0 &&
      picked < count
    ) {
      records.advance();
      return picked;
    }
    this.diverge(kind, count);
    // The run goes on to the end of its step, and is of no use after that.
    return 0;
  }

  private diverge(kind: number, count: number): void {
    const { records } = this;
    const seq = this.state?.seq ?? 0;
    const recorded =
      records.type === chosen.number
        ? `kind ${records.field(0)} with ${records.field(1)} ways at step ${records.seq}`
        : 'none';
    records.diverge(seq, `the replay asks for a choice of kind ${kind} with ${count} ways; recorded is ${recorded}`);
  }
}
