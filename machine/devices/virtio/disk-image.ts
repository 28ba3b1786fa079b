/**
 * The contents of a disk: an image that never changes, and an overlay of the sectors that were written. The overlay can be
 * listed, saved, kept in a snapshot and thrown away; the image is whatever the host gave.
 */
import { MachineError } from '../../errors.js';

export const SECTOR_BYTES = 512;

/** Sectors by number, 512 bytes each. */
export type Overlay = ReadonlyMap<number, Uint8Array>;

export class DiskImage {
  /** Number of sectors. */
  readonly sectors: number;
  private written = new Map<number, Uint8Array>();
  /** Somebody has the map: it is copied before it changes. */
  private shared = false;

  /** Throws MachineError if the image is empty or no whole number of sectors. */
  constructor(private readonly image: Uint8Array) {
    if (image.length === 0) throw new MachineError('the disk is empty');
    if (image.length % SECTOR_BYTES !== 0) {
      throw new MachineError(`the size of the disk must be a multiple of ${SECTOR_BYTES} bytes, not ${image.length}`);
    }
    this.sectors = image.length / SECTOR_BYTES;
  }

  /** Whether `count` sectors from `first` on are on the disk. */
  contains(first: number, count: number): boolean {
    return first + count <= this.sectors;
  }

  /** A copy of sectors that are on the disk. */
  read(first: number, count: number): Uint8Array {
    const start = first * SECTOR_BYTES;
    const bytes = this.image.slice(start, start + count * SECTOR_BYTES);
    if (this.written.size === 0) return bytes;
    for (let i = 0; i < count; i++) {
      const sector = this.written.get(first + i);
      if (sector !== undefined) bytes.set(sector, i * SECTOR_BYTES);
    }
    return bytes;
  }

  /** Writes whole sectors that are on the disk. */
  write(first: number, bytes: Uint8Array): void {
    if (this.shared) this.written = new Map(this.written);
    this.shared = false;
    for (let offset = 0; offset < bytes.length; offset += SECTOR_BYTES) {
      this.written.set(first + offset / SECTOR_BYTES, bytes.slice(offset, offset + SECTOR_BYTES));
    }
  }

  /** The sectors that were written, as they are now: later writes do not change what was returned. */
  overlay(): Overlay {
    this.shared = true;
    return this.written;
  }

  /** Takes back an overlay of this disk. Throws MachineError if it cannot have been that. */
  restore(overlay: Overlay): void {
    for (const [number, bytes] of overlay) {
      if (!this.contains(number, 1) || bytes.length !== SECTOR_BYTES) {
        throw new MachineError('the snapshot is of another disk');
      }
    }
    this.written = new Map(overlay);
    this.shared = false;
  }

  /** The whole disk as the guest sees it, in a new array. */
  imageWithOverlay(): Uint8Array {
    const bytes = this.image.slice();
    for (const [number, sector] of this.written) bytes.set(sector, number * SECTOR_BYTES);
    return bytes;
  }
}
