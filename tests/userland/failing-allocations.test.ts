/**
 * C programs whose allocations fail, one in each run. Whatever they make of it, the kernel does not panic and nothing is left.
 * A few always; all of them where `TOCSIN_FAIL_ALLOCATION=every` says so (`npm run campaign:allocations`).
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasCompiler, runDemo, runProgram } from './compiled.js';

/** They look at what they are given, so whichever allocation fails they end cleanly. */
const CAREFUL = ['jump.c', 'exit-order.c'];
/** It allocates two thousand times, and most of its runs would be some hundred million instructions: a few of them. */
const LONG = 'heap.c';
const OF_LONG = [1, 2, 3, 5, 10, 30, 100, 300, 1000, 1800];
/** They wait for ever, or for others, without any failure; or need another program beside them. */
const NEVER_END = /^(console-|names-|weather-|talk|self-deadlock|sleeps-for-ever|thread-stack-overflow|objects)/;

interface Report {
  readonly allocations: number;
  readonly runs: readonly { readonly allocation: number; readonly outcome: string }[];
}

function reportOf(stderr: string): Report {
  return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Report;
}

/** The machine is made anew for each run, which takes as long as it is large; the programs need half of this. */
const EVERY = { options: ['--json', '--memory', '16M', '--fail-allocation', 'every'], many: true } as const;

describe.skipIf(!hasCompiler)('whichever allocation fails', () => {
  it.each(CAREFUL)('%s ends cleanly', (file) => {
    const { status, stdout, stderr } = runProgram(file, EVERY);
    expect(stderr).toContain('allocations failed, one in each run');
    expect(reportOf(stderr).allocations).toBeGreaterThan(10);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('a process is spawned, or the answer is NO_MEMORY and nothing is left', () => {
    const { status, stderr } = runProgram('spawn-once.c', EVERY);
    expect(reportOf(stderr).allocations).toBeGreaterThan(30);
    const endings = [...stderr.matchAll(/ended with status (\d+)/g)].map(([, ending]) => ending);
    expect({ status, endings: endings.sort() }).toEqual({ status: 0, endings: ['0', '1'] });
  });

  it('hello.c ends cleanly', () => {
    const { status, stderr } = runDemo('hello.c', EVERY);
    expect({ status, stderr: stderr.split('\n')[0] }).toMatchObject({ status: 0 });
  });

  const all = readdirSync('tests/userland/programs').filter(
    (file) => file.endsWith('.c') && file !== LONG && !NEVER_END.test(file),
  );
  if (process.env.TOCSIN_FAIL_ALLOCATION !== 'every') return;
  it.each(OF_LONG)(`${LONG} harms nobody else where allocation %d fails`, (n) => {
    const { status, stderr } = runProgram(LONG, { options: ['--fail-allocation', String(n)] });
    // An assertion of its own, or the end; a panic is 70.
    expect([0, 1, 3, 134], stderr).toContain(status);
  });

  it.each(all)('%s harms nobody else', (file) => {
    const { status, stderr } = runProgram(file, EVERY);
    // 3: it faults without any failure, as it is meant to.
    expect([0, 1, 3], stderr).toContain(status);
    if (status === 3) return;
    expect(reportOf(stderr).runs.filter(({ outcome }) => outcome === 'panic' || outcome === 'leak')).toEqual([]);
  });
});
