/**
 * What RAM held at some time: a value that never changes.
 *
 * Images share the pages in which they agree, and the groups of pages in which they agree wholly, so an image costs what was
 * written since the one that it was made from, and what differs between any two is found without looking at the rest. An
 * image that nobody has any more gives back what only it held.
 */
import { FRAME_BYTES } from './layout.js';

/** The bytes of a frame; undefined for zeros. */
export type Page = Uint8Array | undefined;

type Group = readonly Page[];

const GROUP_PAGES = 64;
const EMPTY_GROUP: Group = new Array<Page>(GROUP_PAGES).fill(undefined);

export class MemoryImage {
  private constructor(
    /** Size of the RAM. */
    readonly bytes: number,
    private readonly groups: readonly Group[],
  ) {}

  /** `bytes` of zeros. */
  static empty(bytes: number): MemoryImage {
    const frames = Math.ceil(bytes / FRAME_BYTES);
    return new MemoryImage(bytes, new Array<Group>(Math.ceil(frames / GROUP_PAGES)).fill(EMPTY_GROUP));
  }

  page(frame: number): Page {
    return this.groups[Math.floor(frame / GROUP_PAGES)]?.[frame % GROUP_PAGES];
  }

  /** The image with other pages in some frames. Nobody may change their bytes afterwards. */
  with(pages: Iterable<readonly [frame: number, page: Page]>): MemoryImage {
    const groups = [...this.groups];
    for (const [frame, page] of pages) {
      const index = Math.floor(frame / GROUP_PAGES);
      // A group that is still the old image's is not ours to change.
      if (groups[index] === this.groups[index]) groups[index] = [...groups[index]];
      (groups[index] as Page[])[frame % GROUP_PAGES] = page;
    }
    return new MemoryImage(this.bytes, groups);
  }

  /** Frames in which two images of the same size may differ, ascending. */
  *differences(other: MemoryImage): Iterable<number> {
    for (let index = 0; index < this.groups.length; index++) {
      const mine = this.groups[index];
      const others = other.groups[index];
      if (mine === others) continue;
      for (let i = 0; i < GROUP_PAGES; i++) {
        if (mine[i] !== others[i]) yield index * GROUP_PAGES + i;
      }
    }
  }
}
