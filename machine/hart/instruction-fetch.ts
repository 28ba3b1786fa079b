/**
 * How one hart comes from a pc to decoded code: translation, memory protection, and the triggers on execution.
 *
 * Whatever stops an instruction before it executes is found here: the interpreter asks when it enters a page that it has no
 * tag for, and at instructions that are decoded as `alone`.
 */
import { instructionBytes } from '../isa/decoder.js';
import { FRAME_BYTES, SCRATCH_CODE, SLOT_WORDS, TLB_ENTRIES } from '../memory/layout.js';
import { ACCESS, accessFault } from './access.js';
import type { CodeCache } from './code-cache.js';
import type { AccessContext, MemoryAccess } from './memory-access.js';
import { OPERATION } from './operations.js';
import { MIXED } from './pmp.js';
import { regionOf } from './tlb.js';
import type { Trigger } from './triggers.js';

/** Instead of an offset or a slot: a trap has been raised, or a trigger has fired. */
const STOPPED = -1;

export class InstructionFetch {
  /** The slot for one instruction that is executed by itself. */
  private readonly scratch: number;

  constructor(
    private readonly context: AccessContext,
    private readonly access: MemoryAccess,
    private readonly cache: CodeCache,
    private readonly levels: { readonly mode: number },
  ) {
    const { words, start } = context;
    this.scratch = start + SCRATCH_CODE;
    words[this.scratch + SLOT_WORDS] = OPERATION['alone-end'];
    words[this.scratch + 2 * SLOT_WORDS] = OPERATION['alone-end'];
  }

  /**
   * The slot for the instruction at `pc`, with a TLB entry from now on; -1 if it cannot be fetched. On a page that memory
   * protection divides, it is the scratch slot with that one instruction: the next one is asked about anew.
   */
  findSlot(pc: number): number {
    const { tlb, triggers } = this.context;
    if (triggers.stopsExecution(pc)) return STOPPED;
    const offset = this.locate(pc);
    if (offset === STOPPED) return STOPPED;
    const region = regionOf(this.levels.mode);
    if (tlb.knownFetch(region, pc) < 0) return this.fetchInto(this.scratch, pc) ? this.scratch : STOPPED;
    const slots = this.cache.pageFor(offset);
    if (triggers.onPage('execute', pc)) {
      for (const [from, to] of triggers.executeRanges(pc)) this.cache.keepApart(slots, from, to);
    }
    tlb.fillFetch(region, pc, slots);
    return slots + (pc & (FRAME_BYTES - 1));
  }

  /** Puts the instruction of slot `ip`, at `pc`, into the scratch slot. Returns false if it is not to be executed. */
  isolate(ip: number, pc: number): boolean {
    if (this.context.triggers.stopsExecution(pc)) return false;
    return this.cache.copySlot(ip, this.scratch) || this.fetchInto(this.scratch, pc);
  }

  /** A trigger was set or removed: where instructions are kept apart, and what the TLB allows, is to be found out anew. */
  triggerChanged({ address, length }: Trigger): void {
    const { tlb } = this.context;
    this.cache.dropApart();
    if (length >= TLB_ENTRIES * FRAME_BYTES) {
      tlb.disallowAll();
      return;
    }
    const last = address + length - 1;
    for (let page = address - (address % FRAME_BYTES); page <= last; page += FRAME_BYTES) tlb.disallow(page);
  }

  /** Byte offset in RAM of the halfword of an instruction at `pc`, or STOPPED and a trap. */
  private locate(pc: number): number {
    const { memory, tlb, mmu, pmp } = this.context;
    const { mode } = this.levels;
    const region = regionOf(mode);
    const inPage = pc & (FRAME_BYTES - 1);
    const known = tlb.knownFetch(region, pc);
    if (known >= 0) return known + inPage;
    const physical = mmu.translate(pc, ACCESS.FETCH, region);
    if (physical >= 0 && memory.contains(physical, 2) && pmp.permits(physical, 2, ACCESS.FETCH, mode)) {
      const offset = physical - memory.base;
      if (pmp.page(physical - inPage, mode) !== MIXED) tlb.learnFetch(region, pc, offset - inPage);
      return offset;
    }
    this.access.trap(physical < 0 ? mmu.cause : accessFault(ACCESS.FETCH), pc);
    return STOPPED;
  }

  /** Fetches the instruction at `pc`, halfword by halfword, into slot `ip`. Returns false if that raised a trap. */
  private fetchInto(ip: number, pc: number): boolean {
    const { u8 } = this.context.memory;
    const low = this.locate(pc);
    if (low === STOPPED) return false;
    let raw = u8[low] | (u8[low + 1] << 8);
    if (instructionBytes(raw) === 4) {
      const high = this.locate((pc + 2) | 0);
      if (high === STOPPED) return false;
      raw |= (u8[high] << 16) | (u8[high + 1] << 24);
    }
    this.cache.placeInstruction(raw, ip);
    return true;
  }
}
