/**
 * RAM as a tree of images: takes one, and goes back to any, at the cost of the frames that differ.
 *
 * RAM is the image that was taken or restored last, except in the frames that have been written since: PhysicalMemory and
 * the harts' TLBs note the first store to each, for which no interpreter may store to any frame by itself after an image.
 */
import type { Tlb } from '../hart/tlb.js';
import { FRAME_BYTES } from './layout.js';
import { MemoryImage } from './memory-image.js';
import { type PhysicalMemory, WATCH } from './physical-memory.js';

/** A page that is still wanted keeps the whole buffer that it is in, so a buffer has no more than this. */
const BUFFER_PAGES = 32;

export class MemoryHistory {
  private base: MemoryImage;

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly tlbs: readonly Pick<Tlb, 'guardAll'>[],
  ) {
    this.base = MemoryImage.empty(memory.bytes);
  }

  /** What RAM holds now. */
  capture(): MemoryImage {
    const changes = this.takeChanges();
    if (changes.length > 0) this.base = this.base.with(this.copies(changes));
    return this.base;
  }

  /** Makes RAM hold what it held in `image`, which is of RAM of this size. */
  restore(image: MemoryImage): void {
    for (const frame of this.takeChanges()) this.put(frame, image);
    for (const frame of image.differences(this.base)) this.put(frame, image);
    this.base = image;
  }

  /** Copies of frames. Several share a buffer: making buffers takes longer than filling them. */
  private copies(frames: readonly number[]): (readonly [frame: number, page: Uint8Array])[] {
    const { u8 } = this.memory;
    let buffer = new Uint8Array(0);
    return frames.map((frame, i) => {
      const inBuffer = i % BUFFER_PAGES;
      if (inBuffer === 0) buffer = new Uint8Array(Math.min(BUFFER_PAGES, frames.length - i) * FRAME_BYTES);
      const page = buffer.subarray(inBuffer * FRAME_BYTES, (inBuffer + 1) * FRAME_BYTES);
      page.set(u8.subarray(frame * FRAME_BYTES, (frame + 1) * FRAME_BYTES));
      return [frame, page];
    });
  }

  private takeChanges(): readonly number[] {
    for (const tlb of this.tlbs) tlb.guardAll();
    return this.memory.takeChanges();
  }

  private put(frame: number, image: MemoryImage): void {
    const { memory } = this;
    const offset = frame * FRAME_BYTES;
    if ((memory.watched[frame] & WATCH.CODE) !== 0) memory.beforeCodeWrite(offset, FRAME_BYTES);
    const page = image.page(frame);
    if (page === undefined) memory.u8.fill(0, offset, offset + FRAME_BYTES);
    else memory.u8.set(page, offset);
  }
}
