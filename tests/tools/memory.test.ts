import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AllocatorNode, FrameRun } from '../../kernel/index.js';
import { mapPicture } from '../../tools/cli/memory-map.js';
import { treePicture } from '../../tools/cli/memory-tree.js';
import { sizeText } from '../../tools/cli/size-text.js';
import { hasCompiler } from '../userland/compiled.js';
import { BLOCKS_FOR_EVER, EXITS_WITH_7, LOOPS } from './guest-programs.js';
import { ended, Folder, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const seven = folder.file('seven.elf', EXITS_WITH_7);
const loops = folder.file('loops.elf', LOOPS);
const blocks = folder.file('blocks.elf', BLOCKS_FOR_EVER);

const PLAIN = { bold: (text: string) => text, dim: (text: string) => text };

interface Report {
  readonly outcome: string;
  readonly frames: { readonly bytes: number; readonly count: number; readonly free: number };
  readonly tree: AllocatorNode;
  readonly map: readonly FrameRun[];
}

function nodes(node: AllocatorNode): AllocatorNode[] {
  return [node, ...node.children.flatMap(nodes)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function expectToAddUp({ tree, map, frames }: Report): void {
  for (const { used, items } of nodes(tree)) expect(sum(items.map(({ bytes }) => bytes))).toBe(used);
  expect(sum(map.map(({ count }) => count))).toBe(frames.count);
  const free = map.filter(({ holds }) => holds === 'nothing');
  expect(sum(free.map(({ count }) => count))).toBe(frames.free);
}

describe('tocsin memory', () => {
  it('draws the tree of allocators and the map of frames, 80 columns wide', () => {
    const { status, stdout, stderr } = tocsin(['memory', blocks]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^every thread is blocked after \d+ instructions$/);
    expect(lines.slice(1, 4)).toEqual([
      '',
      'ALLOCATORS (1)',
      'koid, users         quota     used     peak     lent  █ used ▒ lent',
    ]);
    expect(lines[4]).toMatch(/^#1 blocks +64M +[\d.]+K +[\d.]+K +0 {2}█·+ {2}<1%$/);
    expect(lines[5]).toMatch(/^ {4}\d pages \d+K, \d page tables \d+K, 1 save area 4K, /);
    expect(stdout).toMatch(/^FRAMES \(16,384 of 4K, \d+ in use\)\n80000000 {2}[Bb]+\n8000.000 {2}free to the end: /m);
    expect(stdout).toMatch(/^bB blocks #\d+ \d+K\+\d+K, \. free 6[\d.]+M$/m);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('no colours and no cursor movements go to what is no terminal', () => {
    expect(tocsin(['memory', blocks]).stdout).not.toContain('\u001b');
  });

  it.each(['--until', '--max-instructions'])('stops after so many instructions: %s', (option) => {
    const { status, stdout } = tocsin(['memory', option, '1000', loops]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^stopped after 1,000 instructions\n/);
  });

  it('shows what is left of a program that ended, and the most that it had', () => {
    const { tree, frames, ...rest } = JSON.parse(tocsin(['memory', '--json', seven]).stdout) as Report;
    expect(rest.outcome).toBe('exited');
    expect(tree.peak).toBeGreaterThan(3 * 4096);
    expect(tree.used).toBeLessThan(4096);
    expect(frames.free).toBe(frames.count);
    expect(tocsin(['memory', seven]).stdout).toMatch(/^#1 seven \(ended\) /m);
  });

  it('--json prints one object, the same every time', () => {
    const words = ['memory', '--json', '--memory', '1M', '--until', '1000', loops];
    const { stdout, stderr } = tocsin(words);
    const report = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(report).toMatchObject({ outcome: 'limit', instructions: 1000, time: 1000, memoryBytes: 1 << 20 });
    expect(report.frames).toMatchObject({ bytes: 4096, count: 256 });
    expect(report.tree).toMatchObject({ users: [{ name: 'loops', hasEnded: false }], quota: 1 << 20, children: [] });
    expect(report.map.at(-1)).toMatchObject({ holds: 'nothing', process: null, payer: null });
    expectToAddUp(report);
    expect(tocsin(words).stdout).toBe(stdout);
  });

  it('Ctrl-C stops the program and shows it; the status is 130', async () => {
    // Nothing is heard of it before the picture. Interrupted before it runs it says nothing, and is given more time.
    for (let pause = 500; ; pause *= 2) {
      const child = startTocsin(['memory', loops]);
      const end = ended(child);
      await new Promise((resolve) => setTimeout(resolve, pause));
      child.kill('SIGINT');
      const { status, stdout, stderr } = await end;
      if (stdout === '') continue;
      expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
      expect(stdout).toMatch(/^interrupted after [\d,]+ instructions\n\nALLOCATORS \(1\)\n/);
      return;
    }
  });

  it('without a file, with one that is not there or is none, or with wrong options it says so in one line', () => {
    const said = (...words: string[]): unknown => {
      const { status, stdout, stderr } = tocsin(['memory', ...words]);
      return { status, stdout, stderr };
    };
    const refused = (line: string): unknown => ({ status: 2, stdout: '', stderr: `tocsin: ${line}\n` });
    expect(said()).toEqual(refused("missing required argument 'file'"));
    expect(said('nosuch.elf')).toEqual(refused('nosuch.elf: no such file'));
    expect(said('--', 'nosuch.elf')).toEqual(refused("missing required argument 'file'"));
    expect(said('--nosuch', blocks)).toEqual(refused("unknown option '--nosuch'"));
    expect(said('--memory', '512K', blocks)).toEqual(
      refused(
        "option '--memory <size>' argument '512K' is invalid. Expected a size from 1M to 1024M in whole pages of 4K, such as 64M.",
      ),
    );
    const short = folder.file('short.elf', EXITS_WITH_7.subarray(0, 60));
    const { status, stderr } = tocsin(['memory', short]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^tocsin: .*short\.elf: .*\n$/);
  });

  it('--help has examples', () => {
    const { status, stdout } = tocsin(['memory', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: tocsin memory \[options\] FILE… \[-- ARG…\]$/m);
    expect(stdout).toMatch(/^ {2}tocsin memory --json /m);
  });
});

describe.skipIf(!hasCompiler)('of every demo', () => {
  const demos = resolve('userland/demos');

  it.each(readdirSync(demos).filter((name) => name.endsWith('.c')))(
    '%s: what is charged adds up, at every stop',
    (name) => {
      for (const until of ['2000', '20000', '300000']) {
        const { status, stdout, stderr } = tocsin([
          'memory',
          '--json',
          '--until',
          until,
          join(demos, name),
          '--',
          'one',
        ]);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expectToAddUp(JSON.parse(stdout));
      }
    },
  );

  it('the program gets its arguments', () => {
    // Its status is the number of its arguments.
    const words = ['memory', join(demos, 'arguments.c'), '--', 'one', '--two'];
    expect(tocsin(words).stdout).toMatch(/^ended with code 2 after /);
  });
});

/** An allocator with a process of its own. */
function node(koid: number, name: string, rest: Partial<AllocatorNode> = {}): AllocatorNode {
  const users = [{ koid: koid + 1, name, hasEnded: false }];
  const amounts = {
    quota: 1 << 20,
    used: 4096,
    peak: 8192,
    lent: 0,
    free: (1 << 20) - 4096,
    reserve: 0,
    softMark: 0,
    state: 'normal',
    waiting: 0,
  };
  return {
    koid,
    users,
    holders: [],
    ...amounts,
    items: [{ kind: 'pages', count: 1, bytes: 4096 }],
    children: [],
    ...rest,
  };
}

describe('the picture of the tree', () => {
  it('draws each allocator under the one that its quota came from', () => {
    const children = [
      node(2, 'left', { children: [node(3, 'below')], lent: 1 << 19 }),
      node(4, 'right', { users: [], quota: 0, used: 0, peak: 0, items: [] }),
    ];
    const root = node(1, 'top', { children, lent: 1 << 20, quota: 2 << 20 });
    expect(treePicture(root, PLAIN).split('\n')).toEqual([
      'ALLOCATORS (4)',
      'koid, users         quota     used     peak     lent  █ used ▒ lent',
      '#1 top                 2M       4K       8K       1M  █▒▒▒▒▒▒▒▒▒▒··········  50%',
      '│   1 page 4K',
      '├ #2 left              1M       4K       8K     512K  █▒▒▒▒▒▒▒▒▒▒··········  50%',
      '│ │   1 page 4K',
      '│ └ #3 below           1M       4K       8K        0  █····················  <1%',
      '│       1 page 4K',
      '└ #4                    0        0        0        0  ·····················   0%',
      '',
    ]);
  });

  it('says what is set of an allocator, and what is out of the ordinary', () => {
    const short = node(1, 'short', { reserve: 65_536, softMark: 98_304, state: 'oom', waiting: 2 });
    expect(treePicture(short, PLAIN).split('\n')[3]).toBe('    OOM, 2 wait for memory, reserve 64K, soft mark 96K');
  });

  it('a tree as deep as can be, with long names and many kinds, keeps to 80 columns', () => {
    const items = (['pages', 'registrations', 'vmos', 'interrupts', 'messagePages'] as const).map((kind) => ({
      kind,
      count: 262_144,
      bytes: 1_073_741_823,
    }));
    let deepest = node(4_000_000, 'n'.repeat(24), { items, quota: 2 ** 30, used: 2 ** 30, peak: 2 ** 30 - 1 });
    for (let depth = 15; depth > 0; depth--) deepest = node(depth, 'x'.repeat(24), { items, children: [deepest] });
    const lines = treePicture(deepest, PLAIN).trimEnd().split('\n');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.endsWith('100%'))).toHaveLength(1);
  });
});

describe('the picture of physical memory', () => {
  const page = { holds: 'page', process: null, isShared: false, payer: 1 } as const;
  const colours = { ...PLAIN, owners: [] };
  const picture = (runs: readonly FrameRun[], processes: readonly { koid: number; name: string }[]): string[] =>
    mapPicture(0x8000_0000, runs, processes, colours).trimEnd().split('\n');

  it('has a character for each frame, and a legend of what is there', () => {
    const runs: FrameRun[] = [
      { ...page, first: 0, count: 2, process: 5 },
      { ...page, first: 2, count: 1, holds: 'saveArea', process: 5 },
      { ...page, first: 3, count: 1, holds: 'nothing', payer: null },
      { ...page, first: 4, count: 3, process: 9 },
      { ...page, first: 7, count: 1, isShared: true },
      { ...page, first: 8, count: 1, holds: 'pool', process: 5 },
      { ...page, first: 9, count: 1, holds: 'message' },
      { ...page, first: 10, count: 1 },
      { ...page, first: 11, count: 245, holds: 'nothing', payer: null },
    ];
    const named = [5, 7, 9].map((koid) => ({ koid, name: 'same' }));
    expect(picture(runs, named)).toEqual([
      'FRAMES (256 of 4K, 10 in use)',
      '80000000  ssS.aaa=%@?',
      '8000b000  free to the end: 980K',
      'sS same #5 8K+4K, aA same #9 12K+0, = shared by several processes 4K,',
      '% pools and rings 4K, @ messages 4K, ? memory objects that nobody maps 4K,',
      '. free 984K',
      'small: pages that only this process maps; capital: its page tables, save areas',
    ]);
  });

  it('has a character for several frames where memory is large, and says so', () => {
    const runs: FrameRun[] = [
      { ...page, first: 0, count: 1000, process: 5 },
      { ...page, first: 1000, count: 1, holds: 'nothing', payer: null },
      { ...page, first: 1001, count: 261_143, process: 6 },
    ];
    const lines = picture(
      runs,
      [5, 6].map((koid) => ({ koid, name: `process ${koid}` })),
    );
    expect(lines.slice(1, 3)).toEqual([`80000000  pp${'r'.repeat(62)}`, `88000000  ${'r'.repeat(64)}`]);
    expect(lines.at(-1)).toBe('a character is 512 frames (2M): what most of those in use hold');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('more processes than letters share one character', () => {
    const processes = Array.from({ length: 30 }, (_, i) => ({ koid: i + 1, name: '#' }));
    const runs: FrameRun[] = processes.map(({ koid }, i) => ({ ...page, first: i, count: 1, process: koid }));
    const lines = picture(runs, processes);
    expect(lines[1]).toBe('80000000  abcdefghijklmnopqrstuvwxyz++++');
    expect(lines.join(' ')).toContain('+ other processes 16K');
  });
});

it('sizes are short: a decimal of what is no whole number of units', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 1_048_575, 1 << 20, 67_108_863, 2 ** 30, 2 ** 32 - 1];
  expect(sizes.map(sizeText)).toEqual(['0', '1B', '1023B', '1K', '1.5K', '1.0M', '1M', '64.0M', '1G', '4.0G']);
});
