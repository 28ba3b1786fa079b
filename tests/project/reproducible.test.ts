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
    expect(hashOf(system)).toMatchInlineSnapshot(`"5aa0e70c73fb5599dc4bcc86309ddbfb"`);
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
        "59de866da9c10301433fdc9d23c9bd6f",
        "dade8c2366b3fa5468f9cbfb1574153d",
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
        "hello": "18c367d0a163f4a6644677772a86c58f",
        "philosophers": "1a3cd2adf72d922805a12416c3c4ac36",
        "threads": "f09ea48ac2227b327cffdb708a8206bc",
        "threads with seed 7": "c1ef0f7d4e382244530c2f5dc243cf6e",
      }
    `);
  });
});
