/** What was run: everything that a replay needs besides the records. Written in the first block, as JSON. */
import { RecordingError } from './error.js';
import { parseObject } from './schema.js';

/** The options of a system that its journal depends on. */
export interface RecordedOptions {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly memoryBytes: number;
  readonly overcommit: number;
  readonly quantum: number;
  /** null: the plain schedule. */
  readonly seed: number | null;
  /** Which allocation fails; null: none. */
  readonly failAllocation: number | null;
}

export const IMAGE_ROLES = ['program', 'console', 'monitor'] as const;
export type ImageRole = (typeof IMAGE_ROLES)[number];

export interface RecordedImage {
  readonly role: ImageRole;
  /** Of the executable file, 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  /** Whether it is in a block of its own, in the order of this list; otherwise it is only named. */
  readonly held: boolean;
}

export interface Description {
  /** The version of Tocsin that wrote it. */
  readonly tocsin: string;
  /** `all` records, or only what came from `outside` of the kernel: inputs and choices. */
  readonly content: 'all' | 'outside';
  readonly options: RecordedOptions;
  readonly images: readonly RecordedImage[];
}

/** How a recorded run ended: the last block. Without it the recording was cut off. */
export interface RecordedEnd {
  /** The outcome's kind, or `interrupted`, …: whoever ran the system says it. */
  readonly ending: string;
  readonly seq: number;
  readonly time: number;
  readonly instructions: number;
  readonly records: number;
  readonly hash: string;
}

/** Throws RecordingError where it is none. */
export function parseDescription(bytes: Uint8Array): Description {
  const given = parseObject(bytes, 'description') as Partial<Record<keyof Description, unknown>>;
  const { tocsin, content, images } = given;
  const options = given.options as Partial<Record<keyof RecordedOptions, unknown>> | null | undefined;
  if (
    typeof tocsin !== 'string' ||
    (content !== 'all' && content !== 'outside') ||
    typeof options !== 'object' ||
    options === null ||
    typeof options.name !== 'string' ||
    !Array.isArray(options.arguments) ||
    !options.arguments.every((word) => typeof word === 'string') ||
    ![options.memoryBytes, options.overcommit, options.quantum].every(isNumber) ||
    ![options.seed, options.failAllocation].every((value) => value === null || isNumber(value)) ||
    !Array.isArray(images) ||
    !images.every(isImage)
  )
    throw new RecordingError('its description is none');
  return given as unknown as Description;
}

/** Throws RecordingError where it is none. */
export function parseEnd(bytes: Uint8Array): RecordedEnd {
  const given = parseObject(bytes, 'end') as Partial<Record<keyof RecordedEnd, unknown>>;
  const { ending, hash, seq, time, instructions, records } = given;
  if (typeof ending !== 'string' || typeof hash !== 'string' || ![seq, time, instructions, records].every(isNumber))
    throw new RecordingError('its end is none');
  return given as unknown as RecordedEnd;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isImage(value: unknown): value is RecordedImage {
  if (typeof value !== 'object' || value === null) return false;
  const { role, sha256, bytes, held } = value as Partial<Record<keyof RecordedImage, unknown>>;
  return (
    (IMAGE_ROLES as readonly unknown[]).includes(role) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    isNumber(bytes) &&
    typeof held === 'boolean'
  );
}
