/**
 * Decoded code: which frames have it, how blocks are decoded, and what happens when a frame with code is written.
 *
 * Frames that have been executed own one page of slots each, from a pool that is reused in turn. A store to such a frame
 * that hits no decoded instruction costs a look at the slots; one that hits some drops the whole page, so that the counts
 * of blocks need never be mended. Either way `fence.i` has nothing left to do.
 */
import { decode, instructionBytes } from '../isa/decoder.js';
import { DECODED_PAGE_WORDS, FRAME_BYTES, FRAME_SHIFT, type MemoryLayout, SLOT_WORDS } from '../memory/layout.js';
import { type PhysicalMemory, WATCH } from '../memory/physical-memory.js';
import { anywhere, endsBlock, OPERATION, operationFor, SHORT } from './operations.js';
import type { Tlb } from './tlb.js';

/** Instructions decoded at a time; a block is no longer than `left` can count. */
const MAX_DECODED = 192;
const MAX_LEFT = 255;

const NOT_DECODED = 0;
const LEFT_SHIFT = 24;

export class CodeCache {
  private readonly words: Int32Array;
  /** RAM as halfwords. */
  private readonly halves: Uint16Array;
  /** For each page of slots the frame that it was made from, or -1. */
  private readonly frameOf: Int32Array;
  private readonly tlbs: Tlb[] = [];
  /** Halfwords of a page, by the first word of its slots, that are decoded as `alone` whatever they hold: 1 for each. */
  private readonly apart = new Map<number, Uint8Array>();
  private next = 0;

  constructor(
    buffer: ArrayBuffer,
    private readonly layout: MemoryLayout,
    private readonly memory: PhysicalMemory,
  ) {
    this.words = new Int32Array(buffer);
    this.halves = new Uint16Array(buffer, layout.ramStart, layout.ramBytes >>> 1);
    this.frameOf = new Int32Array(layout.decodedPages).fill(-1);
    memory.beforeCodeWrite = (offset, length) => this.beforeWrite(offset, length);
  }

  /** A hart that executes from this cache. */
  attach(tlb: Tlb): void {
    this.tlbs.push(tlb);
  }

  /** First word of the page of slots for the frame at byte `offset` of RAM; makes one, in another's place if need be. */
  pageFor(offset: number): number {
    const frame = offset >>> FRAME_SHIFT;
    const known = this.memory.decodedPageOf[frame];
    if (known !== 0) return this.pageStart(known - 1);
    const page = this.next;
    this.next = (page + 1) % this.layout.decodedPages;
    if (this.frameOf[page] >= 0) this.release(page);
    this.frameOf[page] = frame;
    this.memory.decodedPageOf[frame] = page + 1;
    this.memory.watched[frame] |= WATCH.CODE;
    const start = this.pageStart(page);
    this.words[start + FRAME_BYTES] = OPERATION['page-end'];
    for (const tlb of this.tlbs) tlb.guardFrame(this.layout.ramStart + frame * FRAME_BYTES);
    return start;
  }

  /**
   * From now on the hart is asked before an instruction of the page of slots is executed that starts in these bytes of it,
   * until the page is dropped.
   */
  keepApart(start: number, from: number, to: number): void {
    const apart = this.apart.get(start) ?? new Uint8Array(FRAME_BYTES / 2);
    this.apart.set(start, apart);
    const range = apart.subarray((from + 1) >>> 1, (to + 1) >>> 1);
    if (!range.includes(0)) return;
    range.fill(1);
    this.words.fill(NOT_DECODED, start, start + FRAME_BYTES);
  }

  /** Drops all pages with instructions that are kept apart. */
  dropApart(): void {
    for (const start of [...this.apart.keys()])
      this.release(Math.floor((start - this.layout.codeStart) / DECODED_PAGE_WORDS));
  }

  /** Decodes the block that starts at slot `ip`, up to an instruction that ends it or a slot that is decoded already. */
  decodeBlock(ip: number): void {
    const { words } = this;
    const page = Math.floor((ip - this.layout.codeStart) / DECODED_PAGE_WORDS);
    const start = this.pageStart(page);
    const ram = this.frameOf[page] * FRAME_BYTES;
    const slots: number[] = [];
    let offset = ip - start;
    let open = true;
    while (open && offset < FRAME_BYTES && words[start + offset] === NOT_DECODED && slots.length < MAX_DECODED) {
      const operation = this.decodeSlot(start, ram, offset);
      slots.push(start + offset);
      open = !endsBlock(operation);
      offset += (operation & SHORT) !== 0 ? 2 : 4;
    }
    // Where the line goes on in instructions decoded before, their count goes on too, if it can.
    const after = open && offset < FRAME_BYTES ? words[start + offset] : NOT_DECODED;
    let left = after >>> LEFT_SHIFT;
    const unfinished = open && offset < FRAME_BYTES && after === NOT_DECODED;
    if (unfinished || left + slots.length > MAX_LEFT) {
      const last = slots[slots.length - 1];
      words[last] = (words[last] & ~0xff) | OPERATION.alone;
      left = 0;
    }
    for (let i = slots.length - 1; i >= 0; i--) words[slots[i]] |= ++left << LEFT_SHIFT;
  }

  /** Fills the slot at byte `offset` of a page; returns its operation. */
  private decodeSlot(start: number, ram: number, offset: number): number {
    const { words, halves } = this;
    const low = halves[(ram + offset) >>> 1];
    const straddles = instructionBytes(low) === 4 && offset + 4 > FRAME_BYTES;
    if (straddles || this.apart.get(start)?.[offset >>> 1] === 1) {
      // Its other half is in whatever page follows where this one is mapped, or somebody wants to be asked.
      words[start + offset] = OPERATION.alone;
      return OPERATION.alone;
    }
    const raw = instructionBytes(low) === 4 ? low | (halves[((ram + offset) >>> 1) + 1] << 16) : low;
    const [word, immediate] = operationFor(decode(raw), offset, raw);
    words[start + offset] = word;
    words[start + offset + 1] = immediate;
    return word & 0xff;
  }

  /**
   * Puts the instruction of slot `ip` into the slot at `scratch`, in the form that works there, counted as a block of one.
   * Returns false if that cannot be known from the page: the slot is `alone`, and the caller has to fetch the bits.
   */
  copySlot(ip: number, scratch: number): boolean {
    const { words } = this;
    if (words[ip] === NOT_DECODED) this.decodeBlock(ip);
    const word = words[ip] & 0x00ff_ffff;
    const operation = word & 0xff;
    if (operation === OPERATION.alone) return false;
    words[scratch] = (word & ~0xff) | anywhere(operation) | (1 << LEFT_SHIFT);
    words[scratch + 1] = words[ip + 1];
    return true;
  }

  /** Decodes the instruction `raw` into the slot at `scratch`, as `copySlot` does. */
  placeInstruction(raw: number, scratch: number): void {
    const [word, immediate] = operationFor(decode(raw), 0, raw);
    this.words[scratch] = (word & ~0xff) | anywhere(word & 0xff) | (1 << LEFT_SHIFT);
    this.words[scratch + 1] = immediate;
  }

  /**
   * `length` bytes at byte `offset` of RAM, all in one frame with decoded code, are about to change. Returns whether decoded
   * instructions were among them and have been dropped.
   */
  beforeWrite(offset: number, length: number): boolean {
    const page = this.memory.decodedPageOf[offset >>> FRAME_SHIFT] - 1;
    const start = this.pageStart(page);
    const first = offset & (FRAME_BYTES - 1);
    const before = (first & ~1) - SLOT_WORDS;
    let hit = false;
    if (before >= 0 && this.words[start + before] !== NOT_DECODED) {
      hit = instructionBytes(this.halves[((offset & ~1) - 2) >>> 1]) === 4;
    }
    for (let at = first & ~1; !hit && at < first + length; at += SLOT_WORDS) {
      hit = this.words[start + at] !== NOT_DECODED;
    }
    if (hit) this.release(page);
    return hit;
  }

  private release(page: number): void {
    const start = this.pageStart(page);
    this.apart.delete(start);
    this.words.fill(0, start, start + DECODED_PAGE_WORDS);
    this.memory.decodedPageOf[this.frameOf[page]] = 0;
    this.memory.watched[this.frameOf[page]] &= ~WATCH.CODE;
    this.frameOf[page] = -1;
    for (const tlb of this.tlbs) tlb.forgetCode(start);
  }

  private pageStart(page: number): number {
    return this.layout.codeStart + page * DECODED_PAGE_WORDS;
  }
}
