import { afterAll, describe, expect, it } from 'vitest';
import {
  BLOCKS_FOR_EVER,
  EXITS_WITH_7,
  EXITS_WITH_300,
  IS_ILLEGAL,
  LOOPS,
  READS_NULL,
  SAYS_HELLO,
  TALKS_FOR_EVER,
} from './guest-programs.js';
import { ended, Folder, report, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const seven = folder.file('seven.elf', EXITS_WITH_7);
const hello = folder.file('hello.elf', SAYS_HELLO);
const loops = folder.file('loops.elf', LOOPS);
const talks = folder.file('talks.elf', TALKS_FOR_EVER);
const readsNull = folder.file('null.elf', READS_NULL);
const illegal = folder.file('illegal.elf', IS_ILLEGAL);
const blocks = folder.file('blocks.elf', BLOCKS_FOR_EVER);
const threeHundred = folder.file('300.elf', EXITS_WITH_300);

describe('tocsin run', () => {
  it("ends with the guest's own code and says nothing itself", () => {
    expect(tocsin(['run', seven])).toEqual({ status: 7, stdout: '', stderr: '' });
  });

  it('puts guest output, untouched, on standard output', () => {
    expect(tocsin(['run', hello])).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });

  it('keeps the low eight bits of a code as its status, and all of it in the report', () => {
    const run = tocsin(['run', '--json', threeHundred]);
    expect(run.status).toBe(300 & 0xff);
    expect(report(run)).toMatchObject({ outcome: 'exited', exitCode: 44, code: 300 });
  });

  it('ends with 3 after a fault and names cause, address, function and reason', () => {
    const run = tocsin(['run', '--json', readsNull]);
    expect(run.status).toBe(3);
    expect(run.stderr).toContain('load page fault at address 0x10 in read_null+0x4 (pc 0x10004)');
    expect(run.stderr).toContain('a null pointer');
    expect(report(run)).toMatchObject({
      outcome: 'fault',
      exitCode: 3,
      fault: { cause: 13, address: 16, pc: 0x10004 },
    });
  });

  it('ends with 3 at an illegal instruction and shows it', () => {
    const { status, stderr } = tocsin(['run', illegal]);
    expect(status).toBe(3);
    expect(stderr).toContain('illegal instruction 0xffffffff in do_the_impossible+0x4');
  });

  it('ends with 4 exactly at the instruction limit', () => {
    const run = tocsin(['run', '--json', '--max-instructions', '1_234_567', loops]);
    expect(run.status).toBe(4);
    expect(report(run)).toMatchObject({ outcome: 'limit', instructions: 1_234_567 });
  });

  it('says where every thread is at the instruction limit', () => {
    const run = tocsin(['run', '--json', '--max-instructions', '100000', loops]);
    expect(run.stderr).toMatch(
      /^tocsin: stopped at the instruction limit of 100000\ntocsin: {3}main #\d+ is running at loop_for_ever\+0x14 \(pc 0x10014\)\n/,
    );
    expect(report(run)).toMatchObject({ threads: [{ name: 'main', state: 'running', pc: 0x10014 }] });
  });

  it('ends with 5 when every thread is blocked for ever, with a line per thread that says on what', () => {
    const run = tocsin(['run', '--json', blocks]);
    expect(run.status).toBe(5);
    expect(run.stderr).toMatch(/main #\d+ waits for the futex 0x10000/);
    expect(report(run)).toMatchObject({ outcome: 'blocked', exitCode: 5, threads: [{ name: 'main', on: 'futex' }] });
  });

  it('prints figures with --stats', () => {
    const { stderr } = tocsin(['run', '--stats', hello]);
    for (const figure of ['instructions', 'virtual time', 'kernel steps', 'records', 'journal hash']) {
      expect(stderr).toContain(figure);
    }
  });

  it('prints one object on one line at the end of standard error with --json', () => {
    const { stderr } = tocsin(['run', '--json', hello]);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    const figures = JSON.parse(stderr) as Record<string, unknown>;
    expect(figures).toMatchObject({ outcome: 'exited', exitCode: 0, seed: null });
    expect(figures.journalHash).toMatch(/^[0-9a-f]{32}$/);
    for (const name of ['instructions', 'steps', 'records']) expect(figures[name]).toBeGreaterThan(0);
  });

  it('gives the same journal hash twice, also from another folder, and another for another argument', () => {
    const hash = (words: readonly string[], at?: string): unknown =>
      report(tocsin(['run', '--json', ...words], at === undefined ? {} : { folder: at })).journalHash;
    const first = hash([hello]);
    expect(hash([hello])).toBe(first);
    expect(hash(['hello.elf'], folder.path)).toBe(first);
    expect(hash([hello, '--', 'one'])).not.toBe(first);
    expect(hash(['--seed', '1', hello])).not.toBe(first);
  });

  it('does not let the length of its slices into the journal', () => {
    // 20 million instructions are run in several slices whose lengths depend on the host's clock.
    const words = ['run', '--json', '--quantum', '1000', '--max-instructions', '20000000', loops];
    const [first, second] = [report(tocsin(words)), report(tocsin(words))];
    const { hostSeconds: _, ...figures } = first;
    const { hostSeconds: __, ...others } = second;
    expect(figures).toEqual(others);
  });

  it('traces system calls as they happen', () => {
    const { stdout, stderr } = tocsin(['run', '--trace', 'calls', hello]);
    expect(stdout).toBe('hello\n');
    expect(stderr).toMatch(/main #\d+: debug_write\(buf="hello\\n", len=6\) = OK/);
    expect(stderr).toMatch(/process_exit\(code=0\) does not return/);
  });

  it('traces faults, the schedule and the journal', () => {
    expect(tocsin(['run', '--trace', 'faults', readsNull]).stderr).toMatch(/load page fault at 0x10, pc 0x10004/);
    expect(tocsin(['run', '--trace', 'schedule', hello]).stderr).toMatch(/runs/);
    const journal = tocsin(['run', '--trace', 'journal', '--json', hello]);
    const lines = journal.stderr.trimEnd().split('\n').slice(0, -1);
    expect(lines[0]).toContain('booted');
    expect(lines.length).toBe(report(journal).records);
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const child = startTocsin(['run', '--stats', talks]);
    child.stdout.once('data', () => child.stdout.destroy());
    const { status, stderr } = await ended(child);
    expect(stderr).toBe('');
    expect(status).toBe(141);
  });

  it('ends quietly when the reader of its traces goes away', async () => {
    const child = startTocsin(['run', '--trace', 'calls', talks]);
    child.stderr.once('data', () => child.stderr.destroy());
    child.stdout.resume();
    expect((await ended(child)).status).toBe(141);
  });

  it('stops at Ctrl-C, prints the statistics so far and ends with 130', async () => {
    const child = startTocsin(['run', '--json', loops]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const run = await ended(child);
    expect(run.status).toBe(130);
    expect(run.stdout).toBe('ready\n');
    expect(run.stderr).toMatch(/^tocsin: interrupted\ninstructions /);
    expect(report(run)).toMatchObject({ outcome: 'interrupted', exitCode: 130 });
  });
});
