/** The guide's examples are tests: of vitest here, and of `tocsin test` in tests/tools/test-command.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { hasCompiler } from '../userland/compiled.js';

const folder = resolve('tools/scenario/guide');
const names = readdirSync(folder).filter((file) => file.endsWith('.scenario.ts'));
const needsCompiler = (name: string): boolean => readFileSync(join(folder, name), 'utf8').includes('s.guest(');

for (const name of names) {
  if (hasCompiler || !needsCompiler(name)) await import(pathToFileURL(join(folder, name)).href);
}

it('every example stands in the guide, word for word', () => {
  const guide = readFileSync('tools/scenario/GUIDE.md', 'utf8');
  for (const name of names) expect(guide).toContain(`\`\`\`ts\n${readFileSync(join(folder, name), 'utf8')}\`\`\`\n`);
});
