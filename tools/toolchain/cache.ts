/**
 * Results of compiling, kept by content: the name of an entry is the hash of all that went into it.
 *
 * An entry begins with the hash of what follows, so that a damaged one counts as missing; it is written beside its place and
 * renamed, so that readers see all of it or nothing. Where nothing can be written the cache is merely always empty.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** Beyond this the entries that were not used for longest go. A program and its library take about fifty. */
const MAX_ENTRIES = 2000;
const HASH_BYTES = 32;
/** In every key, so that a change of what entries mean leaves the old ones unused. */
const FORMAT = 'tocsin cache 1';

export class Cache {
  #written = 0;

  constructor(readonly folder: string) {}

  get(key: string): Buffer | undefined {
    const path = this.#path(key);
    try {
      const entry = readFileSync(path);
      const content = entry.subarray(HASH_BYTES);
      if (!digest(content).equals(entry.subarray(0, HASH_BYTES))) return undefined;
      const now = new Date();
      utimesSync(path, now, now);
      return content;
    } catch {
      return undefined;
    }
  }

  put(key: string, content: Uint8Array): void {
    const path = this.#path(key);
    const fresh = `${path}.${process.pid}`;
    try {
      makeFolder(this.folder);
      writeFileSync(fresh, Buffer.concat([digest(content), content]));
      renameSync(fresh, path);
    } catch {
      removeIfThere(fresh);
    }
    // Not at every entry: listing the folder costs more than writing a file.
    if (this.#written++ % 64 === 0) this.#prune();
  }

  #path(key: string): string {
    return join(this.folder, key);
  }

  #prune(): void {
    try {
      const names = readdirSync(this.folder);
      if (names.length <= MAX_ENTRIES) return;
      const byAge = names
        .map((name) => ({ name, used: statSync(join(this.folder, name)).mtimeMs }))
        .sort((a, b) => a.used - b.used);
      for (const { name } of byAge.slice(0, names.length - MAX_ENTRIES / 2))
        rmSync(join(this.folder, name), { force: true });
    } catch {
      // Another process prunes at the same time: the bound holds at the next write.
    }
  }
}

/** Not mkdir's own `recursive`: below /proc that one never ends (Node 20), and a cache may be pointed anywhere. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written nothing can be left behind.
  }
}

/** The user's cache folder: $XDG_CACHE_HOME or ~/.cache; where there is no home, a folder of this user's under the system's own. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment.XDG_CACHE_HOME;
  if (configured?.startsWith('/')) return join(configured, 'tocsin');
  const home = homedir();
  if (home !== '' && home !== '/') return join(home, '.cache', 'tocsin');
  return join(tmpdir(), `tocsin-${userInfo().uid}`);
}

/** A key from parts; where one ends and the next begins makes a difference. */
export function cacheKey(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of [FORMAT, ...parts]) addPart(hash, part);
  return hash.digest('hex');
}

function addPart(hash: Hash, part: string | Uint8Array): void {
  const bytes = typeof part === 'string' ? Buffer.from(part) : part;
  hash.update(`${bytes.length}:`);
  hash.update(bytes);
}

function digest(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
