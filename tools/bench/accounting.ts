/**
 * What accounting costs: the kernel as it is, beside one from which it was taken out, where nobody is charged and every request fits
 * its quota. The two are bundles of the same sources, run in turns within one process. A third, which is the first once more, shows
 * by how much two differ that are the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { MeasureError } from './rounds.js';
import { spread } from './statistics.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = join(root, 'tools/bench/memory-guests.ts');

/** What these functions do first, and so alone, where accounting is taken out. */
const STUBS: readonly (readonly [file: string, functions: Readonly<Record<string, string>>])[] = [
  ['kernel/transitions/memory.ts', { charge: 'return;', uncharge: 'return;', countFrame: 'return;' }],
  ['kernel/memory/frames.ts', { fits: 'return true;' }],
];

const withoutAccounting: Plugin = {
  name: 'without accounting',
  setup(build) {
    for (const [file, functions] of STUBS) {
      const path = join(root, file);
      build.onLoad({ filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) }, () => {
        let contents = readFileSync(path, 'utf8');
        for (const [name, statement] of Object.entries(functions)) contents = stubbed(contents, name, statement);
        return { contents, loader: 'ts' };
      });
    }
  },
};

/** A source in which a function begins with a statement. @throws MeasureError where there is no such function. */
function stubbed(source: string, name: string, statement: string): string {
  const head = new RegExp(`^(?:export )?function ${name}\\([^{]*\\{$`, 'm');
  const found = head.exec(source)?.[0];
  if (found === undefined) throw new MeasureError(`there is no function ${name} to be taken out`);
  return source.replace(found, `${found}\n  ${statement}`);
}

async function bundle(outfile: string, plugins: readonly Plugin[]): Promise<string> {
  await build({
    entryPoints: [ENTRY],
    outfile,
    plugins: [...plugins],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'silent',
  });
  return outfile;
}

/** The bundles: the kernel, the same once more, the kernel without accounting. @throws MeasureError */
export async function buildAccounting(folder: string): Promise<string[]> {
  return [
    await bundle(join(folder, 'accounting.mjs'), []),
    await bundle(join(folder, 'accounting-again.mjs'), []),
    await bundle(join(folder, 'no-accounting.mjs'), [withoutAccounting]),
  ];
}

/** How much longer page calls take with accounting than without. */
export async function accountingFigure({ folder, repeats, window: { warmUp, seconds } }: Plan): Promise<Figure> {
  const wanted = { of: 'tocsin', bound: 'most', value: 5 } as const;
  const figure = { name: 'accounting', title: 'accounting on, more time than off', unit: 'percent', wanted } as const;
  try {
    const bundles = await buildAccounting(folder);
    const measure = (work: string): Record<string, number>[] =>
      Array.from({ length: repeats }, () =>
        runChild('accounting', ...bundles, work, String(warmUp * 2), String(seconds * 2)),
      );
    const pages = measure('pages');
    const percent = (of: readonly Record<string, number>[], what: string): number =>
      spread(of.map((one) => one[what])).median;
    const tocsin = spread(pages.map(({ percent }) => percent));
    const calls = measure('calls');
    const note =
      `a page taken and given back; a null call ${percent(calls, 'percent').toFixed(1)} %; ` +
      `the same twice ${percent(pages, 'again').toFixed(1)} %`;
    return { ...figure, tocsin, met: tocsin.median <= wanted.value, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}
