import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unnumbered } from '../scenario/played.js';
import { hasCompiler } from '../userland/compiled.js';
import { EXITS_WITH_7, LOOPS } from './guest-programs.js';
import { type Ended, ended, Folder, report, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const IMPORTS = `import { expect, scenario } from 'tocsin/scenario';\nimport { futex_wait, thread_sleep } from 'tocsin/script';\n`;

/** Files with scenarios, each by its name. */
const PASSES = `${IMPORTS}
interface Timed { readonly status: number }
scenario('a wait ends at its deadline', (s) => {
  const word: number = s.memory(4);
  const waiter = s.thread('waiter', function* () {
    const timed: Timed = yield* futex_wait(word, 0, 0, 1000);
    return timed.status;
  });
  s.run('ended');
  expect(waiter.result).toBeStatus('TIMED_OUT');
});
`;
const FAILS = `${IMPORTS}
scenario('a sleeper wakes', (s) => {
  s.thread('sleeper', () => thread_sleep(10));
  s.run('ended');
});

scenario('a sleeper never wakes', (s) => {
  const sleeper = s.thread('sleeper', () => thread_sleep(10));
  s.run();
  expect(sleeper).toBeBlockedOn('sleep'); // line 12
});
`;

folder.file('passes.scenario.ts', PASSES);
folder.file('fails.scenario.ts', FAILS);
mkdirSync(folder.at('one'));
folder.file('one/passes.scenario.ts', PASSES);
mkdirSync(folder.at('empty'));
mkdirSync(folder.at('deep'));
for (const place of ['deep/node_modules', 'deep/.hidden', 'deep/er']) mkdirSync(folder.at(place));
for (const place of ['node_modules', '.hidden', 'er']) folder.file(`deep/${place}/passes.scenario.ts`, PASSES);
symlinkSync('.', folder.at('deep/er/loop'));

function test(...words: readonly string[]): Ended {
  return tocsin(['test', ...words], { folder: folder.path });
}

describe('tocsin test', () => {
  it('says of each scenario whether it passed, and ends with 0 where all did', () => {
    const { status, stdout, stderr } = test('passes.scenario.ts');
    expect(stdout).toBe('passes.scenario.ts\n  ✓ a wait ends at its deadline\n\n1 scenario passed\n');
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('says why one failed, where, after which records, and how to repeat it, and ends with 1', () => {
    const { status, stdout, stderr } = test('fails.scenario.ts');
    const lines = unnumbered(stdout).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'fails.scenario.ts',
      '  ✓ a sleeper wakes',
      '  ✗ a sleeper never wakes',
      '      expected thread sleeper # to be blocked on sleep, but it has ended',
      '      at fails.scenario.ts:12:19',
      '      last records about sleeper #:',
    ]);
    expect(stdout).toMatch(/thread_blocked .*deadline=10\n/);
    expect(lines.slice(-4)).toEqual([
      "      reproduce: tocsin test fails.scenario.ts --filter 'a sleeper never wakes'",
      '',
      '1 of 2 scenarios failed',
      '',
    ]);
    expect(stderr).toBe('');
    expect(status).toBe(1);
  });

  it('the line that repeats a failure repeats it', () => {
    const { stdout, status } = test('fails.scenario.ts', '--filter', 'a sleeper never wakes', '--seed', '3');
    expect(stdout).toContain("reproduce: tocsin test fails.scenario.ts --filter 'a sleeper never wakes' --seed 3\n");
    expect(stdout).toContain('1 of 1 scenario failed');
    expect(status).toBe(1);
  });

  it('finds scenarios under a folder, and under this one where nothing is named', () => {
    expect(test('one').stdout).toBe('one/passes.scenario.ts\n  ✓ a wait ends at its deadline\n\n1 scenario passed\n');
    const here = tocsin(['test'], { folder: folder.at('one') });
    expect(here.stdout).toBe('passes.scenario.ts\n  ✓ a wait ends at its deadline\n\n1 scenario passed\n');
  });

  it('follows no links and looks into neither node_modules nor hidden folders', () => {
    expect(test('deep').stdout).toMatch(/^deep\/er\/passes\.scenario\.ts\n.*\n\n1 scenario passed\n$/);
  });

  it('runs files in the order in which they are named, each once', () => {
    const { stdout } = test('one', 'passes.scenario.ts', 'one/passes.scenario.ts');
    expect(stdout.match(/^\S+\.ts$/gm)).toEqual(['one/passes.scenario.ts', 'passes.scenario.ts']);
  });

  it('--filter runs those whose names have the text', () => {
    const { stdout, status } = test('passes.scenario.ts', 'fails.scenario.ts', '--filter', 'sleeper wakes');
    expect(stdout).toBe('fails.scenario.ts\n  ✓ a sleeper wakes\n\n1 scenario passed\n');
    expect(status).toBe(0);
  });

  it('--seed is what every scenario gets', () => {
    folder.file(
      'seed.scenario.mjs',
      `${IMPORTS}scenario('s', { seed: 1 }, (s) => { s.run(); expect(s.seed).toBe(7); });\n`,
    );
    expect(test('seed.scenario.mjs', '--seed', '7').status).toBe(0);
    expect(test('seed.scenario.mjs').status).toBe(1);
  });

  it('--json is one object on the last line of standard error', () => {
    const run = test('--json', 'fails.scenario.ts');
    const { scenarios, ...rest } = report({ ...run, stderr: unnumbered(run.stderr) }) as {
      scenarios: Record<string, unknown>[];
    };
    expect(rest).toEqual({ outcome: 'failed', exitCode: 1, seed: null, failAllocation: null, passed: 1, failed: 1 });
    const [passed, failed] = scenarios;
    expect(passed).toMatchObject({ file: 'fails.scenario.ts', name: 'a sleeper wakes', outcome: 'passed' });
    expect(failed).toMatchObject({
      outcome: 'failed',
      message: 'expected thread sleeper # to be blocked on sleep, but it has ended',
      line: 12,
      threads: ['sleeper #'],
      reproduce: "tocsin test fails.scenario.ts --filter 'a sleeper never wakes'",
    });
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('has colours only on a terminal', () => {
    expect(test('fails.scenario.ts').stdout).not.toContain('\x1b');
    const coloured = tocsin(['test', 'one'], { folder: folder.path, variables: { FORCE_COLOR: '1' } });
    expect(coloured.stdout).toContain('\x1b[32m✓');
  });

  it('--help has a whole scenario in it', () => {
    const { stdout, status } = test('--help');
    const [, example] = /is a dozen lines:\n\n([\s\S]*?)\n\nWith /.exec(stdout) ?? [];
    folder.file('help.scenario.ts', example);
    expect(test('help.scenario.ts').stdout).toContain('1 scenario passed');
    expect(status).toBe(0);
  });

  it('loads what scenarios import: JavaScript, and TypeScript under both names', () => {
    folder.file('words.ts', "export const word: string = 'one';\n");
    folder.file('more.mjs', "export const more = 'two';\n");
    const imports =
      "import { word } from './words.js';\nimport { word as same } from './words';\nimport { more } from './more.mjs';\n";
    folder.file('imports.scenario.ts', `${IMPORTS}${imports}scenario(word + same + more, (s) => s.run());\n`);
    expect(test('imports.scenario.ts').stdout).toContain('✓ oneonetwo');
  });

  it('runs compiled programs that lie beside the scenario', () => {
    folder.file('one/seven.elf', EXITS_WITH_7);
    const body =
      "const seven = await s.guest('seven.elf');\n  s.run('ended');\n  expect(seven).toHaveEnded({ code: 7 });\n";
    folder.file('one/guest.scenario.js', `${IMPORTS}scenario('ends with 7', async (s) => {\n  ${body}});\n`);
    const { stdout, stderr } = test('one/guest.scenario.js');
    expect(stdout).toContain('1 scenario passed');
    expect(stderr).toBe('');
  });

  it('a guest that never ends is stopped, and shown', () => {
    folder.file('loops.elf', LOOPS);
    const body = "await s.guest('loops.elf');\n  s.run('ended', { within: 1000 });\n";
    folder.file('loops.scenario.js', `${IMPORTS}scenario('loops', async (s) => {\n  ${body}});\n`);
    expect(test('loops.scenario.js').stdout).toMatch(
      /it had not ended after 1000 instructions:\n.*main #\d+ is running at pc 0x100/,
    );
  });

  it.skipIf(!hasCompiler)('runs every example of the guide', () => {
    const { status, stdout } = tocsin(['test', 'tools/scenario/guide'], { folder: resolve('.') });
    expect(stdout).not.toContain('✗');
    expect(status).toBe(0);
  });

  it('ends with Ctrl-C, also in a scenario that never does', async () => {
    const path = folder.file(
      'endless.scenario.js',
      `${IMPORTS}scenario('endless', () => { console.log('ready'); for (;;); });\n`,
    );
    const child = startTocsin(['test', path]);
    child.stdout.on('data', (text) => {
      if (String(text).includes('ready')) child.kill('SIGINT');
    });
    const { stdout, status } = await ended(child);
    expect(stdout).toContain('ready');
    expect(status).not.toBe(0);
  });
});

describe('where esbuild is not installed', () => {
  cpSync('dist', folder.at('alone/dist'), { recursive: true });
  cpSync('userland', folder.at('alone/userland'), { recursive: true });
  folder.file('alone/package.json', '{ "type": "module" }');
  folder.file('plain.scenario.js', `${IMPORTS}scenario('plain', (s) => s.run());\n`);
  const alone = (file: string): Ended =>
    tocsin(['test', file], { folder: folder.path, command: folder.at('alone/dist/tocsin.js') });

  it('scenarios in JavaScript run', () => {
    expect(alone('plain.scenario.js').stdout).toContain('1 scenario passed');
  });

  it('those in TypeScript say what they need', () => {
    const { stderr, status } = alone('passes.scenario.ts');
    expect(stderr).toBe(
      'tocsin: passes.scenario.ts: TypeScript needs esbuild, which is not installed here: npm install esbuild\n',
    );
    expect(status).toBe(2);
  });

  it('with us that of the project is taken', () => {
    mkdirSync(folder.at('project/node_modules'), { recursive: true });
    symlinkSync(resolve('node_modules/esbuild'), folder.at('project/node_modules/esbuild'), 'dir');
    folder.file('project/passes.scenario.ts', PASSES);
    const place = { folder: folder.at('project'), command: folder.at('alone/dist/tocsin.js') };
    expect(tocsin(['test', 'passes.scenario.ts'], place).stdout).toContain('1 scenario passed');
  });
});

describe('what goes wrong outside of a run fails the scenario that it is in', () => {
  it.each<[string, string, string]>([
    ['a promise that nobody keeps', 'await new Promise(() => {});', 'it waits for a promise that nobody keeps'],
    [
      'a guest that is not waited for',
      "s.guest('nosuch.c'); await new Promise((done) => setTimeout(done, 100));",
      'nosuch.c: no such file',
    ],
    [
      'an error in a timer',
      "setTimeout(() => { throw new Error('late'); }, 1); await new Promise(() => {});",
      'Error: late',
    ],
    ['one that ends the process', 'process.exit(0);', 'process.exit is called where scenarios are run'],
  ])('%s', (_, body, message) => {
    folder.file(
      'outside.scenario.mjs',
      `${IMPORTS}scenario('one', async (s) => { ${body} });\nscenario('two', (s) => s.run());\n`,
    );
    const { stdout, stderr, status } = test('outside.scenario.mjs');
    expect(stdout).toContain(`✗ one\n      ${message}\n      at outside.scenario.mjs:3:`);
    expect(stdout).toContain('✓ two');
    expect(stderr).toBe('');
    expect(status).toBe(1);
  });
});

describe('bad input gets one clear line and status 2:', () => {
  it.each<[string, string, string]>([
    ['no TypeScript', 'const = 1;\n', 'bad.scenario.ts:1:7: Expected identifier but found "="'],
    ['no module of that name', "import './nosuch.js';\n", 'Cannot find module'],
    ['no export of that name', "import { nosuch } from 'tocsin/script';\nnosuch();\n", "'nosuch'"],
    [
      'a file that throws',
      'const x: number[] = [];\n\nx[0].toFixed();\n',
      'bad.scenario.ts:3:6: Cannot read properties of undefined',
    ],
    ['a file that throws no error', "throw 'no';\n", 'bad.scenario.ts: it threw no'],
    [
      'a file that never ends to load',
      'await new Promise(() => {});\nexport {};\n',
      'it waits for a promise that nobody keeps',
    ],
    ['a file that ends the process', 'process.exit(0);\n', 'bad.scenario.ts:1:9: process.exit is called'],
    ['a file without scenarios', 'export {};\n', 'bad.scenario.ts: declares no scenario'],
    ['a scenario without a name', `${IMPORTS}scenario();\n`, 'bad.scenario.ts:3:1: a scenario begins with a name'],
    ['a scenario without a body', `${IMPORTS}scenario('x');\n`, 'bad.scenario.ts:3:1: scenario x: after the name'],
  ])('%s', (_, text, message) => {
    folder.file('bad.scenario.ts', text);
    const { status, stdout, stderr } = test('passes.scenario.ts', 'bad.scenario.ts');
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^tocsin: .*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a mistake in JavaScript names its line', () => {
    folder.file('bad.scenario.js', 'export {};\nconst = 1;\n');
    const { status, stderr } = test('bad.scenario.js');
    expect(stderr).toBe('tocsin: bad.scenario.js:2:7: Expected identifier but found "="\n');
    expect(status).toBe(2);
  });

  it.each<[string, readonly string[], string]>([
    ['a missing file', ['nosuch.scenario.ts'], 'nosuch.scenario.ts: no such file'],
    ['a file of another kind', ['words.c'], 'words.c: not a module by its name'],
    ['a folder without scenarios', ['empty'], 'empty: no *.scenario.ts or *.scenario.js'],
    ['an empty name', [''], 'a file name is empty'],
    ['a device', ['/dev/null'], '/dev/null: not a regular file'],
    [
      'a filter that nothing meets',
      ['--filter', 'no such thing', 'one'],
      "no scenario has 'no such thing' in its name",
    ],
    ['an empty filter', ['--filter', '', 'one'], 'Expected a name'],
    ['a seed that is a word', ['--seed', 'x', 'one'], 'whole number from 0 to 4294967295'],
    ['an unknown option', ['--sed', '1', 'one'], "unknown option '--sed' (Did you mean --seed?)"],
  ])('%s', (_, words, message) => {
    folder.file('words.c', '');
    const { status, stdout, stderr } = test(...words);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^tocsin: .*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('and with --json an object', () => {
    const run = test('--json', 'nosuch.scenario.ts');
    expect(report(run)).toEqual({ outcome: 'refused', exitCode: 2, message: 'nosuch.scenario.ts: no such file' });
  });
});
