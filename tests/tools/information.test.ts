import { afterAll, describe, expect, it } from 'vitest';
import { CALLS } from '../../syscalls/calls.js';
import { SAYS_HELLO } from './guest-programs.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

describe('tocsin', () => {
  it('prints its version', () => {
    expect(tocsin(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('without a command says what commands there are, with status 2', () => {
    const { status, stdout, stderr } = tocsin([]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    for (const command of ['run', 'build', 'disassemble', 'calls', 'doctor']) expect(stderr).toContain(`  ${command} `);
  });

  it.each([[], ['run'], ['build'], ['disassemble'], ['calls'], ['doctor']])(
    '%s --help prints examples on standard output',
    (...words) => {
      const { status, stdout, stderr } = tocsin([...words, '--help']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('Usage: tocsin');
      expect(stdout).toContain('Examples:\n  tocsin ');
    },
  );

  it('uses no colours where there is no terminal', () => {
    expect(tocsin(['calls']).stdout).not.toContain('\x1b');
    expect(tocsin(['doctor'], { variables: { NO_COLOR: '1', FORCE_COLOR: '1' } }).stdout).not.toContain('\x1b');
    expect(tocsin(['calls'], { variables: { FORCE_COLOR: '1' } }).stdout).toContain('\x1b');
  });
});

describe('tocsin calls', () => {
  it('prints every call with its number and sentence', () => {
    const { status, stdout } = tocsin(['calls']);
    expect(status).toBe(0);
    for (const { name, summary } of CALLS)
      expect(stdout).toMatch(new RegExp(`0x[0-9a-f]{2} ${name} +${summary.slice(0, 20)}`));
  });

  it('prints the reference page of a call by its name, C name or number', () => {
    const page = tocsin(['calls', 'futex_wait']).stdout;
    expect(page).toMatch(/^# futex_wait\n/);
    expect(tocsin(['calls', 'tocsin_futex_wait']).stdout).toBe(page);
    expect(tocsin(['calls', '0x40']).stdout).toBe(page);
  });
});

describe('tocsin doctor', () => {
  it('says what is there, and for what is missing what it would enable', () => {
    const { stdout } = tocsin(['doctor', '--json'], { variables: { PATH: '' } });
    const { findings } = JSON.parse(stdout) as {
      findings: { name: string; found?: string; enables: string; install: string }[];
    };
    expect(findings.map(({ name }) => name)).toEqual(['node', 'zig', 'gcc', 'clang', 'qemu', 'gdb', 'cache']);
    const missing = findings.filter(({ found }) => found === undefined);
    expect(missing.length).toBeGreaterThan(0);
    for (const { enables, install } of missing) expect([enables, install]).not.toContain('');
    const text = tocsin(['doctor'], { variables: { PATH: '' } }).stdout;
    for (const { install } of missing) expect(text).toContain(`missing: ${install}`);
  });
});

describe('tocsin disassemble', () => {
  it('prints addresses, encodings, instructions and symbols', () => {
    const { status, stdout } = tocsin(['disassemble', folder.file('hello.elf', SAYS_HELLO)]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\nsay_hello:\n {2}00010000 {2}00010537 {2}lui\s+a0,\s*0x10\n/);
    expect(stdout).toMatch(/00000073 {2}ecall\n/);
  });
});
