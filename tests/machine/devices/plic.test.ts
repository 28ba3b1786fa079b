import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Plic } from '../../../machine/devices/plic.js';
import { PLIC_SOURCES } from '../../../machine/index.js';

const HARTS = 2;
const CONTEXTS = 2 * HARTS;

const PRIORITY = (source: number) => 4 * source;
const PENDING = (source: number) => 0x1000 + 4 * (source >>> 5);
const ENABLES = (context: number, source: number) => 0x2000 + 0x80 * context + 4 * (source >>> 5);
const THRESHOLD = (context: number) => 0x20_0000 + 0x1000 * context;
const CLAIM = (context: number) => THRESHOLD(context) + 4;

/** A controller in which every context has every source enabled, at priority 1. */
function allEnabled(): Plic {
  const plic = new Plic(HARTS);
  for (let source = 1; source <= PLIC_SOURCES; source++) {
    plic.store(PRIORITY(source), 4, 1);
    for (let context = 0; context < CONTEXTS; context++) plic.store(ENABLES(context, source), 4, -1);
  }
  return plic;
}

describe('the PLIC', () => {
  test('gives a pending source to whoever claims it first, and to nobody else', () => {
    const plic = allEnabled();
    plic.setLevel(10, true);
    expect([0, 1, 2, 3].map((context) => plic.externalPending(context))).toEqual([true, true, true, true]);
    expect(plic.load(CLAIM(1), 4)).toBe(10);
    expect(plic.load(CLAIM(0), 4)).toBe(0);
    expect([0, 1, 2, 3].map((context) => plic.externalPending(context))).toEqual([false, false, false, false]);
  });

  test('forwards a level that stays high again only when the source is completed', () => {
    const plic = allEnabled();
    plic.setLevel(10, true);
    plic.load(CLAIM(0), 4);
    plic.setLevel(10, false);
    plic.setLevel(10, true);
    expect(plic.load(PENDING(10), 4)).toBe(0);
    plic.store(CLAIM(0), 4, 10);
    expect(plic.load(PENDING(10), 4)).toBe(1 << 10);
    expect(plic.externalPending(0)).toBe(true);
  });

  test('forwards an edge once, however long the wire stays high, and remembers one that comes while it is claimed', () => {
    const plic = allEnabled();
    plic.wire(10, true);
    plic.setLevel(10, true);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
    plic.store(CLAIM(0), 4, 10);
    expect(plic.externalPending(0)).toBe(false);
    for (const high of [false, true]) plic.setLevel(10, high);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
    for (const high of [false, true, false, true, false]) plic.setLevel(10, high);
    expect(plic.gateway(10)).toEqual({ high: false, pending: false, claimed: true, remembered: true });
    plic.restore(plic.snapshot());
    plic.store(CLAIM(0), 4, 10);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
    plic.store(CLAIM(0), 4, 10);
    expect(plic.gateway(10)).toEqual({ high: false, pending: false, claimed: false, remembered: false });
  });

  test('asks for a level that is high when a gateway becomes one for levels', () => {
    const plic = allEnabled();
    plic.wire(10, true);
    plic.setLevel(10, true);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
    plic.wire(10, false);
    expect(plic.externalPending(0)).toBe(false);
    plic.wire(10, true);
    plic.store(CLAIM(0), 4, 10);
    expect(plic.externalPending(0)).toBe(false);
    plic.wire(10, false);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
  });

  test('does not take a request back when the wire goes low', () => {
    const plic = allEnabled();
    plic.setLevel(10, true);
    plic.setLevel(10, false);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
    plic.store(CLAIM(0), 4, 10);
    expect(plic.externalPending(0)).toBe(false);
  });

  test('ignores completion of a source that the context does not enable', () => {
    const plic = allEnabled();
    plic.store(ENABLES(2, 10), 4, 0);
    plic.setLevel(10, true);
    plic.load(CLAIM(0), 4);
    plic.store(CLAIM(2), 4, 10);
    expect(plic.load(CLAIM(0), 4)).toBe(0);
    plic.store(CLAIM(1), 4, 10);
    expect(plic.load(CLAIM(0), 4)).toBe(10);
  });

  test('gives the source of the highest priority, and of equal ones the lowest number', () => {
    const plic = allEnabled();
    plic.store(PRIORITY(60), 4, 7);
    for (const source of [95, 5, 60, 33]) plic.setLevel(source, true);
    expect([1, 2, 3, 4, 5].map(() => plic.load(CLAIM(0), 4))).toEqual([60, 5, 33, 95, 0]);
  });

  test('interrupts a context only above its threshold, which does not keep it from claiming', () => {
    const plic = allEnabled();
    plic.store(PRIORITY(3), 4, 4);
    plic.store(THRESHOLD(0), 4, 4);
    plic.store(THRESHOLD(1), 4, 3);
    plic.setLevel(3, true);
    expect([plic.externalPending(0), plic.externalPending(1)]).toEqual([false, true]);
    expect(plic.load(CLAIM(0), 4)).toBe(3);
  });

  test('never interrupts for priority 0, and has no source 0', () => {
    const plic = allEnabled();
    plic.store(PRIORITY(3), 4, 0);
    plic.store(PRIORITY(0), 4, 7);
    plic.setLevel(3, true);
    expect(plic.load(PENDING(3), 4)).toBe(8);
    expect([plic.externalPending(0), plic.load(CLAIM(0), 4)]).toEqual([false, 0]);
    expect([plic.load(PRIORITY(0), 4), plic.load(ENABLES(0, 0), 4)]).toEqual([0, 0xffff_fffe]);
  });

  test('counts the changes of what it tells the harts', () => {
    const plic = allEnabled();
    const before = plic.changes;
    plic.setLevel(3, true);
    expect(plic.changes).toBe(before + CONTEXTS);
    plic.setLevel(4, true);
    expect(plic.changes).toBe(before + CONTEXTS);
  });

  test('wants words', () => {
    const plic = allEnabled();
    expect([plic.load(CLAIM(0), 1), plic.load(CLAIM(0), 2), plic.store(CLAIM(0), 2, 0)]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  });
});

/** The specification in as few words as possible: sets and maps instead of bits. */
class Model {
  readonly priority = new Map<number, number>();
  readonly threshold = new Map<number, number>();
  readonly enabled = new Set<string>();
  readonly pending = new Set<number>();
  readonly high = new Set<number>();
  readonly claimed = new Set<number>();

  ready(context: number, above: number): number[] {
    const rank = (source: number) => this.priority.get(source) ?? 0;
    return [...this.pending]
      .filter((source) => this.enabled.has(`${context} ${source}`) && rank(source) > above)
      .sort((a, b) => rank(b) - rank(a) || a - b);
  }

  interrupts(context: number): boolean {
    return this.ready(context, this.threshold.get(context) ?? 0).length > 0;
  }

  wire(source: number, level: boolean): void {
    if (level && !this.high.has(source) && !this.claimed.has(source)) this.pending.add(source);
    if (level) this.high.add(source);
    else this.high.delete(source);
  }

  claim(context: number): number {
    const [source = 0] = this.ready(context, 0);
    if (source !== 0) this.claimed.add(source);
    this.pending.delete(source);
    return source;
  }

  complete(context: number, source: number): void {
    if (!this.enabled.has(`${context} ${source}`)) return;
    this.claimed.delete(source);
    if (this.high.has(source)) this.pending.add(source);
  }
}

const source = fc.constantFrom(1, 2, 31, 32, 33, 64, 95);
const context = fc.integer({ min: 0, max: CONTEXTS - 1 });
const level = fc.integer({ min: 0, max: 7 });

const action = fc.oneof(
  fc.record({ kind: fc.constant('wire' as const), source, high: fc.boolean() }),
  fc.record({ kind: fc.constant('priority' as const), source, level }),
  fc.record({ kind: fc.constant('threshold' as const), context, level }),
  fc.record({ kind: fc.constant('enable' as const), context, source, on: fc.boolean() }),
  fc.record({ kind: fc.constant('claim' as const), context }),
  fc.record({ kind: fc.constant('complete' as const), context, source }),
);

describe('the PLIC beside a model of its specification', () => {
  test('does the same for any sequence of wires and accesses', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 10, maxLength: 120 }), (actions) => {
        const plic = allEnabled();
        const model = new Model();
        for (let i = 1; i <= PLIC_SOURCES; i++) {
          model.priority.set(i, 1);
          for (let c = 0; c < CONTEXTS; c++) model.enabled.add(`${c} ${i}`);
        }
        for (const step of actions) {
          switch (step.kind) {
            case 'wire':
              plic.setLevel(step.source, step.high);
              model.wire(step.source, step.high);
              break;
            case 'priority':
              plic.store(PRIORITY(step.source), 4, step.level);
              model.priority.set(step.source, step.level);
              break;
            case 'threshold':
              plic.store(THRESHOLD(step.context), 4, step.level);
              model.threshold.set(step.context, step.level);
              break;
            case 'enable': {
              const offset = ENABLES(step.context, step.source);
              const bit = 1 << (step.source & 31);
              const old = plic.load(offset, 4) ?? 0;
              plic.store(offset, 4, step.on ? old | bit : old & ~bit);
              if (step.on) model.enabled.add(`${step.context} ${step.source}`);
              else model.enabled.delete(`${step.context} ${step.source}`);
              break;
            }
            case 'claim':
              expect(plic.load(CLAIM(step.context), 4)).toBe(model.claim(step.context));
              break;
            case 'complete':
              plic.store(CLAIM(step.context), 4, step.source);
              model.complete(step.context, step.source);
              break;
          }
          for (let c = 0; c < CONTEXTS; c++) expect(plic.externalPending(c)).toBe(model.interrupts(c));
        }
      }),
      { numRuns: 300 },
    );
  });
});
