import { describe, expect, it } from 'vitest';
import { makeRandomCalls } from './random-calls.js';

describe('50: no system call with any arguments throws', () => {
  it('1,000,000 random calls leave every invariant true and the fold equal to the live state', {
    timeout: 240_000,
  }, () => {
    const { calls, endings } = makeRandomCalls(1, 1_000_000, 500);
    expect(calls).toBeGreaterThanOrEqual(1_000_000);
    // Were every run over at once, nothing would have been tried.
    expect(Object.keys(endings).length).toBeGreaterThan(1);
  });
});
