/**
 * Address translation: Sv32 (privileged manual, 10.3).
 *
 * The accessed and dirty bits are set here, in the same step as the access: Svade is not implemented. Loads and stores of
 * page-table entries are checked by physical memory protection as those of S mode (3.7.2).
 */
import type { StateReader } from '../devices/device-state.js';
import { FRAME_BYTES, FRAME_SHIFT } from '../memory/layout.js';
import type { PhysicalMemory } from '../memory/physical-memory.js';
import { ACCESS, type Access, accessFault, pageFault } from './access.js';
import { MSTATUS, SATP } from './csr-fields.js';
import type { Pmp } from './pmp.js';
import { REGION, type Region } from './tlb.js';
import { MODE } from './trap.js';

/** Bits of a page-table entry (10.3.1). */
const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, G: 32, A: 64, D: 128 } as const;
const PTE_PPN_SHIFT = 10;
const LEVEL_BITS = 10;
const SUPERPAGE_SHIFT = FRAME_SHIFT + LEVEL_BITS;
const SUPERPAGE_BYTES = 1 << SUPERPAGE_SHIFT;
const WORD_BITS = 32;
const WORD_SHIFT = SUPERPAGE_SHIFT + 5;

/** The registers that translation depends on. */
export interface TranslationRegisters {
  readonly satp: number;
  readonly mstatus: number;
}

export class Mmu {
  /** The cause of the last failed translation. */
  cause = 0;
  /** For each 4 MiB of virtual addresses, whether a translation went through a superpage since all were forgotten. */
  private readonly superpages = new Int32Array((1 << LEVEL_BITS) / WORD_BITS);
  /** Whether one of them did: a kernel that switches often has none to forget. */
  private hasSuperpages = false;

  constructor(
    private readonly memory: PhysicalMemory,
    private readonly registers: TranslationRegisters,
    private readonly pmp: Pmp,
  ) {}

  /**
   * The physical address (below 2^34) of `virtual` for an access from `region`, or -1, and then `cause` says why not.
   */
  translate(virtual: number, access: Access, region: Region): number {
    const address = virtual >>> 0;
    const { satp } = this.registers;
    if (region === REGION.M || satp >= 0) return address;
    return this.walk(address, access, region, satp);
  }

  /**
   * The algorithm of 10.3.2, step by step. Hot path after every change of address space: frames are multiplied out (addresses
   * have 34 bits), since a power costs the host a call.
   */
  private walk(virtual: number, access: Access, region: Region, satp: number): number {
    let table = (satp & SATP.PPN) * FRAME_BYTES;
    for (let level = 1; level >= 0; level--) {
      const index = (virtual >>> (FRAME_SHIFT + level * LEVEL_BITS)) & 0x3ff;
      const entryAddress = table + index * 4;
      if (!this.reaches(entryAddress, ACCESS.LOAD)) return this.fail(accessFault(access));
      const entry = this.memory.i32[(entryAddress - this.memory.base) >>> 2];
      if ((entry & PTE.V) === 0 || (entry & (PTE.R | PTE.W)) === PTE.W) return this.fail(pageFault(access));
      const frame = entry >>> PTE_PPN_SHIFT;
      if ((entry & (PTE.R | PTE.X)) === 0) {
        // A, D and U are reserved in a pointer to the next level, and so is going on from the last.
        if (level === 0 || (entry & (PTE.A | PTE.D | PTE.U)) !== 0) return this.fail(pageFault(access));
        table = frame * FRAME_BYTES;
        continue;
      }
      if (!this.permits(entry, access, region)) return this.fail(pageFault(access));
      const misaligned = level === 1 && (frame & 0x3ff) !== 0;
      if (misaligned) return this.fail(pageFault(access));
      const marks = access === ACCESS.STORE ? PTE.A | PTE.D : PTE.A;
      if ((entry & marks) !== marks) {
        if (!this.reaches(entryAddress, ACCESS.STORE)) return this.fail(accessFault(access));
        this.memory.writeWord(entryAddress, entry | marks);
      }
      if (level === 0) return frame * FRAME_BYTES + (virtual & (FRAME_BYTES - 1));
      this.superpages[virtual >>> WORD_SHIFT] |= 1 << (virtual >>> SUPERPAGE_SHIFT);
      this.hasSuperpages = true;
      return frame * FRAME_BYTES + (virtual & (SUPERPAGE_BYTES - 1));
    }
    return this.fail(pageFault(access));
  }

  /** Whether the walk may load or store the page-table entry at physical `address`. */
  private reaches(address: number, access: Access): boolean {
    return this.memory.contains(address, 4) && this.pmp.permits(address, 4, access, MODE.S);
  }

  private permits(entry: number, access: Access, region: Region): boolean {
    const { mstatus } = this.registers;
    if (region === REGION.U) {
      if ((entry & PTE.U) === 0) return false;
    } else if ((entry & PTE.U) !== 0 && (access === ACCESS.FETCH || (mstatus & MSTATUS.SUM) === 0)) {
      return false;
    }
    if (access === ACCESS.FETCH) return (entry & PTE.X) !== 0;
    if (access === ACCESS.STORE) return (entry & PTE.W) !== 0;
    return (entry & PTE.R) !== 0 || ((mstatus & MSTATUS.MXR) !== 0 && (entry & PTE.X) !== 0);
  }

  /** Whether what is remembered for `virtual` may be a piece of a superpage, of which there are others. */
  mayBeSuperpage(virtual: number): boolean {
    return ((this.superpages[virtual >>> WORD_SHIFT] >>> (virtual >>> SUPERPAGE_SHIFT)) & 1) !== 0;
  }

  /** Which translations are of superpages belongs to those that a snapshot has. */
  snapshot(): readonly number[] {
    return [...this.superpages];
  }

  restore(reader: StateReader): void {
    for (let i = 0; i < this.superpages.length; i++) this.superpages[i] = reader.word();
    this.hasSuperpages = true;
  }

  /** All translations are being forgotten. */
  forgetSuperpages(): void {
    if (!this.hasSuperpages) return;
    this.superpages.fill(0);
    this.hasSuperpages = false;
  }

  private fail(cause: number): -1 {
    this.cause = cause;
    return -1;
  }
}
