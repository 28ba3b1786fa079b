/**
 * The recorder: writes what a system does into a recording while it runs.
 *
 * Inputs and choices come to it one by one as they are committed. With `all` it reads every record out of the ring, in portions,
 * before it can be overwritten. A block is finished only where a step ends, and is written at once: whatever happens to the host
 * then, what was written can be replayed. `flush` finishes one between two runs.
 */
import type { Journal, OutsideListener } from '../journal.js';
import { DOUBLE, RECORD_WORDS } from '../record.js';
import { BLOCK, BlockWriter } from './blocks.js';
import { type Description, IMAGE_ROLES, type ImageRole, type RecordedOptions } from './description.js';
import { type Base, RecordWriter } from './record-coder.js';
import { recordsBlock } from './records-block.js';
import { ownSchema } from './schema.js';
import { hexadecimal, type Sha256, sha256 } from './sha256.js';

/** A block is finished at the next step when it has so many bytes. */
const BLOCK_BYTES = 1 << 16;

export interface RecorderOptions {
  /** The version of Tocsin. */
  readonly tocsin: string;
  /** Every record; otherwise inputs and choices, from which the others follow. */
  readonly all: boolean;
  readonly options: RecordedOptions;
  /** The executables as files have them. */
  readonly images: Readonly<Partial<Record<ImageRole, Uint8Array | undefined>>>;
  /** Images are only named by their hashes: whoever replays needs them. */
  readonly namesImages?: boolean;
  /** Takes bytes, to be written after those before them. What it throws goes to whoever runs the system. */
  readonly write: (bytes: Uint8Array) => void;
  readonly sha256?: Sha256;
}

export class Recorder {
  private readonly blocks: BlockWriter;
  private readonly records: RecordWriter;
  private journal: Journal | undefined;
  private retired: () => number = () => 0;
  private base: Base = { seq: 0, time: 0, instructions: 0 };
  /** Records in the block that is being made. */
  private count = 0;
  /** What the last of them has. */
  private seq = 0;
  private time = 0;
  /** Records of the journal that were looked at; only with `all`. */
  private drained = 0;
  /** Records that came from outside and were not looked at yet, and the instructions before each. */
  private readonly outside: { index: number; instructions: number }[] = [];
  private instructions = 0;

  /** Writes what does not depend on the run. */
  constructor(private readonly options: RecorderOptions) {
    const { write, images, namesImages = false } = options;
    const hash = options.sha256 ?? sha256;
    this.blocks = new BlockWriter(hash);
    const schema = ownSchema();
    this.records = new RecordWriter(schema.types);
    const held = IMAGE_ROLES.flatMap((role) => {
      const bytes = images[role];
      return bytes === undefined ? [] : [{ role, bytes }];
    });
    const description: Description = {
      tocsin: options.tocsin,
      content: options.all ? 'all' : 'outside',
      options: options.options,
      images: held.map(({ role, bytes }) => ({
        role,
        sha256: hexadecimal(hash(bytes)),
        bytes: bytes.length,
        held: !namesImages,
      })),
    };
    const encoder = new TextEncoder();
    const json = (value: object): Uint8Array => encoder.encode(JSON.stringify(value));
    write(this.blocks.preamble);
    write(this.blocks.block(BLOCK.DESCRIPTION, json(description)));
    write(this.blocks.block(BLOCK.SCHEMA, json(schema), true));
    if (!namesImages) for (const { bytes } of held) write(this.blocks.block(BLOCK.IMAGE, bytes, true));
    this.records.begin(this.base);
  }

  /** Begins, before the first record. `retired` tells how many instructions have been executed. */
  attach(journal: Journal, retired: () => number): void {
    this.journal = journal;
    this.retired = retired;
    if (this.options.all) journal.onBlock = () => this.drain(journal);
    journal.outside = this.options.all ? this.notes() : this.takes(journal);
  }

  /** The hash of the last block that was written: it stands for all of the recording before it. */
  get root(): string {
    return this.blocks.root;
  }

  /**
   * Writes what has been recorded so far; between two runs. Where there is nothing, `marks` writes where the run is: so far it can
   * be replayed, then.
   */
  flush(marks: boolean): void {
    const { journal } = this;
    if (journal === undefined) return;
    if (this.options.all) this.drain(journal);
    this.seq = journal.state.seq;
    this.time = journal.state.time;
    this.instructions = this.retired();
    if (this.count > 0 || (marks && this.instructions > this.base.instructions)) this.seal(journal, journal.count);
  }

  /** Ends the recording. `ending`: how the run ended. Gives the root. */
  finish(ending: string): string {
    const { journal } = this;
    if (journal === undefined) return this.root;
    this.flush(false);
    const { state, count: records } = journal;
    const hash = journal.hashAt(records) ?? '';
    const end = { ending, seq: state.seq, time: state.time, instructions: this.retired(), records, hash };
    this.options.write(this.blocks.block(BLOCK.END, new TextEncoder().encode(JSON.stringify(end))));
    journal.onBlock = undefined;
    journal.outside = undefined;
    return this.root;
  }

  /** Notes what will be read with all other records. */
  private notes(): OutsideListener {
    return {
      before: (index) => this.outside.push({ index, instructions: this.retired() }),
      after: () => undefined,
    };
  }

  private takes(journal: Journal): OutsideListener {
    return {
      before: () => undefined,
      after: (index) => this.take(journal, index, this.retired()),
    };
  }

  /** Takes all records that are in the ring and were not taken. */
  private drain(journal: Journal): void {
    const { outside } = this;
    let from = this.drained;
    for (const { index, instructions } of outside) {
      this.takeStates(journal, from, index);
      this.take(journal, index, instructions);
      from = index + 1;
    }
    outside.length = 0;
    this.takeStates(journal, from, journal.count);
    this.drained = journal.count;
  }

  private takeStates(journal: Journal, from: number, to: number): void {
    for (let index = from; index < to; index++) this.take(journal, index, -1);
  }

  private take(journal: Journal, index: number, instructions: number): void {
    const { words, doubles, capacity } = journal;
    const at = (index % capacity) * RECORD_WORDS;
    const seq = doubles[(at >> 1) + DOUBLE.SEQ];
    if (seq !== this.seq) {
      if (this.records.length >= BLOCK_BYTES) this.seal(journal, index);
      this.seq = seq;
    }
    this.time = doubles[(at >> 1) + DOUBLE.TIME];
    if (instructions >= 0) this.instructions = instructions;
    this.records.write(words, doubles, at, instructions);
    this.count++;
  }

  /** Finishes the block and writes it; it ends before the record with this index. */
  private seal(journal: Journal, records: number): void {
    const { base, count, seq, time, instructions } = this;
    const end = { seq, time, instructions, records, hash: journal.hashAt(records) };
    this.options.write(this.blocks.block(BLOCK.RECORDS, recordsBlock({ count, base, end }, this.records.bytes())));
    this.base = { seq, time, instructions };
    this.count = 0;
    this.records.begin(this.base);
  }
}
