import { describe, expect, it } from 'vitest';
import { growTree } from './tree.js';

const STEPS = 20_000;

describe('a tree of allocators under stress', () => {
  it(`36, 39: 200 processes on a tree five deep, ${STEPS.toLocaleString('en')} steps: accounting is exact, every wait ends, all frames come back`, {
    timeout: 240_000,
  }, () => {
    const { steps, outcomes, died, mostRunning, mostWaiting } = growTree(1, STEPS, 50);
    expect(steps).toBeGreaterThanOrEqual(STEPS);
    expect(mostRunning).toBe(200);
    expect(mostWaiting).toBeGreaterThan(10);
    expect(died).toBeGreaterThan(20);
    // Were it all too easy, or hopeless, these would not have come to pass.
    for (const outcome of HAPPEN) expect(outcomes.get(outcome) ?? 0, outcome).toBeGreaterThan(3);
  });
});

const HAPPEN = [
  'vmo_write OK',
  'vmo_write NO_MEMORY',
  'allocator_create OK',
  'allocator_create NO_MEMORY',
  'allocator_transfer OK',
  'event_listen OK',
  'RELEASED OK',
  'CANNOT OK',
];
