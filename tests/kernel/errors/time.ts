/** Errors of the calls that concern timers, topics, badges and jobs. */
import { TABLE_LIMIT } from '../../../kernel/limits.js';
import { PROPERTY } from '../../../syscalls/calls.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { scratch } from '../packets.js';
import { type Scenario, type Scenarios, untilItFails, useUpQuota } from './scenario.js';

/** Where the policies of jobs lie: no limits at all, unless something is written there. */
const policyAt = (scene: Scene): number => scratch(scene, 8);

export function* makeJob(scene: Scene, parent = 0, ...policy: readonly number[]): CallScript<number> {
  const words = Int32Array.from({ length: 4 }, (_, i) => policy[i] ?? 0);
  yield* store(policyAt(scene), new Uint8Array(words.buffer));
  const { status, job } = yield* sys.job_create(parent, scene.allocator, policyAt(scene));
  expectStatus(status, 'OK');
  return job;
}

function* killedJob(scene: Scene): CallScript<number> {
  const job = yield* makeJob(scene);
  expectStatus((yield* sys.task_kill(job)).status, 'OK');
  return job;
}

export const TIME_ERRORS: Scenarios = {
  *'timer_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.timer_create(scene.allocator)).status;
  },
  *'timer_set OUT_OF_RANGE'({ allocator }, remember) {
    const { timer } = yield* sys.timer_create(allocator);
    remember();
    return (yield* sys.timer_set(timer, 1e6, 999)).status;
  },
  *'topic_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.topic_create(scene.allocator, 1, 4)).status;
  },
  *'topic_create OUT_OF_RANGE'({ allocator }, remember) {
    remember();
    return (yield* sys.topic_create(allocator, 1, 21)).status;
  },
  *'topic_publish WRONG_TYPE'(scene, remember) {
    const { topic } = yield* sys.topic_create(scene.allocator, 1, 4);
    remember();
    return (yield* sys.topic_publish(topic, 2, scratch(scene), 4)).status;
  },
  *'topic_publish OUT_OF_RANGE'(scene, remember) {
    const { topic } = yield* sys.topic_create(scene.allocator, 1, 4);
    remember();
    return (yield* sys.topic_publish(topic, 1, scratch(scene), 21)).status;
  },
  *'object_set BAD_STATE'(scene, remember) {
    yield* store(scratch(scene), Uint8Array.of(1, 0, 0, 0));
    expectStatus((yield* sys.object_set(scene.vmar, PROPERTY.BADGE, scratch(scene), 4)).status, 'OK');
    remember();
    return (yield* sys.object_set(scene.vmar, PROPERTY.BADGE, scratch(scene), 4)).status;
  },
  *'job_create NO_MEMORY'(scene, remember) {
    yield* makeJob(scene);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.job_create(0, scene.allocator, policyAt(scene))).status;
  },
  *'job_create NO_RESOURCES'(scene, remember) {
    let job = 0;
    for (let depth = 1; depth < 16; depth++) job = yield* makeJob(scene, job);
    remember();
    return (yield* sys.job_create(job, scene.allocator, policyAt(scene))).status;
  },
  *'job_create OUT_OF_RANGE'(scene, remember) {
    yield* store(policyAt(scene) + 8, Uint8Array.of(33, 0, 0, 0));
    remember();
    return (yield* sys.job_create(0, scene.allocator, policyAt(scene))).status;
  },
  *'job_create BAD_STATE'(scene, remember) {
    const job = yield* killedJob(scene);
    remember();
    return (yield* sys.job_create(job, scene.allocator, policyAt(scene))).status;
  },
  *'process_create BAD_STATE'(scene, remember) {
    const job = yield* killedJob(scene);
    remember();
    return (yield* sys.process_create(job, scene.allocator, 0, 0)).status;
  },
};

/** Tables that a program can fill. */
export const FULL_TIME_TABLES: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'timer_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.timer_create(allocator)).status;
      }, TABLE_LIMIT.timers - 10),
  ],
  'topic_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.topic_create(allocator, 1, 4)).status;
      }, TABLE_LIMIT.topics - 10),
  ],
};
