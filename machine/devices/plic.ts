/**
 * The platform-level interrupt controller, as the RISC-V PLIC specification and QEMU's virt board have it: 95 sources, and
 * two contexts a hart, 2 * hart for M mode and 2 * hart + 1 for S mode.
 *
 * Words only. Everything in the range that is no register reads as zero and ignores stores. What the specification says and
 * others do not:
 *
 * - a request that has been forwarded is not taken back when the wire goes low (chapter 5, gateways);
 * - the threshold does not keep a context from claiming (chapter 9);
 * - completion of a source that the context does not enable is ignored (chapter 10).
 *
 * A gateway is for a level unless the board's wiring says that it is for edges: then a wire that stays high asks once, and one
 * edge that comes while the source is claimed is remembered (chapter 5).
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, Width } from './device.js';
import { type DeviceState, StateReader } from './device-state.js';
import { type Register, RegisterTable, type RegisterValue } from './registers.js';

/** Sources are 1..95. */
export const PLIC_SOURCES = 95;
/** Words of a bit set of sources. */
const SET_WORDS = 3;
const PRIORITY_MASK = 7;

const PRIORITIES = 0x0000;
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

export interface Gateway {
  /** The wire is high. */
  readonly high: boolean;
  /** A request waits to be claimed. */
  readonly pending: boolean;
  /** One was claimed and is not completed. */
  readonly claimed: boolean;
  /** An edge came meanwhile. */
  readonly remembered: boolean;
}

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
  /** Sources whose gateways are for edges, and those of them that had one while they were claimed. */
  private readonly edges = new Uint32Array(SET_WORDS);
  private readonly remembered = new Uint32Array(SET_WORDS);
  private readonly enables: Uint32Array;
  private readonly thresholds: Uint8Array;
  private readonly external: Uint8Array;
  private readonly table: RegisterTable;

  constructor(private readonly harts: number) {
    const contexts = 2 * harts;
    this.enables = new Uint32Array(SET_WORDS * contexts);
    this.thresholds = new Uint8Array(contexts);
    this.external = new Uint8Array(contexts);
    this.table = new RegisterTable([
      ...Array.from({ length: PLIC_SOURCES }, (_, i) => this.priority(i + 1)),
      ...Array.from({ length: SET_WORDS }, (_, word) => this.pendingWord(word)),
      ...Array.from({ length: contexts }, (_, context) => this.registersOf(context)).flat(),
    ]);
  }

  /** Whether the external interrupt of the context is pending: MEIP of a hart for 2 * hart, SEIP for 2 * hart + 1. */
  externalPending(context: number): boolean {
    return this.external[context] !== 0;
  }

  /** The wire of `source` (1..95) goes high or low. */
  setLevel(source: number, high: boolean): void {
    if (has(this.levels, source) === high) return;
    put(this.levels, source, high);
    if (!high) return;
    if (has(this.claimed, source)) {
      if (has(this.edges, source)) put(this.remembered, source, true);
      return;
    }
    put(this.pending, source, true);
    this.update();
  }

  /** The gateway of `source` (1..95) is for edges, or for a level: which it asks for at once where the wire is high. */
  wire(source: number, edges: boolean): void {
    put(this.edges, source, edges);
    if (edges) return;
    put(this.remembered, source, false);
    if (!has(this.levels, source) || has(this.claimed, source)) return;
    put(this.pending, source, true);
    this.update();
  }

  /** What the gateway of `source` (1..95) knows, for whoever checks the kernel. */
  gateway(source: number): Gateway {
    return {
      high: has(this.levels, source),
      pending: has(this.pending, source),
      claimed: has(this.claimed, source),
      remembered: has(this.remembered, source),
    };
  }

  load(offset: number, width: Width): number | undefined {
    return width === 4 ? this.table.load(offset) : undefined;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (width !== 4) return false;
    this.table.store(offset, width, value);
    this.update();
    return true;
  }

  registers(): readonly RegisterValue[] {
    return this.table.values();
  }

  snapshot(): DeviceState {
    return { words: this.arrays.flatMap((array) => [...array]) };
  }

  restore(state: DeviceState): void {
    const reader = new StateReader(state.words);
    for (const array of this.arrays) reader.into(array);
    this.update();
  }

  /** All that is state, in the order of snapshots. */
  private get arrays(): readonly (Uint8Array | Uint32Array)[] {
    const { priorities, pending, levels, claimed, edges, remembered, enables, thresholds } = this;
    return [priorities, pending, levels, claimed, edges, remembered, enables, thresholds];
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

  /** 0..7; 0 is never. */
  private priority(source: number): Register {
    return {
      name: `priority${source}`,
      offset: PRIORITIES + 4 * source,
      peek: () => this.priorities[source],
      store: (value) => {
        this.priorities[source] = value & PRIORITY_MASK;
      },
    };
  }

  /** A bit a source. */
  private pendingWord(word: number): Register {
    return { name: `pending${word}`, offset: PENDING + 4 * word, peek: () => this.pending[word] };
  }

  private registersOf(context: number): readonly Register[] {
    const owner = `${(context & 1) === 0 ? 'm' : 's'}${context >>> 1}`;
    const base = CONTEXTS + CONTEXT_STRIDE * context;
    const enables = Array.from({ length: SET_WORDS }, (_, word): Register => {
      const index = SET_WORDS * context + word;
      return {
        name: `${owner}.enables${word}`,
        offset: ENABLES + ENABLES_STRIDE * context + 4 * word,
        peek: () => this.enables[index],
        store: (value) => {
          // There is no source 0.
          this.enables[index] = word === 0 ? value & ~1 : value;
        },
      };
    });
    return [
      ...enables,
      // 0..7: only higher priorities interrupt the context.
      {
        name: `${owner}.threshold`,
        offset: base + THRESHOLD,
        peek: () => this.thresholds[context],
        store: (value) => {
          this.thresholds[context] = value & PRIORITY_MASK;
        },
      },
      // A load claims the pending source of the highest priority, or 0; storing a source completes it.
      {
        name: `${owner}.claim`,
        offset: base + CLAIM,
        peek: () => this.best(context),
        load: () => this.claim(context),
        store: (value) => this.complete(context, value >>> 0),
      },
    ];
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
    const again = has(this.edges, source) ? this.remembered : this.levels;
    if (has(again, source)) put(this.pending, source, true);
    put(this.remembered, source, false);
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
