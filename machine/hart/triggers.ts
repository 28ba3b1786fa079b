/**
 * Debug triggers of one hart: they stop it before it executes an instruction, or loads or stores, in a range of virtual
 * addresses. In the manner of the debug specification's `mcontrol6` with `dmode`, but any number of them, and set by the
 * host alone: the guest sees nothing of them, neither in registers nor in memory nor in time.
 *
 * Nobody looks at triggers while none is set. With some, only what touches their pages looks: instructions that one stands
 * on are decoded as `alone`, and pages that one watches have no tags in the TLB, so that accesses take the slow path.
 */
import { FRAME_BYTES, FRAME_SHIFT } from '../memory/layout.js';

export type TriggerKind = 'execute' | 'load' | 'store';

export interface Trigger {
  readonly kind: TriggerKind;
  /** First virtual address, 0..2^32-1. An instruction is in the range if its first byte is, an access if any byte is. */
  readonly address: number;
  /** Bytes, at least 1; the range ends within the address space. */
  readonly length: number;
}

const ADDRESSES = 2 ** 32;
/** A trigger on more pages than this is kept in a list that is always looked through. */
const MAX_INDEXED_PAGES = 16;

/** Triggers of one kind, by the pages that they touch. */
class TriggerIndex {
  private readonly byPage = new Map<number, Set<Trigger>>();
  private readonly wide = new Set<Trigger>();

  add(trigger: Trigger): void {
    const pages = pagesOf(trigger);
    if (pages === undefined) {
      this.wide.add(trigger);
      return;
    }
    for (const page of pages) {
      const there = this.byPage.get(page);
      if (there === undefined) this.byPage.set(page, new Set([trigger]));
      else there.add(trigger);
    }
  }

  remove(trigger: Trigger): void {
    this.wide.delete(trigger);
    for (const page of pagesOf(trigger) ?? []) {
      const there = this.byPage.get(page);
      there?.delete(trigger);
      if (there?.size === 0) this.byPage.delete(page);
    }
  }

  /** Triggers on any of the `length` bytes at `address`, which are at most a page. The last address is before the first. */
  touching(address: number, length: number): Trigger[] {
    const found: Trigger[] = [];
    this.find(address, length, found);
    return found;
  }

  /** The same, appended to `found`, in which none is twice. Hot path: a breakpoint that is hit comes here. */
  find(address: number, length: number, found: Trigger[]): void {
    const first = address >>> FRAME_SHIFT;
    const last = (address + length - 1) >>> FRAME_SHIFT;
    if (this.wide.size > 0) addTouching(this.wide, address, length, found);
    addTouching(this.byPage.get(first), address, length, found);
    if (last !== first) addTouching(this.byPage.get(last), address, length, found);
  }

  /** Whether there is one on the page of `address`. */
  onPage(address: number): boolean {
    if (this.byPage.has(address >>> FRAME_SHIFT)) return true;
    return this.wide.size > 0 && this.touching(address - (address % FRAME_BYTES), FRAME_BYTES).length > 0;
  }
}

function addTouching(among: Set<Trigger> | undefined, address: number, length: number, found: Trigger[]): void {
  if (among === undefined) return;
  for (const trigger of among) {
    const ahead = (trigger.address - address) >>> 0;
    const behind = (address - trigger.address) >>> 0;
    if ((ahead < length || behind < trigger.length) && !found.includes(trigger)) found.push(trigger);
  }
}

/** Page numbers that a trigger touches, or undefined if they are too many to list. */
function pagesOf({ address, length }: Trigger): readonly number[] | undefined {
  const first = address >>> FRAME_SHIFT;
  const last = (address + length - 1) >>> FRAME_SHIFT;
  if (last - first >= MAX_INDEXED_PAGES) return undefined;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

export class Triggers {
  /** Those that stopped the hart last: valid until it looks at triggers again. */
  readonly hits: Trigger[] = [];
  /** Whether the instruction under way has been stopped: what the interpreter came back with is no trap. */
  fired = false;
  /** Whether any may stop the hart now. */
  private active = false;
  /** The hart was stopped, and has not executed since: `rest` is to be asked. */
  holding = false;
  /** Where that was. */
  private stoppedAt = 0;
  private readonly all = new Set<Trigger>();
  private readonly index: Readonly<Record<TriggerKind, TriggerIndex>> = {
    execute: new TriggerIndex(),
    load: new TriggerIndex(),
    store: new TriggerIndex(),
  };

  /** `changed` is called with the trigger that was added or removed. */
  constructor(private readonly changed: (trigger: Trigger) => void) {}

  get list(): readonly Trigger[] {
    return [...this.all];
  }

  /** Sets a trigger and returns it, for `remove`. Throws RangeError for a range that is none. */
  add({ kind, address, length = 1 }: { kind: TriggerKind; address: number; length?: number }): Trigger {
    const whole = Number.isInteger(address) && Number.isInteger(length);
    if (!whole || address < 0 || length < 1 || address + length > ADDRESSES) {
      throw new RangeError(`no trigger can be on ${length} bytes at ${address}`);
    }
    const trigger = { kind, address, length };
    this.all.add(trigger);
    this.index[kind].add(trigger);
    this.active = true;
    this.changed(trigger);
    return trigger;
  }

  /** Returns whether it was set. */
  remove(trigger: Trigger): boolean {
    if (!this.all.delete(trigger)) return false;
    this.index[trigger.kind].remove(trigger);
    this.active = this.all.size > 0;
    this.changed(trigger);
    return true;
  }

  /** Whether the hart must stop before it executes the instruction at virtual `pc`. */
  stopsExecution(pc: number): boolean {
    if (!this.active) return false;
    this.hits.length = 0;
    this.index.execute.find(pc >>> 0, 1, this.hits);
    return this.stops();
  }

  /** Whether it must stop before it loads, stores or does both with `bytes` at virtual `address`. */
  stopsAccess(address: number, bytes: number, loads: boolean, stores: boolean): boolean {
    if (!this.active) return false;
    const { load, store } = this.index;
    const first = address >>> 0;
    this.hits.length = 0;
    if (loads) load.find(first, bytes, this.hits);
    if (stores) store.find(first, bytes, this.hits);
    return this.stops();
  }

  /** Whether a trigger of the kind is on the page of virtual `address`. */
  onPage(kind: TriggerKind, address: number): boolean {
    return this.all.size > 0 && this.index[kind].onPage(address >>> 0);
  }

  /** The parts of the page of virtual `address` that triggers on execution cover, in bytes from its start. */
  *executeRanges(address: number): Iterable<readonly [from: number, to: number]> {
    const page = (address & -FRAME_BYTES) >>> 0;
    for (const trigger of this.index.execute.touching(page, FRAME_BYTES)) {
      yield [Math.max(0, trigger.address - page), Math.min(FRAME_BYTES, trigger.address + trigger.length - page)];
    }
  }

  /** The hart stops, with `pc` at the instruction. */
  stopAt(pc: number): void {
    this.fired = false;
    this.holding = true;
    this.stoppedAt = pc;
  }

  /** Forgets where the hart was stopped: it has been put elsewhere. */
  reset(): void {
    this.holding = false;
  }

  /**
   * The hart is about to execute at `pc`. If it was stopped there, triggers rest for this one instruction: returns true, and
   * `wake` must be called after it.
   */
  rest(pc: number): boolean {
    const resting = this.holding && this.stoppedAt === pc;
    this.holding = false;
    if (resting) this.active = false;
    return resting;
  }

  wake(): void {
    this.active = this.all.size > 0;
  }

  private stops(): boolean {
    if (this.hits.length === 0) return false;
    this.fired = true;
    return true;
  }
}
