/**
 * A replay: a system that is booted from a recording, and gets inputs and choices from it. All else follows, so the journal is the
 * same, byte for byte; where it is not, that is a bug, another version of Tocsin, or a recording that somebody changed.
 */
import { ElfError, type ElfImage, parseElf } from '../../machine/index.js';
import type { ImageRole } from '../journal/recording/description.js';
import { RecordingError } from '../journal/recording/error.js';
import type { Recording } from '../journal/recording/recording.js';
import { schemaDifference } from '../journal/recording/schema.js';
import { BootError } from '../program.js';
import { type Outcome, System } from '../system.js';
import type { SystemOptions } from '../system-options.js';
import { booted } from '../transitions/steps.js';
import { Comparison } from './comparison.js';
import { Playback } from './playback.js';
import { Tape } from './tape.js';
import { TapeChoices } from './tape-choices.js';
import { TapeInputs } from './tape-inputs.js';

export interface ReplayOptions {
  readonly recording: Recording;
  /** Executables that the recording only names. */
  readonly images?: Readonly<Partial<Record<ImageRole, Uint8Array>>>;
  /** Compares every record, where the recording has them all; otherwise hashes alone are compared. */
  readonly verified?: boolean;
  /** Stop after this step. */
  readonly untilSeq?: number;
  /** Stop after so many instructions. */
  readonly untilInstruction?: number;
  readonly onOutput?: SystemOptions['onOutput'];
  readonly observer?: SystemOptions['observer'];
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
    const { options: recorded, tocsin } = recording.description;
    const unlike = schemaDifference(recording.schema);
    if (unlike !== undefined)
      throw new RecordingError(`it was recorded by Tocsin ${tocsin}, and cannot be replayed by this one: ${unlike}`);
    const playback = new Playback(Tape.of(recording), false);
    this.playback = playback;
    if (playback.type !== booted.number || recording.last === undefined)
      throw new RecordingError('it was cut off before anything was recorded: there is nothing to replay');
    const last = recording.end ?? recording.last;
    this.lastSeq = last.seq;
    this.lastInstruction = last.instructions;
    this.most = recording.end?.instructions ?? last.time;

    const program = this.imageOf('program');
    if (program === undefined) throw new RecordingError('it says nothing of a program');
    this.image = program;
    const console = this.imageOf('console');
    const monitor = this.imageOf('monitor');
    const choices = new TapeChoices(playback);
    try {
      this.system = System.boot({
        name: recorded.name,
        image: program,
        arguments: recorded.arguments,
        memoryBytes: recorded.memoryBytes,
        overcommit: recorded.overcommit,
        quantum: recorded.quantum,
        ...(console === undefined ? {} : { console }),
        ...(monitor === undefined ? {} : { monitor }),
        ...(recorded.seed === null ? {} : { seed: recorded.seed, choices }),
        ...(recorded.failAllocation === null ? {} : { failAllocation: choices }),
        playback,
        inputs: (k) => new TapeInputs(k, playback),
        ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
        ...(options.observer === undefined ? {} : { observer: options.observer }),
      });
    } catch (error) {
      if (error instanceof BootError) throw new RecordingError(`what it says cannot be booted: ${error.message}`);
      throw error;
    }
    choices.state = this.system.state;
    this.comparison = new Comparison(recording, this.system.kernel.journal, options.verified === true);
  }

  /** Runs to the end of what was recorded, to the point where it is to stop, or for so many instructions. */
  run(maxInstructions = Number.POSITIVE_INFINITY): ReplayOutcome {
    const { system, options } = this;
    const { untilSeq = Number.POSITIVE_INFINITY, untilInstruction = Number.POSITIVE_INFINITY } = options;
    const stopSeq = Math.min(this.lastSeq, untilSeq);
    const end = system.instructions + maxInstructions;
    const stopInstruction = Math.min(end, untilInstruction);
    // One more, because a trap does not retire.
    const outcome = this.runTo(stopSeq, Math.min(stopInstruction, this.most + 1));
    const different = this.different();
    if (different !== undefined) return different;
    if (outcome !== undefined && outcome.kind !== 'limit') return this.over(outcome);
    if (system.steps >= untilSeq || system.instructions >= untilInstruction) return { kind: 'until' };
    if (system.steps < stopSeq)
      return system.instructions <= this.most
        ? { kind: 'limit' }
        : this.unlike(`step ${system.steps + 1} does not come, and recorded are ${this.lastSeq}`);
    // After the last step that was recorded the program may have gone on for a while.
    const rest = this.runTo(stopSeq + 1, Math.min(stopInstruction, this.lastInstruction));
    if (rest?.kind === 'limit' && system.instructions < this.lastInstruction)
      return system.instructions >= untilInstruction ? { kind: 'until' } : { kind: 'limit' };
    return this.over(rest);
  }

  /** To the end of a step, or so many instructions in all: undefined where the step was reached. */
  private runTo(seq: number, instructions: number): Outcome | undefined {
    const { system, playback, comparison } = this;
    if (system.steps >= seq) return undefined;
    const isReached = (): boolean =>
      system.steps >= seq || playback.divergence !== undefined || comparison.difference !== undefined;
    return system.runUntil(isReached, Math.max(0, instructions - system.instructions));
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

  /** Throws RecordingError where it is not there, or another one. */
  private imageOf(role: ImageRole): ElfImage | undefined {
    const { recording, images } = this.options;
    const named = recording.description.images.find((image) => image.role === role);
    if (named === undefined) return undefined;
    const bytes = named.held ? recording.image(role) : images?.[role];
    if (bytes === undefined)
      throw new RecordingError(
        `it only names its ${role}, which is needed: ${named.bytes} bytes, SHA-256 ${named.sha256}`,
      );
    try {
      return parseElf(bytes);
    } catch (error) {
      if (error instanceof ElfError) throw new RecordingError(`its ${role} cannot be read: ${error.message}`);
      throw error;
    }
  }
}
