import { describe, expect, it } from 'vitest';
import { tocsin } from './tocsin-process.js';

const HELLO = 'userland/demos/hello.c';

describe('--fail-allocation', () => {
  it('of run and test takes a number from 1 on, or every: else one line, and status 2', () => {
    for (const value of ['0', '-1', '1.5', 'each', '4294967296']) {
      for (const words of [['run', HELLO], ['test']]) {
        const { status, stderr } = tocsin([words[0], '--fail-allocation', value, ...words.slice(1)]);
        expect(stderr).toContain('Expected a whole number from 1 to 4294967295, or every.');
        expect(stderr.trimEnd().split('\n').length).toBe(1);
        expect(status).toBe(2);
      }
    }
  });
});
