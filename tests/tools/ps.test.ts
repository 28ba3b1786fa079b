import { afterAll, describe, expect, it } from 'vitest';
import { VIEW_NAMES } from '../../kernel/index.js';
import { BLOCKS_FOR_EVER, EXITS_WITH_7, LOOPS } from './guest-programs.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const seven = folder.file('seven.elf', EXITS_WITH_7);
const loops = folder.file('loops.elf', LOOPS);
const blocks = folder.file('blocks.elf', BLOCKS_FOR_EVER);

describe('tocsin ps', () => {
  it('prints a table of each view that has rows, and names those that have none', () => {
    const { status, stdout, stderr } = tocsin(['ps', blocks]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^every thread is blocked after \d+ instructions\n\nPROCESSES \(1\)\n/);
    expect(stdout).toMatch(/^THREADS \(1\)\n/m);
    expect(stdout).toMatch(/^none: channels, pools, locks, timers, interrupts, topics, rings$/m);
  });

  it('columns stand under their names', () => {
    const [title, header, row] = tocsin(['ps', blocks, 'threads']).stdout.split('\n').slice(2);
    expect(title).toBe('THREADS (1)');
    for (const name of ['name', 'process', 'state', 'blocked on']) {
      const at = header.indexOf(name);
      expect(at).toBeGreaterThan(0);
      expect(row.slice(at - 2, at)).toBe('  ');
      expect(row[at]).not.toBe(' ');
    }
  });

  it('no colours and no cursor movements go to what is no terminal', () => {
    expect(tocsin(['ps', blocks]).stdout).not.toContain('\u001b');
  });

  it('stops after so many instructions', () => {
    const { status, stdout } = tocsin(['ps', '--until', '1000', loops, 'threads']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^stopped after 1,000 instructions\n/);
    expect(stdout).toMatch(/running/);
  });

  it('shows what is left of a program that ended', () => {
    const { stdout } = tocsin(['ps', seven, 'processes']);
    expect(stdout).toMatch(/^ended with code 7 after /);
    expect(stdout).toMatch(/exited +7/);
  });

  it('--json prints one object, the same every time', () => {
    const words = ['ps', '--json', '--until', '1000', loops];
    const { stdout } = tocsin(words);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ outcome: 'limit', instructions: 1000, time: 1000 });
    expect(Object.keys(report.views)).toEqual([...VIEW_NAMES]);
    expect(report.views.threads).toMatchObject([{ name: 'main', state: 'running', blockedOn: null }]);
    expect(tocsin(words).stdout).toBe(stdout);
    expect(Object.keys(JSON.parse(tocsin([...words, 'locks', 'jobs']).stdout).views)).toEqual(['locks', 'jobs']);
  });

  it.each([
    ['nonsense', 'nonsense is neither a file nor a view; the views are '],
    ['threds', 'threds is neither a file nor a view (Did you mean threads?); the views are '],
    ['THREADS', 'THREADS is neither a file nor a view (Did you mean threads?); the views are '],
    ['threads,locks', 'threads,locks is neither a file nor a view; the views are '],
    ['two words', "'two words' is neither a file nor a view; the views are "],
  ])('a word that is no view and no file (%s) is told the views', (word, message) => {
    expect(tocsin(['ps', seven, word])).toEqual({
      status: 2,
      stdout: '',
      stderr: `tocsin: ${message}${VIEW_NAMES.join(' ')}\n`,
    });
  });

  it('a file may have the name of a view', () => {
    folder.file('locks', EXITS_WITH_7);
    expect(tocsin(['ps', './locks', 'locks'], { folder: folder.at('.') })).toMatchObject({ status: 0, stderr: '' });
  });

  it('without a file, or with one that is not there, it says so in one line', () => {
    for (const words of [['ps'], ['ps', 'threads'], ['ps', '--json', 'threads', 'locks']]) {
      const { status, stdout, stderr } = tocsin(words);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr.split('\n')[0]).toBe(
        'tocsin: no FILE is named: a program has to run before there is anything to see',
      );
    }
    expect(tocsin(['ps', 'nosuch.elf', 'threads'])).toMatchObject({
      status: 2,
      stderr: 'tocsin: nosuch.elf: no such file\n',
    });
  });
});

describe('tocsin run --ps', () => {
  it('prints the tables at the end, on standard error', () => {
    const { status, stdout, stderr } = tocsin(['run', '--ps', blocks]);
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toMatch(/^tocsin: every thread is blocked/m);
    expect(stderr).toMatch(/^THREADS \(\d+\)$/m);
  });

  it('with --json they are in the object', () => {
    const { stderr } = tocsin(['run', '--ps', '--json', seven]);
    const report = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
    expect(Object.keys(report.views)).toEqual([...VIEW_NAMES]);
  });
});
