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
  /** Physical address of the page. */
  private base = 0;

  constructor(
    private readonly k: Kernel,
    ring: number,
  ) {
    this.vmo = k.state.rings.vmo[ring];
    this.mask = k.state.rings.entries[ring] - 1;
  }

  private addressOf(offset: number): number {
    const page = (offset / PAGE_BYTES) | 0;
    if (page !== this.page) {
      this.page = page;
      this.base = frameAddress(this.k, frameOfPage(this.k, this.vmo, page));
    }
    return this.base + (offset & PAGE_MASK);
  }

  private word(offset: number): number {
    const { memory } = this.k;
    return memory.i32[(this.addressOf(offset) - memory.base) >> 2];
  }

  get(field: HeaderField): number {
    return this.word(HEADER[field]);
  }

  put(field: HeaderField, value: number): void {
    this.k.memory.writeWord(this.addressOf(HEADER[field]), value);
  }

  /** Copies the submission with a number into words: key, call number, reserved, a0 to a5. */
  readSubmission(number: number, words: Int32Array): void {
    const at = HEADER_BYTES + (number & this.mask) * SUBMISSION_BYTES;
    if ((at & PAGE_MASK) + SUBMISSION_BYTES > PAGE_BYTES) {
      for (let i = 0; i < words.length; i++) words[i] = this.word(at + i * 4);
      return;
    }
    const { i32, base } = this.k.memory;
    const first = (this.addressOf(at) - base) >> 2;
    for (let i = 0; i < words.length; i++) words[i] = i32[first + i];
  }
}
