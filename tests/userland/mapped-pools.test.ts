/** The C libraries for mapped pools and rings. */
import { describe, expect, it } from 'vitest';
import { hasCompiler, runProgram } from './compiled.js';

/** The plain policy, then shaken ones: short quanta put a switch of threads into every few instructions. */
const SCHEDULES: readonly (readonly string[])[] = [
  [],
  ['--quantum', '33'],
  ...[1, 2, 3, 4].map((seed) => ['--seed', String(seed), '--quantum', '40']),
  ['--seed', '5', '--quantum', '500'],
];

const ALL_EVENTS = '0 posts missing, 0 twice\nlistener 0: 600 events\nlistener 1: 600 events\nlistener 2: 600 events\n';

describe.skipIf(!hasCompiler)('mapped pools and rings:', () => {
  it.each(SCHEDULES.map((options) => [options.join(' ') || 'the plain schedule', options] as const))(
    'many readers and a kernel that coalesces meanwhile: no packet twice, none lost, with %s',
    (_, options) => {
      expect(runProgram('mapped-pool.c', { options })).toEqual({ status: 0, stdout: ALL_EVENTS, stderr: '' });
    },
  );

  it('47: a head that cannot be makes that pool corrupt, and no other', () => {
    expect(runProgram('corrupt-pool.c')).toEqual({ status: 0, stdout: 'the others are well\n', stderr: '' });
  });

  it('a thousand calls in four traps, their completions read in none', () => {
    expect(runProgram('ring.c')).toEqual({ status: 0, stdout: '1024 calls in 4 traps\n', stderr: '' });
  });
});
