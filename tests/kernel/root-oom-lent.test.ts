/** Requests that wait at the root, and what is lent to others: what a pass for them needs, whom it kills, and that it ends. */
import { describe, expect, it } from 'vitest';
import type { Script as KernelScript, Startup } from '../../kernel/index.js';
import { ROOT_OOM_ANSWER, VMO_OPTIONS } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type RunOptions, type Scene } from './booted.js';
import { eat, endingOf, type Hungry, hungry, oomWait, type Told } from './hungry.js';
import { processFields } from './information.js';
import { scratch } from './packets.js';
import { recordsOfType } from './records.js';
import { ask, Listener, setWait } from './shortage/shortages.js';

const { OUT_OF_MEMORY, NONE } = EXIT_REASON;
/** 512 frames, and no quota beyond them. */
const PLAIN: RunOptions = { memoryBytes: 2 << 20 };

/** An allocator with so many pages of the root's. */
function* lend(scene: Scene, pages: number): Script<number> {
  const { status, child } = yield* sys.allocator_create(scene.allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  return child;
}

/** Waits for so many pages of the root; the status. */
function* want(scene: Scene, pages: number): Script<number> {
  yield* setWait(scene, scene.thread, FOREVER);
  const { status, child } = yield* sys.allocator_create(scene.allocator, pages * PAGE_BYTES);
  if (status === 0) yield* sys.handle_close(child);
  return status;
}

function* rest(scene: Scene): Script {
  yield* sys.thread_sleep(scene.system.time + 100_000);
}

const endings = (scene: Scene, ...all: readonly Hungry[]): number[] => all.map((one) => endingOf(scene, one));

/** A monitor that kills whom `choose` names, or, for 0, says that there are frames; and what it was told. */
function choosing(choose: (told: Told) => number): { told: Told[]; monitor: (startup: Startup) => KernelScript } {
  const told: Told[] = [];
  return {
    told,
    *monitor(startup) {
      let koid = 0;
      for (;;) {
        const { KILL, FREED, NONE: nothing } = ROOT_OOM_ANSWER;
        // An answer that was none, or that nobody waited for, is followed by no other.
        const isAsked = told.at(-1)?.status === 0;
        const answer = !isAsked ? nothing : koid === 0 ? FREED : KILL;
        const news = yield* oomWait(startup, answer, koid, 32);
        told.push(news);
        koid = choose(news);
      }
    },
  };
}

const named = ({ tasks }: Told, name: string): number => tasks.find((task) => task.name === name)?.process ?? 0;

describe('a request that waits at the root', () => {
  it('for more than the root has not lent fails, and nobody dies for it: what is lent does not come back that way', () => {
    const { told, monitor } = choosing((news) => named(news, 'hungry'));
    const { system } = expectSuccess(
      function* (scene) {
        const child = yield* lend(scene, 300);
        const borrower = yield* hungry({ ...scene, allocator: child }, eat(250));
        const other = yield* hungry(scene, eat(20));
        yield* rest(scene);
        expectStatus(yield* want(scene, 250), 'NO_MEMORY');
        expect(endings(scene, borrower, other)).toEqual([NONE, NONE]);
      },
      { ...PLAIN, monitor },
    );
    expect(told).toEqual([]);
    expect(recordsOfType(system, 'root_oom')).toEqual([]);
  });

  it('has those killed who have something of the root’s, not larger ones who live on what was lent', () => {
    const { system } = expectSuccess(function* (scene) {
      const child = yield* lend(scene, 300);
      const borrower = yield* hungry({ ...scene, allocator: child }, eat(250));
      const [one, two] = [yield* hungry(scene, eat(60)), yield* hungry(scene, eat(40))];
      yield* rest(scene);
      expectStatus(yield* want(scene, 130), 'OK');
      expect(endings(scene, borrower, one, two)).toEqual([NONE, OUT_OF_MEMORY, NONE]);
    }, PLAIN);
    expect(recordsOfType(system, 'root_oom').map(({ fields }) => fields.wanted)).toEqual([131]);
  });

  it('fails when nobody is left who has anything of the root’s: the machine goes on', () => {
    const { system } = expectSuccess(function* (scene) {
      const child = yield* lend(scene, 200);
      const borrower = yield* hungry({ ...scene, allocator: child }, eat(150));
      // Nobody who is killed has this: the first process is spared here, as the console's.
      const { kernel } = scene.system;
      kernel.consoleKoid = kernel.state.processes.koid[kernel.bootProcess];
      const { vmo } = yield* sys.vmo_create(scene.allocator, 100 * PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 100 * PAGE_BYTES)).status, 'OK');
      const other = yield* hungry(scene, eat(30));
      yield* rest(scene);
      expectStatus(yield* want(scene, 250), 'NO_MEMORY');
      expect(endings(scene, borrower, other)).toEqual([NONE, OUT_OF_MEMORY]);
      expectStatus(yield* want(scene, 250), 'NO_MEMORY');
    }, PLAIN);
    const outcomes = recordsOfType(system, 'root_oom_ended').map(({ fields }) => fields.outcome);
    // A victim, then nobody; and the second time nobody at once.
    expect(outcomes).toEqual([2, 5, 5]);
  });

  it.each([
    ['too small a victim', 'small'],
    ['one that lives on what was lent', 'borrower'],
    ['nobody, and says that there are frames', ''],
  ])('has the monitor asked once, whom it may name as it likes: %s', (_what, name) => {
    const { told, monitor } = choosing((news) => named(news, name));
    expectSuccess(
      function* (scene) {
        const child = yield* lend(scene, 150);
        const borrower = yield* hungry({ ...scene, allocator: child }, eat(120), { name: 'borrower' });
        const small = yield* hungry(scene, eat(4), { name: 'small' });
        const many: Hungry[] = [];
        for (const pages of [30, 35, 40]) many.push(yield* hungry(scene, eat(pages), { name: 'other' }));
        yield* rest(scene);
        expectStatus(yield* want(scene, 190), 'OK');
        expect(told.map(({ status, wanted, tasks }) => [status, wanted, tasks.length])).toEqual([[0, 191, 6]]);
        // What is free at the root, not in the machine.
        expect(told[0].free).toBeLessThan(191);
        expect(endings(scene, borrower)).toEqual([name === 'borrower' ? OUT_OF_MEMORY : NONE]);
        expect(endings(scene, small, ...many).filter((ending) => ending === OUT_OF_MEMORY).length).toBeGreaterThan(0);
      },
      { ...PLAIN, monitor },
    );
  });

  it('is served by quota that its borrower alone holds and does not use: it comes back with the borrower', () => {
    expectSuccess(function* (scene) {
      const holder = yield* ask(scene, scene.allocator, 200, 0);
      const large = yield* hungry(scene, eat(50));
      yield* rest(scene);
      expectStatus(holder.status ?? 1, 'OK');
      expect(yield* want(scene, 200)).toBe(0);
      expect(endings(scene, large)).toEqual([NONE]);
    }, PLAIN);
  });

  it('is served with what shrinkers give, and nobody dies', () => {
    const { system } = expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 200 * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
      yield* sys.vmo_pin(vmo);
      expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 200 * PAGE_BYTES)).status, 'OK');
      yield* sys.vmo_unpin(vmo);
      const one = yield* hungry(scene, eat(40));
      yield* rest(scene);
      expectStatus(yield* want(scene, 300), 'OK');
      expect((yield* sys.vmo_pin(vmo)).discards).toBe(1);
      expect(endings(scene, one)).toEqual([NONE]);
    }, PLAIN);
    expect(recordsOfType(system, 'root_oom_ended').map(({ fields }) => fields.outcome)).toEqual([0]);
  });

  it('is over with the one that asked: what waits behind it is the next to be asked for', () => {
    const { told, monitor } = choosing((news) => (told.length === 1 ? news.tasks[2].process : named(news, 'hungry')));
    expectSuccess(
      function* (scene) {
        const large = yield* hungry(scene, eat(180));
        const listener = yield* Listener.make(scene, scene.allocator);
        const [first, second] = [
          yield* ask(scene, scene.allocator, 300, FOREVER),
          yield* ask(scene, scene.allocator, 250, FOREVER),
        ];
        yield* rest(scene);
        expect([first.status, second.status]).toEqual([undefined, undefined]);
        yield* sys.handle_close(listener.pool);
        yield* rest(scene);
        expect(told.map(({ wanted }) => wanted)).toEqual([301, 251]);
        expect([first.status, second.status]).toEqual([undefined, 0]);
        expect((yield* processFields(first.process, scratch(scene))).exit_reason).toBe(OUT_OF_MEMORY);
        expect(endings(scene, large)).toEqual([OUT_OF_MEMORY]);
      },
      { ...PLAIN, monitor },
    );
  });
});
