/**
 * The platform-level interrupt controller, as the RISC-V PLIC specification and QEMU's virt board have it: 95 sources, and
 * two contexts a hart, 2 * hart for M mode and 2 * hart + 1 for S mode.
 *
 * | offset                      | register  |                                                                       |
 * | --------------------------- | --------- | --------------------------------------------------------------------- |
 * | 0x00_0000 + 4 * source      | priority  | 0..7; 0 is never                                                      |
 * | 0x00_1000 + 4 * (source/32) | pending   | read only, a bit a source                                             |
 * | 0x00_2000 + 0x80 * context  | enables   | a bit a source                                                        |
 * | 0x20_0000 + 0x1000 * context | threshold | 0..7: only higher priorities interrupt the context                   |
 * | 0x20_0004 + 0x1000 * context | claim     | read: takes the pending source of the highest priority, or 0          |
 * |                             | complete  | write: the source may become pending again                            |
 *
 * Words only. Everything else in the range reads as zero and ignores stores. What the specification says and others do not:
 *
 * - a request that has been forwarded is not taken back when the wire goes low (chapter 5, gateways);
 * - the threshold does not keep a context from claiming (chapter 9);
 * - completion of a source that the context does not enable is ignored (chapter 10).
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, Width } from './device.js';
import { type DeviceState, StateReader } from './device-state.js';

/** Sources are 1..95. */
export const PLIC_SOURCES = 95;
/** Words of a bit set of sources. */
const SET_WORDS = 3;
const PRIORITY_MASK = 7;

const PENDING = 0x1000;
const ENABLES = 0x2000;
const ENABLES_STRIDE = 0x80;
const CONTEXTS = 0x20_0000;
const CONTEXT_STRIDE = 0x1000;
const THRESHOLD = 0;
const CLAIM = 4;

/** The bits of mip that contexts set: they are also what a hart's own controller calls its inputs in the device tree. */
const MACHINE_EXTERNAL = 11;
const SUPERVISOR_EXTERNAL = 9;

export class Plic implements Device {
  readonly name = 'plic';
  readonly bytes = 0x60_0000;
  /** Grows with every change of what `externalPending` says, for whoever wants to know whether to look. */
  changes = 0;
  private readonly priorities = new Uint8Array(PLIC_SOURCES + 1);
  private readonly pending = new Uint32Array(SET_WORDS);
  /** Wires that are high now. */
  private readonly levels = new Uint32Array(SET_WORDS);
  /** Claimed and not completed: the gateway forwards no further request. */
  private readonly claimed = new Uint32Array(SET_WORDS);
  private readonly enables: Uint32Array;
  private readonly thresholds: Uint8Array;
  private readonly external: Uint8Array;

  constructor(private readonly harts: number) {
    const contexts = 2 * harts;
    this.enables = new Uint32Array(SET_WORDS * contexts);
    this.thresholds = new Uint8Array(contexts);
    this.external = new Uint8Array(contexts);
  }

  /** Whether the external interrupt of the context is pending: MEIP of a hart for 2 * hart, SEIP for 2 * hart + 1. */
  externalPending(context: number): boolean {
    return this.external[context] !== 0;
  }

  /** The wire of `source` (1..95) goes high or low. */
  setLevel(source: number, high: boolean): void {
    if (has(this.levels, source) === high) return;
    put(this.levels, source, high);
    if (!high || has(this.claimed, source)) return;
    put(this.pending, source, true);
    this.update();
  }

  load(offset: number, width: Width): number | undefined {
    if (width !== 4) return undefined;
    if (offset < PENDING) return this.priorities[offset >>> 2] ?? 0;
    if (offset < ENABLES) return this.pending[(offset - PENDING) >>> 2] ?? 0;
    if (offset < CONTEXTS) return this.enables[this.enableWord(offset)] ?? 0;
    const context = Math.floor((offset - CONTEXTS) / CONTEXT_STRIDE);
    if (context >= this.thresholds.length) return 0;
    const register = (offset - CONTEXTS) % CONTEXT_STRIDE;
    if (register === THRESHOLD) return this.thresholds[context];
    return register === CLAIM ? this.claim(context) : 0;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    if (offset < PENDING) {
      const source = offset >>> 2;
      if (source > 0 && source <= PLIC_SOURCES) this.priorities[source] = value & PRIORITY_MASK;
    } else if (offset >= ENABLES && offset < CONTEXTS) {
      const word = this.enableWord(offset);
      // There is no source 0.
      if (word >= 0) this.enables[word] = word % SET_WORDS === 0 ? value & ~1 : value;
    } else if (offset >= CONTEXTS) {
      const context = Math.floor((offset - CONTEXTS) / CONTEXT_STRIDE);
      const register = (offset - CONTEXTS) % CONTEXT_STRIDE;
      if (context >= this.thresholds.length) return true;
      if (register === THRESHOLD) this.thresholds[context] = value & PRIORITY_MASK;
      else if (register === CLAIM) this.complete(context, value >>> 0);
    }
    this.update();
    return true;
  }

  snapshot(): DeviceState {
    const { priorities, pending, levels, claimed, enables, thresholds } = this;
    return { words: [...priorities, ...pending, ...levels, ...claimed, ...enables, ...thresholds] };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    const { priorities, pending, levels, claimed, enables, thresholds } = this;
    for (const array of [priorities, pending, levels, claimed, enables, thresholds]) reader.into(array);
    this.update();
  }

  describe(tree: TreePlace): void {
    const inputs = tree.hartControllers.flatMap((hart) => [hart, MACHINE_EXTERNAL, hart, SUPERVISOR_EXTERNAL]);
    tree
      .node('plic')
      .set('compatible', 'sifive,plic-1.0.0', 'riscv,plic0')
      .set('interrupt-controller')
      .set('#interrupt-cells', 1)
      .set('#address-cells', 0)
      .set('interrupts-extended', ...inputs)
      .set('riscv,ndev', PLIC_SOURCES)
      .set('phandle', tree.interruptController);
  }

  /** Index in `enables` of the word at an offset from ENABLES to CONTEXTS, or -1. */
  private enableWord(offset: number): number {
    const context = Math.floor((offset - ENABLES) / ENABLES_STRIDE);
    const word = ((offset - ENABLES) % ENABLES_STRIDE) >>> 2;
    return word < SET_WORDS && context < this.thresholds.length ? SET_WORDS * context + word : -1;
  }

  private claim(context: number): number {
    const source = this.best(context);
    if (source === 0) return 0;
    put(this.pending, source, false);
    put(this.claimed, source, true);
    this.update();
    return source;
  }

  private complete(context: number, source: number): void {
    if (source === 0 || source > PLIC_SOURCES) return;
    if (((this.enables[SET_WORDS * context + (source >>> 5)] >>> (source & 31)) & 1) === 0) return;
    put(this.claimed, source, false);
    if (has(this.levels, source)) put(this.pending, source, true);
  }

  /** The source that the context would claim: of the highest priority, then of the lowest number; 0 if there is none. */
  private best(context: number): number {
    let best = 0;
    for (let word = 0; word < SET_WORDS; word++) {
      let ready = this.pending[word] & this.enables[SET_WORDS * context + word];
      for (; ready !== 0; ready &= ready - 1) {
        const source = 32 * word + 31 - Math.clz32(ready & -ready);
        // Priority 0, also that of the missing source 0, is never higher.
        if (this.priorities[source] > this.priorities[best]) best = source;
      }
    }
    return best;
  }

  private update(): void {
    for (let context = 0; context < 2 * this.harts; context++) {
      const pending = this.priorities[this.best(context)] > this.thresholds[context] ? 1 : 0;
      if (this.external[context] === pending) continue;
      this.external[context] = pending;
      this.changes++;
    }
  }
}

function has(set: Uint32Array, source: number): boolean {
  return ((set[source >>> 5] >>> (source & 31)) & 1) !== 0;
}

function put(set: Uint32Array, source: number, member: boolean): void {
  const bit = 1 << (source & 31);
  if (member) set[source >>> 5] |= bit;
  else set[source >>> 5] &= ~bit;
}
