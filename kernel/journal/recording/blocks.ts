/**
 * Blocks: what a recording consists of. FORMAT.md says byte by byte what a block is.
 *
 * Each block has a check of its head, one of its contents, and a hash over itself and the hash of the block before it. So a block
 * cannot be changed, left out, moved or taken from another recording without being found; where the file simply stops, the
 * blocks before are whole.
 */
import { compress, crc32, expand } from '../../../machine/index.js';
import { RecordingError } from './error.js';
import { hexadecimal, SHA256_BYTES, type Sha256, sha256 } from './sha256.js';

/** The version of the format. A change that old readers would misread is another version. */
export const RECORDING_VERSION = 1;

/** What is in a block. A reader passes over kinds that it does not know: append. */
export const BLOCK = { DESCRIPTION: 1, SCHEMA: 2, IMAGE: 3, RECORDS: 4, END: 5 } as const;

const PACKING = { PLAIN: 0, COMPRESSED: 1 } as const;

/** No text, and what a transfer as text would change: as PNG begins. */
/** With these bytes a recording begins. */
export const RECORDING_MAGIC = Uint8Array.of(0x89, 0x54, 0x4f, 0x43, 0x52, 0x45, 0x43, 0x0a);
export const PREAMBLE_BYTES = 16;
const MARK = 0x434f4c42;
const HEAD_BYTES = 60;
/** Up to the check of the head, and up to the hash. */
const CHECKED_BYTES = 20;
const HASHED_BYTES = 28;

/** No block is larger, stored or expanded: an image is as large as RAM at the most. */
export const MAX_BLOCK_BYTES = 2 ** 30;

export class BlockWriter {
  private number = 0;
  private chain: Uint8Array;

  /** The preamble, which is written first. */
  readonly preamble: Uint8Array;

  constructor(private readonly hash: Sha256 = sha256) {
    const preamble = new Uint8Array(PREAMBLE_BYTES);
    const view = new DataView(preamble.buffer);
    preamble.set(RECORDING_MAGIC);
    view.setUint32(8, RECORDING_VERSION, true);
    view.setUint32(12, crc32(preamble.subarray(0, 12)), true);
    this.preamble = preamble;
    this.chain = hash(preamble);
  }

  /** Blocks that were made. */
  get count(): number {
    return this.number;
  }

  /** The hash of the last block, which stands for all before it: 64 hexadecimal digits. */
  get root(): string {
    return hexadecimal(this.chain);
  }

  /** The next block's bytes; they are to be written one after the other. */
  block(kind: number, contents: Uint8Array, compressed = false): Uint8Array {
    const small = compressed ? compress(contents) : contents;
    const isSmaller = small.length < contents.length;
    const stored = isSmaller ? small : contents;
    if (contents.length > MAX_BLOCK_BYTES) throw new RecordingError(`a block of ${contents.length} bytes is too large`);
    const bytes = new Uint8Array(HEAD_BYTES + stored.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, MARK, true);
    bytes[4] = kind;
    bytes[5] = isSmaller ? PACKING.COMPRESSED : PACKING.PLAIN;
    view.setUint32(8, this.number++, true);
    view.setUint32(12, stored.length, true);
    view.setUint32(16, contents.length, true);
    view.setUint32(20, crc32(bytes.subarray(0, CHECKED_BYTES)), true);
    view.setUint32(24, crc32(stored), true);
    this.chain = this.hash(this.chain, bytes.subarray(0, HASHED_BYTES), stored);
    bytes.set(this.chain, HASHED_BYTES);
    bytes.set(stored, HEAD_BYTES);
    return bytes;
  }
}

/** Where a recording is read from; `read` gives exactly these bytes, which are there. */
export interface RecordingSource {
  /** Bytes in all. */
  readonly length: number;
  read(offset: number, length: number): Uint8Array;
}

/** A recording that is in memory. */
export function recordingBytes(bytes: Uint8Array): RecordingSource {
  return { length: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A block whose checks hold. */
export interface BlockPlace {
  readonly number: number;
  readonly kind: number;
  readonly offset: number;
  /** Head and contents as they are stored. */
  readonly bytes: number;
  /** The chain up to here, 64 hexadecimal digits. */
  readonly root: string;
}

/** Why there is no whole block where one should be. */
export interface Damage {
  /** `torn`: the file ends within the block. `damaged`: it does not, and a check does not hold. */
  readonly kind: 'torn' | 'damaged';
  /** The block's number. */
  readonly block: number;
  /** Where it begins. */
  readonly offset: number;
  /** What is wrong with it. */
  readonly text: string;
}

/** Throws RecordingError where this is no recording, or one in a format that is not known here. */
export function checkPreamble(source: RecordingSource): void {
  const preamble = source.read(0, Math.min(PREAMBLE_BYTES, source.length));
  const start = preamble.subarray(0, RECORDING_MAGIC.length);
  if (source.length === 0) throw new RecordingError('the file is empty');
  if (start.some((byte, i) => byte !== RECORDING_MAGIC[i])) throw new RecordingError('not a recording of Tocsin');
  if (source.length < PREAMBLE_BYTES)
    throw new RecordingError(`torn: a recording begins with ${PREAMBLE_BYTES} bytes, the file has ${source.length}`);
  const view = new DataView(preamble.buffer, preamble.byteOffset, PREAMBLE_BYTES);
  if (view.getUint32(12, true) !== crc32(preamble.subarray(0, 12)))
    throw new RecordingError('damaged: the check of its first 16 bytes does not hold');
  const version = view.getUint32(8, true);
  if (version !== RECORDING_VERSION)
    throw new RecordingError(
      `a recording in format ${version}, of ${version > RECORDING_VERSION ? 'a newer' : 'an older'} Tocsin; this one reads format ${RECORDING_VERSION}`,
    );
}

/** The block at an offset, with its checks and its place in the chain; or what is wrong with it. */
export function readPlace(
  source: RecordingSource,
  offset: number,
  number: number,
  before: Uint8Array,
  hash: Sha256,
): { readonly place: BlockPlace; readonly chain: Uint8Array } | Damage {
  const left = source.length - offset;
  const wrong = (kind: Damage['kind'], text: string): Damage => ({ kind, block: number, offset, text });
  if (left < HEAD_BYTES) {
    const start = source.read(offset, left);
    // A file that ends within a block has the block's beginning there.
    const isBeginning = start.subarray(0, 4).every((byte, i) => byte === ((MARK >>> (8 * i)) & 0xff));
    return isBeginning
      ? wrong('torn', `the file ends after ${left} bytes of it`)
      : wrong('damaged', `${left} bytes stand there that are no block`);
  }
  const head = source.read(offset, HEAD_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
  if (view.getUint32(0, true) !== MARK) return wrong('damaged', 'it does not begin as a block does');
  if (view.getUint32(20, true) !== crc32(head.subarray(0, CHECKED_BYTES)))
    return wrong('damaged', 'the check of its head does not hold');
  const stored = view.getUint32(12, true);
  if (view.getUint32(8, true) !== number)
    return wrong('damaged', `it says that it is block ${view.getUint32(8, true)}`);
  if (head[5] > PACKING.COMPRESSED || head[6] !== 0 || head[7] !== 0)
    return wrong('damaged', 'its contents are packed in a way that is not known');
  if (Math.max(stored, view.getUint32(16, true)) > MAX_BLOCK_BYTES)
    return wrong('damaged', 'it is larger than a block can be');
  if (stored > left - HEAD_BYTES)
    return wrong('torn', `the file ends after ${left} bytes of its ${HEAD_BYTES + stored}`);
  const contents = source.read(offset + HEAD_BYTES, stored);
  if (view.getUint32(24, true) !== crc32(contents)) return wrong('damaged', 'the check of its contents does not hold');
  const chain = hash(before, head.subarray(0, HASHED_BYTES), contents);
  const written = head.subarray(HASHED_BYTES, HASHED_BYTES + SHA256_BYTES);
  if (chain.some((byte, i) => byte !== written[i]))
    return wrong('damaged', 'its hash is not that of this block after the one before it');
  const place = { number, kind: head[4], offset, bytes: HEAD_BYTES + stored, root: hexadecimal(chain) };
  return { place, chain };
}

/** What is in a block. Throws RecordingError where it cannot be expanded. */
export function blockContents(source: RecordingSource, { number, offset, bytes }: BlockPlace): Uint8Array {
  const all = source.read(offset, bytes);
  const view = new DataView(all.buffer, all.byteOffset, HEAD_BYTES);
  const stored = all.subarray(HEAD_BYTES);
  const length = view.getUint32(16, true);
  if (all[5] === PACKING.PLAIN && length === stored.length) return stored;
  try {
    return expand(stored, length);
  } catch {
    throw new RecordingError(`block ${number} cannot be expanded`);
  }
}
