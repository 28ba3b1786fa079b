/** Processes that use frames up, and monitors, for tests of the machine that is out of them. */
import type { Startup } from '../../kernel/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { scratch } from './packets.js';

/** Where a hungry process has its memory. */
export const FOOD = 0x3000_0000;

/** A machine that promises four times as much as it has. */
export const SMALL = { memoryBytes: 1 << 20, overcommit: 3 << 20 } as const;

/** What a hungry process does with its memory. */
export type Appetite = () => CallScript<unknown>;

/** Stores into so many pages, one after the other, and then sleeps for ever. */
export function eat(pages: number): Appetite {
  return function* () {
    for (let page = 0; page < pages; page++) yield* store(FOOD + page * PAGE_BYTES, Uint8Array.of(page & 0xff, 1));
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  };
}

export interface Hungry {
  readonly process: number;
  readonly koid: number;
}

/** Starts a process that may eat up to 1,024 pages; gives a handle to it. */
export function* hungry(
  scene: Scene,
  appetite: Appetite,
  { job = 0, name = 'hungry', priority = 17 }: { job?: number; name?: string; priority?: number } = {},
): CallScript<Hungry> {
  yield* store(scratch(scene), new TextEncoder().encode(name));
  const made = yield* sys.process_create(job, scene.allocator, scratch(scene), name.length);
  expectStatus(made.status, 'OK');
  const { vmo } = yield* sys.vmo_create(scene.allocator, 1024 * PAGE_BYTES, 0);
  const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(made.vmar, vmo, 0, 1024 * PAGE_BYTES, options, FOOD)).status, 'OK');
  const { thread, status } = yield* sys.thread_create(made.process, priority, 0, 0);
  expectStatus(status, 'OK');
  // Nobody else is to keep the memory when the process is killed.
  for (const handle of [vmo, made.vmar]) yield* sys.handle_close(handle);
  const entry = scene.system.enter(appetite);
  expectStatus((yield* sys.process_start(made.process, thread, entry, 0, 0, 0)).status, 'OK');
  yield* sys.handle_close(thread);
  const { processes, handles } = scene.system.state;
  // The row that the handle names; nothing of it can be seen by a call while memory is short.
  let row = 0;
  while (handles.value[row] !== made.process || handles.process[row] !== 0) row++;
  return { process: made.process, koid: processes.koid[handles.object[row]] };
}

/** A process of the state, by koid: how it ended. */
export function endingOf({ system }: Scene, { koid }: Hungry): number {
  const { processes } = system.state;
  for (let row = 0; row < processes.used; row++) if (processes.koid[row] === koid) return processes.exitReason[row];
  throw new Error(`no process #${koid}`);
}

/** What root_oom_wait told. */
export interface Told {
  readonly wanted: number;
  readonly free: number;
  readonly tasks: readonly { process: number; job: number; rank: number; frames: number; name: string }[];
  readonly status: number;
}

/** root_oom_wait, with room for so many processes. */
export function* oomWait({ stackLow }: Startup, answer: number, koid = 0, room = 8): CallScript<Told> {
  const { status, wanted, free, count } = yield* sys.root_oom_wait(answer, koid, stackLow, room * 40);
  const bytes = yield* load(stackLow, Math.min(count, room) * 40);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const tasks = Array.from({ length: bytes.length / 40 }, (_, i) => {
    const word = (at: number): number => view.getUint32(i * 40 + at, true);
    const name = new TextDecoder().decode(bytes.subarray(i * 40 + 16, i * 40 + 40)).replace(/\0.*/s, '');
    return { process: word(0), job: word(4), rank: word(8), frames: word(12), name };
  });
  return { status, wanted, free, tasks };
}
