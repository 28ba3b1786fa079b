/**
 * 43: the same images, options, inputs and choices give the same journal, on any machine. The hashes stand here, so that another
 * machine that gives another journal fails, and so that a change of the kernel, the library or the compiler which changes
 * journals is seen. Where it was meant: `npx vitest run --project tests tests/project/reproducible.test.ts -u`.
 */
import { describe, expect, it } from 'vitest';
import { System } from '../../kernel/index.js';
import { parseElf } from '../../machine/index.js';
import { CLOCK } from '../../syscalls/calls.js';
import { clock_get, thread_sleep, thread_yield, vmo_create } from '../../userland/script/calls.js';
import { SAYS_HELLO } from '../tools/guest-programs.js';
import { report, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler } from '../userland/compiled.js';

function hashOf(system: System): string | undefined {
  expect(system.run(1_000_000).kind).toBe('exited');
  return system.journalHash();
}

describe('43: the journal of', () => {
  it('a few compiled instructions is this one', () => {
    const system = System.boot({ name: 'hello', image: parseElf(SAYS_HELLO) });
    expect(hashOf(system)).toMatchInlineSnapshot(`"2244ea0d73fb5599c2ac73fc1ea7fad1"`);
  });

  it('a script is this one, with a seed too', () => {
    const boot = (seed?: number): System =>
      System.boot({
        name: 'script',
        memoryBytes: 1 << 20,
        ...(seed === undefined ? {} : { seed }),
        *script({ allocator }) {
          yield* vmo_create(allocator, 8192, 0);
          yield* thread_yield();
          const { time } = yield* clock_get(CLOCK.MONOTONIC);
          yield* thread_sleep(time + 1000);
        },
      });
    expect([hashOf(boot()), hashOf(boot(7))]).toMatchInlineSnapshot(`
      [
        "045f6686a9c103018e1b498b361890bd",
        "b5b72abd66b3fa547852499c94edfda1",
      ]
    `);
  });

  it.skipIf(!hasCompiler)('demos, compiled here, is this one, with a seed too', () => {
    const hash = (demo: string, ...options: string[]): unknown =>
      report(tocsin(['run', '--json', ...options, `userland/demos/${demo}.c`])).journalHash;
    expect({
      hello: hash('hello'),
      threads: hash('threads'),
      'threads with seed 7': hash('threads', '--seed', '7'),
      philosophers: hash('philosophers'),
    }).toMatchInlineSnapshot(`
      {
        "hello": "b51019876ab79e7b629741591ee979a3",
        "philosophers": "135aefd81d342ef3b0b309bdf1c69b75",
        "threads": "66fdb4dc142331bafa27e73b246c3d77",
        "threads with seed 7": "37d12f75006f2d1c4a71ee5ca97a808f",
      }
    `);
  });
});
