/** A system that is booted as a recorded one was, with what its recording holds or names. */
import { ElfError, type ElfImage, parseElf } from '../../machine/index.js';
import type { ImageRole } from '../journal/recording/description.js';
import { RecordingError } from '../journal/recording/error.js';
import type { Recording } from '../journal/recording/recording.js';
import { schemaDifference } from '../journal/recording/schema.js';
import { BootError } from '../program.js';
import { System } from '../system.js';
import type { SystemOptions } from '../system-options.js';
import { booted } from '../transitions/steps.js';
import type { Moment } from '../travel/moment.js';
import { Playback } from './playback.js';
import { Tape } from './tape.js';
import { TapeChoices } from './tape-choices.js';
import { TapeInputs } from './tape-inputs.js';

export interface RecordedRunOptions {
  /** Executables that the recording only names. */
  readonly images?: Readonly<Partial<Record<ImageRole, Uint8Array>>>;
  readonly onOutput?: SystemOptions['onOutput'];
  readonly observer?: SystemOptions['observer'];
  readonly journal?: SystemOptions['journal'];
}

/** What came from outside. Throws RecordingError where this build cannot replay it. */
export function playbackOf(recording: Recording): Playback {
  const unlike = schemaDifference(recording.schema);
  if (unlike !== undefined)
    throw new RecordingError(
      `it was recorded by Tocsin ${recording.description.tocsin}, and cannot be replayed by this one: ${unlike}`,
    );
  const playback = new Playback(Tape.of(recording), false);
  if (playback.type !== booted.number || recording.last === undefined)
    throw new RecordingError('it was cut off before anything was recorded: there is nothing to replay');
  return playback;
}

/** The last step and instruction that are recorded, of a recording that `playbackOf` took. */
export function lastOf({ end, last }: Recording): {
  readonly seq: number;
  readonly time: number;
  readonly instructions: number;
} {
  const place = end ?? last;
  if (place === undefined) throw new RecordingError('nothing is recorded');
  return place;
}

export interface RecordedRun {
  readonly system: System;
  readonly image: ElfImage;
  readonly inputs: TapeInputs;
  readonly choices: TapeChoices;
}

/** Boots. `last`: the run comes back there. Throws RecordingError where the recording cannot be booted with these images. */
export function bootRecorded(
  recording: Recording,
  playback: Playback,
  options: RecordedRunOptions,
  last?: Moment,
): RecordedRun {
  const { options: recorded } = recording.description;
  const image = imageOf(recording, 'program', options);
  if (image === undefined) throw new RecordingError('it says nothing of a program');
  const console = imageOf(recording, 'console', options);
  const monitor = imageOf(recording, 'monitor', options);
  const choices = new TapeChoices(playback);
  const { onOutput, observer, journal } = options;
  const box: { inputs?: TapeInputs } = {};
  try {
    const system = System.boot({
      name: recorded.name,
      image,
      arguments: recorded.arguments,
      memoryBytes: recorded.memoryBytes,
      overcommit: recorded.overcommit,
      quantum: recorded.quantum,
      ...(console === undefined ? {} : { console }),
      ...(monitor === undefined ? {} : { monitor }),
      ...(recorded.seed === null ? {} : { seed: recorded.seed, choices }),
      ...(recorded.failAllocation === null ? {} : { failAllocation: choices }),
      playback,
      inputs: (k) => {
        box.inputs = new TapeInputs(k, playback, last);
        return box.inputs;
      },
      ...(onOutput === undefined ? {} : { onOutput }),
      ...(observer === undefined ? {} : { observer }),
      ...(journal === undefined ? {} : { journal }),
    });
    choices.state = system.state;
    return { system, image, inputs: box.inputs as TapeInputs, choices };
  } catch (error) {
    if (error instanceof BootError) throw new RecordingError(`what it says cannot be booted: ${error.message}`);
    throw error;
  }
}

/** Throws RecordingError where it is not there, or another one. */
function imageOf(recording: Recording, role: ImageRole, { images }: RecordedRunOptions): ElfImage | undefined {
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
