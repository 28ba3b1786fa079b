/** Choices as they stand on a tape; where it ends, of the source that the run had. What is asked must be what was asked then. */
import type { ChoiceSource } from '../choices.js';
import { seqOfRun } from '../state/sources.js';
import type { State } from '../state/state.js';
import type { Playback } from './playback.js';

export class TapeChoices implements ChoiceSource {
  /** The kernel's, once there is one: only for what is said. */
  state: State | undefined;

  constructor(
    private readonly playback: Playback,
    private live: ChoiceSource | undefined = undefined,
  ) {}

  /** Where the tape ends, this source is asked from now on. */
  goOn(live: ChoiceSource): void {
    this.live = live;
  }

  pick(kind: number, count: number): number {
    const { playback, live } = this;
    if (live !== undefined && playback.isAtEnd) return live.pick(kind, count);
    const picked = playback.isChoice ? playback.field(2) : -1;
    if (playback.isChoice && playback.field(0) === kind && playback.field(1) === count && picked >= 0 && picked < count)
      return picked;
    this.diverge(kind, count);
    // The run goes on to the end of its step, and is of no use after that.
    return 0;
  }

  private diverge(kind: number, count: number): void {
    const { playback } = this;
    const recorded = playback.isChoice
      ? `kind ${playback.field(0)} with ${playback.field(1)} ways at step ${playback.seq}`
      : 'none';
    const seq = this.state === undefined ? 0 : seqOfRun(this.state);
    playback.diverge(seq, `the replay asks for a choice of kind ${kind} with ${count} ways; recorded is ${recorded}`);
  }
}
