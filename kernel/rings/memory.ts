/**
 * The memory of a ring while it is entered: the header (`ring_header` of `syscalls/layouts.ts`), and from byte 64 on the
 * submissions, which may straddle pages. Hot path: the frame of the page that was used last is remembered, for this entering
 * alone.
 */
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { frameAddress } from '../memory/frames.js';
import { frameOfPage } from '../memory/vmo.js';

const PAGE_MASK = PAGE_BYTES - 1;

/** Where submissions begin. */
export const HEADER_BYTES = 64;
export const SUBMISSION_BYTES = layoutBytes(LAYOUTS.submission);

type HeaderField = (typeof LAYOUTS.ring_header.fields)[number]['name'];

const HEADER = Object.fromEntries(LAYOUTS.ring_header.fields.map(({ name }, i) => [name, i * 4])) as Record<
  HeaderField,
  number
>;

export class RingMemory {
  private readonly vmo: number;
  private readonly mask: number;
  private page = -1;
  /** Where the page begins in RAM, in words. */
  private start = 0;

  constructor(
    private readonly k: Kernel,
    ring: number,
  ) {
    this.vmo = k.state.rings.vmo[ring];
    this.mask = k.state.rings.entries[ring] - 1;
  }

  /** Where a word lies in RAM, in words. */
  private indexOf(offset: number): number {
    const page = (offset / PAGE_BYTES) | 0;
    if (page !== this.page) {
      this.page = page;
      this.start = (frameAddress(this.k, frameOfPage(this.k, this.vmo, page)) - this.k.memory.base) >> 2;
    }
    return this.start + ((offset & PAGE_MASK) >> 2);
  }

  private word(offset: number): number {
    return this.k.memory.i32[this.indexOf(offset)];
  }

  get(field: HeaderField): number {
    return this.word(HEADER[field]);
  }

  put(field: HeaderField, value: number): void {
    const { memory } = this.k;
    memory.writeWord(memory.base + this.indexOf(HEADER[field]) * 4, value);
  }

  /**
   * Where the submission with a number begins, as an index into `words` of memory; -1 where it straddles a page, and its words
   * are copied into `apart`. Words: key, call number, reserved, a0 to a5.
   */
  submissionAt(number: number, apart: Int32Array): number {
    const at = HEADER_BYTES + (number & this.mask) * SUBMISSION_BYTES;
    if ((at & PAGE_MASK) + SUBMISSION_BYTES <= PAGE_BYTES) return this.indexOf(at);
    for (let i = 0; i < apart.length; i++) apart[i] = this.word(at + i * 4);
    return -1;
  }
}
