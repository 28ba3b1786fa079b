/**
 * Physical memory protection (privileged manual, 3.7): sixteen entries, the lowest-numbered that matches decides.
 *
 * An access must be matched as a whole: one that an entry matches in part fails in every mode. In M mode an entry that
 * matches says yes unless it is locked. Where no entry matches, M mode may do anything, and S and U nothing, also while no
 * entry is set at all. The grain is four bytes.
 *
 * The TLB remembers only pages on which the answer is the same everywhere (`page`), and forgets all when an entry changes;
 * other pages are asked about at each access (`permits`). So this costs nothing where memory is protected in pages.
 */
import { FRAME_BYTES } from '../memory/layout.js';
import { ACCESS, type Access } from './access.js';
import { PMP_ENTRIES, PMP_MATCH, PMPCFG } from './csr-fields.js';
import { MODE } from './trap.js';

const BYTE = 0xff;
const ALL_PERMISSIONS = PMPCFG.R | PMPCFG.W | PMPCFG.X;

/** The bit of a configuration byte, or of what `page` returns, that allows an access. */
export function permissionFor(access: Access): number {
  if (access === ACCESS.FETCH) return PMPCFG.X;
  return access === ACCESS.LOAD ? PMPCFG.R : PMPCFG.W;
}

/** Instead of permissions: entries treat parts of the page differently. */
export const MIXED = -1;

/** A write of pmpcfg: locked bytes keep their value, unused bits are zero, and W without R, which is reserved, becomes neither. */
export function legalPmpConfig(old: number, written: number): number {
  let result = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const oldByte = (old >>> shift) & BYTE;
    const byte = (written >>> shift) & (ALL_PERMISSIONS | PMPCFG.A | PMPCFG.L);
    const legal = (byte & PMPCFG.R) === 0 ? byte & ~PMPCFG.W : byte;
    result |= ((oldByte & PMPCFG.L) !== 0 ? oldByte : legal) << shift;
  }
  return result;
}

/** A write of pmpaddr: it keeps its value if its entry is locked, or the next one is and takes its range from here. */
export function legalPmpAddress(old: number, written: number, config: number, nextConfig: number): number {
  const boundsLocked = (nextConfig & PMPCFG.L) !== 0 && matchOf(nextConfig) === PMP_MATCH.TOR;
  return (config & PMPCFG.L) !== 0 || boundsLocked ? old : written;
}

function matchOf(config: number): number {
  return (config & PMPCFG.A) >>> PMPCFG.A_SHIFT;
}

/** Where the entries are read from. */
export interface PmpRegisters {
  pmpConfig(index: number): number;
  /** pmpaddr of entry `index`: bits 33..2 of an address, unsigned. */
  pmpAddress(index: number): number;
}

export class Pmp {
  // The entries that are not off, in order: first address, address behind the last, and configuration. Addresses have 34 bits.
  private readonly first = new Float64Array(PMP_ENTRIES);
  private readonly end = new Float64Array(PMP_ENTRIES);
  private readonly config = new Uint8Array(PMP_ENTRIES);
  private active = 0;

  constructor(private readonly registers: PmpRegisters) {}

  /** Reads the entries again, after one was written. */
  update(): void {
    const { registers } = this;
    this.active = 0;
    for (let i = 0; i < PMP_ENTRIES; i++) {
      const config = registers.pmpConfig(i);
      const address = registers.pmpAddress(i);
      const match = matchOf(config);
      if (match === PMP_MATCH.OFF) continue;
      let first = address * 4;
      let bytes = 4;
      if (match === PMP_MATCH.TOR) {
        first = i === 0 ? 0 : registers.pmpAddress(i - 1) * 4;
        bytes = address * 4 - first;
        if (bytes <= 0) continue;
      } else if (match === PMP_MATCH.NAPOT) {
        // As many ones as the address ends with: the range has 2^(ones + 3) bytes.
        const ones = address === 0xffff_ffff ? 32 : 31 - Math.clz32(~address & -~address);
        bytes = 2 ** (ones + 3);
        first = Math.floor(first / bytes) * bytes;
      }
      this.first[this.active] = first;
      this.end[this.active] = first + bytes;
      this.config[this.active] = config;
      this.active++;
    }
  }

  /** Whether `mode` may access the `bytes` at physical `address`, all of them in one page. */
  permits(address: number, bytes: number, access: Access, mode: number): boolean {
    for (let i = 0; i < this.active; i++) {
      if (this.end[i] <= address || this.first[i] >= address + bytes) continue;
      const whole = this.first[i] <= address && this.end[i] >= address + bytes;
      return whole && (this.permissionsOf(i, mode) & permissionFor(access)) !== 0;
    }
    return mode === MODE.M;
  }

  /** What `mode` may do everywhere on the page at physical `page`: R, W and X of PMPCFG; or MIXED. */
  page(page: number, mode: number): number {
    for (let i = 0; i < this.active; i++) {
      if (this.end[i] <= page || this.first[i] >= page + FRAME_BYTES) continue;
      const whole = this.first[i] <= page && this.end[i] >= page + FRAME_BYTES;
      return whole ? this.permissionsOf(i, mode) : MIXED;
    }
    return mode === MODE.M ? ALL_PERMISSIONS : 0;
  }

  private permissionsOf(entry: number, mode: number): number {
    const config = this.config[entry];
    return mode === MODE.M && (config & PMPCFG.L) === 0 ? ALL_PERMISSIONS : config & ALL_PERMISSIONS;
  }
}
