/**
 * `npm run build`: bundles the command line and the libraries into `dist/`.
 *
 * The command line carries its dependencies with it and is split into chunks, so that `tocsin run` loads only what it needs:
 * Node finds and compiles one file faster than forty. `tocsin/scenario` shares them, because it compiles guests, too. The
 * libraries, `tocsin` and `tocsin/script`, stay plain modules without anything of Node.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { BUILT_ENGINE, engineFile } from './recording/sql/engine-file.js';
import { BUILT_DRIVER, compileConsoleDriver } from './toolchain/console-driver.js';
import { zigCompiler, zigOfNpm } from './toolchain/zig.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
};

const commandLine: BuildOptions = {
  ...shared,
  entryPoints: {
    tocsin: 'tools/cli/main.ts',
    scenario: 'tools/scenario.ts',
    'test-hooks': 'tools/cli/test-hooks.ts',
    'journal-worker': 'tools/cli/journal-worker.ts',
  },
  // Neither is needed by whoever runs a guest: one runs us, the other is loaded for scenarios in TypeScript.
  external: ['vitest', 'esbuild'],
  outdir: dist,
  platform: 'node',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  define: { TOCSIN_VERSION: JSON.stringify(version) },
  // commander is CommonJS and asks for Node's own modules with require.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
  },
};

const libraries: BuildOptions = {
  ...shared,
  entryPoints: { library: 'tools/library.ts', script: 'tools/script.ts' },
  outdir: dist,
  platform: 'neutral',
};

// Everything is made before anything is replaced, and each file is replaced at once: a `tocsin` that runs meanwhile goes on.
const made = (await Promise.all([build(commandLine), build(libraries)])).flatMap(
  ({ outputFiles }) => outputFiles ?? [],
);
const driver = await consoleDriver();
for (const { path, contents } of made) replace(path, contents, path === join(dist, 'tocsin.js') ? 0o755 : 0o644);
replace(join(root, BUILT_ENGINE), readFileSync(engineFile()), 0o644);
if (driver !== undefined) replace(join(root, BUILT_DRIVER), driver, 0o644);
removeStaleChunks(new Set(made.map(({ path }) => path)));

function replace(path: string, contents: Uint8Array, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, contents, { mode });
  renameSync(fresh, path);
}

/** By the pinned compiler alone: another would make another driver, and so other journals. Without it programs bring their own. */
async function consoleDriver(): Promise<Uint8Array | undefined> {
  const zig = zigOfNpm();
  if (zig !== undefined) return compileConsoleDriver(zigCompiler(zig.program, zig.version));
  rmSync(join(root, BUILT_DRIVER), { force: true });
  return undefined;
}

function removeStaleChunks(current: ReadonlySet<string>): void {
  const chunks = join(dist, 'chunks');
  if (!existsSync(chunks)) return;
  for (const name of readdirSync(chunks)) {
    if (!current.has(join(chunks, name))) rmSync(join(chunks, name), { force: true });
  }
}
