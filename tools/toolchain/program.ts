/** Files become a program: every source is compiled, then all is linked with the runtime. The steps are cached one by one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ElfError } from '../../machine/elf.js';
import { cacheKey } from './cache.js';
import type { Compiler } from './compiler.js';
import { ToolchainError } from './failure.js';
import type { Input } from './input.js';
import { type CompileOptions, compile } from './object.js';
import { checkObject, readObject } from './relocatable.js';
import { runtime } from './runtime.js';
import { Workshop } from './workshop.js';

export interface Program {
  /** An ELF executable. */
  readonly bytes: Uint8Array;
  /** Warnings, as the compiler wrote them. */
  readonly messages: string;
}

/** Law 6: more is a mistake in a shell pattern. */
const MAX_INPUTS = 1000;

export interface Compiled {
  /** One for each input, called as it is. */
  readonly objects: readonly Input[];
  readonly messages: string;
}

type Places = ConstructorParameters<typeof Workshop>[1];

/** Throws ToolchainError. The inputs are sources and objects. */
export async function buildProgram(
  inputs: readonly Input[],
  compiler: Compiler,
  options: CompileOptions,
  places: Places = {},
): Promise<Program> {
  return inWorkshop(compiler, places, async (workshop) => {
    const { objects, messages } = await compileAll(workshop, inputs, options);
    return { bytes: await link(workshop, objects, options.debug), messages };
  });
}

/** As `buildProgram`, without its last step. Throws ToolchainError. */
export async function compileObjects(
  inputs: readonly Input[],
  compiler: Compiler,
  options: CompileOptions,
  places: Places = {},
): Promise<Compiled> {
  return inWorkshop(compiler, places, (workshop) => compileAll(workshop, inputs, options));
}

async function inWorkshop<Result>(
  compiler: Compiler,
  places: Places,
  work: (workshop: Workshop) => Promise<Result>,
): Promise<Result> {
  const workshop = new Workshop(compiler, places);
  try {
    return await work(workshop);
  } finally {
    workshop.close();
  }
}

async function compileAll(workshop: Workshop, inputs: readonly Input[], options: CompileOptions): Promise<Compiled> {
  if (inputs.length > MAX_INPUTS)
    throw new ToolchainError(`${inputs.length} files; at most ${MAX_INPUTS} make a program`);
  const objects: Input[] = [];
  let messages = '';
  for (const [index, input] of inputs.entries()) {
    workshop.progress.say(`compiling ${input.path}`);
    const object = await objectOf(workshop, input, options, `program-${index}`);
    objects.push({ path: input.path, kind: 'object', bytes: object.bytes });
    messages += object.messages;
  }
  return { objects, messages };
}

async function objectOf(workshop: Workshop, input: Input, options: CompileOptions, name: string) {
  if (input.kind === 'object') {
    inFile(input, checkObject);
    return { bytes: input.bytes, messages: '' };
  }
  if (input.kind === 'executable') {
    throw new ToolchainError(`${input.path}: is linked already; it cannot be a part of another program`);
  }
  return compile(workshop, { ...input, language: input.kind, portableFolder: '' }, options, name);
}

/** Reads an object; what is wrong with it gets the file's name. Throws ToolchainError. */
export function inFile<Result>({ path, bytes }: Input, read: (bytes: Uint8Array) => Result): Result {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof ElfError) throw new ToolchainError(`${path}: ${error.message}`);
    throw error;
  }
}

async function link(workshop: Workshop, objects: readonly Input[], debug: boolean): Promise<Uint8Array> {
  const { compiler, guest, cache } = workshop;
  const library = runtime(workshop);
  const script = readFileSync(guest.linkerScript);
  const key = cacheKey(
    'program',
    workshop.recipe,
    library.key,
    script,
    String(debug),
    ...objects.map(({ bytes }) => bytes),
  );
  const known = cache.get(key);
  if (known !== undefined) return known;

  const { startUp, archives } = await library.provide();
  const names = objects.map(({ path, bytes }, index) => {
    // The linker's messages name the objects: they are called as their sources.
    const name = `${index}-${basename(path).replace(/\.o$/, '')}.o`;
    writeFileSync(join(workshop.folder, name), bytes);
    return name;
  });
  workshop.progress.say('linking');
  const output = 'program.elf';
  const job = { output, script: guest.linkerScript, objects: [...startUp, ...names], archives, debug };
  const result = await workshop.run(await compiler.link(job), workshop.folder);
  if (!result.succeeded) throw new ToolchainError(whyNotLinked(objects, compiler), result.stderr);
  const bytes = readFileSync(join(workshop.folder, output));
  cache.put(key, bytes);
  return bytes;
}

/** What the linker says of a missing `main` names the C library, where nobody would look for the reason. */
function whyNotLinked(objects: readonly Input[], compiler: Compiler): string {
  const title = `${objects.map(({ path }) => path).join(' ')} does not link (${compiler.title})`;
  if (objects.some((object) => inFile(object, readObject).definesMain)) return title;
  const isZig = objects.some(({ path }) => path.endsWith('.zig'));
  return `${title}: it has no main${isZig ? '; a guest in Zig exports it: export fn main() c_int { … }' : ''}`;
}
