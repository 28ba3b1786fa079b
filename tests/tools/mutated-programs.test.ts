import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { BootError, System } from '../../kernel/index.js';
import { ElfError, parseElf } from '../../machine/index.js';
import { zigOfNpm } from '../../tools/toolchain/zig.js';
import { SAYS_HELLO } from './guest-programs.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const CASES = 10_000;
const MOST_INSTRUCTIONS = 20_000;
const HEADER_BYTES = 300;
const PAGE = 4096;

/** A program with threads where there is a compiler, a few instructions otherwise. */
function realProgram(): Uint8Array {
  if (zigOfNpm() === undefined) return SAYS_HELLO;
  const path = folder.at('philosophers.elf');
  expect(tocsin(['build', 'userland/demos/philosophers.c', '-o', path])).toMatchObject({ status: 0 });
  // A copy: slices of a Buffer would be views of it.
  return new Uint8Array(readFileSync(path));
}

/** Numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Up to eight bytes changed, one in four in the headers; one file in twenty is cut off. */
function mutated(real: Uint8Array, seed: number): Uint8Array {
  const random = randomNumbers(seed);
  const file = random(20) === 0 ? real.slice(0, random(real.length)) : real.slice();
  for (let changes = 1 + random(8); changes > 0; changes--) {
    const at = random(4) === 0 ? random(HEADER_BYTES) : PAGE + random(real.length - PAGE);
    if (at < file.length) file[at] = random(256);
  }
  return file;
}

function outcomeOf(file: Uint8Array): string {
  try {
    const image = parseElf(file);
    const system = System.boot({ name: 'mutated', image, memoryBytes: 4 << 20, journal: { capacity: 8192 } });
    return system.run(MOST_INSTRUCTIONS).kind;
  } catch (error) {
    if (!(error instanceof ElfError || error instanceof BootError)) throw error;
    expect(error.message).toMatch(/^.+$/);
    return 'refused';
  }
}

describe(`${CASES.toLocaleString('en-US')} mutated programs`, () => {
  it('each run or are refused in one line; none throws anything else', { timeout: 300_000 }, () => {
    const real = realProgram();
    const outcomes = new Map<string, number>();
    for (let seed = 0; seed < CASES; seed++) {
      const outcome = (() => {
        try {
          return outcomeOf(mutated(real, seed));
        } catch (error) {
          throw new Error(`mutation ${seed} broke the simulator`, { cause: error });
        }
      })();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // A generator whose files are always refused, or never, would show nothing.
    for (const outcome of ['refused', 'fault', outcomeOf(real)])
      expect(outcomes.get(outcome) ?? 0).toBeGreaterThan(CASES / 200);
  });
});
