/**
 * Images of the architecture tests of RISC-V. Such a test does not judge: it leaves words between `begin_signature` and
 * `end_signature`, which are right if they are those of a reference. `RISCV_ARCH_TESTS` names a folder that holds `NAME.elf`,
 * which ends through HTIF, beside `NAME.reference_output`, a line of eight hexadecimal digits for each word.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { runToEnd } from './riscv-tests/htif-run.js';

const FOLDER = process.env.RISCV_ARCH_TESTS;
const IMAGE = '.elf';
const REFERENCE = '.reference_output';

if (FOLDER === undefined) console.warn('RISCV_ARCH_TESTS names no folder with architecture tests: they are skipped');
const files = FOLDER === undefined ? [] : readdirSync(FOLDER);
const names = files.filter((file) => file.endsWith(IMAGE)).map((file) => file.slice(0, -IMAGE.length));

function signature(name: string): readonly string[] {
  const { exitCode, board, addressOf } = runToEnd(join(FOLDER ?? '', name + IMAGE));
  expect(exitCode).toBe(0);
  const [begin, end] = ['begin_signature', 'end_signature'].map(
    (symbol) => (addressOf(symbol) - board.memory.base) / 4,
  );
  return Array.from(board.memory.i32.subarray(begin, end), (word) => (word >>> 0).toString(16).padStart(8, '0'));
}

function reference(name: string): readonly string[] {
  const words = readFileSync(join(FOLDER ?? '', name + REFERENCE), 'latin1')
    .trim()
    .toLowerCase();
  return words.split(/\s+/);
}

describe.skipIf(FOLDER === undefined)('architecture tests', () => {
  test('the folder has images', () => {
    expect(names).not.toEqual([]);
  });

  it.each(names)('%s leaves the signature of its reference', (name) => {
    expect(signature(name)).toEqual(reference(name));
  });
});
