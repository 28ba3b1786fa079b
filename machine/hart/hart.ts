/**
 * A hart: registers, privilege, traps and interrupts. `run` retires exactly as many instructions as it is told to, unless
 * something that the caller has to know of comes first.
 */

import type { Bus } from '../devices/bus.js';
import type { Clint } from '../devices/clint.js';
import { instructionBytes } from '../isa/decoder.js';
import {
  FRAME_BYTES,
  hartStart,
  type MemoryLayout,
  SCRATCH_CODE,
  SLOT_WORDS,
  STATE,
  TLB_ENTRIES,
} from '../memory/layout.js';
import type { PhysicalMemory } from '../memory/physical-memory.js';
import { ACCESS, accessFault } from './access.js';
import { AtomicAccess } from './atomic-access.js';
import type { CodeCache } from './code-cache.js';
import { ControlRegisters } from './control-registers.js';
import type { Effect } from './csr.js';
import { MSTATUS, MTVEC, PENDING } from './csr-fields.js';
import { createInterpreter, EXIT } from './interpreter.js';
import { type AccessContext, MemoryAccess } from './memory-access.js';
import { Mmu } from './mmu.js';
import { OPERATION } from './operations.js';
import type { Reservations } from './reservations.js';
import { SystemInstructions } from './system.js';
import { REGION, type Region, Tlb } from './tlb.js';
import { CAUSE, CAUSE_INTERRUPT, INTERRUPT_PRIORITY, MODE } from './trap.js';
import { type Trigger, Triggers } from './triggers.js';
import { warmUp } from './warm-up.js';

/** Why `run` came back. */
export const STOP = {
  /** The limit is reached. */
  LIMIT: 0,
  /** A trap was taken, and the host is the firmware: mepc, mcause, mtval and mstatus say all, and the hart is in M. */
  TRAP: 1,
  /** Nothing can ever make it go on: wfi with no timer armed, or a trap handler whose first instruction traps. */
  WAIT: 2,
  /** The board was halted by the finisher. */
  HALTED: 3,
  /** A debug trigger matched: `triggers.hits` says which. Nothing of the instruction has happened; `run` does it and goes on. */
  TRIGGER: 4,
} as const;
export type StopReason = (typeof STOP)[keyof typeof STOP];

/** What the hart asks its board. */
export interface HartEnvironment {
  readonly firmware: 'host' | 'guest';
  readonly buffer: ArrayBuffer;
  readonly layout: MemoryLayout;
  readonly memory: PhysicalMemory;
  readonly bus: Bus;
  readonly clint: Clint;
  readonly cache: CodeCache;
  readonly reservations: Reservations;
  /** Virtual time in ticks, and the way to let it pass while nothing executes. */
  now(): number;
  idle(ticks: number): void;
  readonly halted: boolean;
}

/** The interpreter's budgets stay small integers to V8. */
const MAX_BUDGET = 0x3fff_ffff;

export class Hart {
  readonly id: number;
  /** Live view of x0..x31. Index 0 is not to be written. */
  readonly x: Int32Array;
  readonly csr: ControlRegisters;
  /** Breakpoints and watchpoints of the host. */
  readonly triggers: Triggers;
  private readonly words: Int32Array;
  private readonly start: number;
  private readonly tlb: Tlb;
  private readonly mmu: Mmu;
  private readonly access: MemoryAccess;
  private readonly atomics: AtomicAccess;
  private readonly execute: (budget: number) => number;
  private mode: number = MODE.M;
  /** Retired before the `execute` under way, whose budget is `granted`. */
  private retiredBefore = 0;
  private granted = 0;
  /** What the entries of the TLB were made with. */
  private cachedSatp = 0;
  private cachedPermissions = 0;
  /** A wfi was executed and nothing was pending yet. */
  private waiting = false;
  /** `run` comes back from every trap, whoever is the firmware. */
  private stopAtTraps = false;

  constructor(
    id: number,
    private readonly environment: HartEnvironment,
  ) {
    const { buffer, layout, memory, bus, cache, reservations } = environment;
    this.id = id;
    this.start = hartStart(id);
    this.words = new Int32Array(buffer);
    this.x = new Int32Array(buffer, this.start * 4, 32);
    this.csr = new ControlRegisters(this.words, this.start, this);
    this.tlb = new Tlb(this.words, this.start);
    this.mmu = new Mmu(memory, this.csr);
    this.triggers = new Triggers((trigger) => this.triggerChanged(trigger));
    const context: AccessContext = {
      words: this.words,
      hart: id,
      start: this.start,
      layout,
      memory,
      bus,
      tlb: this.tlb,
      mmu: this.mmu,
      reservations,
      triggers: this.triggers,
    };
    this.access = new MemoryAccess(context);
    this.atomics = new AtomicAccess(context, this.access);
    cache.attach(this.tlb);
    const scratch = this.start + SCRATCH_CODE;
    this.words[scratch + SLOT_WORDS] = OPERATION['alone-end'];
    this.words[scratch + 2 * SLOT_WORDS] = OPERATION['alone-end'];
    this.useTables();
    const system = new SystemInstructions(this, this.access);
    this.execute = createInterpreter(buffer, id, {
      findSlot: (pc) => this.findSlot(pc),
      decodeBlock: (ip) => cache.decodeBlock(ip),
      isolate: (ip, pc) => this.isolate(ip, pc),
      access: (w, address) => this.access.transfer(w, address),
      atomic: (w, kind, address) => this.atomics.execute(w, kind, address),
      system: (raw, pc) => system.execute(raw, pc),
      illegal: (raw) => {
        this.access.trap(CAUSE.ILLEGAL_INSTRUCTION, raw);
      },
    });
    warmUp(this.words, layout, id, this.execute);
  }

  /** Address of the next instruction, unsigned. */
  get pc(): number {
    return this.words[this.start + STATE.pc] >>> 0;
  }

  set pc(address: number) {
    this.words[this.start + STATE.pc] = address & ~1;
  }

  /** Instructions retired since reset. Exact at any time, also for a device that asks in the middle of a block. */
  get retired(): number {
    return this.retiredBefore + this.granted - this.words[this.start + STATE.unspent];
  }

  /** The mode of privilege: 0 U, 3 M. */
  get privilege(): number {
    return this.mode;
  }

  /** Bits of mip that are set now. */
  get pending(): number {
    const { clint } = this.environment;
    const timer = this.environment.now() >= clint.deadline(this.id) ? PENDING.TIMER : 0;
    return timer | (clint.softwarePending(this.id) ? PENDING.SOFTWARE : 0);
  }

  get now(): number {
    return this.environment.now();
  }

  get mtime(): bigint {
    return this.environment.clint.mtime;
  }

  /** Reads a control register as M mode would. Throws RangeError if there is none of that number. */
  csrRead(number: number): number {
    return this.csr.read(number);
  }

  /** Writes a control register as M mode would. Throws RangeError if there is none of that number. */
  csrWrite(number: number, value: number): void {
    this.applyEffect(this.csr.write(number, value));
  }

  /**
   * Executes until `limit` instructions are retired, or something else in STOP comes first. Interrupts are taken between
   * two instructions, the timer's before the first one that virtual time >= mtimecmp precedes. `limit` may be Infinity;
   * throws RangeError if it is not a number >= 0.
   */
  run(limit: number): StopReason {
    const { words, start, environment, triggers } = this;
    if (!(limit >= 0)) throw new RangeError(`a hart cannot run ${limit} instructions`);
    let remaining = Math.floor(limit);
    for (;;) {
      if (environment.halted) return STOP.HALTED;
      if (remaining <= 0) return STOP.LIMIT;
      if (this.waiting && !this.waitForInterrupt()) return STOP.WAIT;
      if (this.takeInterrupt()) {
        if (environment.firmware === 'host' || this.stopAtTraps) return STOP.TRAP;
        continue;
      }
      const resting = triggers.rest(this.pc);
      const budget = resting ? 1 : this.grant(remaining);
      this.granted = budget;
      words[start + STATE.unspent] = budget;
      const exit = this.execute(budget);
      const spent = budget - words[start + STATE.unspent];
      this.retiredBefore += spent;
      this.granted = 0;
      words[start + STATE.unspent] = 0;
      remaining -= spent;
      if (resting) triggers.wake();
      if (triggers.fired) {
        triggers.stopAt(this.pc);
        return STOP.TRIGGER;
      }
      if (exit !== EXIT.TRAP) continue;
      const from = words[start + STATE.pc];
      const wasInM = this.mode === MODE.M;
      this.enterTrap(words[start + STATE.trapCause], words[start + STATE.trapValue]);
      if (environment.firmware === 'host' || this.stopAtTraps) return STOP.TRAP;
      // Where the handler's first instruction traps, nothing would ever change again.
      if (wasInM && spent === 0 && words[start + STATE.pc] === from) return STOP.WAIT;
    }
  }

  /**
   * Executes one instruction, or enters one trap and then returns STOP.TRAP, whoever is the firmware. Triggers stop it as
   * they stop `run`.
   */
  step(): StopReason {
    this.stopAtTraps = true;
    try {
      return this.run(1);
    } finally {
      this.stopAtTraps = false;
    }
  }

  /** How many instructions may retire before something has to be looked at. */
  private grant(remaining: number): number {
    let budget = Math.min(remaining, MAX_BUDGET);
    if ((this.csr.mie & PENDING.TIMER) !== 0 && this.interruptsEnabled()) {
      const { environment } = this;
      budget = Math.min(budget, environment.clint.deadline(this.id) - environment.now());
    }
    return budget;
  }

  /** Lower modes cannot keep machine interrupts off (3.1.6.1). */
  private interruptsEnabled(): boolean {
    return this.mode !== MODE.M || (this.csr.mstatus & MSTATUS.MIE) !== 0;
  }

  private takeInterrupt(): boolean {
    const { mie } = this.csr;
    if (mie === 0 || !this.interruptsEnabled()) return false;
    const ready = this.pending & mie;
    if (ready === 0) return false;
    const number = INTERRUPT_PRIORITY.find((bit) => (ready & (1 << bit)) !== 0);
    if (number === undefined) return false;
    this.enterTrap((CAUSE_INTERRUPT + number) | 0, 0);
    return true;
  }

  /** What every trap into M does (3.1.6.1, 3.1.14 to 3.1.16), from STATE.pc. */
  private enterTrap(cause: number, value: number): void {
    const { csr, words, start } = this;
    const status = csr.mstatus;
    csr.mepc = words[start + STATE.pc];
    csr.mcause = cause;
    csr.mtval = value;
    const enabled = (status & MSTATUS.MIE) !== 0 ? MSTATUS.MPIE : 0;
    csr.mstatus = (status & ~(MSTATUS.MIE | MSTATUS.MPIE | MSTATUS.MPP)) | enabled | (this.mode << MSTATUS.MPP_SHIFT);
    this.mode = MODE.M;
    // So that no other thread's SC can use it: 14.2 lets SC fail at any time.
    this.environment.reservations.drop(this.id);
    this.useTables();
    if (this.environment.firmware === 'host') return;
    const vector = csr.mtvec;
    const vectored = (vector & MTVEC.VECTORED) !== 0 && cause < 0;
    words[start + STATE.pc] = (vector & ~3) + (vectored ? 4 * (cause & 0x3ff) : 0);
  }

  /** Returns from a trap, as the instruction (3.3.2): to mepc, in the mode of MPP. */
  mret(): void {
    const { csr, words, start } = this;
    const status = csr.mstatus;
    const mode = (status & MSTATUS.MPP) >>> MSTATUS.MPP_SHIFT;
    const enabled = (status & MSTATUS.MPIE) !== 0 ? MSTATUS.MIE : 0;
    const modify = mode === MODE.M ? status & MSTATUS.MPRV : 0;
    const cleared = MSTATUS.MIE | MSTATUS.MPIE | MSTATUS.MPP | MSTATUS.MPRV;
    csr.mstatus = (status & ~cleared) | enabled | MSTATUS.MPIE | modify;
    this.mode = mode;
    words[start + STATE.pc] = csr.mepc;
    this.useTables();
  }

  /** Orders stores to page tables before later translations, as the instruction: of one page, or of all. */
  sfenceVma(address?: number): void {
    // The page of the address may be a superpage, of which the TLB knows many pieces.
    if (address !== undefined && !this.mmu.usedSuperpage) {
      this.tlb.flushPage(address);
      return;
    }
    this.tlb.flush();
    this.mmu.usedSuperpage = false;
  }

  /** Makes the hart wait, as the instruction does: the next `run` begins with waiting. */
  wait(): void {
    this.waiting = true;
  }

  /**
   * What wfi does: if no interrupt that mie enables is pending, virtual time jumps to when one will be. Returns false, and
   * leaves time alone, if nothing can ever raise one.
   */
  waitForInterrupt(): boolean {
    const { environment } = this;
    const { mie } = this.csr;
    if ((this.pending & mie) === 0) {
      const deadline = environment.clint.deadline(this.id);
      if ((mie & PENDING.TIMER) === 0 || deadline === Number.POSITIVE_INFINITY) return false;
      environment.idle(deadline - environment.now());
    }
    this.waiting = false;
    return true;
  }

  /** Counts `count` instructions as retired that the host executed in the guest's place. */
  retireForHost(count: number): void {
    this.retiredBefore += count;
  }

  /** Redoes what depends on a register that was written. */
  applyEffect(effect: Effect): void {
    if (effect !== 'translation' && effect !== 'status') return;
    const { satp, mstatus } = this.csr;
    const permissions = mstatus & (MSTATUS.SUM | MSTATUS.MXR);
    if (satp !== this.cachedSatp || permissions !== this.cachedPermissions) this.tlb.flush();
    this.cachedSatp = satp;
    this.cachedPermissions = permissions;
    this.useTables();
  }

  /** Chooses the translations that fit the mode; MPRV lends loads and stores those of MPP (3.1.6.3). */
  private useTables(): void {
    const { words, start, tlb } = this;
    const status = this.csr.mstatus;
    const region = regionOf(this.mode);
    const dataMode = (status & MSTATUS.MPRV) !== 0 ? (status & MSTATUS.MPP) >>> MSTATUS.MPP_SHIFT : this.mode;
    this.access.region = this.mode === MODE.M ? regionOf(dataMode) : region;
    words[start + STATE.fetchTable] = tlb.fetchTable(region);
    words[start + STATE.dataTable] = tlb.dataTable(this.access.region);
  }

  /** The slot for the instruction at `pc`, with a TLB entry from now on; -1 if it cannot be fetched. */
  private findSlot(pc: number): number {
    if (this.triggers.stopsExecution(pc)) return -1;
    const offset = this.fetchOffset(pc);
    if (offset < 0) return -1;
    const { cache } = this.environment;
    const page = cache.pageFor(offset);
    if (this.triggers.onPage('execute', pc)) {
      for (const [from, to] of this.triggers.executeRanges(pc)) cache.keepApart(page, from, to);
    }
    this.tlb.fillFetch(regionOf(this.mode), pc, page);
    return page + (pc & (FRAME_BYTES - 1));
  }

  /** Byte offset in RAM of the instruction at `pc`, or -1 and a trap. */
  private fetchOffset(pc: number): number {
    const { memory } = this.environment;
    const region = regionOf(this.mode);
    const inPage = pc & (FRAME_BYTES - 1);
    const known = this.tlb.knownFetch(region, pc);
    if (known >= 0) return known + inPage;
    const physical = this.mmu.translate(pc, ACCESS.FETCH, region);
    if (physical >= 0 && memory.contains(physical, 2)) {
      const offset = physical - memory.base;
      this.tlb.learnFetch(region, pc, offset - inPage);
      return offset;
    }
    this.access.trap(physical < 0 ? this.mmu.cause : accessFault(ACCESS.FETCH), pc);
    return -1;
  }

  /** What the TLB and decoded code allow, and where instructions are kept apart, is to be found out anew. */
  private triggerChanged({ address, length }: Trigger): void {
    const { cache } = this.environment;
    cache.dropApart();
    if (length >= TLB_ENTRIES * FRAME_BYTES) {
      this.tlb.disallowAll();
      return;
    }
    const last = address + length - 1;
    for (let page = address - (address % FRAME_BYTES); page <= last; page += FRAME_BYTES) this.tlb.disallow(page);
  }

  private isolate(ip: number, pc: number): boolean {
    if (this.triggers.stopsExecution(pc)) return false;
    const { cache, memory } = this.environment;
    const scratch = this.start + SCRATCH_CODE;
    if (cache.copySlot(ip, scratch)) return true;
    const low = this.fetchOffset(pc);
    if (low < 0) return false;
    let raw = memory.u8[low] | (memory.u8[low + 1] << 8);
    if (instructionBytes(raw) === 4) {
      const high = this.fetchOffset((pc + 2) | 0);
      if (high < 0) return false;
      raw |= (memory.u8[high] << 16) | (memory.u8[high + 1] << 24);
    }
    cache.placeInstruction(raw, scratch);
    return true;
  }
}

function regionOf(mode: number): Region {
  if (mode === MODE.M) return REGION.M;
  return mode === MODE.S ? REGION.S : REGION.U;
}
