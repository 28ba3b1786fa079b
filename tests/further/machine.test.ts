/** The same bare-metal C programs on QEMU's virt board and on `tocsin machine`, and a person at its terminal. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findExecutable } from '../../tools/toolchain/executables.js';
import { COMMAND, Folder } from '../tools/tocsin-process.js';

const QEMU = 'qemu-system-riscv32';
const COMPILER = 'riscv64-unknown-elf-gcc';
const PYTHON = 'python3';
const SOURCES = resolve('tests/further/bare-metal');

const missing = [QEMU, COMPILER, PYTHON].filter((name) => findExecutable(name) === undefined);
for (const name of missing) console.warn(`${name} is not installed: tests with it are skipped`);

const folder = new Folder();
afterAll(() => folder.remove());

function build(name: string): string {
  const program = folder.at(`${name}.elf`);
  const options = ['-march=rv32imac_zicsr_zifencei', '-mabi=ilp32', '-mcmodel=medany', '-O2', '-Wall', '-Werror'];
  const sources = [`${SOURCES}/start.S`, `${SOURCES}/${name}.c`];
  const link = ['-ffreestanding', '-nostdlib', '-nostartfiles', '-T', resolve('tools/bench/bare/link.ld'), '-lgcc'];
  const words = [...options, ...sources, ...link, '-Wl,--no-warn-rwx-segments', '-o', program];
  const { status, stderr } = spawnSync(COMPILER, words, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return program;
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
}

function onQemu(program: string, harts: number, input: string): Result {
  const board = ['-M', 'virt', '-bios', 'none', '-m', '64', '-smp', String(harts), '-kernel', program];
  const console = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
  const { status, stdout } = spawnSync(QEMU, [...board, ...console], { encoding: 'latin1', timeout: 60_000, input });
  return { status, stdout };
}

function onTocsin(program: string, harts: number, input: string, ...more: readonly string[]): Result {
  const words = [COMMAND, 'machine', '--memory', '64M', '--harts', String(harts), ...more, program];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'latin1', timeout: 60_000, input });
  return { status, stdout };
}

describe.skipIf(missing.includes(QEMU) || missing.includes(COMPILER))('a bare-metal program in C', () => {
  it.each<[string, number, number, string]>([
    ['hello', 1, 3, ''],
    ['sums', 1, 0, ''],
    ['timer', 1, 0, ''],
    ['traps', 1, 0, ''],
    ['pages', 1, 9, ''],
    ['harts', 4, 0, ''],
    ['input', 1, 0, 'Tocsin q'],
    ['code', 1, 0, ''],
  ])('prints the same as on QEMU, and ends the same: %s', (name, harts, status, input) => {
    const program = build(name);
    const theirs = onQemu(program, harts, input);
    expect(theirs.status).toBe(status);
    expect(theirs.stdout).not.toBe('');
    expect(onTocsin(program, harts, input)).toEqual(theirs);
  });

  it.each([1, 2, 3])('prints the same in whatever order the harts take turns: seed %i', (seed) => {
    const program = build('harts');
    const { status, stdout } = onTocsin(program, 4, '', '--seed', String(seed));
    expect({ status, stdout }).toEqual(onTocsin(program, 4, ''));
  });
});

describe.skipIf(missing.includes(PYTHON) || missing.includes(COMPILER))('on a terminal', () => {
  /** Types each text after the machine has answered for a while. Gives what the terminal showed, and how it was left. */
  function typed(program: string, texts: readonly string[]): Record<string, unknown> {
    const words = [`${SOURCES}/terminal.py`, JSON.stringify(texts), process.execPath, COMMAND, 'machine', program];
    const { stdout, stderr } = spawnSync(PYTHON, words, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it('the guest gets every key at once, and Ctrl-C too', () => {
    const { shown, status, wasRaw, isRestored } = typed(build('input'), ['ab', '\x03', 'q']);
    expect(shown).toContain('AB#\r\nletters 00000004');
    expect({ status, wasRaw, isRestored }).toEqual({ status: 0, wasRaw: true, isRestored: true });
  });

  it('Ctrl-A x leaves, and Ctrl-A Ctrl-A is one Ctrl-A', () => {
    const { shown, status, isRestored } = typed(build('input'), ['\x01\x01', '\x01x']);
    expect(shown).toContain('!');
    expect({ status, isRestored }).toEqual({ status: 0, isRestored: true });
  });

  it('Ctrl-A c is for the monitor, and continue goes on with the guest', () => {
    const texts = ['\x01c', 'registers\r', 'continue\r', 'xyq'];
    const { shown, status, isRestored } = typed(build('input'), texts);
    expect(shown).toMatch(/\(tocsin\) .*hart 0 {2}pc 800[\da-f]{5} {2}mode M/s);
    expect(shown).toContain('XY\r\nletters 00000003');
    expect({ status, isRestored }).toEqual({ status: 0, isRestored: true });
  });

  it('Ctrl-D at the prompt goes on, Ctrl-C there throws away the line, and quit leaves', () => {
    const { shown, status, isRestored } = typed(build('input'), ['\x01c', '\x04', 'k', '\x01c', 'nons\x03', 'quit\r']);
    expect(shown).toContain('K');
    expect(shown).not.toContain('no command');
    expect({ status, isRestored }).toEqual({ status: 0, isRestored: true });
  });

  it('a terminal is restored when somebody ends the process', () => {
    const { wasRaw, isRestored, status } = typed(build('input'), ['a', 'SIGTERM']);
    expect({ wasRaw, isRestored, status }).toEqual({ wasRaw: true, isRestored: true, status: 143 });
  });
});
