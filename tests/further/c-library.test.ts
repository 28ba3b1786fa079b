import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findExecutable } from '../../tools/toolchain/executables.js';
import { GCC_NAMES } from '../../tools/toolchain/gcc.js';
import { zigOfNpm } from '../../tools/toolchain/zig.js';
import { Folder, tocsin } from '../tools/tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const hostCompiler = ['gcc', 'cc', 'clang'].map((name) => findExecutable(name)).find((path) => path !== undefined);
const hasGcc = GCC_NAMES.some((name) => findExecutable(name) !== undefined);
const compilers = [...(zigOfNpm() !== undefined ? ['zig'] : []), ...(hasGcc ? ['gcc'] : [])];
if (hostCompiler === undefined)
  console.warn('no C compiler for this machine: comparisons with its library are skipped');
if (compilers.length < 2)
  console.warn(`compilers for guests: ${compilers.join() || 'none'}; tests of the others are skipped`);

/** What the host's own C library prints. */
function onHost(name: string): string {
  const program = folder.at(name);
  const source = resolve(`tests/further/programs/${name}.c`);
  // -fno-builtin: the library answers, not the compiler.
  const compiled = spawnSync(hostCompiler ?? '', ['-O1', '-w', '-fno-builtin', '-o', program, source], {
    encoding: 'utf8',
  });
  expect(compiled).toMatchObject({ status: 0, stderr: '' });
  const { status, stdout } = spawnSync(program, { encoding: 'latin1', maxBuffer: 64 << 20 });
  expect(status).toBe(0);
  return stdout;
}

function onTocsin(name: string, compiler: string): string {
  const { status, stdout } = tocsin(['run', '--cc', compiler, `tests/further/programs/${name}.c`]);
  expect(status).toBe(0);
  return stdout;
}

describe.skipIf(hostCompiler === undefined)('the C library answers as the host’s does', () => {
  describe.each(compilers)('compiled by %s:', (compiler) => {
    it.each([
      ['printf, 25,000 generated formats and values', 'formats', 25_000],
      ['scanf, 20,000 generated formats and texts', 'scanning', 20_000],
      ['numbers from text, strings, sorting, 11,000 generated cases', 'library', 11_000],
    ])('%s', (_, name, atLeast) => {
      const wanted = Buffer.from(onHost(name), 'latin1').toString('utf8').split('\n');
      const got = onTocsin(name, compiler).split('\n');
      expect(wanted.length).toBeGreaterThan(atLeast);
      // The first difference says more than two texts of a megabyte.
      const first = wanted.findIndex((line, i) => line !== got[i]);
      expect(got[first]).toBe(wanted[first]);
      expect(got.length).toBe(wanted.length);
    });
  });
});

describe.skipIf(compilers.length < 2)('programs answer the same whichever compiler made them:', () => {
  const programs = readdirSync(resolve('tests/userland/programs')).filter((name) => /\.c(pp)?$/.test(name));
  it.each(programs)('%s', (name) => {
    const file = `tests/userland/programs/${name}`;
    const [zig, gcc] = ['zig', 'gcc'].map((compiler) => {
      const { status, stdout } = tocsin(['run', '--memory', '4M', '--cc', compiler, file]);
      return { status, lines: stdout.split('\n').sort() };
    });
    expect(gcc).toEqual(zig);
  });
});
