/** `--disk`: a file as the board's disk. It is read once; what the guest writes goes into the file only if that was asked for. */
import { statSync } from 'node:fs';
import { SECTOR_BYTES, type VirtioBlock } from '../../machine/index.js';
import { Refusal } from '../cli/failure.js';
import { writeWhole } from '../cli/write-whole.js';
import { readWhole } from '../toolchain/input.js';

const WRITE_BITS = 0o222;

export class DiskFile {
  readonly image: Uint8Array;

  /** Throws ToolchainError or Refusal for a file that cannot be read, or not be saved if that is wanted. */
  constructor(
    readonly path: string,
    private readonly save: boolean,
  ) {
    this.image = readWhole(path);
    if (this.image.length === 0) throw new Refusal(`${path}: the file is empty`);
    if (this.image.length % SECTOR_BYTES !== 0) {
      throw new Refusal(`${path}: ${this.image.length} bytes are not a whole number of sectors of ${SECTOR_BYTES}`);
    }
    if (save && (statSync(path).mode & WRITE_BITS) === 0) {
      throw new Refusal(`${path}: is read-only; without --save-disk it will do`);
    }
  }

  /** Puts what the guest wrote into the file, all of it or nothing. Throws Refusal. */
  keep(disk: VirtioBlock): void {
    if (this.save && disk.disk.overlay().size > 0) writeWhole(this.path, disk.disk.imageWithOverlay());
  }
}
