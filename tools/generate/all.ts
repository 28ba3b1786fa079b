/** All that is generated. TypeScript goes through the project's formatter, so that lint has nothing to say about it. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { schemaPage } from '../recording/sql/schema-text.js';
import { cHeader } from './c-header.js';
import type { Product } from './product.js';
import { recordsHeader } from './records-header.js';
import { referencePages } from './reference.js';
import { scriptCalls } from './script-calls.js';

export { REFERENCE_FOLDER } from './reference.js';

export function generatedFiles(root: string): readonly Product[] {
  return [cHeader(), recordsHeader(), formatted(scriptCalls(), root), ...referencePages(), questions()];
}

function formatted(product: Product, root: string): Product {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const options = { cwd: root, input: product.text, encoding: 'utf8' } as const;
  return {
    ...product,
    text: execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${product.path}`], options),
  };
}

/** The tables that a query about a recording can ask for. */
function questions(): Product {
  return { path: 'tools/recording/sql/SCHEMA.md', text: schemaPage() };
}
