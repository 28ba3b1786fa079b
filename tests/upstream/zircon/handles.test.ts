/** What Zircon's tests of handles assert, told of ours. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { CALL_NUMBER, INFO } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene } from '../../kernel/booted.js';
import { channelFields, handleFields, processFields, threadFields } from '../../kernel/information.js';
import { desk, makeChannel } from '../../kernel/messages.js';
import { scratch } from '../../kernel/packets.js';
import { TestRing } from '../../kernel/ring-memory.js';

const LITTLE = RIGHTS.WAIT | RIGHTS.INSPECT;

/** A handle to a thread, with all rights but EXECUTE: there is one that it lacks. */
function* makeThread(scene: Scene): CallScript<number> {
  const thread = yield* createThread(scene, 'named');
  return (yield* sys.handle_replace(thread, ALL_RIGHTS & ~RIGHTS.EXECUTE)).replacement;
}

function* isOpen(scene: Scene, handle: number): CallScript<boolean> {
  const { status } = yield* sys.object_info(handle, INFO.HANDLE, scratch(scene), 64);
  return statusName(status) !== 'BAD_HANDLE';
}

describe('handles of Zircon, as ours', () => {
  it('DupAndInfoRights: a duplicate outlives the original, and names the same object with the same rights', () => {
    expectSuccess(function* (scene) {
      const thread = yield* makeThread(scene);
      const before = yield* handleFields(thread, scratch(scene));
      const { copy } = yield* sys.handle_duplicate(thread, SAME_RIGHTS);
      expectStatus((yield* sys.handle_close(thread)).status, 'OK');
      expectStatus((yield* sys.object_info(thread, INFO.HANDLE, scratch(scene), 64)).status, 'BAD_HANDLE');
      expectStatus((yield* sys.object_info(copy, INFO.HANDLE, scratch(scene), 4)).status, 'BUFFER_TOO_SMALL');
      expect(yield* handleFields(copy, scratch(scene))).toEqual(before);
      expect([before.koid > 0, before.type]).toEqual([true, OBJECT_TYPE.thread]);
    });
  });

  it('RelatedKoid: a thread is told with its process, an endpoint with the other one', () => {
    expectSuccess(function* (scene) {
      const thread = yield* makeThread(scene);
      const { process } = yield* threadFields(thread, scratch(scene));
      expect((yield* processFields(scene.process, scratch(scene))).koid).toBe(process);
      const { first, second } = yield* makeChannel(scene);
      const { peer } = yield* channelFields(first, scratch(scene));
      expect((yield* handleFields(second, scratch(scene))).koid).toBe(peer);
    });
  });

  it('DuplicateRights: a duplicate has the rights that were asked for; without DUPLICATE there is none', () => {
    expectSuccess(function* (scene) {
      const thread = yield* makeThread(scene);
      const one = (yield* sys.handle_duplicate(thread, LITTLE)).copy;
      const two = (yield* sys.handle_duplicate(thread, LITTLE)).copy;
      expect((yield* handleFields(one, scratch(scene))).rights).toBe(LITTLE);
      expectStatus((yield* sys.handle_duplicate(one, SAME_RIGHTS)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.handle_duplicate(thread, RIGHTS.EXECUTE | RIGHTS.WAIT)).status, 'INVALID_ARGS');
      for (const handle of [thread, one, two]) expect(yield* isOpen(scene, handle)).toBe(true);
    });
  });

  it('ReplaceSuccessOrigInvalid: a handle that was replaced is gone', () => {
    expectSuccess(function* (scene) {
      const thread = yield* makeThread(scene);
      const { status, replacement } = yield* sys.handle_replace(thread, LITTLE);
      expectStatus(status, 'OK');
      expect([yield* isOpen(scene, thread), yield* isOpen(scene, replacement)]).toEqual([false, true]);
    });
  });

  it('ReplaceRights: the replacement has the rights that were asked for, and never more than there were', () => {
    expectSuccess(function* (scene) {
      const { replacement } = yield* sys.handle_replace(yield* makeThread(scene), LITTLE);
      expect((yield* handleFields(replacement, scratch(scene))).rights).toBe(LITTLE);
      expectStatus((yield* sys.handle_replace(replacement, RIGHTS.MANAGE | LITTLE)).status, 'INVALID_ARGS');
    });
  });

  it('ReplaceFailureBothInvalid: a replacement that fails', () => {
    expectSuccess(function* (scene) {
      const thread = yield* makeThread(scene);
      expectStatus((yield* sys.handle_replace(thread, RIGHTS.EXECUTE)).status, 'INVALID_ARGS');
      // Theirs is gone, too. An operation of ours that fails leaves what was.
      expect(yield* isOpen(scene, thread)).toBe(true);
    });
  });

  it('Many, ManyInvalidHandlesShouldNotFail, ManyDuplicateTest: closing many at once closes those that are open', () => {
    expectSuccess(function* (scene) {
      const pairs = [];
      for (let i = 0; i < 4; i++) pairs.push(yield* makeChannel(scene));
      const ring = yield* TestRing.make(scene, 16);
      const handles = [...pairs.map(({ first }) => first), 0, pairs[0].first];
      const closed = yield* ring.run(
        ...handles.map((handle, key) => ({ key, number: CALL_NUMBER.handle_close, words: [handle] })),
      );
      const [ok, bad] = ['OK', 'BAD_HANDLE'];
      expect(closed.map(({ status }) => statusName(status))).toEqual([ok, ok, ok, ok, bad, bad]);
      for (const { second } of pairs) expectStatus(yield* desk(scene).send(second, 'x', [], 0), 'PEER_CLOSED');
    });
  });
});
