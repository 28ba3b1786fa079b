/**
 * A replay: a system that is booted from a recording, and gets inputs and choices from it. All else follows, so the journal is the
 * same, byte for byte; where it is not, that is a bug, another version of Tocsin, or a recording that somebody changed.
 */
import type { ElfImage } from '../../machine/index.js';
import type { Recording } from '../journal/recording/recording.js';
import type { Outcome, System } from '../system.js';
import { Comparison } from './comparison.js';
import type { Playback } from './playback.js';
import { bootRecorded, lastOf, playbackOf, type RecordedRunOptions } from './recorded-run.js';

export interface ReplayOptions extends RecordedRunOptions {
  readonly recording: Recording;
  /** Compares every record, where the recording has them all; otherwise hashes alone are compared. */
  readonly verified?: boolean;
  /** Stop after this step. */
  readonly untilSeq?: number;
  /** Stop after so many instructions. */
  readonly untilInstruction?: number;
}

/** Why `run` came back. */
export type ReplayOutcome =
  /** The recorded run is over, or the part of it that was recorded: here, for whatever reason. */
  | { readonly kind: 'over'; readonly outcome: Outcome }
  /** So many instructions were executed as were asked for; `run` can be called again. */
  | { readonly kind: 'limit' }
  /** The point at which it should stop is reached. */
  | { readonly kind: 'until' }
  /** The replay is not the recorded run; lines say where they part. */
  | { readonly kind: 'different'; readonly lines: readonly string[] };

export class Replay {
  readonly system: System;
  /** The executable of the program, for symbols. */
  readonly image: ElfImage;
  readonly comparison: Comparison;
  private readonly playback: Playback;
  private readonly recording: Recording;
  /** The last step and instruction that are recorded. */
  private readonly lastSeq: number;
  private readonly lastInstruction: number;
  /** More instructions than this the recorded run cannot have executed before its last step. */
  private readonly most: number;

  /** Boots. Throws RecordingError where the recording cannot be replayed, by this build or with these images. */
  constructor(private readonly options: ReplayOptions) {
    const { recording } = options;
    this.recording = recording;
    const playback = playbackOf(recording);
    this.playback = playback;
    const last = lastOf(recording);
    this.lastSeq = last.seq;
    this.lastInstruction = last.instructions;
    this.most = recording.end?.instructions ?? last.time;

    const { image, system } = bootRecorded(recording, playback, options);
    this.image = image;
    this.system = system;
    this.comparison = new Comparison(recording, this.system.kernel.journal, options.verified === true);
  }

  /** Runs to the end of what was recorded, to the point where it is to stop, or for so many instructions. */
  run(maxInstructions = Number.POSITIVE_INFINITY): ReplayOutcome {
    const { system, options } = this;
    const { untilSeq = Number.POSITIVE_INFINITY, untilInstruction = Number.POSITIVE_INFINITY } = options;
    const stopSeq = Math.min(this.lastSeq, untilSeq);
    const end = system.executed + maxInstructions;
    const stopInstruction = Math.min(end, untilInstruction);
    // One more, because a trap does not retire.
    const outcome = this.runTo(stopSeq, Math.min(stopInstruction, this.most + 1));
    const different = this.different();
    if (different !== undefined) return different;
    if (outcome !== undefined && outcome.kind !== 'limit') return this.over(outcome);
    if (system.steps >= untilSeq || system.executed >= untilInstruction) return { kind: 'until' };
    if (system.steps < stopSeq)
      return system.executed <= this.most
        ? { kind: 'limit' }
        : this.unlike(`step ${system.steps + 1} does not come, and recorded are ${this.lastSeq}`);
    // After the last step that was recorded the program may have gone on for a while.
    const rest = this.runTo(stopSeq + 1, Math.min(stopInstruction, this.lastInstruction));
    if (rest?.kind === 'limit' && system.executed < this.lastInstruction)
      return system.executed >= untilInstruction ? { kind: 'until' } : { kind: 'limit' };
    return this.over(rest);
  }

  /** To the end of a step, or so many instructions in all: undefined where the step was reached. */
  private runTo(seq: number, instructions: number): Outcome | undefined {
    const { system, playback, comparison } = this;
    if (system.steps >= seq) return undefined;
    const isReached = (): boolean =>
      system.steps >= seq || playback.divergence !== undefined || comparison.difference !== undefined;
    return system.runUntil(isReached, Math.max(0, instructions - system.executed));
  }

  /** The end is the recorded one, or there is a difference. */
  private over(outcome: Outcome | undefined): ReplayOutcome {
    const { system, recording, playback, comparison } = this;
    comparison.catchUp();
    const different = this.different();
    if (different !== undefined) return different;
    const { seq } = system.state;
    const { end } = recording;
    if (seq !== this.lastSeq) return this.unlike(`the replay ends after step ${seq}, and recorded are ${this.lastSeq}`);
    if (!playback.isAtEnd)
      return this.unlike(`recorded is ${playback.typeName} at step ${playback.seq}, which the replay never asks for`);
    if (end !== undefined) {
      const hash = system.journalHash();
      if (end.records !== system.records)
        return this.unlike(`the replay wrote ${system.records} records, and the recorded run ${end.records}`);
      if (end.hash !== hash)
        return this.unlike(`the journal's hash is ${hash}, and that of the recorded run was ${end.hash}`);
    }
    return { kind: 'over', outcome: outcome ?? { kind: 'limit' } };
  }

  private different(): ReplayOutcome | undefined {
    const { divergence } = this.playback;
    const { difference } = this.comparison;
    if (divergence !== undefined) {
      // What was committed before it may differ earlier.
      this.comparison.catchUp();
      const { difference: earlier = [] } = this.comparison;
      return { kind: 'different', lines: [`step ${divergence.seq}: ${divergence.text}`, ...earlier] };
    }
    return difference === undefined ? undefined : { kind: 'different', lines: difference };
  }

  private unlike(text: string): ReplayOutcome {
    return { kind: 'different', lines: [text] };
  }
}
