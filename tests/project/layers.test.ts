import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = process.cwd();
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const LAYERS = ['machine', 'syscalls', 'kernel', 'userland', 'tools'];

function cruise(folder: string): { readonly status: number | null; readonly report: string } {
  const words = [cruiser, '--config', '.dependency-cruiser.cjs', ...LAYERS];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  return { status, report: stdout + stderr };
}

describe('layers', () => {
  it('import only downwards', () => {
    const { status, report } = cruise(root);
    expect(report).toContain('no dependency violations found');
    expect(status).toBe(0);
  });

  it('have files that are named for what is in them, never "utils" or the like', () => {
    const files = [...LAYERS, 'tests'].flatMap((layer) =>
      readdirSync(layer, { recursive: true, encoding: 'utf8' }).map((name) => `${layer}/${name}`),
    );
    // Names of C headers are given by standards.
    const own = files.filter((path) => !path.startsWith('userland/include/'));
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((path) => /\/(utils?|helpers?|common|types|misc)(\/|\.|$)/.test(path))).toEqual([]);
  });
});

const VIOLATIONS = [
  ['machine', '../syscalls/thing.js'],
  ['machine', 'node:fs'],
  ['machine', 'chalk'],
  ['syscalls', '../machine/thing.js'],
  ['syscalls', 'node:path'],
  ['kernel', '../userland/thing.js'],
  ['kernel', '../tools/thing.js'],
  ['kernel', 'crypto'],
  ['userland', '../kernel/thing.js'],
  ['userland', '../machine/thing.js'],
] as const;

describe('the check of the layers', () => {
  let folder: string;
  let before: ReturnType<typeof cruise>;
  let after: ReturnType<typeof cruise>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-layers-'));
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, name), join(folder, name));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const layer of LAYERS) {
      mkdirSync(join(folder, layer));
      writeFileSync(join(folder, layer, 'thing.ts'), `export const ${layer} = 1;\n`);
    }
    before = cruise(folder);
    for (const [index, [layer, imported]] of VIOLATIONS.entries()) {
      const text = `import * as planted from '${imported}';\nexport default planted;\n`;
      writeFileSync(join(folder, layer, `planted-${index}.ts`), text);
    }
    after = cruise(folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is content with a tree that keeps to the rules', () => {
    expect(before.report).toContain('no dependency violations found');
    expect(before.status).toBe(0);
  });

  it.each(VIOLATIONS.map(([layer, imported], index) => [layer, imported, index] as const))(
    'finds that %s imports %s',
    (layer, _imported, index) => {
      expect(after.status).not.toBe(0);
      expect(after.report).toMatch(new RegExp(`${layer}-imports-downwards: ${layer}/planted-${index}\\.ts`));
    },
  );
});
