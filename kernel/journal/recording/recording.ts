/**
 * A recording that is read: checked block by block first, so that nothing of it is believed that its checks do not hold, and then
 * read record by record. Nothing here needs to know a type of record: the schema is in the file.
 */
import { DOUBLE, type ReadRecord, type RecordWords, recordLineIn, WORD } from '../record.js';
import {
  BLOCK,
  type BlockPlace,
  blockContents,
  checkPreamble,
  type Damage,
  PREAMBLE_BYTES,
  type RecordingSource,
  readPlace,
} from './blocks.js';
import { ByteReader } from './bytes.js';
import { type Description, type ImageRole, parseDescription, parseEnd, type RecordedEnd } from './description.js';
import { RecordingError } from './error.js';
import { RecordReader } from './record-coder.js';
import { type Mark, readRecords, readRecordsHead } from './records-block.js';
import { parseSchema, type RecordType, type Schema, wordsOf } from './schema.js';
import { hexadecimal, type Sha256, sha256 } from './sha256.js';

/** A record of a file. */
export interface RecordedRecord extends ReadRecord {
  readonly class: RecordType['class'];
  /** Instructions that had been executed before it; undefined where the file does not say. */
  readonly instructions: number | undefined;
  /** The number of its block. */
  readonly block: number;
}

/** What the checks of a recording found. */
export interface Checked {
  /** The blocks from the first on whose checks hold. */
  readonly blocks: readonly BlockPlace[];
  /** What stands behind them and is no block, if anything does. */
  readonly damage: Damage | undefined;
  /** The hash of the last of them. */
  readonly root: string;
}

/** Throws RecordingError where this is no recording, or in another format. */
export function checkRecording(source: RecordingSource, hash: Sha256 = sha256): Checked {
  checkPreamble(source);
  let chain = hash(source.read(0, PREAMBLE_BYTES));
  const blocks: BlockPlace[] = [];
  let damage: Damage | undefined;
  for (let offset = PREAMBLE_BYTES; offset < source.length; ) {
    if (blocks.at(-1)?.kind === BLOCK.END) {
      damage = { kind: 'damaged', block: blocks.length, offset, text: 'it stands behind the end of the recording' };
      break;
    }
    const found = readPlace(source, offset, blocks.length, chain, hash);
    if (!('place' in found)) {
      damage = found;
      break;
    }
    blocks.push(found.place);
    chain = found.chain;
    offset += found.place.bytes;
  }
  return { blocks, damage, root: hexadecimal(chain) };
}

/** `block 7, at byte 81920, is torn: the file ends after 12 bytes of it` */
export function damageText({ kind, block, offset, text }: Damage): string {
  return `block ${block}, at byte ${offset}, is ${kind}: ${text}`;
}

export class Recording {
  readonly description: Description;
  readonly schema: Schema;
  /** How the recorded run ended; undefined where the recording was cut off. */
  readonly end: RecordedEnd | undefined;
  /** The last place that it knows of; undefined where nothing was recorded. */
  readonly last: Mark | undefined;
  private words: RecordWords | undefined;

  private constructor(
    private readonly source: RecordingSource,
    readonly checked: Checked,
    private readonly hash: Sha256,
  ) {
    const [first, second] = checked.blocks;
    if (first?.kind !== BLOCK.DESCRIPTION || second?.kind !== BLOCK.SCHEMA) {
      const why = checked.damage === undefined ? 'the file ends there' : damageText(checked.damage);
      throw new RecordingError(`it does not say what was run: ${why}`);
    }
    this.description = parseDescription(blockContents(source, first));
    this.schema = parseSchema(blockContents(source, second));
    const final = checked.blocks.at(-1);
    this.end = final?.kind === BLOCK.END ? parseEnd(blockContents(source, final)) : undefined;
    const place = checked.blocks.filter(({ kind }) => kind === BLOCK.RECORDS).at(-1);
    this.last = place === undefined ? undefined : this.markOf(place);
  }

  /** Checks and opens a recording, whole or not. Throws RecordingError. */
  static open(source: RecordingSource, hash: Sha256 = sha256): Recording {
    return new Recording(source, checkRecording(source, hash), hash);
  }

  /** The executable of a role that the file holds; undefined where it only names it, or where there was none. */
  image(role: ImageRole): Uint8Array | undefined {
    const held = this.description.images.filter((image) => image.held);
    const number = held.findIndex((image) => image.role === role);
    if (number < 0) return undefined;
    const place = this.checked.blocks.filter(({ kind }) => kind === BLOCK.IMAGE)[number];
    if (place === undefined) throw new RecordingError(`it was cut off before its ${role}`);
    const bytes = blockContents(this.source, place);
    if (hexadecimal(this.hash(bytes)) !== held[number].sha256)
      throw new RecordingError(`block ${place.number} is not the ${role} that it should be`);
    return bytes;
  }

  /** Where each of its blocks of records ends. */
  *marks(): Generator<Mark> {
    for (const place of this.checked.blocks) if (place.kind === BLOCK.RECORDS) yield this.markOf(place);
  }

  private markOf(place: BlockPlace): Mark {
    return inBlock(place, () => readRecordsHead(new ByteReader(blockContents(this.source, place))).end);
  }

  /** Lets a reader of its schema read each record; `reader` has the record after each step of the generator, which gives its block. */
  *read(reader: RecordReader): Generator<number> {
    for (const place of this.checked.blocks) {
      if (place.kind !== BLOCK.RECORDS) continue;
      const records = inBlock(place, () => readRecords(blockContents(this.source, place), reader));
      while (!inBlock(place, () => records.next()).done) yield place.number;
    }
  }

  /** A record as a line, in the words of the file. */
  line(record: ReadRecord): string {
    this.words ??= wordsOf(this.schema);
    return recordLineIn(record, this.words);
  }

  reader(): RecordReader {
    return new RecordReader(this.schema.types);
  }

  /** Its records with names. */
  *records(): Generator<RecordedRecord> {
    const reader = this.reader();
    let index = 0;
    for (const block of this.read(reader)) yield this.named(reader, index++, block);
  }

  /** The record that a reader has, with names. */
  named({ words, doubles, instructions }: RecordReader, index: number, block: number): RecordedRecord {
    const type = this.schema.types[words[WORD.TYPE]];
    const fields: Record<string, number> = {};
    type.fields.forEach((name, i) => {
      fields[name] = words[WORD.PAYLOAD + i];
    });
    if (type.time !== null) fields[type.time] = doubles[DOUBLE.TIME_FIELD];
    return {
      index,
      seq: doubles[DOUBLE.SEQ],
      time: doubles[DOUBLE.TIME],
      cause: doubles[DOUBLE.CAUSE],
      actor: words[WORD.ACTOR],
      type: type.name,
      class: type.class,
      fields,
      instructions: instructions < 0 ? undefined : instructions,
      block,
    };
  }
}

function inBlock<Result>({ number }: BlockPlace, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RecordingError) throw new RecordingError(`block ${number} cannot be read: ${error.message}`);
    throw error;
  }
}
