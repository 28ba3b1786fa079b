/**
 * One source becomes one object, out of the cache where nothing that went into it has changed.
 *
 * Which headers a source includes is known only after it was compiled. So an entry is found by what is known before (compiler,
 * options, the source, the C library's headers, the names of the headers around), and holds the headers with their hashes: it
 * counts only while those are the same. What the cache cannot see through is compiled every time: files that an assembler
 * directive includes, and what Zig imports.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cacheKey } from './cache.js';
import type { CompileJob, Optimization } from './compiler.js';
import { ToolchainError } from './failure.js';
import type { Language } from './input.js';
import type { Workshop } from './workshop.js';

export interface Source {
  /** As it stands in messages. */
  readonly path: string;
  readonly language: Language;
  readonly bytes: Buffer;
  /** What stands for the source's folder in debug information and `__FILE__`. */
  readonly portableFolder: string;
}

export interface CompileOptions {
  readonly optimization: Optimization;
  readonly debug: boolean;
  /** `-I` and `-D`, in order. */
  readonly preprocessor: readonly string[];
}

export interface CompiledObject {
  readonly bytes: Buffer;
  /** Warnings, as the compiler wrote them. */
  readonly messages: string;
}

interface Entry {
  readonly headers: readonly (readonly [path: string, hash: string])[];
  readonly messages: string;
}

/** Throws ToolchainError. `name` is unique in the workshop. */
export async function compile(
  workshop: Workshop,
  source: Source,
  options: CompileOptions,
  name: string,
): Promise<CompiledObject> {
  const { compiler } = workshop;
  if (!compiler.languages.includes(source.language)) {
    throw new ToolchainError(`${source.path}: ${compiler.title} does not compile ${source.language}`);
  }
  const key = objectKey(workshop, source, options);
  const known = key === undefined ? undefined : readEntry(workshop, key);
  if (known !== undefined) return known;

  const object = join(workshop.folder, `${name}.o`);
  const dependencies = join(workshop.folder, `${name}.d`);
  const job: CompileJob = {
    ...options,
    ...placeOf(source, options),
    language: source.language,
    object,
    dependencies,
    systemIncludes: workshop.guest.includes,
    prefixes: prefixes(workshop, source),
  };
  const result = await workshop.run(compiler.compile(job), job.folder);
  if (!result.succeeded || !existsSync(object)) {
    throw new ToolchainError(`${source.path} does not compile (${compiler.title})`, result.stderr);
  }
  const compiled = { bytes: readFileSync(object), messages: result.stderr };
  if (key !== undefined) writeEntry(workshop, key, headersOf(dependencies, job), compiled);
  return compiled;
}

/**
 * Compilers run where the person is, so that messages name the file as it was typed. Not so for assembly: assemblers write the
 * name into debug information and cannot be told another one, so they run in the source's folder and see its bare name.
 */
function placeOf(source: Source, options: CompileOptions): Pick<CompileJob, 'folder' | 'source' | 'preprocessor'> {
  const { path, language } = source;
  if (language === 'assembly' || language === 'preprocessed assembly') {
    const preprocessor = options.preprocessor.map((word, i, all) => (all[i - 1] === '-I' ? resolve(word) : word));
    return { folder: resolve(dirname(path)), source: `./${basename(path)}`, preprocessor };
  }
  return {
    folder: process.cwd(),
    source: path.startsWith('-') ? `./${path}` : path,
    preprocessor: options.preprocessor,
  };
}

/** The source's folder loses its name, so that the same source gives the same bytes wherever it lies. */
function prefixes(workshop: Workshop, source: Source): [string, string][] {
  const folder = dirname(source.path);
  const list: [string, string][] = [[`${workshop.guest.includes}/`, 'tocsin/']];
  if (folder !== '.' || source.portableFolder !== '') list.push([`${folder}/`, source.portableFolder]);
  return list;
}

const HIDDEN_INCLUSION = /\.(incbin|include)\b|#\s*embed\b/;

function objectKey(workshop: Workshop, source: Source, options: CompileOptions): string | undefined {
  if (source.language === 'zig' || HIDDEN_INCLUSION.test(source.bytes.toString('latin1'))) return undefined;
  const folders = [dirname(source.path), ...options.preprocessor.filter((_, i, all) => all[i - 1] === '-I')];
  return cacheKey(
    'object',
    workshop.recipe,
    workshop.headersKey,
    JSON.stringify([source.path, source.language, source.portableFolder, options, process.cwd()]),
    // A header that appears can take the place of another one.
    JSON.stringify(folders.map(headerNames)),
    source.bytes,
  );
}

function headerNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.(h|hh|hpp|hxx|inc)$/.test(name));
  } catch {
    return [];
  }
}

/** The prerequisites of a makefile rule, without the source itself and the system's headers. */
function headersOf(dependencies: string, job: CompileJob): string[] {
  if (!existsSync(dependencies)) return [];
  const rule = readFileSync(dependencies, 'utf8').replace(/\\\r?\n/g, ' ');
  const list = rule.slice(rule.indexOf(': ') + 2).match(/(\\.|[^\s\\])+/g) ?? [];
  const paths = list.map((path) => path.replace(/\\(.)/g, '$1').replace(/\$\$/g, '$'));
  return paths.filter((path) => path !== job.source).map((path) => resolve(job.folder, path));
}

function hashOfFile(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return 'unreadable';
  }
}

/** An entry is one line of JSON, then the object. */
function writeEntry(workshop: Workshop, key: string, headers: readonly string[], compiled: CompiledObject): void {
  const entry: Entry = { headers: headers.map((path) => [path, hashOfFile(path)]), messages: compiled.messages };
  workshop.cache.put(key, Buffer.concat([Buffer.from(`${JSON.stringify(entry)}\n`), compiled.bytes]));
}

function readEntry(workshop: Workshop, key: string): CompiledObject | undefined {
  const content = workshop.cache.get(key);
  if (content === undefined) return undefined;
  const end = content.indexOf('\n');
  const entry = JSON.parse(content.toString('utf8', 0, end)) as Entry;
  if (entry.headers.some(([path, hash]) => hashOfFile(path) !== hash)) return undefined;
  return { bytes: content.subarray(end + 1), messages: entry.messages };
}
