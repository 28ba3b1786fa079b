import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, openSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCompiler } from '../userland/compiled.js';
import { SAYS_HELLO } from './guest-programs.js';
import { COMMAND, ended, Folder, report, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const hello = folder.file('hello.elf', SAYS_HELLO);

describe('tocsin run and standard input', () => {
  it('does not read the standard input of a program that does not', async () => {
    const child = startTocsin(['run', hello]);
    // Whoever would wait for the end of input would wait for ever.
    expect(await ended(child)).toMatchObject({ status: 0, stdout: 'hello\n' });
  });

  it('refuses an --input that cannot be read', () => {
    const run = (path: string) => tocsin(['run', '--input', path, hello]);
    expect(run(folder.at('nosuch'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nosuch: no such file'),
    });
    expect(run(folder.path)).toMatchObject({ status: 2, stderr: expect.stringContaining('is a folder') });
  });
});

/** Prints what it reads, as it reads it. */
const ECHO = `
#include <unistd.h>
int main(void)
{
    char bytes[100];
    for (ssize_t size; (size = read(0, bytes, sizeof bytes)) > 0; )
        write(1, bytes, (size_t)size);
    return 0;
}
`;

describe.skipIf(!hasCompiler)('tocsin run and a program that reads', () => {
  const reads = folder.at('echo.elf');
  beforeAll(() => {
    expect(tocsin(['build', folder.file('echo.c', ECHO), '-o', reads])).toMatchObject({ status: 0, stderr: '' });
  });

  it('types a pipe, a file and --input FILE into the program, and the journal is the same', () => {
    const lines = folder.file('lines.txt', 'one\ntwo\nthree');
    const file = openSync(lines, 'r');
    const words = ['run', '--json', reads];
    const piped = tocsin(words, { input: 'one\ntwo\nthree' });
    const redirected = spawnSync(process.execPath, [COMMAND, ...words], {
      stdio: [file, 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    closeSync(file);
    const typed = tocsin(['run', '--json', '--input', lines, reads], { input: 'not this' });
    expect([piped, redirected, typed].map(({ stdout }) => stdout)).toEqual([
      'one\ntwo\nthree',
      'one\ntwo\nthree',
      'one\ntwo\nthree',
    ]);
    const hashes = [piped, redirected, typed].map((run) => report(run).journalHash);
    expect(hashes).toEqual([hashes[0], hashes[0], hashes[0]]);
    expect(report(tocsin(words, { input: 'one\ntwo\nother' })).journalHash).not.toBe(hashes[0]);
  });

  it('gives the same journal however a pipe cuts its input into pieces', async () => {
    const whole = tocsin(['run', '--json', reads], { input: 'one\ntwo\nthree\n' });
    const child = startTocsin(['run', '--json', reads]);
    for (const piece of ['o', 'ne\ntw', 'o\n', 'three\n']) {
      child.stdin.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.stdin.end();
    const pieces = await ended(child);
    expect(pieces.stdout).toBe(whole.stdout);
    expect(report(pieces).journalHash).toBe(report(whole).journalHash);
  });

  it('needs no compiler; where the package has no console driver either, it says that there is no input', () => {
    for (const part of ['dist', 'userland']) cpSync(part, folder.at(`copy/${part}`), { recursive: true });
    const run = () =>
      tocsin(['run', reads], { command: folder.at('copy/dist/tocsin.js'), variables: { PATH: '' }, input: 'one' });
    expect(run()).toEqual({ status: 0, stdout: 'one', stderr: '' });
    rmSync(folder.at('copy/dist/console.elf'));
    expect(run()).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/^tocsin: standard input is not .*\n$/),
    });
  });

  it('stops at Ctrl-C, also while it waits for input', async () => {
    const child = startTocsin(['run', '--json', reads]);
    child.stdin.write('one\n');
    child.stdout.once('data', () => child.kill('SIGINT'));
    const run = await ended(child);
    expect(run).toMatchObject({ status: 130, stdout: 'one\n' });
    expect(report(run)).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
  });
});
