import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, decode, disassemble, INSTRUCTIONS, instructionBytes } from '../../machine/index.js';

const BASE = 0x8000_0000;

/** The words as bytes, each of its own length. */
function bytesOf(words: readonly number[]): number[] {
  return words.flatMap((word) => {
    const bytes = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
    return bytes.slice(0, instructionBytes(word));
  });
}

/** What the disassembler prints of the words, which stand one behind the other from `base`. */
function textsOf(words: readonly number[], base: number): string[] {
  let address = base;
  return words.map((word) => {
    const { text, bytes } = disassemble(word, address >>> 0);
    address += bytes;
    return text;
  });
}

/** Assembles what is printed of `words`, and names the first that comes out as something else. */
function expectSame(words: readonly number[], base = BASE): void {
  const texts = textsOf(words, base);
  const [{ bytes, address }] = assemble(texts.join('\n'), { base }).segments;
  const wanted = bytesOf(words);
  expect(address).toBe(base);
  const wrong = wanted.findIndex((byte, index) => bytes[index] !== byte);
  if (wrong >= 0) {
    const index = words.findIndex((_, i) => bytesOf(words.slice(0, i + 1)).length > wrong);
    expect.fail(`${texts[index]} was 0x${words[index].toString(16)}, and byte ${wrong} is ${bytes[wrong]}`);
  }
  expect(bytes.length).toBe(wanted.length);
}

const anyWord = fc.integer().map((word) => word >>> 0);
const anyBase = fc.integer({ min: 0, max: 0x7fff_0000 }).map((half) => half * 2);

describe('it assembles what the disassembler prints, bytes equal:', () => {
  test.each(INSTRUCTIONS.map((row) => ({ row, name: row.name, section: row.section })))(
    '$name ($section)',
    ({ row }) => {
      const randomOperands = anyWord.map((bits) => ((bits & ~row.mask) | row.match) >>> 0);
      let own = 0;
      fc.assert(
        fc.property(fc.array(randomOperands, { minLength: 1, maxLength: 20 }), anyBase, (words, base) => {
          const cut = words.map((word) => (row.bytes === 2 ? word & 0xffff : word));
          own += cut.filter(
            (word) => decode(word)?.instruction === row && !disassemble(word, 0).text.startsWith('.'),
          ).length;
          expectSame(cut, base);
        }),
        { numRuns: 60 },
      );
      // Fences with a mode, or with registers that are reserved, have no text but `.word`; every row has some that have.
      expect(own).toBeGreaterThan(0);
    },
  );

  test('all 16-bit encodings', () => {
    const shorts = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => instructionBytes(half) === 2);
    expect(shorts.length).toBe(0xc000);
    expectSame(shorts);
  });

  test('all lower halves of 32-bit encodings, each with several upper halves', () => {
    const lower = Array.from({ length: 0x10000 }, (_, half) => half).filter((half) => instructionBytes(half) === 4);
    expect(lower.length).toBe(0x4000);
    for (let round = 0; round < 4; round++) {
      expectSame(lower.map((half) => (half | (Math.imul(half + 1, 0x9e37 + 2 * round) << 16)) >>> 0));
    }
  });

  test('all control registers, by name and by number', () => {
    expectSame(Array.from({ length: 4096 }, (_, csr) => ((csr << 20) | 0x0005_1573) >>> 0));
    const numbers = Array.from({ length: 4096 }, (_, csr) => `csrrw a0, ${csr}, a0`).join('\n');
    const [{ bytes }] = assemble(numbers).segments;
    expect([...bytes]).toEqual(bytesOf(Array.from({ length: 4096 }, (_, csr) => ((csr << 20) | 0x0005_1573) >>> 0)));
  });

  test('all sets of a fence, in every mode', () => {
    expectSame(Array.from({ length: 4096 }, (_, imm) => ((imm << 20) | 0x0f) >>> 0));
  });

  test('atomic instructions with every ordering', () => {
    const atomics = INSTRUCTIONS.filter(({ section }) => section.startsWith('A '));
    expect(atomics.length).toBe(11);
    const words = atomics.flatMap(({ match }) =>
      [0, 1, 2, 3].map((order) => (match | (order << 25) | 0x0005_8500) >>> 0),
    );
    const texts = textsOf(words, BASE);
    for (const suffix of ['.w ', '.w.rl ', '.w.aq ', '.w.aqrl ']) {
      expect(texts.filter((text) => text.includes(suffix)).length).toBe(11);
    }
    expectSame(words);
  });

  test('random words, and whatever is no instruction', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { minLength: 1, maxLength: 100 }), anyBase, (words, base) => {
        expectSame(
          words.map((word) => (instructionBytes(word) === 2 ? word & 0xffff : word)),
          base,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('a comment that names the target', () => {
    const text = disassemble(0x0080_00ef, BASE, () => 'main').text;
    expect(text).toBe('jal ra, 0x80000008 # main');
    expect([...assemble(text).segments[0].bytes]).toEqual(bytesOf([0x0080_00ef]));
  });
});
