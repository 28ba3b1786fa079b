/**
 * V8 makes a dictionary of an object that got many properties under computed names, or a getter in a literal; every access to it
 * then is a look-up, which once cost system calls a third of their speed. Nothing else would show that but a benchmark.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/library.js')).href;

/** Prints the paths of objects that are dictionaries, of all that can be reached from a system in a few steps. */
const PROGRAM = `
  import { System } from ${JSON.stringify(LIBRARY)};
  const seen = new Set();
  const slow = [];
  const look = (path, thing, depth) => {
    if (typeof thing !== 'object' || thing === null || ArrayBuffer.isView(thing) || Array.isArray(thing) || seen.has(thing)) return;
    seen.add(thing);
    if (!%HasFastProperties(thing)) slow.push(path);
    if (depth > 0) for (const [name, inner] of Object.entries(thing)) look(path + '.' + name, inner, depth - 1);
  };
  look('system', System.boot({ name: 'test', script: function* () {} }), 4);
  console.log(JSON.stringify({ seen: seen.size, slow }));
`;

it('what a step reads are objects with fast properties', () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--allow-natives-syntax', '--input-type=module', '-e', PROGRAM],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  const { seen, slow } = JSON.parse(stdout) as { seen: number; slow: string[] };
  expect(seen).toBeGreaterThan(60);
  expect(slow).toEqual([]);
});
