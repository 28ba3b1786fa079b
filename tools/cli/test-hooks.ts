/**
 * How Node loads scenarios: `tocsin`, `tocsin/script` and `tocsin/scenario` are this installation's, wherever the scenario lies, and
 * TypeScript becomes JavaScript. A bundle of its own, because Node may run it in a thread of its own (`module.register`).
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TransformFailure } from 'esbuild';

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: boolean;
}

const OURS: Readonly<Record<string, string>> = {
  tocsin: './library.js',
  'tocsin/script': './script.js',
  'tocsin/scenario': './scenario.js',
};

const TYPESCRIPT = /\.m?ts$/;
const SCENARIO = /\.scenario\.m?js$/;

/** A file that stands as JavaScript in an import may lie there as TypeScript, and under TypeScript's own name. */
const SUBSTITUTES: readonly (readonly [RegExp, string])[] = [
  [/\.js$/, '.ts'],
  [/\.mjs$/, '.mts'],
  [/$/, '.ts'],
];

export function resolve<Answer>(
  specifier: string,
  context: { readonly parentURL?: string },
  nextResolve: (specifier: string, context: unknown) => Answer,
): Answer | Resolved {
  if (Object.hasOwn(OURS, specifier))
    return { url: new URL(OURS[specifier], import.meta.url).href, shortCircuit: true };
  const { parentURL } = context;
  if (/^\.\.?\//.test(specifier) && parentURL?.startsWith('file:')) {
    const path = fileURLToPath(new URL(specifier, parentURL));
    const substitute = existsSync(path) ? undefined : substituteFor(path);
    if (substitute !== undefined) return { url: pathToFileURL(substitute).href, shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

function substituteFor(path: string): string | undefined {
  return SUBSTITUTES.map(([from, to]) => path.replace(from, to)).find(
    (candidate) => candidate !== path && existsSync(candidate),
  );
}

export function load<Answer>(
  url: string,
  context: unknown,
  nextLoad: (url: string, context: unknown) => Answer,
): Answer | Loaded {
  if (!url.startsWith('file:')) return nextLoad(url, context);
  const path = fileURLToPath(url);
  if (!TYPESCRIPT.test(path) && !SCENARIO.test(path)) return nextLoad(url, context);
  // A module, whatever the nearest package.json says of files in JavaScript.
  return { format: 'module', source: javascriptOf(path), shortCircuit: true };
}

/** JavaScript goes through esbuild too, because its messages name the line; but it does without where there is none. */
function javascriptOf(path: string): string {
  const source = readFileSync(path, 'utf8');
  const isTypeScript = TYPESCRIPT.test(path);
  const esbuild = findEsbuild();
  if (esbuild === undefined) {
    if (!isTypeScript) return source;
    throw new SyntaxError(`${path}: TypeScript needs esbuild, which is not installed here: npm install esbuild`);
  }
  try {
    return esbuild.transformSync(source, {
      loader: isTypeScript ? 'ts' : 'js',
      format: 'esm',
      target: 'node20.19',
      sourcemap: 'inline',
      sourcefile: path,
      logLevel: 'silent',
    }).code;
  } catch (error) {
    const [{ text, location }] = (error as Partial<TransformFailure>).errors ?? [
      { text: String(error), location: null },
    ];
    throw new SyntaxError(`${path}${location === null ? '' : `:${location.line}:${location.column + 1}`}: ${text}`);
  }
}

/** The one that came with us, or that of the project from whose folder we were called. */
function findEsbuild(): typeof import('esbuild') | undefined {
  for (const place of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(place)('esbuild') as typeof import('esbuild');
    } catch {
      // Not there.
    }
  }
  return undefined;
}
