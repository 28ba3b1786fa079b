import { describe, expect, it } from 'vitest';
import { hasCompiler, runDemo, runProgram } from './compiled.js';

describe.skipIf(!hasCompiler)('standard input of a C program', () => {
  it('is read line by line with getline, however long a line is, and stays at its end', () => {
    const input = `one\n\n${'x'.repeat(10_000)}\nlast`;
    const { status, stdout } = runProgram('lines.c', { input });
    const lines = ['1 (4 bytes): one', '2 (1 bytes): ', `3 (10001 bytes): ${'x'.repeat(20)}`, '4 (4 bytes): last'];
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${lines.join('\n')}\nend 1, again -1\n` });
  });

  it('is at its end at once where there is none', () => {
    expect(runProgram('lines.c')).toMatchObject({ status: 0, stdout: 'end 1, again -1\n' });
  });

  it('is read by getchar, ungetc, scanf, fgets, fread and read in turn, each where the one before stopped', () => {
    expect(runProgram('reading.c', { input: 'one 12x\ntwo\nthree\nfour\nfive' })).toEqual({
      status: 0,
      stdout: 'first? [o] scanf 2 [one] [12]\nleft [x]\nfgets [two\n]\nfread 4\n[thre]\nread 5, at the end 4\n',
      stderr: '',
    });
  });

  it('carries any bytes', () => {
    const input = '\0\x01\xff\r\n\x04\x03';
    expect(runProgram('lines.c', { input }).stdout).toMatch(/^1 \(6 bytes\): /);
  });

  it('is a conversation in the demo guess', () => {
    const { status, stdout } = runDemo('guess.c', { input: '50\nhello\n25\n37\n43\n46\n48\n49\n' });
    expect(status).toBe(0);
    expect(stdout).toContain('That is no number.\n');
    expect(stdout).toMatch(/(Too (high|low)\.\nYour guess\? )+Right, after \d guesses\.\n$/);
  });

  it('ends the demo guess where nobody guesses on', () => {
    expect(runDemo('guess.c', { input: '50\n' })).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/The number was \d+\.\n$/),
    });
  });
});
