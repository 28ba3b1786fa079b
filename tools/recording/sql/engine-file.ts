/** Where SQLite is: in a file of its own beside the bundles, which nothing but a query reads. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Seen from the folder of the package. */
export const BUILT_ENGINE = join('dist', 'sqlite.wasm');

/** The file of sql.js from which that is copied; it is there for who builds and tests. */
export function engineFile(): string {
  return createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm-browser.wasm');
}
