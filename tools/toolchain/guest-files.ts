/** The part of `userland/` that every compiled program is made with: headers, linker script, start-up code, C library. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheKey } from './cache.js';

const LINKER_SCRIPT = join('crt', 'link.ld');
const RUNTIME_FOLDERS = ['crt', 'libc', 'pthread'];
const SOURCE = /\.(c|S)$/;

export class GuestFiles {
  readonly includes: string;
  readonly linkerScript: string;

  constructor(readonly folder: string) {
    this.includes = join(folder, 'include');
    this.linkerScript = join(folder, LINKER_SCRIPT);
  }

  /** Start-up code, linked into every program. */
  startUp(): readonly string[] {
    return this.#sources('crt');
  }

  /** The C library, from which a program takes what it uses. */
  library(): readonly string[] {
    return [...this.#sources('libc'), ...this.#sources('pthread')];
  }

  /** Changes with any header's name or content. */
  headersKey(): string {
    const headers = filesUnder(this.includes, /\.h$/);
    return cacheKey(...headers.flatMap((path) => [path.slice(this.includes.length), readFileSync(path)]));
  }

  /** Changes with any file of the start-up code or the library. */
  runtimeKey(): string {
    const files = RUNTIME_FOLDERS.flatMap((folder) => filesUnder(join(this.folder, folder), /\.(c|S|h|ld)$/));
    return cacheKey(...files.flatMap((path) => [this.portableName(path), readFileSync(path)]));
  }

  /** The name that stands in debug information and in `__FILE__`, the same on every machine. */
  portableName(path: string): string {
    return path
      .slice(this.folder.length + 1)
      .split(sep)
      .join('/');
  }

  #sources(folder: string): string[] {
    return filesUnder(join(this.folder, folder), SOURCE);
  }
}

/** Beside the bundle in an installed package, two folders up in the source tree. */
export function findGuestFiles(): GuestFiles {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'userland', LINKER_SCRIPT))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the userland folder of this installation is missing');
    folder = parent;
  }
  return new GuestFiles(join(folder, 'userland'));
}

function filesUnder(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
