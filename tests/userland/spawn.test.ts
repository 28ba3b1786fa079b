/** Processes that a C program makes of itself. */
import { describe, expect, it } from 'vitest';
import { hasCompiler, runProgram } from './compiled.js';

/** The plain policy, then shaken ones: short quanta put a switch of threads into every few instructions. */
const SCHEDULES: readonly (readonly string[])[] = [
  [],
  ['--seed', '1', '--quantum', '40'],
  ['--seed', '2', '--quantum', '300'],
];

describe.skipIf(!hasCompiler)('spawned processes:', () => {
  describe.each(SCHEDULES.map((options) => [options.join(' ') || 'the plain schedule', options] as const))(
    'with %s',
    (_, options) => {
      it('have fresh variables, a heap, a console, threads, handles, children and an end of their own', () => {
        expect(runProgram('spawn.c', { options })).toEqual({
          status: 0,
          stdout: 'one has 42\na name of 24 characters. has 8\nall have ended\n',
          stderr: '',
        });
      });

      it('whatever is short or wrong is a status, and nothing is left behind', () => {
        expect(runProgram('spawn-limits.c', { options })).toEqual({
          status: 0,
          stdout:
            'nonsense: refused\nsmall quotas: refused, or ended for want of memory, and nothing is left\n' +
            'a caller with little memory: refused until it had enough\n',
          stderr: '',
        });
      });
    },
  );
});
