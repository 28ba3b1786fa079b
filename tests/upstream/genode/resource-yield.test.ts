/** What Genode's test of yielding resources asserts, told of ours. A name begins with the name of the test that it tells. */
import { describe, expect, it } from 'vitest';
import type { Script } from '../../../kernel/index.js';
import { SOURCE } from '../../../syscalls/calls.js';
import { EXIT_REASON } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE, SEEN_NOW, VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../../kernel/booted.js';
import type { MadeProcess } from '../../kernel/compiled.js';
import { allocatorFields } from '../../kernel/information.js';
import { packetAt } from '../../kernel/packets.js';
import { fields, makeAllocator, requestBack, setAnswerTime, wordOf } from '../../kernel/shortage/shortages.js';
import { expectNothingLost } from '../countfree.js';
import { ROOM, startChild, waitForEnd } from '../guests.js';

const SECOND = 1_000_000_000;
/** Theirs are of 1 MiB: ten of them fill the child, five are asked back. */
const CHUNK = 16 * PAGE_BYTES;
const ASKED = 5 * CHUNK;
const CHILD_PAGES = 160;
const ANSWER_TIME = SECOND / 10;
const OPTIONS_PAGE = ROOM + PAGE_BYTES;

/** What a child does that is asked for memory. */
type Answer = (child: Child, token: number, bytes: number) => CallScript<void>;

/** The child: it takes a chunk every half second while there is room for one, and gives chunks back when it is asked to. */
class Child {
  private readonly chunks: number[] = [];
  asked = 0;

  constructor(
    readonly allocator: number,
    private readonly answer: Answer,
  ) {}

  /** One thread does both: it waits to be asked until it is time for the next chunk. */
  *run(now: () => number): Script {
    for (;;) {
      const next = now() + SECOND / 2;
      yield* this.grow();
      for (;;) {
        const { status } = yield* sys.event_wait(this.allocator, SOURCE.MEMORY, SEEN_NOW, next, OPTIONS_PAGE);
        if (status !== 0) break;
        const { token, state, wanted } = wordOf(yield* packetAt(OPTIONS_PAGE));
        if (state !== MEMORY_STATE.PRESSURE) continue;
        this.asked++;
        yield* this.answer(this, token, wanted);
      }
    }
  }

  private *grow(): CallScript<void> {
    const { quota, used, children } = yield* allocatorFields(this.allocator, ROOM);
    if (quota - used - children < CHUNK + PAGE_BYTES) return;
    const { vmo } = yield* sys.vmo_create(this.allocator, CHUNK);
    for (let at = 0; at < CHUNK; at += PAGE_BYTES)
      expectStatus((yield* sys.vmo_write(vmo, at, ROOM, PAGE_BYTES)).status, 'OK');
    this.chunks.push(vmo);
  }

  /** Gives chunks back until it is as much as was asked for. */
  *shrink(bytes: number): CallScript<void> {
    for (let left = bytes; left > 0; left -= CHUNK) {
      const chunk = this.chunks.pop();
      if (chunk === undefined) throw new Error('there is nothing left to give back');
      yield* sys.handle_close(chunk);
    }
  }

  *say(token: number, verdict: number, bytes = 0): CallScript<void> {
    expectStatus((yield* sys.event_resolve(this.allocator, token, verdict, bytes)).status, 'OK');
  }
}

/** Frees first, and says so then. */
const complies: Answer = function* (child, token, bytes) {
  yield* child.shrink(bytes);
  yield* child.say(token, VERDICT.RELEASED, bytes);
};

const lies: Answer = (child, token, bytes) => child.say(token, VERDICT.RELEASED, bytes);
const refuses: Answer = (child, token) => child.say(token, VERDICT.CANNOT);
/** Who owes an answer cannot wait for the next question. */
const isSilent: Answer = function* () {
  yield* sys.thread_sleep(FOREVER);
};

interface Family {
  readonly allocator: number;
  readonly made: MadeProcess;
  readonly child: Child;
}

function* makeFamily(scene: Scene, answer: Answer): CallScript<Family> {
  const allocator = yield* makeAllocator(scene, CHILD_PAGES);
  yield* setAnswerTime(scene, allocator, ANSWER_TIME);
  const box: { child?: Child } = {};
  const code = (given: number): Script => {
    box.child = new Child(given, answer);
    return box.child.run(() => scene.system.time);
  };
  const made = yield* startChild(scene, { allocator, code });
  if (box.child === undefined) throw new Error('the child has not begun');
  return { allocator, made, child: box.child };
}

interface Round {
  readonly before: number;
  readonly after: number;
}

/** Lets the child fill up for five seconds, asks for memory, and looks at its account when it answered or its time is over. */
function* askBack(scene: Scene, { allocator }: Family): CallScript<Round> {
  for (let second = 0; second < 5; second++) yield* sys.thread_sleep(scene.system.time + SECOND);
  const { used: before } = yield* fields(scene, allocator);
  yield* requestBack(scene, allocator, ASKED);
  const deadline = scene.system.time + SECOND;
  for (;;) {
    const { owed, used: after } = yield* fields(scene, allocator);
    if (owed === 0) return { before, after };
    expect(scene.system.time).toBeLessThan(deadline);
    yield* sys.thread_sleep(scene.system.time + SECOND / 100);
  }
}

function* endFamily(scene: Scene, { made }: Family): CallScript<void> {
  yield* sys.task_kill(made.process);
  expect(yield* waitForEnd(scene, made, FOREVER)).toEqual([EXIT_REASON.KILLED, 0]);
}

describe('yielding resources of Genode, as ours', () => {
  it('resource_yield: four times a full child is asked for half of what it has, and its account shows that it gave it', () => {
    expectNothingLost(function* (scene) {
      const family = yield* makeFamily(scene, complies);
      for (let round = 1; round <= 4; round++) {
        const { before, after } = yield* askBack(scene, family);
        expect(before).toBeGreaterThan(9 * CHUNK);
        expect(after + ASKED).toBeLessThanOrEqual(before);
        expect(family.child.asked).toBe(round);
      }
      yield* endFamily(scene, family);
    });
  });

  const others = { 'lies that it did': lies, 'says that it cannot': refuses, 'does not answer': isSilent };
  it('resource_yield: one that lies, cannot or does not answer is found out by its account, in the time for answers', () => {
    for (const [how, answer] of Object.entries(others)) {
      expectNothingLost(function* (scene) {
        const family = yield* makeFamily(scene, answer);
        const asked = scene.system.time + 5 * SECOND;
        const { before, after } = yield* askBack(scene, family);
        expect([how, after]).toEqual([how, before]);
        expect([how, family.child.asked]).toEqual([how, 1]);
        expect(scene.system.time).toBeLessThan(asked + 2 * ANSWER_TIME);
        expect(scene.system.time - asked >= ANSWER_TIME).toBe(answer === isSilent);
        yield* endFamily(scene, family);
      });
    }
  });

  it('resource_yield: asking again while an answer is owed asks nobody twice', () => {
    expectNothingLost(function* (scene) {
      const family = yield* makeFamily(scene, isSilent);
      yield* sys.thread_sleep(scene.system.time + SECOND / 4);
      for (let again = 0; again < 3; again++) {
        yield* requestBack(scene, family.allocator, CHUNK);
        expect((yield* fields(scene, family.allocator)).owed).toBe(1);
      }
      expect(family.child.asked).toBe(1);
      yield* endFamily(scene, family);
    });
  });
});
