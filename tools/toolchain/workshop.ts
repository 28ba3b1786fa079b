/** What one build works with: a compiler, the cache, the guest's files, and a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER_PREFIX, removeAbandonedFolders } from './abandoned-folders.js';
import { Cache, cacheFolder } from './cache.js';
import { type Compiler, recipe } from './compiler.js';
import { ToolchainError } from './failure.js';
import { findGuestFiles, type GuestFiles } from './guest-files.js';
import { whyNot } from './input.js';
import { Progress } from './progress.js';
import { type Command, killTools, runTool, type ToolResult } from './tool-process.js';

export class Workshop {
  readonly cache: Cache;
  readonly guest: GuestFiles;
  readonly progress = new Progress();
  /** The compiler and its options, in cache keys. */
  readonly recipe: string;
  #headersKey: string | undefined;
  #folder: string | undefined;

  constructor(
    readonly compiler: Compiler,
    options: { readonly cacheFolder?: string; readonly guest?: GuestFiles } = {},
  ) {
    this.recipe = recipe(compiler);
    this.cache = new Cache(options.cacheFolder ?? cacheFolder());
    this.guest = options.guest ?? findGuestFiles();
  }

  get headersKey(): string {
    this.#headersKey ??= this.guest.headersKey();
    return this.#headersKey;
  }

  /** Made when it is first needed: a build that finds everything in the cache leaves no trace. */
  get folder(): string {
    if (this.#folder === undefined) {
      try {
        this.#folder = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
      } catch (error) {
        throw new ToolchainError(`${tmpdir()}: ${whyNot(error)} (compilers need a folder for temporary files)`);
      }
      process.once('exit', this.#abandon);
      removeAbandonedFolders(tmpdir());
    }
    return this.#folder;
  }

  run(command: Command, folder: string): Promise<ToolResult> {
    // Zig keeps a cache of its own, which would grow without bound: ours does, and keeps results of all compilers.
    const zig = join(this.folder, 'zig');
    return runTool(command, folder, { ZIG_GLOBAL_CACHE_DIR: zig, ZIG_LOCAL_CACHE_DIR: zig });
  }

  close(): void {
    process.removeListener('exit', this.#abandon);
    this.progress.end();
    this.#remove();
  }

  /** When Ctrl-C ends it: neither compilers nor files nor half a line of progress are left behind. */
  readonly #abandon = (): void => {
    killTools();
    this.close();
  };

  readonly #remove = (): void => {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#folder = undefined;
  };
}
