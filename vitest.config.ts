import { defineConfig } from 'vitest/config';

/**
 * Two suites. `npm test` runs `tests/`, which needs nothing but Node (and skips, saying why, what needs the optional compiler).
 * `npm run test:further` runs `tests/further/`, which compares Tocsin with other programs: gcc, clang, QEMU.
 */
/** With these scripts run hundreds of times (`npm run campaign:allocations`), or all of them twice (`npm run campaign:recordings`). */
const { TOCSIN_FAIL_ALLOCATION, TOCSIN_REPLAY_SCRIPTS } = process.env;
const patience = TOCSIN_FAIL_ALLOCATION === undefined && TOCSIN_REPLAY_SCRIPTS === undefined ? 1 : 30;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // A property test with thousands of cases on a loaded machine; nothing here measures time.
    testTimeout: 60_000 * patience,
    hookTimeout: 120_000 * patience,
    setupFiles: ['tests/same-verdict.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'tests', include: ['tests/**/*.test.ts'], exclude: ['tests/further/**'] },
      },
      {
        extends: true,
        test: { name: 'further', include: ['tests/further/**/*.test.ts'], testTimeout: 300_000 },
      },
    ],
  },
});
