/** Topics: events.md "Topics". */
import { describe, expect, it } from 'vitest';
import { LISTEN, SOURCE } from '../../syscalls/calls.js';
import { FOREVER, LIMITS } from '../../syscalls/limits.js';
import { EVENT } from '../../syscalls/options.js';
import { RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { handleFields } from './information.js';
import { expectFlags, listen, makePool, packetAt, scratch, take, takeAll } from './packets.js';

function* makeTopic(scene: Scene, type = 0xabcd, size = 8): CallScript<number> {
  const { status, topic } = yield* sys.topic_create(scene.allocator, type, size);
  expectStatus(status, 'OK');
  return topic;
}

/** Publishes bytes that count upwards. */
function* publish(scene: Scene, topic: number, type: number, size: number): CallScript<number> {
  const at = scratch(scene, 7);
  yield* store(
    at,
    Uint8Array.from({ length: size }, (_, i) => i + 1),
  );
  return (yield* sys.topic_publish(topic, type, at, size)).status;
}

describe('topics', () => {
  it('what is published reaches every thread and every pool that listens, with the payload in data', () => {
    expectSuccess(function* (scene) {
      const topic = yield* makeTopic(scene);
      const pool = yield* makePool(scene);
      yield* listen(topic, SOURCE.TOPIC, pool, 5, LISTEN.PERSISTENT);
      const heard: number[][] = [];
      for (const name of ['first', 'second'])
        yield* spawn(
          scene,
          name,
          function* () {
            const at = scratch(scene, name === 'first' ? 1 : 2);
            expectStatus((yield* sys.event_wait(topic, SOURCE.TOPIC, 0, FOREVER, at)).status, 'OK');
            heard.push([...(yield* packetAt(at)).data]);
          },
          20,
        );
      expectStatus(yield* publish(scene, topic, 0xabcd, 8), 'OK');
      const data = [0x04030201, 0x08070605, 0, 0, 0];
      expect(heard).toEqual([data, data]);
      const { koid } = yield* handleFields(topic, scratch(scene));
      const packet = yield* take(pool, scratch(scene));
      expect(packet).toMatchObject({ key: 5, source: koid, type: EVENT.TOPIC, status: 0, data });
      expectFlags(packet, 'MORE');
    });
  });

  it.each(Array.from({ length: LIMITS.topicBytes + 1 }, (_, size) => size))(
    'a payload of %i bytes arrives whole, with zeros behind it',
    (size) => {
      expectSuccess(function* (scene) {
        const topic = yield* makeTopic(scene, 1, size);
        const pool = yield* makePool(scene);
        yield* listen(topic, SOURCE.TOPIC, pool);
        expectStatus(yield* publish(scene, topic, 1, size), 'OK');
        const { data } = yield* take(pool, scratch(scene));
        const bytes = [...new Uint8Array(Uint32Array.from(data).buffer)];
        expect(bytes).toEqual(Array.from({ length: 20 }, (_, i) => (i < size ? i + 1 : 0)));
      });
    },
  );

  it('another type or size is WRONG_TYPE and reaches nobody', () => {
    expectSuccess(function* (scene) {
      const topic = yield* makeTopic(scene, -1, 8);
      const pool = yield* makePool(scene);
      yield* listen(topic, SOURCE.TOPIC, pool);
      expectStatus(yield* publish(scene, topic, 0xabcd, 8), 'WRONG_TYPE');
      for (const size of [0, 7, 9, 20]) expectStatus(yield* publish(scene, topic, -1, size), 'WRONG_TYPE');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      expectStatus(yield* publish(scene, topic, -1, 8), 'OK');
      expect(yield* takeAll(pool, scratch(scene))).toHaveLength(1);
    });
  });

  it('a handle with SIGNAL publishes, one with WAIT subscribes; neither does the other', () => {
    expectSuccess(function* (scene) {
      const topic = yield* makeTopic(scene);
      const publisher = yield* sys.handle_duplicate(topic, RIGHTS.SIGNAL);
      const subscriber = yield* sys.handle_duplicate(topic, RIGHTS.WAIT);
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.event_listen(publisher.copy, SOURCE.TOPIC, pool, 0, 0)).status, 'ACCESS_DENIED');
      expectStatus(yield* publish(scene, subscriber.copy, 0xabcd, 8), 'ACCESS_DENIED');
      yield* listen(subscriber.copy, SOURCE.TOPIC, pool);
      expectStatus(yield* publish(scene, publisher.copy, 0xabcd, 8), 'OK');
      expect(yield* takeAll(pool, scratch(scene))).toHaveLength(1);
    });
  });

  it('published often, it counts in the newest packet, which has the latest payload', () => {
    expectSuccess(function* (scene) {
      const topic = yield* makeTopic(scene, 1, 4);
      const pool = yield* makePool(scene);
      yield* listen(topic, SOURCE.TOPIC, pool, 0, LISTEN.PERSISTENT | (2 << 8));
      for (let value = 1; value <= 9; value++) {
        yield* store(scratch(scene, 3), Uint8Array.of(value, 0, 0, 0));
        expectStatus((yield* sys.topic_publish(topic, 1, scratch(scene, 3), 4)).status, 'OK');
      }
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ count, data }) => [count, data[0]])).toEqual([
        [1, 1],
        [8, 9],
      ]);
    });
  });

  it('when the last handle is closed, whoever listens is told and the topic goes', () => {
    expectSuccess(function* (scene) {
      const topic = yield* makeTopic(scene);
      const { copy } = yield* sys.handle_duplicate(topic, SAME_RIGHTS);
      const pool = yield* makePool(scene);
      yield* listen(topic, SOURCE.TOPIC, pool, 0, LISTEN.PERSISTENT);
      yield* sys.handle_close(topic);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      yield* sys.handle_close(copy);
      expectFlags(yield* take(pool, scratch(scene)), 'ERROR|LAST');
      expect(scene.system.state.topics.live).toBe(0);
    });
  });
});
