/**
 * RAM. Everybody who writes it, other than a guest store that hits the TLB, comes through here, because somebody may have to
 * know before a frame changes: decoded code must go, a reservation ends, the next snapshot has one frame more to keep. For
 * that frames are *watched*, and a watched frame has no write entry in any TLB. Addresses are physical and unsigned; ranges
 * that are not wholly RAM throw RangeError: callers check with `contains` first.
 */
import { FRAME_BYTES, FRAME_SHIFT, type MemoryLayout, RAM_BASE } from './layout.js';

/** Why a frame is watched: bits of `watched`. */
export const WATCH = {
  /** It holds decoded code. */
  CODE: 1,
  /** It is as the last snapshot has it. */
  UNCHANGED: 2,
  /** A hart that is not executing reserved a word of it. */
  RESERVED: 4,
} as const;

/** Up to so many bytes are written one by one: a view of the host's memory costs more than that. */
const FEW_BYTES = 64;

export class PhysicalMemory {
  /** Physical address of the first byte. */
  readonly base: number = RAM_BASE;
  readonly bytes: number;
  /** Views of RAM for reading; index 0 is the first byte or word at `base`. */
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  /** For each frame of RAM, 1 + the number of the page of decoded code made from it, or 0. */
  readonly decodedPageOf: Int16Array;
  /** For each frame of RAM why it is watched, or 0. */
  readonly watched: Uint8Array;
  /** Frames that have been written since the last snapshot, or reset, each once. */
  private changed: number[] = [];
  /** Called with offsets from `base` before bytes of a frame with decoded code change; whether any was dropped. */
  beforeCodeWrite: (offset: number, length: number) => boolean = () => false;
  /** Called with offsets from `base` before bytes of a frame change of which a hart has reserved a word. */
  beforeReservedWrite: (offset: number, length: number) => void = () => {};

  constructor(buffer: ArrayBuffer, layout: MemoryLayout) {
    this.bytes = layout.ramBytes;
    this.u8 = new Uint8Array(buffer, layout.ramStart, layout.ramBytes);
    this.i32 = new Int32Array(buffer, layout.ramStart, layout.ramBytes >>> 2);
    const frames = Math.ceil(layout.ramBytes / FRAME_BYTES);
    this.decodedPageOf = new Int16Array(frames);
    this.watched = new Uint8Array(frames).fill(WATCH.UNCHANGED);
  }

  /** Whether all of `length` bytes from `address` are RAM. Any numbers may be asked about. */
  contains(address: number, length: number): boolean {
    return address >= RAM_BASE && length >= 0 && address + length <= RAM_BASE + this.bytes;
  }

  /** Writes a word; `address` is a multiple of 4. */
  writeWord(address: number, value: number): void {
    const offset = this.offsetOf(address, 4);
    if ((offset & 3) !== 0) throw new RangeError(`word at ${address.toString(16)} is not aligned`);
    if (this.watched[offset >>> FRAME_SHIFT] !== 0) this.beforeWrite(offset, 4);
    this.i32[offset >>> 2] = value;
  }

  write(address: number, bytes: Uint8Array): void {
    const offset = this.prepareWrite(address, bytes.length);
    this.u8.set(bytes, offset);
  }

  /**
   * Writes words at an aligned `offset` from `base`, all in one frame. For hot paths: an offset is a small integer, which the
   * host hands on without allocating, and an address is not.
   */
  writeWords(offset: number, words: Int32Array): void {
    if (this.watched[offset >>> FRAME_SHIFT] !== 0) this.beforeWrite(offset, words.length * 4);
    const first = offset >>> 2;
    for (let i = 0; i < words.length; i++) this.i32[first + i] = words[i];
  }

  /** Writes a word at an aligned `offset` from `base`. For hot paths, as `writeWords`. */
  putWord(offset: number, value: number): void {
    if (this.watched[offset >>> FRAME_SHIFT] !== 0) this.beforeWrite(offset, 4);
    this.i32[offset >>> 2] = value;
  }

  /** Copies so many words between aligned offsets from `base`, each in one frame. For hot paths, as `writeWords`. */
  copyWords(to: number, from: number, words: number): void {
    const { i32 } = this;
    if (this.watched[to >>> FRAME_SHIFT] !== 0) this.beforeWrite(to, words * 4);
    const target = to >>> 2;
    const source = from >>> 2;
    for (let i = 0; i < words; i++) i32[target + i] = i32[source + i];
  }

  /**
   * Writes `length` bytes of an array that is none of RAM, from its byte `at` on, at an `offset` from `base`, all in one frame. For
   * hot paths, as `writeWords`.
   */
  putBytes(offset: number, bytes: Uint8Array, at: number, length: number): void {
    const { u8 } = this;
    if (this.watched[offset >>> FRAME_SHIFT] !== 0) this.beforeWrite(offset, length);
    if (length > FEW_BYTES) u8.set(bytes.subarray(at, at + length), offset);
    else for (let i = 0; i < length; i++) u8[offset + i] = bytes[at + i];
  }

  /** Zeros a frame, counted from `base`. For hot paths, as `writeWords`. */
  clearFrame(frame: number): void {
    const offset = frame << FRAME_SHIFT;
    if (this.watched[frame] !== 0) this.beforeWrite(offset, FRAME_BYTES);
    this.u8.fill(0, offset, offset + FRAME_BYTES);
  }

  fill(address: number, length: number, byte: number): void {
    const offset = this.prepareWrite(address, length);
    this.u8.fill(byte, offset, offset + length);
  }

  /** Copies within RAM; the ranges may overlap. */
  copy(to: number, from: number, length: number): void {
    const source = this.offsetOf(from, length);
    const target = this.prepareWrite(to, length);
    this.u8.copyWithin(target, source, source + length);
  }

  /**
   * `length` bytes at `offset` from `base`, all in one watched frame, are about to change. Returns whether decoded
   * instructions were among them and have been dropped.
   */
  beforeWrite(offset: number, length: number): boolean {
    const frame = offset >>> FRAME_SHIFT;
    const why = this.watched[frame];
    if ((why & WATCH.UNCHANGED) !== 0) this.noteChange(frame);
    if ((why & WATCH.RESERVED) !== 0) this.beforeReservedWrite(offset, length);
    return (why & WATCH.CODE) !== 0 && this.beforeCodeWrite(offset, length);
  }

  /** The frame, which is as the last snapshot has it, may be written from now on. */
  noteChange(frame: number): void {
    this.watched[frame] &= ~WATCH.UNCHANGED;
    this.changed.push(frame);
  }

  /** The frames that may differ from the last snapshot; from now on they are as a snapshot has them. */
  takeChanges(): readonly number[] {
    const { changed, watched } = this;
    this.changed = [];
    for (const frame of changed) watched[frame] |= WATCH.UNCHANGED;
    return changed;
  }

  private prepareWrite(address: number, length: number): number {
    const offset = this.offsetOf(address, length);
    if (length === 0) return offset;
    const lastFrame = (offset + length - 1) >>> FRAME_SHIFT;
    for (let frame = offset >>> FRAME_SHIFT; frame <= lastFrame; frame++) {
      if (this.watched[frame] === 0) continue;
      const from = Math.max(offset, frame * FRAME_BYTES);
      const to = Math.min(offset + length, (frame + 1) * FRAME_BYTES);
      this.beforeWrite(from, to - from);
    }
    return offset;
  }

  private offsetOf(address: number, length: number): number {
    if (!this.contains(address, length)) {
      throw new RangeError(`${length} bytes at ${address.toString(16)} are not all RAM`);
    }
    return address - RAM_BASE;
  }
}
