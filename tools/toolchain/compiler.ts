/** What the rest of the toolchain knows of a compiler, whichever it is. */
import type { Language } from './input.js';
import type { Command } from './tool-process.js';

export type CompilerFamily = 'zig' | 'gcc' | 'clang';

export type Optimization = '0' | '1' | '2' | '3' | 's' | 'z' | 'g';
export const OPTIMIZATIONS: readonly Optimization[] = ['0', '1', '2', '3', 's', 'z', 'g'];

export interface CompileJob {
  readonly language: Language;
  /** Where the compiler runs. */
  readonly folder: string;
  /** Seen from that folder; it stands so in messages. */
  readonly source: string;
  readonly object: string;
  /** Where the list of headers goes, in the form of a makefile rule. */
  readonly dependencies: string;
  readonly optimization: Optimization;
  readonly debug: boolean;
  /** `-I` and `-D`, in order. */
  readonly preprocessor: readonly string[];
  /** The folder of the C headers. */
  readonly systemIncludes: string;
  /** Starts of paths, and what stands for them in debug information and `__FILE__`. */
  readonly prefixes: readonly (readonly [from: string, to: string])[];
}

/** File names are relative to the folder in which the linker runs. */
export interface LinkJob {
  readonly output: string;
  readonly script: string;
  readonly objects: readonly string[];
  /** Archives: from these only what is needed is taken. */
  readonly archives: readonly string[];
  readonly debug: boolean;
}

export interface Compiler {
  readonly family: CompilerFamily;
  /** As a person knows it: `zig cc`, `riscv64-unknown-elf-gcc`. */
  readonly title: string;
  /** Changes whenever another program would do the compiling; part of every cache key. */
  readonly identity: string;
  readonly languages: readonly Language[];
  compile(job: CompileJob): Command;
  /** Deterministic: no dates, no owners. */
  archive(output: string, objects: readonly string[]): Promise<Command>;
  /** Makes the archive of what the compiler's code calls (64-bit division, soft floating point), if a command is needed. */
  builtins(output: string): Promise<Command | undefined>;
  link(job: LinkJob): Promise<Command>;
}

/** What all three understand in the same way. */
export function commonCompileArguments(job: CompileJob): string[] {
  // An assembler without a preprocessor has no use for any of the rest, and says so.
  if (job.language === 'assembly') return ['-c', job.source, '-o', job.object, ...(job.debug ? ['-g'] : [])];
  const isCompiled = job.language === 'c' || job.language === 'c++';
  return [
    '-c',
    job.source,
    '-o',
    job.object,
    '-MMD',
    '-MF',
    job.dependencies,
    `-O${job.optimization}`,
    job.debug ? '-g' : '-g0',
    '-ffunction-sections',
    '-fdata-sections',
    '-fno-asynchronous-unwind-tables',
    '-fno-stack-protector',
    // Programs are static: every thread-local variable has a fixed offset.
    '-ftls-model=local-exec',
    ...(isCompiled ? ['-fhosted'] : []),
    ...(job.language === 'c++' ? ['-nostdinc++', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'] : []),
    ...job.prefixes.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`),
    ...job.preprocessor,
    '-isystem',
    job.systemIncludes,
  ];
}

/** For the linkers of GNU and LLVM alike. */
export function commonLinkArguments(job: LinkJob): string[] {
  return [
    '-m',
    'elf32lriscv',
    '-static',
    '-nostdlib',
    '--gc-sections',
    '--build-id=none',
    '-z',
    'max-page-size=4096',
    '-z',
    'noexecstack',
    ...(job.debug ? [] : ['--strip-debug']),
    '-T',
    job.script,
    '-o',
    job.output,
    ...job.objects,
    '--start-group',
    ...job.archives,
    '--end-group',
  ];
}

const SAMPLE_LINK: LinkJob = { output: '', script: '', objects: [], archives: [], debug: true };

/**
 * Stands for the compiler and for how it is called, in cache keys: a change of the options in this folder makes everything
 * anew. What differs from job to job is added where the job is known.
 */
export function recipe(compiler: Compiler): string {
  const languages = compiler.languages.map((language) => compiler.compile(sampleJob(language)).arguments);
  return JSON.stringify([compiler.identity, languages, commonLinkArguments(SAMPLE_LINK)]);
}

function sampleJob(language: Language): CompileJob {
  return {
    language,
    // Not empty: that would be where the person is, and make every folder another key.
    folder: '/',
    source: '',
    object: '',
    dependencies: '',
    optimization: '2',
    debug: true,
    preprocessor: [],
    systemIncludes: '',
    prefixes: [],
  };
}
