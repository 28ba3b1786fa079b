import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALL_OPERATIONS, OPERATION, operationFor } from '../../machine/hart/operations.js';
import { decode, encode, INSTRUCTIONS } from '../../machine/index.js';
import { sampleOperands } from './bare-metal.js';

const source = readFileSync(new URL('../../machine/hart/interpreter.ts', import.meta.url), 'utf8');

describe('operations', () => {
  test("the literals of the interpreter's cases are the numbers of the operations that they name", () => {
    const cases = [...source.matchAll(/case (\d+):(?: \{\s+)?\s*\/\/ ([a-z -]+)$/gm)];
    const named = cases.map(([, number, name]): [number, string] => [Number(number), name]);
    expect(named.sort(([a], [b]) => a - b)).toEqual([...ALL_OPERATIONS].sort(([a], [b]) => a - b));
  });

  test('every instruction comes to an operation that the interpreter has', () => {
    for (const row of INSTRUCTIONS) {
      const { name, bytes } = row;
      const raw = encode(name, sampleOperands(row));
      const decoded = decode(raw);
      const [word] = operationFor(decoded, 0, raw);
      expect(decoded?.instruction.name, name).toBe(name);
      expect(decoded?.instruction.bytes).toBe(bytes);
      expect(ALL_OPERATIONS.has(word & 255), name).toBe(true);
      expect(word & 255, name).not.toBe(OPERATION.illegal);
    }
  });
});
