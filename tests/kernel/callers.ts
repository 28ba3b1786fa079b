/** Threads that make one call each, and what came of it. */
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { type Scene, spawn } from './booted.js';
import { desk, type Letter, type Room, type Sent } from './messages.js';

export interface Caller {
  letter: Letter | undefined;
  readonly thread: number;
}

/** A thread that makes one call, and what came of it. */
export function* spawnCaller(
  scene: Scene,
  page: number,
  h: number,
  text: string,
  handles: readonly Sent[] = [],
  room: Room = {},
): CallScript<Caller> {
  const box: { letter: Letter | undefined } = { letter: undefined };
  const thread = yield* spawn(scene, `caller ${page}`, function* () {
    box.letter = yield* desk(scene, page).call(h, text, handles, room);
  });
  yield* sys.thread_yield();
  return Object.assign(box, { thread });
}

export function ended(caller: Caller): Letter {
  if (caller.letter === undefined) throw new Error('the call has not ended');
  return caller.letter;
}
