/** A line and its handlers against a model of them that fits on a page: wires, triggers, answers and handlers in any order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INTERRUPT_OPTIONS, LISTEN, VERDICT } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import { expectStatus, expectSuccess } from './booted.js';
import { LINE, makeInterrupt, PoolHandler, settle } from './drivers.js';

type Step =
  | { readonly kind: 'raise' | 'lower' | 'trigger' }
  | { readonly kind: 'listen'; readonly persistent: boolean }
  | { readonly kind: 'answer' | 'cancel'; readonly handler: number };

/** What gateway, controller and kernel are to do, without any of the kernel's words. */
class Line {
  high = false;
  requested = false;
  claimed = false;
  edgeMeanwhile = false;
  latched = false;
  readonly owing = new Set<number>();
  /** By handler: how often it was told, and whether it listens on. */
  readonly told: number[] = [];
  readonly listens: boolean[] = [];
  readonly persistent: boolean[] = [];

  constructor(readonly edge: boolean) {}

  do(step: Step): void {
    switch (step.kind) {
      case 'raise':
        if (!this.high && this.claimed) this.edgeMeanwhile ||= this.edge;
        else if (!this.high) this.requested = true;
        this.high = true;
        break;
      case 'lower':
        this.high = false;
        break;
      case 'trigger':
        this.happen();
        break;
      case 'listen':
        this.told.push(0);
        this.listens.push(true);
        this.persistent.push(step.persistent);
        this.deliverLatched();
        break;
      case 'answer':
      case 'cancel':
        if (step.kind === 'cancel') this.listens[step.handler] = false;
        if (this.owing.delete(step.handler) && this.owing.size === 0) this.open();
        break;
    }
    while (this.requested && !this.claimed) {
      this.requested = false;
      this.claimed = true;
      if (this.owing.size === 0 || this.edge) this.happen();
    }
  }

  private happen(): void {
    this.latched = true;
    this.deliverLatched();
  }

  private deliverLatched(): void {
    if (!this.latched || this.owing.size > 0 || !this.listens.includes(true)) return;
    this.latched = false;
    for (const [handler, listens] of this.listens.entries()) {
      if (!listens) continue;
      this.told[handler]++;
      this.owing.add(handler);
      this.listens[handler] = this.persistent[handler];
    }
  }

  private open(): void {
    if (this.claimed) this.requested = this.edge ? this.edgeMeanwhile : this.high;
    this.claimed = false;
    this.edgeMeanwhile = false;
    this.deliverLatched();
  }
}

const handler = fc.nat({ max: 3 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constantFrom('raise' as const, 'lower' as const, 'trigger' as const) }),
    weight: 5,
  },
  { arbitrary: fc.record({ kind: fc.constant('answer' as const), handler }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('cancel' as const), handler }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant('listen' as const), persistent: fc.boolean() }), weight: 1 },
);

function agrees(edge: boolean, steps: readonly Step[]): void {
  const line = new Line(edge);
  expectSuccess(function* (scene) {
    const interrupt = yield* makeInterrupt(scene, LINE, edge ? INTERRUPT_OPTIONS.EDGE : 0);
    const handlers: PoolHandler[] = [];
    const counts: number[] = [];
    for (const step of steps) {
      if ('handler' in step && step.handler >= handlers.length) continue;
      const owed = 'handler' in step && line.owing.has(step.handler);
      const ended = 'handler' in step && !line.listens[step.handler];
      switch (step.kind) {
        case 'raise':
          scene.system.raiseInterrupt(LINE);
          break;
        case 'lower':
          scene.system.lowerInterrupt(LINE);
          break;
        case 'trigger':
          expectStatus((yield* sys.interrupt_trigger(interrupt)).status, 'OK');
          break;
        case 'listen':
          handlers.push(yield* PoolHandler.make(scene, interrupt, step.persistent ? LISTEN.PERSISTENT : 0));
          counts.push(0);
          break;
        case 'answer': {
          const { registration } = handlers[step.handler];
          const { status } = yield* sys.event_resolve(interrupt, registration, VERDICT.HANDLED);
          expectStatus(status, owed ? 'OK' : 'NOT_FOUND');
          break;
        }
        case 'cancel': {
          const { pool, registration } = handlers[step.handler];
          const { status } = yield* sys.event_cancel(pool, registration);
          expectStatus(status, ended ? 'NOT_FOUND' : 'OK');
          if (ended) continue;
          break;
        }
      }
      line.do(step);
      yield* settle();
      for (const [i, each] of handlers.entries()) for (const { count } of yield* each.taken()) counts[i] += count;
      const { interrupts } = scene.system.state;
      expect([counts, interrupts.owed[0], interrupts.latched[0], interrupts.claimed[0]]).toEqual([
        line.told,
        line.owing.size,
        Number(line.latched),
        Number(line.claimed),
      ]);
    }
  });
}

it.each([
  ['a level', false],
  ['edges', true],
])(
  '28, 27: a line for %s tells its handlers what the model of it does, whatever happens in whatever order',
  (_, edge) => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => agrees(edge, steps)),
      { numRuns: 60 },
    );
  },
);
