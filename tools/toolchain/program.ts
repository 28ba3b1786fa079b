/** Files become a program: every source is compiled, then all is linked with the runtime. The steps are cached one by one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheKey } from './cache.js';
import type { Compiler } from './compiler.js';
import { ToolchainError } from './failure.js';
import type { Input } from './input.js';
import { type CompileOptions, compile } from './object.js';
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

/** Throws ToolchainError. The inputs are sources and objects. */
export async function buildProgram(
  inputs: readonly Input[],
  compiler: Compiler,
  options: CompileOptions,
  places: ConstructorParameters<typeof Workshop>[1] = {},
): Promise<Program> {
  if (inputs.length > MAX_INPUTS)
    throw new ToolchainError(`${inputs.length} files; at most ${MAX_INPUTS} make a program`);
  const workshop = new Workshop(compiler, places);
  try {
    const objects: Buffer[] = [];
    let messages = '';
    for (const [index, input] of inputs.entries()) {
      workshop.progress.say(`compiling ${input.path}`);
      const object = await objectOf(workshop, input, options, `program-${index}`);
      objects.push(object.bytes);
      messages += object.messages;
    }
    return { bytes: await link(workshop, inputs, objects, options.debug), messages };
  } finally {
    workshop.close();
  }
}

async function objectOf(workshop: Workshop, input: Input, options: CompileOptions, name: string) {
  if (input.kind === 'object') return { bytes: input.bytes, messages: '' };
  if (input.kind === 'executable') {
    throw new ToolchainError(`${input.path}: is linked already; it cannot be a part of another program`);
  }
  return compile(workshop, { ...input, language: input.kind, portableFolder: '' }, options, name);
}

async function link(
  workshop: Workshop,
  inputs: readonly Input[],
  objects: readonly Buffer[],
  debug: boolean,
): Promise<Uint8Array> {
  const { compiler, guest, cache } = workshop;
  const library = runtime(workshop);
  const script = readFileSync(guest.linkerScript);
  const key = cacheKey('program', workshop.recipe, library.key, script, String(debug), ...objects);
  const known = cache.get(key);
  if (known !== undefined) return known;

  const { startUp, archives } = await library.provide();
  const names = objects.map((bytes, index) => {
    // The linker's messages name the objects: they are called as their sources.
    const name = `${index}-${basename(inputs[index].path)}.o`;
    writeFileSync(join(workshop.folder, name), bytes);
    return name;
  });
  workshop.progress.say('linking');
  const output = 'program.elf';
  const job = { output, script: guest.linkerScript, objects: [...startUp, ...names], archives, debug };
  const result = await workshop.run(await compiler.link(job), workshop.folder);
  const what = inputs.map(({ path }) => path).join(' ');
  if (!result.succeeded) throw new ToolchainError(`${what} does not link (${compiler.title})`, result.stderr);
  const bytes = readFileSync(join(workshop.folder, output));
  cache.put(key, bytes);
  return bytes;
}
