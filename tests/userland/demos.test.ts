import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { report } from '../tools/tocsin-process.js';
import { hasCompiler, runDemo } from './compiled.js';

const FOLDER = resolve('userland/demos');
const demos = readdirSync(FOLDER).filter((name) => name.endsWith('.c'));

describe('every demo', () => {
  it.each(demos)('says at its head what it shows and what you should see: %s', (name) => {
    const [, head] = readFileSync(join(FOLDER, name), 'utf8').match(/^\/\*\n(.*?)\*\//s) ?? [];
    expect(head).toMatch(/You\s+(\* )?should see/i);
  });
});

describe.skipIf(!hasCompiler)('the demo', () => {
  it('hello greets', () => {
    expect(runDemo('hello.c')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Hello .*\n$/), stderr: '' });
  });

  it('arguments prints its arguments and returns their number', () => {
    const { status, stdout } = runDemo('arguments.c', { words: ['one', 'two three', '', '--seed'] });
    expect(status).toBe(4);
    expect(stdout).toMatch(
      /^argument 0: .*\nargument 1: one\nargument 2: two three\nargument 3: \nargument 4: --seed\n$/,
    );
  });

  it('threads never has more than two plates on the counter, and all are eaten', () => {
    const { status, stdout } = runDemo('threads.c');
    expect(status).toBe(0);
    const counter = new Set<string>();
    for (const [, does, plate] of stdout.matchAll(/(puts|takes) +plate +(\d+)/g)) {
      if (does === 'puts') counter.add(plate);
      else expect(counter.delete(plate)).toBe(true);
      expect(counter.size).toBeLessThanOrEqual(2);
    }
    expect(stdout).toMatch(/12 cooked, 12 eaten\n$/);
  });

  it('philosophers deadlocks with status 5 and the cycle is named', () => {
    const { status, stdout, stderr } = runDemo('philosophers.c');
    expect(status).toBe(5);
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
    const cycle = stderr.split('\n').find((line) => line.includes('a cycle:'));
    for (const name of ['Hypatia', 'Socrates', 'Diotima', 'Confucius', 'Avicenna']) {
      expect(stdout).toContain(`${name} takes the left fork\n`);
      expect(cycle).toContain(`${name} #`);
    }
  });

  it('philosophers prints what the README shows', () => {
    const [, transcript] = readFileSync('README.md', 'utf8').match(/philosophers\.c\n(.*?)\$ echo/s) ?? [];
    const { stdout, stderr } = runDemo('philosophers.c');
    expect(stdout + stderr).toBe(transcript);
  });

  it('audit sees the calls of its child as they happen, and its own renumbered', () => {
    const { status, stdout, stderr } = runDemo('audit.c');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const calls = stdout.split('\n').filter((line) => line.startsWith('child: '));
    expect(calls.slice(-5)).toEqual([
      'child: channel_create',
      'child: lock_create',
      'child: lock_acquire',
      'child: handle_close failed with -3',
      'child: process_exit',
    ]);
    expect(stdout).toContain('the child ended with 5\n');
    expect(stdout).toContain('failed: 1, of more than 4 calls: yes\n');
    expect(stdout).toMatch(/own: 16 calls from number 0 on, the first at step 1\n$/);
  });

  it('lost-wakeup waits for ever for a bell that has rung, and with another seed the letter is read', () => {
    const lost = runDemo('lost-wakeup.c');
    expect(lost).toMatchObject({
      status: 5,
      stdout: 'reader:  no letter yet; I wait for the bell\npostman: a letter is there, and I have rung\n',
    });
    expect(lost.stderr).toMatch(/reader #\d+ waits for the futex 0x[0-9a-f]+ \(rings\)\n/);
    expect(runDemo('lost-wakeup.c', { options: ['--seed', '1'] })).toEqual({
      status: 0,
      stdout: 'postman: a letter is there, and I have rung\nreader:  a letter, how nice\n',
      stderr: '',
    });
  });

  it('debugger stops its child at a breakpoint, after a step and at its fault, and says who called', () => {
    const { status, stdout, stderr } = runDemo('debugger.c');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.replace(/\+[1-9]\d*/g, '+N')).toBe(
      [
        'child:    my code is as it was',
        'debugger: breakpoint 1 at evaluate+0, called from report+N',
        'debugger: one instruction later, at evaluate+N',
        'debugger: fault 13 at address 0x0',
        'debugger:   in evaluate+N',
        'debugger:   called from report+N',
        'debugger:   called from child_main+N',
        'debugger: the child has ended by a fault, cause 13, address 0x0',
        '',
      ].join('\n'),
    );
  });

  it('null-pointer dies with status 3, function and address named', () => {
    const { status, stdout, stderr } = runDemo('null-pointer.c');
    expect({ status, stdout }).toEqual({
      status: 3,
      stdout: 'Sirius: brightness 146\nVega: brightness 3\nBetelgeuse: ',
    });
    expect(stderr).toMatch(/load page fault at address 0x4 in star_brightness/);
  });

  it('stack-overflow dies at the guard page with status 3', () => {
    const { status, stdout, stderr } = runDemo('stack-overflow.c');
    expect(status).toBe(3);
    expect(stdout).toContain('1000 calls deep\n');
    expect(stderr).toMatch(/in descend.*the stack overflowed/);
  });

  it.each(['1M', '1100K', '3M', '64M'])('out-of-memory with %s gets NULL, and the same again after free', (memory) => {
    const { status, stdout, stderr } = runDemo('out-of-memory.c', { options: ['--memory', memory] });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, first] = stdout.match(/(\d+) KiB in all; given back/) ?? [];
    const [, second] = stdout.match(/(\d+) KiB the second time/) ?? [];
    expect(Number(first)).toBeGreaterThan(100);
    // A heap that was cut up once may serve a little less, or more, the second time.
    expect(Math.abs(Number(second) - Number(first))).toBeLessThan(110);
  });

  it.each([
    ['the rule of the machine', [], ''],
    [
      'a monitor that chooses',
      ['--monitor', '../../userland/demos/choose.c'],
      'monitor: kills the process that holds most\n',
    ],
  ] as const)('greedy is told by %s that its child was killed for want of memory', (_who, monitor, said) => {
    const ended = runDemo('greedy.c', { options: ['--memory', '2M', '--overcommit', '16M', ...monitor] });
    expect(ended).toMatchObject({
      status: 0,
      stdout: `a child may touch 8192 KiB\n${said}the child has ended, reason 4: the machine was out of memory\n`,
      stderr: '',
    });
  });

  it('the first program may be the victim: status 3, and the outcome says so', () => {
    const ended = runDemo('out-of-memory.c', { options: ['--memory', '1M', '--overcommit', '16M', '--json'] });
    expect(ended.status).toBe(3);
    expect(ended.stderr).toContain('tocsin: the program was killed: the machine was out of memory\n');
    expect(report(ended)).toMatchObject({ outcome: 'out of memory', exitCode: 3, overcommit: 16 << 20 });
  });

  it('producer-consumer passes a million items, with the same journal twice and another for a seed', () => {
    const runs = [[], [], ['--seed', '1']].map((seed) =>
      runDemo('producer-consumer.c', { options: ['--json', ...seed] }),
    );
    for (const { status, stdout } of runs)
      expect({ status, stdout }).toEqual({ status: 0, stdout: '1000000 items, sum 500000500000\n' });
    const [plain, again, seeded] = runs.map((run) => report(run).journalHash);
    expect(again).toBe(plain);
    expect(seeded).not.toBe(plain);
  });

  it('threads shows another order for another seed, and the same for the same', () => {
    const [one, oneAgain, two] = ['1', '1', '2'].map((seed) => {
      const run = runDemo('threads.c', { options: ['--json', '--seed', seed] });
      return { stdout: run.stdout, journalHash: report(run).journalHash };
    });
    expect(oneAgain).toEqual(one);
    expect(two.stdout).not.toBe(one.stdout);
    expect(two.journalHash).not.toBe(one.journalHash);
  });

  it.each(['', '--seed 1', '--seed 2 --quantum 300', '--quantum 33'])(
    'cache-pressure: the cache shrinks so that the neighbour can grow, and computes what it has lost again; with "%s"',
    (options) => {
      const run = runDemo('cache-pressure.c', { options: options.split(' ').filter(Boolean) });
      expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
      const lines = run.stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThan(25);
      expect(lines.filter((line) => line.startsWith('neighbour'))).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `neighbour: has ${256 * number} KiB`),
      );
      const told = lines.flatMap((line) => {
        const [, above, given, left] =
          line.match(/^cache: {5}PRESSURE, (\d+) KiB above the mark: gave (\d+) blocks back, (\d+) are left$/) ?? [];
        return above === undefined ? [] : [{ above: Number(above), given: Number(given), left: Number(left) }];
      });
      expect(told.length).toBeGreaterThan(0);
      let blocks = 32;
      for (const { given, left } of told) {
        blocks -= given;
        expect(left).toBe(blocks);
      }
      const end = [
        'cache:     the neighbour has ended with 0',
        `cache:     used 32 blocks: ${blocks} were there, ${32 - blocks} computed`,
      ];
      expect(lines.slice(-2)).toEqual(end);
      expect(lines).toHaveLength(1 + 8 + told.length + 2);
    },
  );

  it('cache-pressure, undisturbed: each block of the neighbour that passes the mark makes the cache give back as much', () => {
    const { stdout } = runDemo('cache-pressure.c');
    const told = [...stdout.matchAll(/(\d+) KiB above the mark: gave (\d+) blocks back/g)];
    expect(told).toHaveLength(5);
    for (const [, above, given] of told) expect(Number(given)).toBe(Math.ceil(Number(above) / 64));
  });

  it.each(['', '--seed 1', '--seed 2 --quantum 300'])(
    'grant-quota: the child gets what the purse holds, then NULL, and the parent everything back; with "%s"',
    (options) => {
      const { status, stdout, stderr } = runDemo('grant-quota.c', { options: options.split(' ').filter(Boolean) });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const story = [
        'parent: the child has 256 KiB, the purse 1279 KiB more',
        ...[1, 2, 3, 4].flatMap((number) => [
          `parent: granted 256 KiB, ${1279 - 256 * number} KiB are left`,
          `child:  block ${number} of 256 KiB is full of work`,
        ]),
        'parent: CANNOT, for 255 KiB are not enough for another grant',
        'child:  block 5: Cannot allocate memory',
        'child:  I go home with 4, and 4 of them are sound',
        'parent: "child" exited with 4',
        'parent: the purse has 1536 of 1536 KiB again',
      ];
      // Who prints first after a grant, the parent or the child, is up to the schedule.
      if (options === '') expect(stdout.trimEnd().split('\n')).toEqual(story);
      else expect(stdout.trimEnd().split('\n').sort()).toEqual([...story].sort());
    },
  );
});
