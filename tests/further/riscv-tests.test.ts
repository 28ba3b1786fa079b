/**
 * The images of riscv-tests, each run to its end on the board. `RISCV_TESTS` names the folder that holds them, under the names
 * that the suite gives them: `rv32ui-p-add` is test `add` of group `rv32ui` in environment `p`.
 *
 * In environment `p` a test has the first hart and no translation. In `v` it runs in U mode behind Sv32, every page is mapped when
 * it is first touched, and the other harts, if there are any, read memory and add zero to it all the while.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { Board, HTIF_INTERVAL, HTIF_SETTLING, Htif, parseElf, STOP } from '../../machine/index.js';

const FOLDER = process.env.RISCV_TESTS;
/** What an RV32IMAC board with M, S and U mode has to pass; the suite's others are for extensions that it does not have. */
const IMAGE = /^rv32(?:ui|um|ua|uc|si|mi)-([pv])-[a-z0-9_-]+$/;
const MEMORY_BYTES = 16 << 20;
/** On all harts together: the longest of them takes 150,000 with four. */
const MAX_INSTRUCTIONS = 5_000_000;
const OTHER_HARTS_TOO = 4;

if (FOLDER === undefined) console.warn('RISCV_TESTS names no folder with images of riscv-tests: they are skipped');
const images = FOLDER === undefined ? [] : readdirSync(FOLDER).filter((name) => IMAGE.test(name));
const inEnvironment = (environment: string) => images.filter((name) => IMAGE.exec(name)?.[1] === environment);

/** How an image ended: its exit code is 0, or the number of the case that failed. */
interface Ending {
  readonly exitCode: number | undefined;
  readonly printed: string;
}

function run(name: string, harts: number): Ending {
  const { entry, segments, symbols } = parseElf(readFileSync(join(FOLDER ?? '', name)), 'bare metal');
  const board = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'guest', harts });
  for (const { physicalAddress, fileBytes } of segments) board.memory.write(physicalAddress, fileBytes);
  for (const hart of board.harts) hart.pc = entry;
  const addressOf = (symbol: string): number => {
    const found = symbols.find((candidate) => candidate.name === symbol);
    if (found === undefined) throw new Error(`${name} has no symbol ${symbol}: it was not built for HTIF`);
    return found.address;
  };
  let printed = '';
  const htif = new Htif(board.memory, { tohost: addressOf('tohost'), fromhost: addressOf('fromhost') }, (bytes) => {
    printed += Buffer.from(bytes).toString('latin1');
  });
  for (let spent = 0; spent < MAX_INSTRUCTIONS && htif.exitCode === undefined; spent += HTIF_INTERVAL) {
    const stop = board.run(HTIF_INTERVAL);
    if (htif.wantsAttention) {
      board.run(HTIF_SETTLING);
      htif.serve();
    } else if (stop !== STOP.LIMIT) {
      break;
    }
  }
  return { exitCode: htif.exitCode, printed };
}

describe.skipIf(FOLDER === undefined)('riscv-tests', () => {
  test('the folder has images of every group in environment p', () => {
    const groups = new Set(inEnvironment('p').map((name) => name.split('-')[0]));
    expect([...groups].sort()).toEqual(['rv32mi', 'rv32si', 'rv32ua', 'rv32uc', 'rv32ui', 'rv32um']);
  });

  it.each(images)('%s passes', (name) => {
    expect(run(name, 1)).toEqual({ exitCode: 0, printed: '' });
  });

  it.each(inEnvironment('v'))(`%s passes while ${OTHER_HARTS_TOO - 1} other harts touch its memory`, (name) => {
    expect(run(name, OTHER_HARTS_TOO)).toEqual({ exitCode: 0, printed: '' });
  });
});
