import { describe, expect, it } from 'vitest';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, spawn } from './booted.js';

describe('try', () => {
  it('works', () => {
    expectSuccess(function* (scene) {
      const { first, second, status } = yield* sys.channel_create(scene.allocator, 100, 0);
      expectStatus(status, 'OK');
      const at = scene.stackLow + 8192;
      yield* spawn(scene, 'server', function* () {
        const b = scene.stackLow + 4096;
        yield* store(b, new Uint8Array(Uint32Array.of(b + 64, 64, 0, 0).buffer));
        for (let i = 0; i < 3; i++) {
          const r = yield* sys.channel_receive(second, b, 0, FOREVER);
          expectStatus(r.status, 'OK');
          expect(r.bytes).toBe(5);
          expect(new TextDecoder().decode(yield* load(b + 64, 5))).toBe('hello');
          yield* store(b + 128, new Uint8Array(Uint32Array.of(b + 64, 3, 0, 0).buffer));
          if (r.reply) expectStatus((yield* sys.channel_reply(r.reply, b + 128)).status, 'OK');
        }
      });
      yield* store(at, new Uint8Array(Uint32Array.of(at + 64, 5, 0, 0).buffer));
      yield* store(at + 64, new TextEncoder().encode('hello'));
      yield* store(at + 128, new Uint8Array(Uint32Array.of(at + 256, 5, 0, 0).buffer));
      expectStatus((yield* sys.channel_send(first, at, FOREVER)).status, 'OK');
      const c = yield* sys.channel_call(first, at, at + 128, FOREVER);
      expectStatus(c.status, 'OK');
      expect(c.bytes).toBe(3);
      yield* sys.thread_yield();
      const d = yield* sys.channel_call(first, at, at + 128, FOREVER);
      expectStatus(d.status, 'OK');
      yield* sys.thread_yield();
      yield* sys.thread_yield();
    });
  });
});
