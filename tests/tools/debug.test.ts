/** `tocsin debug` without a terminal: commands from a pipe, a file and the command line. */
import { spawn } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMAND, ended, Folder, tocsin } from './tocsin-process.js';

const PROGRAMS = 'tests/tools/debugger/terminal/programs';
const INVENTORY = `${PROGRAMS}/inventory.c`;
const folder = new Folder();
afterAll(() => folder.remove());

function debug(words: readonly string[], input = '') {
  return tocsin(['debug', ...words], { input, folder: process.cwd() });
}

describe('commands', () => {
  test('come from standard input, a line each; an empty one repeats the last', () => {
    const { status, stdout, stderr } = debug([INVENTORY], 'break sum\nrun\nprint count\nnext\n\nquit 7\n');
    expect(stderr).toBe('');
    expect(stdout).toContain('hit Breakpoint 1, sum (numbers=');
    expect(stdout).toMatch(/\$1 = 3\n\d+\t {2}for [^\n]*\n\d+\t {4}result \+= twice/);
    expect(status).toBe(7);
  });

  test('of -ex and -x come first, in their order, and --batch leaves after them', () => {
    const file = folder.file('commands.txt', 'print 2\n\n# nothing\nprint 3\n');
    const run = debug(['--batch', '-ex', 'print 1', '-x', file, '-ex', 'print 4', INVENTORY], 'print 5\n');
    expect(run).toEqual({ status: 0, stdout: '$1 = 1\n$2 = 2\n$3 = 3\n$4 = 4\n', stderr: '' });
  });

  test('that fail end a batch with status 1, and the others are executed', () => {
    const run = debug(['--batch', '-ex', 'nosuch', '-ex', 'print 1', INVENTORY]);
    expect(run).toEqual({ status: 1, stdout: 'Undefined command: "nosuch". Try "help".\n$1 = 1\n', stderr: '' });
  });

  test('the answers are the same in every run', () => {
    const commands = 'watch total\nrun\ninfo threads\nbt\ninfo registers\ncontinue\ninfo time\ndelete\ncontinue\n';
    expect(debug([INVENTORY, '--seed', '5'], commands)).toEqual(debug([INVENTORY, '--seed', '5'], commands));
  });
});

describe('the program', () => {
  test('prints to standard output as it is, and gets its arguments', () => {
    const { stdout } = debug([INVENTORY, '--', 'a', 'b'], 'run\n');
    expect(stdout).toContain('sum 12 of inventory\ntotal 36, 3 arguments\n[Process');
  });

  test('gets --input, or with --batch standard input; else none', () => {
    const echo = folder.file(
      'echo.c',
      '#include <stdio.h>\nint main(void) { int c; while ((c = getchar()) >= 0) putchar(c); puts("end"); return 0; }\n',
    );
    const lines = folder.file('lines.txt', 'one\ntwo\n');
    expect(debug([echo, '--input', lines], 'run\n').stdout).toContain('one\ntwo\nend\n');
    expect(debug([echo, '--batch', '-ex', 'run'], 'three\n').stdout).toContain('three\nend\n');
    expect(debug([echo], 'run\nprint 1\n').stdout).toMatch(/end\n[\s\S]*\$1 = 1\n$/);
  });

  test('begins a line of its own after what the program has not ended', () => {
    const half = folder.file(
      'half.c',
      '#include <stdio.h>\nint main(void) { printf("half"); fflush(stdout); return 0; }\n',
    );
    expect(debug([half], 'run\n').stdout).toMatch(/half\n\[Process \d+ \(half\) exited normally\]\n$/);
  });

  test('that runs for ever is stopped by Ctrl-C, and the batch with it', async () => {
    const loop = folder.file('loop.c', '#include <stdio.h>\nint main(void) { puts("begun"); for (;;) ; }\n');
    const child = spawn(process.execPath, [COMMAND, 'debug', '--batch', '-ex', 'run', loop]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { status, stdout } = await ended(child);
    expect(stdout).toContain('Program stopped.');
    expect(status).toBe(130);
  });
});

describe('what is wrong is said in one line, with status 2', () => {
  test.each([
    [['nosuch.c'], /^tocsin: nosuch\.c: no such file\n$/],
    [[INVENTORY, '-x', 'nosuch.txt'], /^tocsin: nosuch\.txt: no such file\n$/],
    [[INVENTORY, '--tui'], /^tocsin: --tui wants a terminal, and no --batch\n$/],
    [[INVENTORY, '--memory', '3'], /^tocsin: option '--memory <size>' argument '3' is invalid\. Expected a size/],
    [[], /^tocsin: missing required argument 'file'\n$/],
    [[INVENTORY, '--nosuch'], /^tocsin: unknown option '--nosuch'\n$/],
  ])('%j', (words, message) => {
    const { status, stdout, stderr } = debug(words);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('a file that is no program', () => {
    const { status, stderr } = debug([folder.file('bad.elf', 'nothing')]);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});

test('a reader that goes away ends it quietly', async () => {
  const child = spawn(process.execPath, [COMMAND, 'debug', INVENTORY]);
  child.stdout.destroy();
  child.stdin.on('error', () => undefined);
  child.stdin.end('help\n'.repeat(2000));
  const { status, stderr } = await ended(child);
  expect(stderr).toBe('');
  expect(status).toBe(141);
});

test('help has examples', () => {
  const { status, stdout } = tocsin(['debug', '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('tocsin debug --batch -ex run -ex bt null-pointer.c');
});
