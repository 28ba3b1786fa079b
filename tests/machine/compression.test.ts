import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MachineError } from '../../machine/index.js';
import { crc32 } from '../../machine/snapshot/checksum.js';
import { compress, expand } from '../../machine/snapshot/compression.js';

/** Bytes with repetitions near and far, which plain random bytes do not have. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 300 })), { maxLength: 12 })
  .map((parts) =>
    Uint8Array.from(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat())),
  );

describe('compression', () => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 3000 })), (bytes) => {
        expect(expand(compress(bytes), bytes.length)).toEqual(bytes);
      }),
    );
  });

  test('names a page that is there twice, and writes it once', () => {
    let state = 1;
    const page = Uint8Array.from({ length: 4096 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return state >>> 24;
    });
    const twice = Uint8Array.of(...page, ...page);
    expect(compress(twice).length).toBeLessThan(4096 + 20);
    expect(expand(compress(twice), twice.length)).toEqual(twice);
  });

  test('makes a mebibyte of zeros a few bytes', () => {
    expect(compress(new Uint8Array(1 << 20)).length).toBeLessThan(20);
  });

  test('refuses bytes that nobody compressed, whatever they are', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 5000 }), (bytes, length) => {
        try {
          expect(expand(bytes, length).length).toBe(length);
        } catch (error) {
          expect(error).toBeInstanceOf(MachineError);
          refused++;
        }
      }),
    );
    expect(refused).toBeGreaterThan(50);
  });

  test('refuses what is compressed if it is of another length, or goes on', () => {
    const compressed = compress(new Uint8Array(1000));
    for (const length of [0, 999, 1001]) expect(() => expand(compressed, length)).toThrow(MachineError);
    expect(() => expand(Uint8Array.of(...compressed, 0), 1000)).toThrow(MachineError);
  });
});

describe('the checksum', () => {
  test('is that of gzip', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});
