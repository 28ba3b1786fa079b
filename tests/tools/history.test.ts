/** `tocsin history`, as a person's shell drives it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rewritten } from '../kernel/recording/recorded.js';
import * as guests from './guest-programs.js';
import { type Ended, Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

folder.file('hello.elf', guests.SAYS_HELLO);
const inFolder = (...words: readonly string[]): Ended => tocsin(words, { folder: folder.path });
inFolder('run', '--record', 'few.tocsin', 'hello.elf');
inFolder('run', '--record', 'all.tocsin', '--record-all', 'hello.elf');
inFolder('run', '--record', 'named.tocsin', '--record-names', 'hello.elf');

interface Printed {
  readonly records: number;
  readonly replayed: boolean;
  readonly views: readonly { view: string; values: readonly { koid: number; name: string; value: unknown }[] }[];
  readonly cache: { hits: number; misses: number } | null;
}

function printed(...words: readonly string[]): Printed {
  const { status, stdout, stderr } = inFolder('history', '--json', ...words);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('tocsin history', () => {
  it('says the same of all records as of a replay', () => {
    const [all, few] = [printed('all.tocsin'), printed('few.tocsin')];
    expect(all.replayed).toBe(false);
    expect(few).toEqual({ ...all, replayed: true });
    expect(printed('--image', 'hello.elf', '--image', resolve('dist/console.elf'), 'named.tocsin')).toEqual(few);
    expect(all.views.map(({ view }) => view)).toEqual(['thread', 'locks', 'process', 'calls', 'channel']);
    const [threads, , processes] = all.views;
    expect(threads.values.map(({ name }) => name)).toContain('main');
    expect(processes.values[0]).toMatchObject({ value: { threads: 1 } });
  });

  it('prints tables, and how the cache did', () => {
    const { stdout, status } = inFolder('history', 'all.tocsin', 'thread', 'thread', 'process', 'locks');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^THREADS \(\d+\)\nthread +process +from +ran /);
    expect(stdout).toContain('No deadlock can come of that.');
    const [, hits, asked] = /cache: (\d+) of (\d+) answers \(\d+ %\); \d+ values, /.exec(stdout) ?? [];
    expect(Number(hits)).toBeGreaterThan(0);
    expect(Number(hits)).toBeLessThan(Number(asked));
  });

  it('the cache changes no answer', () => {
    const words = ['all.tocsin', 'calls', 'thread', 'thread'];
    const [cached, plain] = [printed(...words), printed('--no-cache', ...words)];
    expect(plain.cache).toBeNull();
    expect(plain.views).toEqual(cached.views);
  });

  it('one object alone, and rows at most', () => {
    const koid = printed('all.tocsin', 'thread').views[0].values.find(({ name }) => name === 'main')?.koid;
    const { stdout } = inFolder('history', '--most', '2', 'all.tocsin', 'thread', String(koid));
    expect(stdout).toMatch(new RegExp(`^THREADS OF #${koid} \\(2\\)\\nstep +from +lasted +state`));
    expect(stdout).toMatch(/\n\d+ more: --most\n/);
  });

  it.each([
    ['a view that there is not', ['all.tocsin', 'threds'], /^tocsin: threds is no view \(Did you mean thread\?\)/],
    ['a koid first', ['all.tocsin', '5'], /5 is no view/],
    ['two koids', ['all.tocsin', 'thread', '1', '2'], /2 is no view/],
    ['a koid that there is not', ['all.tocsin', 'thread', '9999'], /there is no thread 9999: there are \d/],
    ['rows that are none', ['--most', '0', 'all.tocsin'], /--most/],
    ['an executable', ['hello.elf'], /hello.elf: not a recording of Tocsin$/],
    ['no file', ['nosuch.tocsin'], /nosuch.tocsin/],
    ['an executable that is only named', ['named.tocsin'], /named.tocsin: only names its program/],
  ])('refuses %s in one line', (_, words, line) => {
    const { status, stdout, stderr } = inFolder('history', ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr.trimEnd()).toMatch(line);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('50: whatever the records of a recording say, it prints something of them', () => {
    const bytes = new Uint8Array(readFileSync(folder.at('all.tocsin')));
    let seed = 1;
    const random = (): number => {
      seed = (Math.imul(seed, 0x19660d) + 0x3c6ef35f) | 0;
      return seed;
    };
    for (let i = 0; i < 6; i++) {
      const name = `wrong ${i}.tocsin`;
      folder.file(
        name,
        rewritten(bytes, {
          record: (words) => {
            for (let word = 7; word < 16; word++) if (random() % 3 === 0) words[word] = random() >> (random() & 31);
          },
        }),
      );
      const { status, stdout } = inFolder('history', name);
      expect(status).toBe(0);
      expect(stdout).toContain('cache: ');
    }
  });
});
