/** `npm run generate`: writes every file that comes from the call table, and removes pages of calls that are gone. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles, REFERENCE_FOLDER } from './all.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const products = generatedFiles(root);

for (const { path, text } of products) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const current = new Set(products.map(({ path }) => path));
for (const name of readdirSync(join(root, REFERENCE_FOLDER))) {
  if (!current.has(`${REFERENCE_FOLDER}/${name}`)) rmSync(join(root, REFERENCE_FOLDER, name));
}
console.error(`${products.length} files written`);
