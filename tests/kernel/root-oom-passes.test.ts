/** The root path allocates nothing of the host's either: passes without a garbage collection, counted by the host itself. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Another number: `TOCSIN_PASSES=1000000 npx vitest run --project tests root-oom-passes`. */
const PASSES = Number(process.env.TOCSIN_PASSES ?? 50_000);

describe('the root path', () => {
  it(`41: ${PASSES} passes without one garbage collection, in the same steps each, free frames as before`, () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--no-warnings', '--trace-gc', '--loader', 'ts-node/esm', 'tests/kernel/root-oom/passes.ts', `${PASSES}`],
      { encoding: 'utf8' },
    );
    expect(`${status} ${stderr}`).toBe('0 ');
    const [, between, figures] = stdout.split('\nmark\n');
    // Something was traced before: else a host that traces nothing would pass.
    expect(stdout).toMatch(/Scavenge|Mark-Compact/);
    expect(between.split('\n').filter((line) => /Scavenge|Mark-Compact/.test(line))).toEqual([]);
    const [records, before, after] = figures.trim().split(' ').map(Number);
    expect(after).toBe(before);
    expect(records).toBeLessThan(20);
    expect(Number.isInteger(records)).toBe(true);
  }, 300_000);
});
