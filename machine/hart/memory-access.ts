/**
 * Loads and stores that the interpreter's fast path does not do: TLB misses, accesses that are not aligned, devices, frames
 * that hold decoded code, and everything that faults.
 *
 * Accesses to RAM need no alignment; one that spans two pages checks both before it changes anything. Devices want their
 * accesses aligned, and raise an access fault otherwise.
 */
import type { Bus } from '../devices/bus.js';
import { FRAME_BYTES, FRAME_SHIFT, type MemoryLayout, STATE } from '../memory/layout.js';
import { type PhysicalMemory, WATCH } from '../memory/physical-memory.js';
import { ACCESS, type Access, accessFault } from './access.js';
import { OUTCOME } from './interpreter.js';
import type { Mmu } from './mmu.js';
import { OPERATION } from './operations.js';
import { MIXED, type Pmp, permissionFor } from './pmp.js';
import type { Reservations } from './reservations.js';
import { ENTRY, KNOWN, modeOf, REGION, type Region, type Tlb } from './tlb.js';
import type { Triggers } from './triggers.js';

/** What a load or store moves. */
interface Transfer {
  readonly access: Access;
  readonly bytes: 1 | 2 | 4;
  /** How far left and back right the loaded value is shifted to extend its sign. */
  readonly signShift: number;
}

const transfers: (Transfer | undefined)[] = [];
transfers[OPERATION.lb] = { access: ACCESS.LOAD, bytes: 1, signShift: 24 };
transfers[OPERATION.lh] = { access: ACCESS.LOAD, bytes: 2, signShift: 16 };
transfers[OPERATION.lw] = { access: ACCESS.LOAD, bytes: 4, signShift: 0 };
transfers[OPERATION.lbu] = { access: ACCESS.LOAD, bytes: 1, signShift: 0 };
transfers[OPERATION.lhu] = { access: ACCESS.LOAD, bytes: 2, signShift: 0 };
transfers[OPERATION.sb] = { access: ACCESS.STORE, bytes: 1, signShift: 0 };
transfers[OPERATION.sh] = { access: ACCESS.STORE, bytes: 2, signShift: 0 };
transfers[OPERATION.sw] = { access: ACCESS.STORE, bytes: 4, signShift: 0 };

/** Instead of an offset: a trap has been raised, or the address is a device's. */
export const TRAPPED = -1;
const DEVICE = -2;

/** What a hart's memory accesses need of the rest of the machine. */
export interface AccessContext {
  readonly words: Int32Array;
  /** Number of the hart. */
  readonly hart: number;
  /** First word of the hart's area. */
  readonly start: number;
  readonly layout: MemoryLayout;
  readonly memory: PhysicalMemory;
  readonly bus: Bus;
  readonly tlb: Tlb;
  readonly mmu: Mmu;
  readonly pmp: Pmp;
  readonly reservations: Reservations;
  readonly triggers: Triggers;
}

export class MemoryAccess {
  /** Whose translation loads and stores use; the hart sets it with every change of mode or MPRV. */
  region: Region = REGION.M;
  /** Physical address of the device register that `locate` found. */
  private device = 0;

  constructor(private readonly context: AccessContext) {}

  /** The load or store of slot word `w` at virtual `address`; an OUTCOME. */
  transfer(w: number, address: number): number {
    const transfer = transfers[w & 127];
    if (transfer === undefined) throw new Error(`operation ${w & 127} does not access memory`);
    const { words, start, triggers } = this.context;
    const stores = transfer.access === ACCESS.STORE;
    // Before everything else that can be wrong with the access (privileged manual, table 15).
    if (triggers.stopsAccess(address, transfer.bytes, !stores, stores)) return OUTCOME.TRAP;
    if (stores) return this.store(address, transfer.bytes, words[start + ((w >>> 19) & 31)]);
    return this.load(address, transfer, start + ((w >>> 8) & 63));
  }

  private load(address: number, { bytes, signShift }: Transfer, register: number): number {
    const { words, memory, bus } = this.context;
    let outcome: number = OUTCOME.DONE;
    let value: number | undefined = 0;
    if ((address & (bytes - 1)) === 0) {
      const offset = this.locate(address, bytes, ACCESS.LOAD);
      if (offset === TRAPPED) return OUTCOME.TRAP;
      if (offset === DEVICE) {
        value = bus.load(this.device, bytes);
        if (value === undefined) return this.trap(accessFault(ACCESS.LOAD), address);
        // The device may have changed what is pending.
        outcome = OUTCOME.LEAVE;
      } else {
        for (let i = 0; i < bytes; i++) value |= memory.u8[offset + i] << (8 * i);
      }
    } else {
      const inFirst = Math.min(bytes, FRAME_BYTES - (address & (FRAME_BYTES - 1)));
      const offset = this.locateRam(address, inFirst, ACCESS.LOAD);
      if (offset === TRAPPED) return OUTCOME.TRAP;
      const rest = inFirst === bytes ? 0 : this.locateRam((address + inFirst) | 0, bytes - inFirst, ACCESS.LOAD);
      if (rest === TRAPPED) return OUTCOME.TRAP;
      for (let i = 0; i < bytes; i++) value |= memory.u8[i < inFirst ? offset + i : rest + i - inFirst] << (8 * i);
    }
    words[register] = (value << signShift) >> signShift;
    return outcome;
  }

  private store(address: number, bytes: 1 | 2 | 4, value: number): number {
    const { memory, bus, hart, reservations } = this.context;
    if ((address & (bytes - 1)) === 0) {
      const offset = this.locate(address, bytes, ACCESS.STORE);
      if (offset === TRAPPED) return OUTCOME.TRAP;
      if (offset === DEVICE) {
        if (!bus.store(this.device, bytes, value)) return this.trap(accessFault(ACCESS.STORE), address);
        // The device may have changed what is pending, written memory itself, or halted the board.
        reservations.drop(hart);
        return OUTCOME.LEAVE;
      }
      const hit = this.hitsCode(offset, bytes);
      for (let i = 0; i < bytes; i++) memory.u8[offset + i] = value >>> (8 * i);
      return hit ? OUTCOME.LEAVE : OUTCOME.DONE;
    }
    const inFirst = Math.min(bytes, FRAME_BYTES - (address & (FRAME_BYTES - 1)));
    const offset = this.locateRam(address, inFirst, ACCESS.STORE);
    if (offset === TRAPPED) return OUTCOME.TRAP;
    const rest = inFirst === bytes ? 0 : this.locateRam((address + inFirst) | 0, bytes - inFirst, ACCESS.STORE);
    if (rest === TRAPPED) return OUTCOME.TRAP;
    let hit = this.hitsCode(offset, inFirst);
    if (inFirst < bytes) hit = this.hitsCode(rest, bytes - inFirst) || hit;
    for (let i = 0; i < bytes; i++) memory.u8[i < inFirst ? offset + i : rest + i - inFirst] = value >>> (8 * i);
    return hit ? OUTCOME.LEAVE : OUTCOME.DONE;
  }

  /**
   * Bytes at `offset` of RAM, all in one frame, are about to be stored to. Returns whether decoded instructions were dropped:
   * the loop that may be executing them has to start anew.
   */
  hitsCode(offset: number, bytes: number): boolean {
    const { memory } = this.context;
    return memory.watched[offset >>> FRAME_SHIFT] !== 0 && memory.beforeWrite(offset, bytes);
  }

  /** Byte offset in RAM of the `bytes` at virtual `address`, all in one page; or TRAPPED: a device's registers fault too. */
  locateRam(address: number, bytes: number, access: Access): number {
    const offset = this.locate(address, bytes, access);
    if (offset !== DEVICE) return offset;
    this.trap(accessFault(access), address);
    return TRAPPED;
  }

  /**
   * Byte offset in RAM of the `bytes` at virtual `address`, all in one page, which then has a TLB entry if memory protection
   * says the same everywhere on it; or TRAPPED; or DEVICE.
   */
  private locate(address: number, bytes: number, access: Access): number {
    const { words, layout, memory, tlb, mmu, pmp, triggers } = this.context;
    const entry = tlb.dataEntry(tlb.dataTable(this.region), address);
    const bit = access === ACCESS.LOAD ? KNOWN.LOAD : KNOWN.STORE;
    let offset: number;
    if (tlb.knowsData(entry, address, bit)) {
      offset = ((address + words[entry + ENTRY.addend]) | 0) - layout.ramStart;
    } else {
      const physical = mmu.translate(address, access, this.region);
      if (physical < 0) return this.fail(mmu.cause, address);
      const mode = modeOf(this.region);
      // Translation keeps the place in the page; a remainder of an address beyond 2^31 costs the host a call.
      const permissions = pmp.page(physical - (address & (FRAME_BYTES - 1)), mode);
      const permitted =
        permissions === MIXED
          ? pmp.permits(physical, bytes, access, mode)
          : (permissions & permissionFor(access)) !== 0;
      if (!permitted) return this.fail(accessFault(access), address);
      if (!memory.contains(physical, 1)) {
        this.device = physical;
        return DEVICE;
      }
      offset = physical - memory.base;
      if (permissions === MIXED) return offset;
      tlb.learnData(entry, address, layout.ramStart + offset, bit);
    }
    if (access === ACCESS.LOAD) {
      if (!triggers.onPage('load', address)) tlb.allow(entry, ENTRY.read, address);
      return offset;
    }
    const frame = offset >>> FRAME_SHIFT;
    if ((memory.watched[frame] & WATCH.UNCHANGED) !== 0) memory.noteChange(frame);
    const free = memory.watched[frame] === 0 && !triggers.onPage('store', address);
    if (free) tlb.allow(entry, ENTRY.write, address);
    return offset;
  }

  /** Raises a trap for the instruction under way. */
  trap(cause: number, value: number): number {
    const { words, start } = this.context;
    words[start + STATE.trapCause] = cause;
    words[start + STATE.trapValue] = value;
    return OUTCOME.TRAP;
  }

  private fail(cause: number, address: number): number {
    this.trap(cause, address);
    return TRAPPED;
  }
}
