import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import * as bareMetal from './bare-metal-images.js';
import { SAYS_HELLO, TALKS_FOR_EVER } from './guest-programs.js';
import { COMMAND, Folder } from './tocsin-process.js';

const FULL = '/dev/full';
const folder = new Folder();
afterAll(() => folder.remove());

folder.file('hello.elf', SAYS_HELLO);
folder.file('talks.elf', TALKS_FOR_EVER);
folder.file('bare.elf', bareMetal.image(bareMetal.SAYS_HELLO));

/** The status and what stands on standard error, with a standard output that takes nothing. */
function onFullDisk(words: readonly string[]): { status: number | null; stderr: string } {
  const full = openSync(FULL, 'w');
  try {
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...words], {
      cwd: folder.path,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { status, stderr };
  } finally {
    closeSync(full);
  }
}

describe.skipIf(!existsSync(FULL))('standard output that cannot be written is one line and status 74:', () => {
  it.each<[string, readonly string[]]>([
    ['of a guest that ended well', ['run', 'hello.elf']],
    ['of a guest that never ends', ['run', 'talks.elf']],
    ['of a bare-metal image', ['machine', 'bare.elf']],
    ['of a listing', ['disassemble', 'hello.elf']],
    ['of the call table', ['calls']],
    ['of a reference page', ['calls', 'futex_wait']],
    ['of doctor', ['doctor', '--json']],
    ['of help', ['run', '--help']],
    ['of the version', ['--version']],
  ])('%s', (_, words) => {
    expect(onFullDisk(words)).toEqual({
      status: 74,
      stderr: 'tocsin: standard output: no space left on device\n',
    });
  });

  it('a command that writes nothing there does not mind', () => {
    expect(onFullDisk(['run', 'nosuch.c'])).toEqual({ status: 2, stderr: 'tocsin: nosuch.c: no such file\n' });
  });
});
