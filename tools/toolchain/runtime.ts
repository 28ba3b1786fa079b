/** What every program is linked with: start-up objects, the C library and the compiler's builtins as archives. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { cacheKey } from './cache.js';
import type { Optimization } from './compiler.js';
import { ToolchainError } from './failure.js';
import { type CompiledObject, compile, type Source } from './object.js';
import type { Command } from './tool-process.js';
import type { Workshop } from './workshop.js';

/** The library is the same in every program, whatever the program's own options; debug information is left out at linking. */
const OPTIONS = { optimization: '2' as Optimization, debug: true, preprocessor: [] };

export interface Runtime {
  /** Stands for all of it in the key of a linked program. */
  readonly key: string;
  /** Writes the files into the workshop's folder and gives their names there. */
  provide(): Promise<{ startUp: readonly string[]; archives: readonly string[] }>;
}

export function runtime(workshop: Workshop): Runtime {
  const { guest } = workshop;
  const options = JSON.stringify(OPTIONS);
  const key = cacheKey('runtime', workshop.recipe, workshop.headersKey, options, guest.runtimeKey());
  return {
    key,
    provide: async () => ({
      startUp: writeObjects(workshop, 'crt', await compileAll(workshop, guest.startUp(), 'crt')),
      archives: [...(await libraryArchive(workshop, key, guest.library())), ...(await builtinsArchive(workshop))],
    }),
  };
}

function guestSource(workshop: Workshop, path: string): Source {
  return {
    path,
    language: extname(path) === '.S' ? 'preprocessed assembly' : 'c',
    bytes: readFileSync(path),
    portableFolder: `tocsin/${dirname(workshop.guest.portableName(path))}/`,
  };
}

async function libraryArchive(workshop: Workshop, key: string, sources: readonly string[]): Promise<string[]> {
  if (sources.length === 0) return [];
  const name = 'libc.a';
  await provideFile(workshop, cacheKey('libc.a', key), name, async () => {
    const objects = writeObjects(workshop, 'libc', await compileAll(workshop, sources, 'libc'));
    return workshop.compiler.archive(name, objects);
  });
  return [name];
}

async function builtinsArchive(workshop: Workshop): Promise<string[]> {
  const name = 'builtins.a';
  const command = await workshop.compiler.builtins(name);
  if (command === undefined) return [];
  const key = cacheKey(name, workshop.compiler.identity, JSON.stringify(command.arguments));
  await provideFile(workshop, key, name, async () => command);
  return [name];
}

/** Puts a file into the workshop's folder: out of the cache, or made with a command. */
async function provideFile(workshop: Workshop, key: string, name: string, make: () => Promise<Command>): Promise<void> {
  const path = join(workshop.folder, name);
  const known = workshop.cache.get(key);
  if (known !== undefined) {
    writeFileSync(path, known);
    return;
  }
  const command = await make();
  workshop.progress.say(`making ${name} (once)`);
  const result = await workshop.run(command, workshop.folder);
  if (!result.succeeded) throw new ToolchainError(`${name} cannot be made (${workshop.compiler.title})`, result.stderr);
  workshop.cache.put(key, readFileSync(path));
}

async function compileAll(workshop: Workshop, sources: readonly string[], name: string): Promise<CompiledObject[]> {
  const objects: CompiledObject[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < sources.length) {
      const index = next++;
      workshop.progress.say(`compiling the C library (once): ${index + 1} of ${sources.length}`);
      objects[index] = await compile(workshop, guestSource(workshop, sources[index]), OPTIONS, `${name}-${index}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), sources.length) }, work));
  return objects;
}

function writeObjects(workshop: Workshop, name: string, objects: readonly CompiledObject[]): string[] {
  return objects.map(({ bytes }, index) => {
    const file = `${name}-${index}.o`;
    writeFileSync(join(workshop.folder, file), bytes);
    return file;
  });
}
