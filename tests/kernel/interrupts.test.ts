/** Interrupts: one object a line, handlers that owe answers, observers that do not. */
import { expect, it } from 'vitest';
import { SOURCE, VERDICT } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import { load } from '../../userland/script/script.js';
import { expectStatus, expectSuccess } from './booted.js';

it('works', () => {
  expectSuccess(function* (scene) {
    const { system, resource, stackLow } = scene;
    const { status, interrupt } = yield* sys.interrupt_create(resource, 20, 0, 0);
    expectStatus(status, 'OK');
    system.raiseInterrupt(20);
    const event = stackLow;
    const wait = yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, 1e9, event);
    expectStatus(wait.status, 'OK');
    const words = new Int32Array((yield* load(event, 64)).slice().buffer);
    expect(words[12]).toBe(20);
    expectStatus((yield* sys.event_resolve(interrupt, words[11], VERDICT.HANDLED)).status, 'OK');
    yield* sys.process_exit(0);
  });
});
