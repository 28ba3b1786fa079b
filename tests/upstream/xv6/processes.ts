/** Processes of scripts, as the scenarios of usertests have them. */
import type { Script } from '../../../kernel/index.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../../kernel/booted.js';
import { type MadeProcess, makeProcess } from '../../kernel/compiled.js';
import { allocatorFields } from '../../kernel/information.js';

/** Runs a script in a process of its own, above the test's priority unless told otherwise. */
export function* fork(scene: Scene, script: () => Script, priority = 20): CallScript<MadeProcess> {
  const made = yield* makeProcess(scene, scene.allocator, priority);
  const entry = scene.system.enter(script);
  expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0)).status, 'OK');
  return made;
}

export function* closeAll({ process, vmar, thread }: MadeProcess): CallScript<void> {
  for (const handle of [thread, vmar, process]) expectStatus((yield* sys.handle_close(handle)).status, 'OK');
}

/** Bytes that the test's allocator holds. The first asking may touch a page, so ask twice before comparing. */
export function* used({ allocator, stackLow }: Scene): CallScript<number> {
  return (yield* allocatorFields(allocator, stackLow)).used;
}
