import { describe, expect, it } from 'vitest';
import { CHOICE, type ChoiceSource, System, seededChoices } from '../../kernel/index.js';
import { BOARD_CHOICE } from '../../machine/index.js';
import * as sys from '../../userland/script/calls.js';
import { type Ran, type RunOptions, runScript, spawn } from './booted.js';
import { recordsOfType } from './records.js';

/** Five threads of one priority that yield; the order in which they do so is the schedule. */
function race(options: RunOptions): Ran & { readonly order: string } {
  const order: string[] = [];
  const ran = runScript(
    function* (scene) {
      for (const name of ['a', 'b', 'c', 'd', 'e'])
        yield* spawn(scene, name, function* () {
          for (let i = 0; i < 10; i++) {
            order.push(name);
            if (i % 3 === 0) yield* sys.thread_yield();
            else yield* sys.clock_get(0);
          }
        });
    },
    { quantum: 5, ...options },
  );
  expect(ran.outcome).toEqual({ kind: 'exited', code: 0 });
  return { ...ran, order: order.join('') };
}

interface Pick {
  readonly kind: number;
  readonly count: number;
  readonly picked: number;
}

/** Remembers what another source picks. */
function remembering(source: ChoiceSource, picks: Pick[]): ChoiceSource {
  return {
    pick(kind, count) {
      const picked = source.pick(kind, count);
      picks.push({ kind, count, picked });
      return picked;
    },
  };
}

function replaying(picks: readonly Pick[]): ChoiceSource {
  let at = 0;
  return {
    pick(kind, count) {
      const pick = picks[at++];
      expect([kind, count]).toEqual([pick.kind, pick.count]);
      return pick.picked;
    },
  };
}

describe('choices', () => {
  it('43: the same seed is the same schedule, byte for byte; another seed is another', () => {
    const orders = new Set<string>();
    for (const seed of [0, 1, 2, 3, 0xffff_ffff]) {
      const [one, two] = [race({ seed }), race({ seed })];
      expect(two.order).toBe(one.order);
      expect(two.system.journalHash()).toBe(one.system.journalHash());
      orders.add(one.order);
    }
    expect(orders.size).toBe(5);
    expect(orders.has(race({}).order)).toBe(false);
  });

  it('a source is asked for every choice, and each answer is a record in order', () => {
    const picks: Pick[] = [];
    const { system } = race({ choices: remembering(seededChoices(7), picks) });
    const recorded = recordsOfType(system, 'choice').map(({ fields: { kind, count, picked } }) => ({
      kind,
      count,
      picked,
    }));
    expect(picks.length).toBeGreaterThan(50);
    expect(recorded).toEqual(picks);
    expect(new Set(picks.map(({ kind }) => kind))).toEqual(new Set([CHOICE.THREAD, CHOICE.QUANTUM]));
  });

  it('the board asks the same source, and each answer is a record', () => {
    const picks: Pick[] = [];
    const system = System.boot({
      name: 'idle',
      script: function* () {},
      choices: remembering(seededChoices(7), picks),
    });
    picks.length = 0;
    system.kernel.board.choices.choose(BOARD_CHOICE.ENTROPY, 256);
    system.kernel.board.choices.choose(BOARD_CHOICE.HART, 4);
    expect(picks.map(({ kind, count }) => [kind, count])).toEqual([
      [CHOICE.BOARD_ENTROPY, 256],
      [CHOICE.BOARD_HART, 4],
    ]);
    expect(
      recordsOfType(system, 'choice')
        .slice(-2)
        .map(({ fields: { picked } }) => picked),
    ).toEqual(picks.map(({ picked }) => picked));
  });

  it('43: the picks of one run, given to another, give the same journal', () => {
    const picks: Pick[] = [];
    const first = race({ choices: remembering(seededChoices(9), picks) });
    // Other picks are asked for where an allocation fails.
    const second = race({ choices: replaying(picks), playedOnce: 'the picks are those of the first run' });
    expect(second.order).toBe(first.order);
    expect(second.system.journalHash()).toBe(first.system.journalHash());
  });

  it('where there is one way only, nobody is asked', () => {
    const picks: Pick[] = [];
    runScript(
      function* () {
        yield* sys.thread_sleep(100);
      },
      { quantum: 1, choices: remembering(seededChoices(1), picks) },
    );
    expect(picks).toEqual([]);
  });

  it('0 for the thread and the whole quantum is what the plain policy does', () => {
    const plain = race({});
    const asked = race({ choices: { pick: (kind) => (kind === CHOICE.THREAD ? 0 : 5 - 1) } });
    expect(asked.order).toBe(plain.order);
    expect(recordsOfType(plain.system, 'choice')).toEqual([]);
  });

  it('quanta are from 1 to twice the plain one less 1', () => {
    const quanta = new Set<number>();
    for (const seed of [1, 2, 3, 4])
      for (const { time, fields } of recordsOfType(race({ seed }).system, 'thread_dispatched'))
        quanta.add(fields.quantum_end - time);
    expect([...quanta].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([-1, 5000, 0.5, Number.NaN])('a source that picks %d of fewer ways is refused, and told so', (picked) => {
    expect(() => race({ choices: { pick: () => picked } })).toThrow(/^a choice of \d+ ways got/);
  });

  it('a seed picks every way, evenly', () => {
    const source = seededChoices(3);
    const seen = Array.from({ length: 7 }, () => 0);
    for (let i = 0; i < 7000; i++) seen[source.pick(CHOICE.THREAD, 7)]++;
    for (const count of seen) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1150);
    }
  });
});
