/** Interrupts: kernel.md "Interrupts"; one object a line, handlers that owe answers, observers that do not. */
import { describe, expect, it } from 'vitest';
import { POOL_KIND, PROTECTION } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { FOREVER, LIMITS } from '../../syscalls/limits.js';
import { EVENT, INTERRUPT_OPTIONS, LISTEN, SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import {
  answer,
  LINE,
  lower,
  makeInterrupt,
  OTHER_LINE,
  observe,
  PoolHandler,
  pulse,
  raise,
  settle,
  waitForInterrupt,
} from './drivers.js';
import { expectFlags, listen, makePool, packetAt, scratch, takeAll } from './packets.js';
import { recordsOf } from './records.js';

const { HANDLED, NOT_MINE } = VERDICT;
const { EDGE } = INTERRUPT_OPTIONS;

describe('an interrupt line', () => {
  it('has one object at a time, and another when that is gone', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      expectStatus((yield* sys.interrupt_create(scene.resource, LINE, 0, 0)).status, 'ALREADY_BOUND');
      yield* makeInterrupt(scene, OTHER_LINE);
      yield* sys.handle_close(interrupt);
      yield* makeInterrupt(scene);
    });
  });

  it.each([
    ['no line', 0, 0, 0, 'INVALID_ARGS'],
    ['a line that no controller has', LIMITS.interruptLines + 1, 0, 0, 'OUT_OF_RANGE'],
    ['an unknown option', LINE, 2, 0, 'INVALID_ARGS'],
    ['a time before it begins', LINE, 0, -1, 'OUT_OF_RANGE'],
  ] as const)('does not come with %s', (_what, line, options, time, status) => {
    expectSuccess(function* (scene) {
      expectStatus((yield* sys.interrupt_create(scene.resource, line, options, time)).status, status);
    });
  });

  it('belongs to who has the right to hardware, and to nobody else', () => {
    expectSuccess(function* (scene) {
      expectStatus((yield* sys.interrupt_create(scene.allocator, LINE, 0, 0)).status, 'WRONG_TYPE');
      const { copy } = yield* sys.handle_duplicate(scene.resource, ALL_RIGHTS & ~RIGHTS.MANAGE);
      expectStatus((yield* sys.interrupt_create(copy, LINE, 0, 0)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.device_create(copy, 0x1000_0000, 4096)).status, 'ACCESS_DENIED');
    });
  });

  it('that nobody has made an object of disturbs nobody, and is heard when somebody does', () => {
    expectSuccess(function* (scene) {
      yield* raise(scene);
      yield* lower(scene);
      const handler = yield* PoolHandler.make(scene, yield* makeInterrupt(scene));
      yield* settle();
      expect(yield* handler.taken()).toHaveLength(1);
    });
  });
});

it('a spurious interrupt, of which the controller knows nothing, is a record and nothing else', () => {
  const { system } = runScript(
    function* (scene) {
      yield* PoolHandler.make(scene, yield* makeInterrupt(scene));
      for (;;) yield* sys.clock_get(0);
    },
    { maxInstructions: 100 },
  );
  const before = system.records;
  // No device of the board makes one; a hart's wire could.
  (system as unknown as { readonly stepper: { takeInterrupt(): void } }).stepper.takeInterrupt();
  const [trap, ...more] = recordsOf(system).slice(before);
  expect(more).toEqual([]);
  expect([trap.type, trap.fields.cause, trap.fields.value]).toEqual(['trap', 0x8000_000b | 0, 0]);
});

describe('a handler', () => {
  it('that is a thread is told of the line, with a token for its answer', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      scene.system.raiseInterrupt(LINE);
      const { status } = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, scratch(scene));
      expectStatus(status, 'OK');
      const { data, type, count } = yield* packetAt(scratch(scene));
      expect([type, count, data[1]]).toEqual([EVENT.INTERRUPT, 1, LINE]);
      expect(data[0]).toBeGreaterThan(0);
      yield* answer(interrupt, data[0]);
    });
  });

  it('that is a pool is told by a packet, and its registration is the token', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* raise(scene);
      const [packet, ...more] = yield* handler.taken();
      expect(more).toEqual([]);
      expect(packet).toMatchObject({ type: EVENT.INTERRUPT, status: 0, count: 1 });
      expect(packet.data.slice(0, 2)).toEqual([handler.registration, LINE]);
      expectFlags(packet, 'MORE');
      yield* handler.answer();
    });
  });

  it.each([
    ['a thread', false],
    ['a pool', true],
  ])(
    'that comes later, %s, is told of the interrupt that stayed pending for it, also if the wire is low by then',
    (_, isPool) => {
      expectSuccess(function* (scene) {
        const interrupt = yield* makeInterrupt(scene);
        yield* pulse(scene);
        if (isPool) {
          const handler = yield* PoolHandler.make(scene, interrupt);
          expect(yield* handler.taken()).toHaveLength(1);
          yield* handler.answer(NOT_MINE);
          expect(yield* handler.taken()).toEqual([]);
        } else {
          yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt), NOT_MINE);
          const again = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, SEEN_NOW, 0, scratch(scene));
          expectStatus(again.status, 'TIMED_OUT');
        }
      });
    },
  );

  it('that polls takes what is pending, and waits for nothing', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const poll = () => sys.event_wait(interrupt, SOURCE.INTERRUPT, SEEN_NOW, 0, scratch(scene));
      expectStatus((yield* poll()).status, 'TIMED_OUT');
      yield* pulse(scene);
      expectStatus((yield* poll()).status, 'OK');
      yield* answer(interrupt, (yield* packetAt(scratch(scene))).data[0]);
      expectStatus((yield* poll()).status, 'TIMED_OUT');
    });
  });

  it('that waits for several takes the one that is pending', () => {
    expectSuccess(function* (scene) {
      const lines = [LINE, OTHER_LINE, 95, 1];
      const interrupts: number[] = [];
      for (const line of lines) interrupts.push(yield* makeInterrupt(scene, line));
      const items = Int32Array.from(interrupts.flatMap((interrupt) => [interrupt, SOURCE.INTERRUPT, SEEN_NOW]));
      yield* store(scratch(scene, 1), new Uint8Array(items.buffer));
      const wait = (deadline: number) => sys.event_wait_many(scratch(scene, 1), lines.length, deadline, scratch(scene));
      expectStatus((yield* wait(0)).status, 'TIMED_OUT');
      yield* pulse(scene, 95);
      for (const [line, deadline] of [
        [2, 0],
        [1, FOREVER],
      ]) {
        if (line === 1) scene.system.raiseInterrupt(OTHER_LINE);
        const { status, index } = yield* wait(deadline);
        expect([statusName(status), index]).toEqual(['OK', line]);
        const { data } = yield* packetAt(scratch(scene));
        expect(data[1]).toBe(lines[line]);
        expectStatus((yield* sys.event_resolve(interrupts[0], data[0], HANDLED)).status, 'NOT_FOUND');
        yield* answer(interrupts[line], data[0]);
      }
    });
  });

  it('needs the right to answer; an observer does not', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const pool = yield* makePool(scene);
      const { copy } = yield* sys.handle_duplicate(interrupt, ALL_RIGHTS & ~RIGHTS.ACK);
      const items = Int32Array.of(copy, SOURCE.INTERRUPT, 0);
      yield* store(scratch(scene, 1), new Uint8Array(items.buffer));
      const denied = [
        yield* sys.event_wait(copy, SOURCE.INTERRUPT, 0, FOREVER, scratch(scene)),
        yield* sys.event_wait_many(scratch(scene, 1), 1, FOREVER, scratch(scene)),
        yield* sys.event_listen(copy, SOURCE.INTERRUPT, pool, 0, 0),
        yield* sys.event_resolve(copy, 1, HANDLED),
      ];
      expect(denied.map(({ status }) => statusName(status))).toEqual(Array(4).fill('ACCESS_DENIED'));
      yield* listen(copy, SOURCE.INTERRUPT_OBSERVED, pool);
      const poll = yield* sys.event_wait(copy, SOURCE.INTERRUPT_OBSERVED, 0, 0, scratch(scene));
      expectStatus(poll.status, 'TIMED_OUT');
    });
  });

  it('that owes an answer cannot wait for an interrupt, but for anything else', () => {
    expectSuccess(function* (scene) {
      const [one, other] = [yield* makeInterrupt(scene), yield* makeInterrupt(scene, OTHER_LINE)];
      scene.system.raiseInterrupt(LINE);
      const token = yield* waitForInterrupt(scene, one);
      for (const interrupt of [one, other]) {
        const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, scratch(scene));
        expectStatus(wait.status, 'BAD_STATE');
      }
      yield* sys.thread_sleep(1000);
      const observed = yield* sys.event_wait(other, SOURCE.INTERRUPT_OBSERVED, 0, 2000, scratch(scene));
      expectStatus(observed.status, 'TIMED_OUT');
      yield* answer(one, token);
    });
  });

  it('that learns of an interrupt which others handle owes nothing, and has token 0', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* pulse(scene);
      const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, 0, scratch(scene));
      expect([statusName(wait.status), wait.generation]).toEqual(['OK', 1]);
      expect((yield* packetAt(scratch(scene))).data.slice(0, 2)).toEqual([0, LINE]);
      expectStatus((yield* sys.event_resolve(interrupt, 0, HANDLED)).status, 'NOT_FOUND');
      yield* handler.answer();
    });
  });
});

it('a thread whose buffer went while it waited is told nothing and owes nothing: the interrupt stays pending', () => {
  expectSuccess(function* (scene) {
    const interrupt = yield* makeInterrupt(scene);
    const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
    const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, 4096, PROTECTION.READ | PROTECTION.WRITE, 0);
    const statuses: string[] = [];
    yield* spawn(
      scene,
      'careless',
      function* () {
        const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, addr);
        statuses.push(statusName(wait.status));
      },
      20,
    );
    expectStatus((yield* sys.vmar_unmap(scene.vmar, addr, 4096)).status, 'OK');
    expectStatus((yield* sys.interrupt_trigger(interrupt)).status, 'OK');
    expect(statuses).toEqual(['INVALID_ARGS']);
    const { owed, latched } = scene.system.state.interrupts;
    expect([owed[0], latched[0]]).toEqual([0, 1]);
    yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
  });
});

describe('a line is masked', () => {
  it('until the handler has answered; a level that is still high is delivered again then', () => {
    expectSuccess(function* (scene) {
      const handler = yield* PoolHandler.make(scene, yield* makeInterrupt(scene));
      yield* raise(scene);
      for (let turn = 0; turn < 3; turn++) {
        expect(yield* handler.taken()).toHaveLength(1);
        yield* settle();
        expect(yield* handler.taken()).toEqual([]);
        yield* handler.answer();
      }
      yield* lower(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
      yield* settle();
      expect(yield* handler.taken()).toEqual([]);
    });
  });

  it('until every handler that was told has answered, in whatever order', () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      expectSuccess(function* (scene) {
        const interrupt = yield* makeInterrupt(scene);
        const pools = [yield* PoolHandler.make(scene, interrupt), yield* PoolHandler.make(scene, interrupt)];
        const tokens = pools.map(({ registration }) => registration);
        yield* spawn(
          scene,
          'thread',
          function* () {
            tokens.push(yield* waitForInterrupt(scene, interrupt));
            yield* sys.thread_sleep(FOREVER);
          },
          20,
        );
        yield* raise(scene);
        expect(new Set(tokens).size).toBe(3);
        for (const pool of pools) expect(yield* pool.taken()).toHaveLength(1);
        for (const [turn, handler] of order.entries()) {
          yield* settle();
          expect(yield* pools[0].taken()).toEqual([]);
          yield* answer(interrupt, tokens[handler], turn === 1 ? HANDLED : NOT_MINE);
        }
        yield* settle();
        for (const pool of pools) expect(yield* pool.taken()).toHaveLength(1);
        yield* sys.process_exit(0);
      });
    }
  });

  it('and an answer counts once, only from who owes it, only at its own interrupt', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const other = yield* makeInterrupt(scene, OTHER_LINE);
      const handler = yield* PoolHandler.make(scene, interrupt);
      const idle = yield* PoolHandler.make(scene, other);
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, HANDLED)).status, 'NOT_FOUND');
      yield* pulse(scene);
      for (const [h, token] of [
        [other, handler.registration],
        [interrupt, idle.registration],
        [interrupt, 0],
        [interrupt, 0xffff_ffff],
      ])
        expectStatus((yield* sys.event_resolve(h, token, HANDLED)).status, 'NOT_FOUND');
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, 2)).status, 'INVALID_ARGS');
      yield* handler.answer();
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, HANDLED)).status, 'NOT_FOUND');
    });
  });

  it('and who begins to listen meanwhile is told of the next, and owes nothing for this one', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const first = yield* PoolHandler.make(scene, interrupt);
      yield* raise(scene);
      const second = yield* PoolHandler.make(scene, interrupt);
      expect(yield* second.taken()).toEqual([]);
      yield* first.answer();
      yield* settle();
      expect(yield* second.taken()).toHaveLength(1);
      // Its first packet was never taken, so this one went into it.
      expect((yield* first.taken()).map(({ count }) => count)).toEqual([2]);
    });
  });
});

describe('an edge', () => {
  it('is delivered once, however long the wire stays high', () => {
    expectSuccess(function* (scene) {
      const handler = yield* PoolHandler.make(scene, yield* makeInterrupt(scene, LINE, EDGE));
      yield* raise(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
      yield* settle();
      expect(yield* handler.taken()).toEqual([]);
    });
  });

  it('27: that comes while the line is masked is delivered when it opens, and of several one', () => {
    expectSuccess(function* (scene) {
      const handler = yield* PoolHandler.make(scene, yield* makeInterrupt(scene, LINE, EDGE));
      for (let edges = 0; edges < 3; edges++) {
        yield* pulse(scene);
        expect(yield* handler.taken()).toHaveLength(1);
        for (let i = 0; i < edges; i++) yield* pulse(scene);
        expect(yield* handler.taken()).toEqual([]);
        yield* handler.answer();
        yield* settle();
        expect(yield* handler.taken()).toHaveLength(edges > 0 ? 1 : 0);
        if (edges > 0) yield* handler.answer();
      }
    });
  });

  it('stays pending for the first handler, and another behind it', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene, LINE, EDGE);
      for (let i = 0; i < 4; i++) yield* pulse(scene);
      for (let i = 0; i < 2; i++) yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
      const third = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, SEEN_NOW, 0, scratch(scene));
      expectStatus(third.status, 'TIMED_OUT');
    });
  });
});

describe('29: the line opens in the same step', () => {
  /** Lets a handler of a line that stays high end in some way; a pool that came meanwhile is told at once. */
  function opens(end: (scene: Scene, interrupt: number) => CallScript<void>): void {
    const { system } = expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      yield* end(scene, interrupt);
      yield* settle();
      const next = yield* PoolHandler.make(scene, interrupt);
      expect(yield* next.taken()).toHaveLength(1);
      yield* lower(scene);
    });
    expect(system.state.interrupts.live).toBe(0);
  }

  it('in which the thread dies that was told', () => {
    opens(function* (scene, interrupt) {
      const thread = yield* spawn(
        scene,
        'driver',
        function* () {
          yield* waitForInterrupt(scene, interrupt);
          yield* sys.thread_sleep(FOREVER);
        },
        20,
      );
      yield* raise(scene);
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      expect(scene.system.state.interrupts.owed[0]).toBe(0);
    });
  });

  it('in which the pool goes that was told', () => {
    opens(function* (scene, interrupt) {
      const { pool } = yield* PoolHandler.make(scene, interrupt);
      yield* raise(scene);
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      expectStatus((yield* sys.handle_close(pool)).status, 'OK');
      expect(scene.system.state.interrupts.owed[0]).toBe(0);
    });
  });

  it('in which the pool goes whose packet was taken, and whose registration was for one event', () => {
    opens(function* (scene, interrupt) {
      const handler = yield* PoolHandler.make(scene, interrupt, 0);
      yield* raise(scene);
      expectFlags((yield* handler.taken())[0], '');
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      expectStatus((yield* sys.handle_close(handler.pool)).status, 'OK');
      expect(scene.system.state.interrupts.owed[0]).toBe(0);
    });
  });

  it.each([
    ['with its packet', false],
    ['whose packet was taken', true],
  ])('in which a registration is cancelled %s', (_, isTaken) => {
    opens(function* (scene, interrupt) {
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* raise(scene);
      if (isTaken) expect(yield* handler.taken()).toHaveLength(1);
      expectStatus((yield* sys.event_cancel(handler.pool, handler.registration)).status, 'OK');
      expect(scene.system.state.interrupts.owed[0]).toBe(0);
      expect(yield* handler.taken()).toEqual([]);
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, HANDLED)).status, 'NOT_FOUND');
    });
  });

  it('but 15: one for a single event that was taken cannot be cancelled, and its answer is still owed', () => {
    opens(function* (scene, interrupt) {
      const handler = yield* PoolHandler.make(scene, interrupt, 0);
      yield* raise(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      expectStatus((yield* sys.event_cancel(handler.pool, handler.registration)).status, 'NOT_FOUND');
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      yield* handler.answer();
      expect(scene.system.state.registrations.live).toBe(1);
    });
  });
});

describe('the time for answers', () => {
  it("opens the line when it is over, and a late answer is nobody's", () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene, LINE, 0, 1000);
      const handler = yield* PoolHandler.make(scene, interrupt);
      yield* pulse(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      const { time } = yield* sys.clock_get(0);
      yield* sys.thread_sleep(time + 900);
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      yield* sys.thread_sleep(time + 1000);
      expect(scene.system.state.interrupts.owed[0]).toBe(0);
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, HANDLED)).status, 'NOT_FOUND');
      yield* pulse(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
    });
  });

  it('is that of all handlers together, ends with the last answer, and begins anew with each delivery', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene, LINE, 0, 1000);
      const handlers = [yield* PoolHandler.make(scene, interrupt), yield* PoolHandler.make(scene, interrupt)];
      yield* raise(scene);
      const first = scene.system.state.interrupts.deadline[0];
      yield* handlers[0].answer();
      expect(scene.system.state.interrupts.deadline[0]).toBe(first);
      yield* handlers[1].answer();
      yield* settle();
      expect(scene.system.state.interrupts.deadline[0]).toBeGreaterThan(first);
      yield* lower(scene);
      for (const handler of handlers) yield* handler.answer();
      expect(scene.system.state.deadlineCount).toBe(0);
    });
  });

  it('lets a line that stays high come again and again, also on an idle machine, and a run still has a limit', () => {
    const ran = runScript(
      function* (scene) {
        yield* PoolHandler.make(scene, yield* makeInterrupt(scene, LINE, 0, 1));
        scene.system.raiseInterrupt(LINE);
        yield* sys.thread_sleep(FOREVER);
      },
      { maxInstructions: 300 },
    );
    expect(ran.outcome).toEqual({ kind: 'limit' });
    expect(ran.system.state.sources.generation[ran.system.state.interrupts.source[0]]).toBeGreaterThan(100);
  });
});

describe('observers', () => {
  it('hear of what handlers are told, owe nothing, and hear of nothing before there is a handler', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const heard = yield* observe(scene, interrupt);
      const heardToo = yield* observe(scene, interrupt);
      yield* raise(scene);
      expect(yield* heard()).toEqual([]);
      const handler = yield* PoolHandler.make(scene, interrupt);
      for (const each of [heard, heardToo]) {
        const [packet, ...more] = yield* each();
        expect(more).toEqual([]);
        expect(packet).toMatchObject({ type: EVENT.INTERRUPT_OBSERVED, status: 0, data: [0, LINE, 0, 0, 0] });
      }
      expect(scene.system.state.interrupts.owed[0]).toBe(1);
      yield* lower(scene);
      yield* handler.answer();
    });
  });

  it("are told when an interrupt was nobody's a hundred times in a row: then the line stays masked", () => {
    expectSuccess(
      function* (scene) {
        const interrupt = yield* makeInterrupt(scene);
        const [one, other] = [yield* PoolHandler.make(scene, interrupt), yield* PoolHandler.make(scene, interrupt)];
        const turns = function* (count: number, verdict: number): CallScript<void> {
          for (let turn = 0; turn < count; turn++) {
            yield* settle();
            expect(yield* one.taken()).toHaveLength(1);
            yield* one.answer(NOT_MINE);
            yield* other.answer(verdict);
          }
        };
        scene.system.raiseInterrupt(LINE);
        yield* turns(LIMITS.unclaimedInterrupts - 1, NOT_MINE);
        yield* turns(1, HANDLED);
        yield* turns(LIMITS.unclaimedInterrupts - 1, NOT_MINE);
        const heard = yield* observe(scene, interrupt);
        yield* turns(1, NOT_MINE);
        const [told] = yield* heard();
        expect([statusName(told.status), told.data[1]]).toEqual(['BAD_STATE', LINE]);
        yield* settle();
        expect(yield* one.taken()).toEqual([]);
        const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, scratch(scene));
        expectStatus(wait.status, 'BAD_STATE');
        const registered = yield* sys.event_listen(interrupt, SOURCE.INTERRUPT, one.pool, 0, 0);
        expectStatus(registered.status, 'BAD_STATE');
        yield* sys.handle_close(interrupt);
        const next = yield* PoolHandler.make(scene, yield* makeInterrupt(scene));
        yield* settle();
        expect(yield* next.taken()).toHaveLength(1);
      },
      { maxInstructions: 100_000, checked: false },
    );
  });
});

describe('interrupt_trigger', () => {
  it('tells the handlers as a line does, and they owe an answer', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      expectStatus((yield* sys.interrupt_trigger(interrupt)).status, 'OK');
      expect((yield* handler.taken())[0].data.slice(0, 2)).toEqual([handler.registration, LINE]);
      yield* handler.answer();
      expect(yield* handler.taken()).toEqual([]);
    });
  });

  it.each([
    ['level', 0],
    ['edge', EDGE],
  ])('is remembered once on a masked %s line, and once where there is no handler', (_, options) => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene, LINE, options);
      for (let i = 0; i < 3; i++) yield* sys.interrupt_trigger(interrupt);
      const handler = yield* PoolHandler.make(scene, interrupt);
      expect(yield* handler.taken()).toHaveLength(1);
      for (let i = 0; i < 3; i++) yield* sys.interrupt_trigger(interrupt);
      expect(yield* handler.taken()).toEqual([]);
      yield* handler.answer();
      expect(yield* handler.taken()).toHaveLength(1);
      yield* handler.answer();
      expect(yield* handler.taken()).toEqual([]);
    });
  });

  it('masks the line itself: what comes by the wire meanwhile waits for the answer', () => {
    for (const options of [0, EDGE]) {
      expectSuccess(function* (scene) {
        const interrupt = yield* makeInterrupt(scene, LINE, options);
        const handler = yield* PoolHandler.make(scene, interrupt);
        yield* sys.interrupt_trigger(interrupt);
        expect(yield* handler.taken()).toHaveLength(1);
        yield* raise(scene);
        expect(yield* handler.taken()).toEqual([]);
        yield* handler.answer();
        yield* settle();
        expect(yield* handler.taken()).toHaveLength(1);
        yield* lower(scene);
        yield* handler.answer();
        yield* settle();
        expect(yield* handler.taken()).toEqual([]);
      });
    }
  });

  it('takes the right SIGNAL', () => {
    expectSuccess(function* (scene) {
      const { copy } = yield* sys.handle_duplicate(yield* makeInterrupt(scene), ALL_RIGHTS & ~RIGHTS.SIGNAL);
      expectStatus((yield* sys.interrupt_trigger(copy)).status, 'ACCESS_DENIED');
    });
  });
});

describe('an interrupt that goes', () => {
  it('ends waits, tells pools with a last packet, and makes answers void', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const handler = yield* PoolHandler.make(scene, interrupt);
      const once = yield* PoolHandler.make(scene, interrupt, 0);
      const heard = yield* observe(scene, interrupt);
      yield* raise(scene);
      expect(yield* handler.taken()).toHaveLength(1);
      expect(yield* once.taken()).toHaveLength(1);
      expect(yield* heard()).toHaveLength(1);
      const statuses: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, SEEN_NOW, FOREVER, scratch(scene, 1));
          statuses.push(statusName(wait.status));
        },
        20,
      );
      expectStatus((yield* sys.handle_close(interrupt)).status, 'OK');
      expect(statuses).toEqual(['CANCELED']);
      for (const packets of [yield* handler.taken(), yield* heard()]) {
        expect(packets.map(({ status }) => statusName(status))).toEqual(['CANCELED']);
        expectFlags(packets[0], 'ERROR|LAST');
      }
      expect(yield* once.taken()).toEqual([]);
      expect(scene.system.state.interrupts.live).toBe(0);
      expectStatus((yield* sys.event_resolve(interrupt, handler.registration, HANDLED)).status, 'BAD_HANDLE');
    });
  });

  it('leaves nothing behind: the next object of the line hears of a level that is high', () => {
    expectSuccess(function* (scene) {
      for (let turn = 0; turn < 3; turn++) {
        const interrupt = yield* makeInterrupt(scene, LINE, 0, 1000);
        const handler = yield* PoolHandler.make(scene, interrupt);
        if (turn === 0) yield* raise(scene);
        yield* settle();
        expect(yield* handler.taken()).toHaveLength(1);
        yield* sys.handle_close(interrupt);
        yield* sys.handle_close(handler.pool);
        expect(scene.system.state.deadlineCount).toBe(0);
      }
    });
  });

  it('28: leaves no line silent: one that was for edges and stays high interrupts the next object, which is for a level', () => {
    expectSuccess(function* (scene) {
      const edges = yield* makeInterrupt(scene, LINE, EDGE);
      yield* raise(scene);
      yield* answer(edges, yield* waitForInterrupt(scene, edges));
      yield* sys.handle_close(edges);
      const handler = yield* PoolHandler.make(scene, yield* makeInterrupt(scene));
      yield* settle();
      expect(yield* handler.taken()).toHaveLength(1);
    });
  });

  it('goes with the process that had it', () => {
    const { system } = expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      yield* PoolHandler.make(scene, interrupt);
      yield* raise(scene);
    });
    expect([system.state.interrupts.live, system.state.lineInterrupt[LINE]]).toEqual([0, -1]);
  });
});

it('pools of every kind handle interrupts, and a thread that waits for packets gets them straight', () => {
  for (const kind of [POOL_KIND.FIXED, POOL_KIND.VARIABLE]) {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const pool = yield* makePool(scene, 4096, kind);
      yield* listen(interrupt, SOURCE.INTERRUPT, pool, 0, LISTEN.PERSISTENT);
      let handled = 0;
      yield* spawn(
        scene,
        'driver',
        function* () {
          for (;;) {
            expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status, 'OK');
            handled++;
            yield* answer(interrupt, (yield* packetAt(scratch(scene, 1))).data[0]);
          }
        },
        20,
      );
      for (let i = 0; i < 5; i++) yield* sys.interrupt_trigger(interrupt);
      expect(handled).toBe(5);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      yield* sys.process_exit(0);
    });
  }
});
