/**
 * The images of riscv-tests, each run to its end on the board. `RISCV_TESTS` names the folder that holds them, under the names
 * that the suite gives them: `rv32ui-p-add` is test `add` of group `rv32ui` in environment `p`.
 *
 * In environment `p` a test has the first hart and no translation. In `v` it runs in U mode behind Sv32, every page is mapped when
 * it is first touched, and the other harts, if there are any, read memory and add zero to it all the while.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { runToEnd } from './riscv-tests/htif-run.js';

const FOLDER = process.env.RISCV_TESTS;
/** What an RV32IMAC board with M, S and U mode has to pass; the suite's others are for extensions that it does not have. */
const IMAGE = /^rv32(?:ui|um|ua|uc|si|mi)-([pv])-[a-z0-9_-]+$/;
const HARTS = 4;

if (FOLDER === undefined) console.warn('RISCV_TESTS names no folder with images of riscv-tests: they are skipped');
const images = FOLDER === undefined ? [] : readdirSync(FOLDER).filter((name) => IMAGE.test(name));
const inEnvironment = (environment: string) => images.filter((name) => IMAGE.exec(name)?.[1] === environment);

/** The exit code is 0, or the number of the case that failed. */
function ending(name: string, harts: number) {
  const { exitCode, printed } = runToEnd(join(FOLDER ?? '', name), harts);
  return { exitCode, printed };
}

describe.skipIf(FOLDER === undefined)('riscv-tests', () => {
  test('the folder has images of every group in environment p', () => {
    const groups = new Set(inEnvironment('p').map((name) => name.split('-')[0]));
    expect([...groups].sort()).toEqual(['rv32mi', 'rv32si', 'rv32ua', 'rv32uc', 'rv32ui', 'rv32um']);
  });

  it.each(images)('%s passes', (name) => {
    expect(ending(name, 1)).toEqual({ exitCode: 0, printed: '' });
  });

  it.each(inEnvironment('v'))(`%s passes while ${HARTS - 1} other harts touch its memory`, (name) => {
    expect(ending(name, HARTS)).toEqual({ exitCode: 0, printed: '' });
  });
});
