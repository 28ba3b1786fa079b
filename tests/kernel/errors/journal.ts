/** Errors of reading the journal. */
import { LIMITS } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { expectStatus } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { RECORD_BYTES, read, writeFilter } from '../journal-reading.js';
import { scratch } from '../packets.js';
import { type Scenarios, useUpQuota } from './scenario.js';

export const JOURNAL_ERRORS: Scenarios = {
  *'journal_read OUT_OF_RANGE'(scene, remember) {
    yield* writeFilter(scene);
    expectStatus((yield* read(scene, scene.job, 0)).status, 'OK');
    const { next } = yield* read(scene, scene.job, 0);
    remember();
    const ahead = yield* read(scene, scene.job, next + 1000);
    expectStatus(ahead.status, 'OUT_OF_RANGE');
    expectStatus((yield* read(scene, scene.job, 2 ** 60)).status, 'OUT_OF_RANGE');
    const most = LIMITS.copyBytes + 1;
    return (yield* sys.journal_read(scene.job, 0, scratch(scene), scratch(scene, 1), most)).status;
  },
  *'journal_read BUFFER_TOO_SMALL'(scene, remember) {
    yield* writeFilter(scene);
    expectStatus((yield* read(scene, scene.job, 0)).status, 'OK');
    remember();
    return (yield* sys.journal_read(scene.job, 0, scratch(scene), scratch(scene, 1), RECORD_BYTES - 1)).status;
  },
  *'journal_read BAD_STATE'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    expectStatus((yield* sys.task_kill(process)).status, 'OK');
    yield* writeFilter(scene);
    remember();
    return (yield* read(scene, process, 0)).status;
  },
  *'journal_read TIMED_OUT'(scene) {
    const { process } = yield* makeProcess(scene);
    yield* writeFilter(scene, { deadline: scene.system.time + 200 });
    return (yield* read(scene, process, 0)).status;
  },
  *'journal_read NO_MEMORY'(scene, remember) {
    yield* writeFilter(scene, { page: 4 });
    expectStatus((yield* read(scene, 0, 0, 32, 4)).status, 'OK');
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.journal_read(0, 0, scratch(scene, 4), scratch(scene, 9), 4096)).status;
  },
};
