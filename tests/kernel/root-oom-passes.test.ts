/** The root path allocates nothing of the host's either: passes without a garbage collection, counted by the host itself. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Another number: `TOCSIN_PASSES=1000000 npx vitest run --project tests root-oom-passes`. */
const PASSES = Number(process.env.TOCSIN_PASSES ?? 50_000);

describe('the root path', () => {
  it(`41: ${PASSES} passes without one garbage collection, in the same steps each, free frames as before`, () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--no-warnings', '--loader', 'ts-node/esm', 'tests/kernel/root-oom/passes.ts', `${PASSES}`],
      { encoding: 'utf8' },
    );
    expect(`${status} ${stderr}`).toBe('0 ');
    const { records, before, after, during, afterwards } = JSON.parse(stdout);
    expect({ during, after }).toEqual({ during: 0, after: before });
    // Else a host that counts nothing would pass.
    expect(afterwards).toBeGreaterThan(0);
    // The same work in every pass, and not much.
    expect(Number.isInteger(records)).toBe(true);
    expect(records).toBeLessThan(20);
  }, 300_000);
});
