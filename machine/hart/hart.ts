/**
 * A hart: registers, privilege, traps and interrupts. `run` retires exactly as many instructions as it is told to, unless
 * something that the caller has to know of comes first.
 */

import type { Alarms } from '../devices/alarms.js';
import type { Bus } from '../devices/bus.js';
import { type DeviceState, StateReader } from '../devices/device-state.js';
import { MachineError } from '../errors.js';
import { hartStart, type MemoryLayout, SCRATCH_CODE, STATE } from '../memory/layout.js';
import type { PhysicalMemory } from '../memory/physical-memory.js';
import { AtomicAccess } from './atomic-access.js';
import type { CodeCache } from './code-cache.js';
import { ControlRegisters } from './control-registers.js';
import type { Effect } from './csr.js';
import { MSTATUS, PENDING, SATP } from './csr-fields.js';
import { InstructionFetch } from './instruction-fetch.js';
import { createInterpreter, EXIT } from './interpreter.js';
import { InterruptInputs, type InterruptSources } from './interrupt-inputs.js';
import { type AccessContext, MemoryAccess } from './memory-access.js';
import { Mmu } from './mmu.js';
import { Pmp } from './pmp.js';
import { Privilege } from './privilege.js';
import type { Reservations } from './reservations.js';
import { SystemInstructions } from './system.js';
import { regionOf, Tlb } from './tlb.js';
import { CAUSE, MODE } from './trap.js';
import { Triggers } from './triggers.js';
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
export interface HartEnvironment extends InterruptSources {
  readonly alarms: Alarms;
  readonly firmware: 'host' | 'guest';
  readonly buffer: ArrayBuffer;
  readonly layout: MemoryLayout;
  readonly memory: PhysicalMemory;
  readonly bus: Bus;
  readonly cache: CodeCache;
  readonly reservations: Reservations;
  /**
   * Lets virtual time pass while nothing executes, until `ticks` if that is still to come, and devices do what is due then.
   * Returns false, and does not, if there are other harts: whether they have nothing to do either is for the board to say.
   */
  idleUntil(ticks: number): boolean;
  readonly finisher: { readonly halted: boolean };
}

/** The interpreter's budgets stay small integers to V8. */
const MAX_BUDGET = 0x3fff_ffff;

const DAMAGED = 'the state of a hart is damaged';

export class Hart {
  readonly id: number;
  /** Live view of x0..x31. Index 0 is not to be written. */
  readonly x: Int32Array;
  readonly csr: ControlRegisters;
  /** Breakpoints and watchpoints of the host. */
  readonly triggers: Triggers;
  private readonly words: Int32Array;
  private readonly start: number;
  private readonly inputs: InterruptInputs;
  private readonly levels: Privilege;
  private readonly pmp: Pmp;
  readonly tlb: Tlb;
  private readonly mmu: Mmu;
  private readonly access: MemoryAccess;
  private readonly atomics: AtomicAccess;
  private readonly execute: (budget: number) => number;
  /** Retired before the `execute` under way, whose budget is `granted`. */
  private retiredBefore = 0;
  private granted = 0;
  /** What the entries of the TLB were made with. */
  private cachedSatp = 0;
  private cachedPermissions = 0;
  /** A wfi was executed and nothing was pending yet. */
  private waiting = false;
  /** `run` comes back with STOP.TRAP from every trap that it entered, whoever is the firmware: for who steps. */
  stopAtTraps = false;

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
    this.inputs = new InterruptInputs(id, environment);
    this.levels = new Privilege(this.csr);
    this.pmp = new Pmp(this.csr);
    this.tlb = new Tlb(this.words, this.start);
    this.mmu = new Mmu(memory, this.csr, this.pmp);
    this.triggers = new Triggers((trigger) => fetch.triggerChanged(trigger));
    const context: AccessContext = {
      words: this.words,
      hart: id,
      start: this.start,
      layout,
      memory,
      bus,
      tlb: this.tlb,
      mmu: this.mmu,
      pmp: this.pmp,
      reservations,
      triggers: this.triggers,
    };
    this.access = new MemoryAccess(context);
    this.atomics = new AtomicAccess(context, this.access);
    cache.attach(this.tlb);
    const fetch = new InstructionFetch(context, this.access, cache, this.levels);
    this.useTables();
    const system = new SystemInstructions(this, this.access);
    this.execute = createInterpreter(buffer, id, {
      findSlot: (pc) => fetch.findSlot(pc),
      decodeBlock: (ip) => cache.decodeBlock(ip),
      isolate: (ip, pc) => fetch.isolate(ip, pc),
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

  /** The word that LR has reserved, as an offset in RAM, -1 for none. For who takes the hart away for a while, unnoticed. */
  get reservation(): number {
    return this.environment.reservations.of(this.id);
  }

  set reservation(offset: number) {
    this.environment.reservations.reserve(this.id, offset);
  }

  /** Instructions retired since reset. Exact at any time, also for a device that asks in the middle of a block. */
  get retired(): number {
    return this.retiredBefore + this.granted - this.words[this.start + STATE.unspent];
  }

  /** The mode of privilege: 0 U, 1 S, 3 M. */
  get privilege(): number {
    return this.levels.mode;
  }

  /** Bits of mip that devices raise now. */
  get raised(): number {
    return this.inputs.raised;
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
    const { alarms } = environment;
    if (!(limit >= 0)) throw new RangeError(`a hart cannot run ${limit} instructions`);
    let remaining = Math.floor(limit);
    if (environment.layout.harts > 1) environment.reservations.enter(this.id, this.tlb);
    for (;;) {
      if (alarms.next !== Number.POSITIVE_INFINITY) alarms.ring();
      if (environment.finisher.halted) return STOP.HALTED;
      if (remaining <= 0) return STOP.LIMIT;
      if (this.waiting && !this.waitForInterrupt()) return STOP.WAIT;
      const interrupt = this.nextInterrupt();
      if (interrupt !== 0) {
        if (this.enterTrap(interrupt, 0) || this.stopAtTraps) return STOP.TRAP;
        continue;
      }
      const resting = triggers.holding && triggers.rest(this.pc);
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
      const { mode } = this.levels;
      const forHost = this.enterTrap(words[start + STATE.trapCause], words[start + STATE.trapValue]);
      if (forHost || this.stopAtTraps) return STOP.TRAP;
      // Where the first instruction of a handler traps to the same handler, only an interrupt of M mode gets out of that.
      const stuck = spent === 0 && words[start + STATE.pc] === from && this.levels.mode === mode;
      if (stuck && !this.passTimeInLoop()) return STOP.WAIT;
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
    const alarm = this.environment.alarms.next;
    const next = this.timerInterrupts ? Math.min(this.inputs.timer, alarm) : alarm;
    const budget = Math.min(remaining, MAX_BUDGET);
    return next === Number.POSITIVE_INFINITY ? budget : Math.max(1, Math.min(budget, next - this.now));
  }

  /** The interrupt to take now, as the cause of its trap; 0 for none. */
  private nextInterrupt(): number {
    const { mie } = this.csr;
    if (mie === 0) return 0;
    const ready = this.csr.pending & mie;
    return ready === 0 ? 0 : this.levels.interruptOf(ready);
  }

  /** Enters a trap at STATE.pc. Returns whether the host has to handle it: then pc stays where it is. */
  private enterTrap(cause: number, value: number): boolean {
    const { words, start, levels } = this;
    const handler = levels.enterTrap(cause, value, words[start + STATE.pc]);
    this.changeMode();
    if (levels.mode === MODE.M && this.environment.firmware === 'host') return true;
    words[start + STATE.pc] = handler;
    return false;
  }

  /** Returns from a trap to M mode, as the instruction (3.3.2): to mepc, in the mode of MPP. */
  mret(): void {
    this.words[this.start + STATE.pc] = this.levels.returnFromM();
    this.changeMode();
  }

  /** Returns from a trap to S mode, as the instruction (3.3.2): to sepc, in the mode of SPP. */
  sret(): void {
    this.words[this.start + STATE.pc] = this.levels.returnFromS();
    this.changeMode();
  }

  /** Also ends the reservation, so that no other thread's SC can use it: 14.2 lets SC fail at any time. */
  private changeMode(): void {
    this.environment.reservations.drop(this.id);
    this.useTables();
  }

  /**
   * Orders stores to page tables before later translations, as the instruction: of the page of `address`, or of all; in
   * address space `asid`, or in all.
   */
  sfenceVma(address?: number, asid?: number): void {
    // Translations of other address spaces were forgotten when satp left them.
    if (asid !== undefined && asid !== (this.csr.satp & SATP.ASID) >>> SATP.ASID_SHIFT) return;
    // The page of the address may be a superpage, of which the TLB knows many pieces.
    if (address !== undefined && !this.mmu.mayBeSuperpage(address)) {
      this.tlb.flushPage(address);
      return;
    }
    this.tlb.flush();
    this.mmu.forgetSuperpages();
  }

  /** Makes the hart wait, as the instruction does: the next `run` begins with waiting. */
  wait(): void {
    this.waiting = true;
  }

  /**
   * What wfi does: if no interrupt that mie enables is pending, virtual time jumps to when one will be. Returns false if
   * nothing can ever raise one, or time may not pass because there are other harts.
   */
  waitForInterrupt(): boolean {
    const timed = (this.csr.mie & PENDING.TIMER) !== 0;
    if (!this.passTime(timed, () => (this.csr.pending & this.csr.mie) !== 0)) return false;
    this.waiting = false;
    return true;
  }

  /** Traps follow each other for ever and nothing retires: lets time jump to what can interrupt the hart now. */
  private passTimeInLoop(): boolean {
    return this.passTime(this.timerInterrupts, () => this.nextInterrupt() !== 0);
  }

  /** Lets time jump until `isDue`, which only devices and, if `timed`, the hart's timer can bring about. */
  private passTime(timed: boolean, isDue: () => boolean): boolean {
    const { inputs, environment } = this;
    while (!isDue()) {
      // A timer that is due and does not help never will.
      const timer = timed && inputs.timer > this.now ? inputs.timer : Number.POSITIVE_INFINITY;
      const next = Math.min(timer, environment.alarms.next);
      if (next === Number.POSITIVE_INFINITY || !environment.idleUntil(next)) return false;
    }
    return true;
  }

  /** Whether a hart whose `run` returned STOP.WAIT can go on now. */
  get canGoOn(): boolean {
    return this.waiting ? (this.csr.pending & this.csr.mie) !== 0 : this.nextInterrupt() !== 0;
  }

  /** Virtual time from which its timer lets a hart go on whose `run` returned STOP.WAIT; Infinity for never. */
  get wakeTime(): number {
    const timed = this.waiting ? (this.csr.mie & PENDING.TIMER) !== 0 : this.timerInterrupts;
    return timed && this.inputs.timer > this.now ? this.inputs.timer : Number.POSITIVE_INFINITY;
  }

  /** Whether the machine timer interrupts the hart as it is now. */
  private get timerInterrupts(): boolean {
    return (this.csr.mie & PENDING.TIMER) !== 0 && this.levels.machineInterrupts;
  }

  /** Counts `count` instructions as retired that the host executed in the guest's place. */
  retireForHost(count: number): void {
    this.retiredBefore += count;
  }

  /** All that the guest could ever notice, between two runs. */
  snapshot(): DeviceState {
    const { words, start, csr, environment } = this;
    const counters = [...csr.cycles.snapshot(), ...csr.instructions.snapshot()];
    const shared = words.subarray(start, start + SCRATCH_CODE);
    const translations = this.tlb.snapshot(environment.layout.ramStart);
    return {
      words: [
        ...shared,
        this.levels.mode,
        this.retired,
        Number(this.waiting),
        ...this.mmu.snapshot(),
        ...counters,
        ...translations,
      ],
    };
  }

  /**
   * Takes back what `snapshot` of a hart with this much RAM gave. Throws MachineError if it cannot have been that: what it
   * takes can make a guest fail, and nothing else.
   */
  restore(state: DeviceState): void {
    const { words, start, csr, environment } = this;
    const { ramStart, ramBytes } = environment.layout;
    const reader = new StateReader(state.words);
    for (let i = 0; i < SCRATCH_CODE; i++) words[start + i] = reader.word();
    this.x[0] = 0;
    words[start + STATE.unspent] = 0;
    this.pc = words[start + STATE.pc];
    csr.mepc &= ~1;
    csr.sepc &= ~1;
    const mode = reader.word();
    const retired = reader.word();
    if (!(mode === MODE.U || mode === MODE.S || mode === MODE.M) || retired < 0) throw new MachineError(DAMAGED);
    this.levels.mode = mode;
    this.retiredBefore = retired;
    this.waiting = reader.flag();
    this.mmu.restore(reader);
    csr.cycles.restore(reader);
    csr.instructions.restore(reader);
    if (!this.tlb.restore(reader.rest(), ramStart, ramBytes)) throw new MachineError(DAMAGED);
    this.cachedSatp = csr.satp;
    this.cachedPermissions = csr.mstatus & (MSTATUS.SUM | MSTATUS.MXR);
    this.pmp.update();
    this.useTables();
    this.triggers.reset();
  }

  /** Redoes what depends on a register that was written. */
  applyEffect(effect: Effect): void {
    if (effect === 'protection') {
      this.pmp.update();
      this.tlb.flushAll();
    }
    if (effect !== 'translation' && effect !== 'status') return;
    const { satp, mstatus } = this.csr;
    const permissions = mstatus & (MSTATUS.SUM | MSTATUS.MXR);
    if (satp !== this.cachedSatp) this.tlb.flush();
    else if (permissions !== this.cachedPermissions) this.tlb.flushData();
    this.cachedSatp = satp;
    this.cachedPermissions = permissions;
    this.useTables();
  }

  /** Chooses the translations that fit the mode; MPRV lends loads and stores those of MPP (3.1.6.3). */
  private useTables(): void {
    const { words, start, tlb } = this;
    const { mode } = this.levels;
    const status = this.csr.mstatus;
    const region = regionOf(mode);
    const lends = mode === MODE.M && (status & MSTATUS.MPRV) !== 0;
    const dataRegion = lends ? regionOf((status & MSTATUS.MPP) >>> MSTATUS.MPP_SHIFT) : region;
    this.access.region = dataRegion;
    words[start + STATE.fetchTable] = tlb.fetchTable(region);
    words[start + STATE.dataTable] = tlb.dataTable(dataRegion);
  }
}
