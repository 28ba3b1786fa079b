/** Demos that are recorded, replayed and verified: plain and with seeds, with input, with every record and without. */
import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Folder, report, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler, runDemo } from './compiled.js';

const folder = new Folder();
afterAll(() => folder.remove());

interface Case {
  readonly options?: readonly string[];
  readonly words?: readonly string[];
  readonly input?: string;
}

/** How demos are run that need something. */
const CASES: Readonly<Record<string, Case>> = {
  'guess.c': { input: '50\n25\n12\nnonsense\n99\n7\n' },
  'arguments.c': { words: ['one', '', 'drei'] },
  'greedy.c': {
    options: ['--memory', '2M', '--overcommit', '16M', '--monitor', '../../userland/demos/choose.c'],
  },
};

/** All but the one that is a monitor, and is run beside another. */
const DEMOS = readdirSync('userland/demos').filter((name) => name.endsWith('.c') && name !== 'choose.c');

let number = 0;

function recordAndReplay(demo: string, more: readonly string[]): void {
  const { options = [], words = [], input = '' } = CASES[demo] ?? {};
  const path = folder.at(`${number++}.tocsin`);
  const run = runDemo(demo, { options: [...options, ...more, '--json', '--record', path], words, input });
  const { journalHash, records, outcome } = report(run);
  expect(outcome).not.toBe('refused');
  const all = more.includes('--record-all');
  // A recording with every record is compared with what it says, the others are run as the run was.
  const replay = tocsin(['replay', '--json', ...(all ? ['--verify'] : []), path]);
  expect(report(replay)).toMatchObject({ replay: 'over', journalHash, records, outcome, difference: null });
  if (all) expect(report(replay)).toMatchObject({ exitCode: 0, comparedRecords: records });
  else expect({ status: replay.status, stdout: replay.stdout }).toEqual({ status: run.status, stdout: run.stdout });
}

describe.skipIf(!hasCompiler)('a recording of a demo is replayed and is the same run:', () => {
  it.each(DEMOS)('%s', (demo) => recordAndReplay(demo, []), 120_000);
  it.each(DEMOS)(
    '%s, with a seed and every record',
    (demo) => recordAndReplay(demo, ['--seed', '6', '--record-all']),
    120_000,
  );

  it('in which an allocation fails', () => {
    recordAndReplay('threads.c', ['--fail-allocation', '30']);
  });

  it('with input in which a seed picks the schedule, on small quanta', () => {
    recordAndReplay('guess.c', ['--seed', '1', '--quantum', '40']);
  });

  it('with input that was typed while it ran, a line at a time through a pipe', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${(i * 37) % 100}\n`).join('');
    const path = folder.at('piped.tocsin');
    const run = runDemo('guess.c', { options: ['--json', '--record', path, '--record-all'], input: lines });
    const replay = tocsin(['replay', '--json', path]);
    expect(replay.stdout).toBe(run.stdout);
    expect(report(replay).journalHash).toBe(report(run).journalHash);
    expect(tocsin(['journal', '--type', 'bytes_typed', path]).stdout).toContain('bytes_typed count=');
  });
});
