import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles, REFERENCE_FOLDER } from '../../tools/generate/all.js';

const products = generatedFiles(process.cwd());

describe('generated files', () => {
  it.each(products.map(({ path }) => path))('%s is what its table says (npm run generate)', (path) => {
    const product = products.find((candidate) => candidate.path === path);
    expect(readFileSync(path, 'utf8')).toBe(product?.text);
  });

  it('are all the pages of the reference: none is left of a call that is gone', () => {
    const expected = products.filter(({ path }) => path.startsWith(REFERENCE_FOLDER)).map(({ path }) => path);
    const present = readdirSync(REFERENCE_FOLDER).map((name) => `${REFERENCE_FOLDER}/${name}`);
    expect(present.sort()).toEqual([...expected].sort());
  });
});
