/** Scenarios in somebody's own project: under vitest as it is installed there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Folder } from '../tools/tocsin-process.js';
import { unnumbered } from './played.js';

const project = new Folder();
afterAll(() => project.remove());
mkdirSync(project.at('node_modules'));
symlinkSync(resolve('.'), project.at('node_modules/tocsin'), 'dir');
symlinkSync(resolve('node_modules/vitest'), project.at('node_modules/vitest'), 'dir');
project.file('package.json', '{ "type": "module" }\n');
project.file(
  'sleep.test.ts',
  `import { expect, scenario } from 'tocsin/scenario';
import { thread_sleep } from 'tocsin/script';

scenario('a thread sleeps', (s) => {
  const sleeper = s.thread('sleeper', () => thread_sleep(100));
  s.run('ended');
  expect(sleeper.result.status).toBeStatus('OK');
});

scenario('a thread sleeps for ever', { seed: 5 }, (s) => {
  const sleeper = s.thread('sleeper', () => thread_sleep(100));
  s.run();
  expect(sleeper).toBeBlockedOn('sleep'); // it does not
});

scenario('a list', (s) => {
  s.run();
  expect([1, 2]).toEqual([1, 3]);
});
`,
);

function vitest(variables: NodeJS.ProcessEnv = {}): string {
  const words = [resolve('node_modules/vitest/vitest.mjs'), 'run', '--root', project.path];
  const { VITEST: _, VITEST_MODE: __, VITEST_POOL_ID: ___, VITEST_WORKER_ID: ____, ...rest } = process.env;
  const env = { ...rest, NO_COLOR: '1', ...variables };
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: project.path, env, encoding: 'utf8' });
  return unnumbered(stdout + stderr);
}

describe('a scenario under vitest', () => {
  const said = vitest();

  it('is a test', () => {
    expect(said).toMatch(/Tests\s+2 failed \| 1 passed \(3\)/);
  });

  it('that fails shows the line in its file, the records and the command that repeats it', () => {
    expect(said).toContain('AssertionError: expected thread sleeper # to be blocked on sleep, but it has ended');
    expect(said).toMatch(/sleep\.test\.ts:13:\d+/);
    expect(said).toContain('// it does not');
    expect(said).toContain('last records about sleeper #:');
    expect(said).toContain("reproduce: TOCSIN_SEED=5 npx vitest run sleep.test.ts -t 'a thread sleeps for ever'");
  });

  it('shows nothing of our own files', () => {
    expect(said).not.toMatch(/dist\/|tools\/scenario/);
  });

  it('shows how two values differ', () => {
    expect(said).toMatch(/-\s+3,[\s\S]*\+\s+2,/);
  });

  it('takes a seed from the variable that the command names', () => {
    expect(vitest({ TOCSIN_SEED: '9' })).toContain('TOCSIN_SEED=9');
    expect(vitest({ TOCSIN_SEED: 'x' })).toContain('TOCSIN_SEED is x, not a whole number');
  });
});
