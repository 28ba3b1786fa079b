/** A ring as a program uses it: submissions written into its memory, and its tail moved. */
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { makePool, type Packet, scratch, takeAll } from './packets.js';

const SUBMISSION_BYTES = layoutBytes(LAYOUTS.submission);
const AT = { HEAD: 0, TAIL: 4, ENTRIES: 8, STATE: 12, SUBMISSIONS: 64 } as const;

export interface Submission {
  readonly key?: number;
  readonly number: number;
  readonly words?: readonly number[];
  readonly reserved?: number;
}

/** A call that changes nothing and waits for nothing. */
export const NULL_CALL: Submission = { number: CALL_NUMBER.clock_get, words: [0] };

const word = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

export class TestRing {
  private tail = 0;

  private constructor(
    private readonly scene: Scene,
    readonly ring: number,
    readonly address: number,
    readonly pool: number,
    readonly entries: number,
  ) {}

  static *make(scene: Scene, entries: number, pool?: number, packets = entries): CallScript<TestRing> {
    const into = pool ?? (yield* makePool(scene, packets));
    const { status, ring, addr } = yield* sys.ring_create(scene.allocator, entries, into, scene.vmar);
    expectStatus(status, 'OK');
    return new TestRing(scene, ring, addr, into, entries);
  }

  /** Writes submissions behind those that are there, and moves the tail. */
  *submit(...submissions: readonly Submission[]): CallScript<void> {
    for (const { key = 0, number, words = [], reserved = 0 } of submissions) {
      const all = Int32Array.of(key, 0, number, reserved, 0, 0, 0, 0, 0, 0);
      all.set(words, 4);
      const at = this.address + AT.SUBMISSIONS + ((this.tail >>> 0) % this.entries) * SUBMISSION_BYTES;
      yield* store(at, new Uint8Array(all.buffer));
      this.tail = (this.tail + 1) | 0;
    }
    yield* this.setTail(this.tail);
  }

  *setTail(value: number): CallScript<void> {
    yield* store(this.address + AT.TAIL, word(value));
  }

  *setHead(value: number): CallScript<void> {
    yield* store(this.address + AT.HEAD, word(value));
  }

  *setEntries(value: number): CallScript<void> {
    yield* store(this.address + AT.ENTRIES, word(value));
  }

  *header(): CallScript<{ head: number; tail: number; entries: number; state: number }> {
    const bytes = yield* load(this.address, 16);
    const [head, tail, entries, state] = new Uint32Array(bytes.slice().buffer);
    return { head, tail, entries, state };
  }

  *enter(submit: number, complete = 0, deadline = FOREVER): CallScript<{ status: number; taken: number }> {
    return yield* sys.ring_enter(this.ring, submit, complete, deadline);
  }

  /** Enters with everything that was submitted, and takes all completions. */
  *run(...submissions: readonly Submission[]): CallScript<Packet[]> {
    yield* this.submit(...submissions);
    const { status, taken } = yield* this.enter(submissions.length);
    expectStatus(status, 'OK');
    if (taken !== submissions.length) throw new Error(`${taken} of ${submissions.length} submissions were taken`);
    return yield* takeAll(this.pool, scratch(this.scene, 9));
  }
}
