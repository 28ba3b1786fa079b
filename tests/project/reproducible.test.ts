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
    expect(hashOf(system)).toMatchInlineSnapshot(`"de97c1d573fb5599725a8a41d08d6f50"`);
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
        "65e7b2e4a9c103017861fc803e6e22d0",
        "899ee90966b3fa54b4edc82d1739675f",
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
        "hello": "f088790c58cf9ce257e742f1e73ed300",
        "philosophers": "9e0d466bb83289d4b02f985d85193690",
        "threads": "42ef11e2842fa649647a2a19b0395c90",
        "threads with seed 7": "1149a795403e5ca108ee0feeb32d50c5",
      }
    `);
  });
});
