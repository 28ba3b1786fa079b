import { spawnSync } from 'node:child_process';
import { openSync, readFileSync, statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import * as images from './bare-metal-images.js';
import { COMMAND, type Ended, ended, Folder, report, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const file = (name: string, source: string): string => folder.file(name, images.image(source));

const hello = file('hello.elf', images.SAYS_HELLO);
const five = file('five.elf', images.endsWith(5));
const loops = file('loops.elf', images.LOOPS);
const traps = file('traps.elf', images.TRAPS);
const alike = file('alike.elf', images.TRAPS_ALIKE);
const toS = file('to-s.elf', images.TRAPS_TO_S);
const echoes = file('echoes.elf', images.ECHOES);
const woken = file('woken.elf', images.ECHOES_WHEN_WOKEN);
const adds = file('adds.elf', images.ADDS_ON_ALL_HARTS);
const htifFour = file('htif.elf', images.endsByHtifWith(4));
const talks = file('talks.elf', images.TALKS_BY_HTIF);
const writesDisk = file('disk.elf', images.WRITES_DISK);

/** Runs to the end with this on standard input, through a pipe. */
const piped = (words: readonly string[], input: string): Ended => tocsin(['machine', ...words], { input });

/** As `piped`, from a file. */
function fromFile(words: readonly string[], input: string): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'machine', ...words], {
    stdio: [openSync(folder.file('input', input), 'r'), 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe('tocsin machine', () => {
  it("ends with the finisher's code and says nothing itself", () => {
    expect(tocsin(['machine', five])).toEqual({ status: 5, stdout: '', stderr: '' });
  });

  it('puts what goes to the UART, untouched, on standard output', () => {
    expect(tocsin(['machine', hello])).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });

  it('never makes a success of a failure whose low eight bits are zero', () => {
    const run = tocsin(['machine', '--json', file('256.elf', images.endsWith(256))]);
    expect(run.status).toBe(1);
    expect(report(run)).toMatchObject({ outcome: 'ended', by: 'finisher', code: 256, exitCode: 1 });
  });

  it('leaves the device tree in a1', () => {
    expect(tocsin(['machine', file('tree.elf', images.LOOKS_AT_TREE)]).status).toBe(42);
  });

  it('takes raw bytes with --raw, and starts at their address', () => {
    const raw = folder.file('hello.bin', images.rawImage(images.SAYS_HELLO, 0x8020_0000));
    expect(tocsin(['machine', '--raw', '0x80200000', raw])).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });

  it('ends with 4 exactly at the instruction limit', () => {
    const run = tocsin(['machine', '--json', '--max-instructions', '1_234_567', loops]);
    expect(run.status).toBe(4);
    expect(report(run)).toMatchObject({ outcome: 'limit', instructions: 1_234_567, time: 1_234_567 });
  });

  it('says at the instruction limit where each hart was', () => {
    const { stderr } = tocsin([
      'machine',
      '--harts',
      '2',
      '--max-instructions',
      '3000',
      file('spins.elf', images.SPINS),
    ]);
    expect(stderr).toBe(
      [
        'tocsin: stopped at the instruction limit',
        'tocsin:   hart 0 at 80000008 in spin, in M mode',
        'tocsin:   hart 1 at 80000008 in spin, in M mode\n',
      ].join('\n'),
    );
    const inU = tocsin(['machine', '--max-instructions', '10_000', file('user.elf', images.SPINS_IN_U)]).stderr;
    expect(inU).toMatch(/hart 0 at 800000[\da-f]{2} in spin, in U mode\n$/);
  });

  it('ends with 5 when every hart waits for ever, and says where', () => {
    const run = tocsin(['machine', '--harts', '2', '--json', file('waits.elf', images.WAITS_FOR_EVER)]);
    expect(run.status).toBe(5);
    expect(run.stderr).toContain('no hart can ever go on');
    expect(run.stderr).toContain('hart 1 at 80000004 in asleep waits for an interrupt that cannot come');
    expect(report(run)).toMatchObject({ outcome: 'waiting', instructions: 2 });
  });

  it('ends with 5 when a trap handler traps to itself, and --trace shows what led there', () => {
    const lost = file('lost.elf', '_start: .word 0\n');
    const run = tocsin(['machine', '--trace', 'traps', lost]);
    expect(run.stderr.trimEnd().split('\n')).toEqual([
      '0 illegal instruction at 80000000, value 0x0, to M',
      '0 instruction access fault at 00000000, value 0x0, to M',
      'tocsin: no hart can ever go on',
      'tocsin:   hart 0 at 00000000: its trap handler begins with instruction access fault; --trace traps shows what led there',
    ]);
    expect(run.status).toBe(5);
    expect(tocsin(['machine', lost]).status).toBe(5);
  });

  it('prints figures with --stats', () => {
    const { stderr } = tocsin(['machine', '--stats', '--harts', '4', adds]);
    for (const figure of ['instructions', 'hart 3', 'virtual time', 'host time']) expect(stderr).toContain(figure);
  });

  it('starts every hart at the entry with its number, and hart 0 sees what the others did', () => {
    const run = tocsin(['machine', '--harts', '4', '--json', adds]);
    expect(run.status).toBe(1 + 2 + 3 + 4);
    expect(report(run).harts).toHaveLength(4);
  });

  it('lets harts take turns as the seed says: another order for another, the same one for the same', () => {
    const once = (seed: string) => {
      const run = tocsin(['machine', '--harts', '4', '--seed', seed, '--json', adds]);
      const { hostSeconds: _, ...rest } = report(run);
      expect(run.status).toBe(10);
      return rest;
    };
    expect(once('7')).toEqual(once('7'));
    expect(once('7').harts).not.toEqual(once('8').harts);
  });

  it('ends quietly with 130 after Ctrl-C', async () => {
    const child = startTocsin(['machine', file('ready.elf', images.SAYS_READY)]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { status, stderr } = await ended(child);
    expect(status).toBe(130);
    expect(stderr).toBe('tocsin: interrupted\n');
  });

  it('ends with 141 when the reader of its output goes away', async () => {
    const child = startTocsin(['machine', echoes]);
    child.stdin.write('a');
    child.stdout.once('data', () => {
      child.stdout.destroy();
      child.stdin.write('b'.repeat(100_000));
    });
    expect((await ended(child)).status).toBe(141);
  });
});

it('machine --help lists every status that it ends with', () => {
  const { stdout } = tocsin(['machine', '--help']);
  const statuses = stdout.slice(stdout.indexOf('Exit status:'), stdout.indexOf('Examples:'));
  for (const status of [2, 4, 5, 74, 130, 141]) expect(statuses).toMatch(new RegExp(`\\b${status} [a-zC]`));
});

describe('standard input is the console', () => {
  it.each([
    ['a pipe', piped],
    ['a file', fromFile],
  ] as const)('from %s, byte for byte, and more than the UART holds', (_, run) => {
    const text = `${'0123456789abcde\x01\x03\n'.repeat(1000)}`;
    expect(run([echoes], `${text}q`)).toEqual({ status: 7, stdout: text, stderr: '' });
  });

  it('from a file at the same times in every run', () => {
    const once = () => report(fromFile(['--json', echoes], `${'x'.repeat(20_000)}q`)).instructions;
    expect(once()).toBe(once());
  });

  it('wakes a hart that waits for it; when it has ended, nothing can', () => {
    const run = piped([woken], 'abc');
    expect(run.stdout).toBe('abc');
    expect(run.status).toBe(5);
  });
});

describe('--trace', () => {
  it('instructions shows each one, with the registers that it changed', () => {
    const lines = tocsin(['machine', '--trace', 'instructions', five]).stderr.trimEnd().split('\n');
    expect(lines[0]).toBe('1 80000000 _start: 00053337  lui t1, 0x53  t1=0x53000');
    expect(lines.at(-1)).toMatch(/^\d+ [\da-f]{8} finish\+0x\d: 0062a023 {2}sw t1, 0\(t0\)$/);
  });

  it('traps shows exceptions and interrupts, where from and where to', () => {
    const lines = tocsin(['machine', '--trace', 'traps', traps]).stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d+ ecall from m at 8000000c, value 0x0, to M$/);
    expect(lines[1]).toMatch(/^1000 machine timer interrupt at [\da-f]{8}, to M$/);
  });

  it('traps shows each of those that leave the same in the control registers', () => {
    const lines = tocsin(['machine', '--trace', 'traps', alike]).stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^\d+ illegal instruction at [\da-f]{8}, value 0x0, to M$/);
  });

  it('traps shows where one from U mode goes, and instructions are read through its page tables', () => {
    const { stderr, status } = tocsin(['machine', '--trace', 'instructions,traps', toS]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^\d+ 00400[\da-f]{3}: 00000013 {2}addi zero, zero, 0$/m);
    expect(stderr).toMatch(/^\d+ ecall from u at 00400[\da-f]{3}, value 0x0, to S\n\d+ 800000[\da-f]{2} trap: /m);
  });

  it('devices shows each access to a register', () => {
    const lines = tocsin(['machine', '--trace', 'devices', hello]).stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\d+ uart\+0x0 <- 0x68 \(1\)$/);
    expect(lines.at(-1)).toMatch(/^\d+ finisher\+0x0 <- 0x5555 \(4\)$/);
    expect(lines).toHaveLength('hello\n'.length + 1);
  });

  it('changes nothing of the run', () => {
    const run = (...words: string[]) => {
      const { hostSeconds: _, ...rest } = report(tocsin(['machine', '--json', '--harts', '4', ...words, adds]));
      return rest;
    };
    expect(run('--trace', 'instructions,traps,devices')).toEqual(run());
  });
});

describe('HTIF', () => {
  it('ends with the code in tohost, half of it', () => {
    expect(tocsin(['machine', htifFour])).toEqual({ status: 4, stdout: '', stderr: '' });
  });

  it('prints by its console and by its system call, and gives the bytes that are asked for', () => {
    expect(piped([talks], '!')).toEqual({ status: 3, stdout: 'oksys\n!', stderr: '' });
  });

  it('gives the same run however it is cut: traced instruction by instruction, or not', () => {
    const plain = report(tocsin(['machine', '--json', htifFour]));
    const traced = report(tocsin(['machine', '--json', '--trace', 'traps', htifFour]));
    expect(traced.instructions).toBe(plain.instructions);
  });

  it('--signature writes the words between the symbols', () => {
    const path = folder.at('signature');
    expect(tocsin(['machine', '--signature', path, htifFour]).status).toBe(4);
    expect(readFileSync(path, 'utf8')).toBe('12345678\n00000001\nffffffff\n');
  });
});

describe('--disk', () => {
  const blank = new Uint8Array(2048).fill(0x11);

  it('leaves the file as it was', () => {
    const disk = folder.file('kept.img', blank);
    const before = statSync(disk).mtimeMs;
    expect(tocsin(['machine', '--disk', disk, writesDisk]).status).toBe(0);
    expect(readFileSync(disk)).toEqual(Buffer.from(blank));
    expect(statSync(disk).mtimeMs).toBe(before);
  });

  it('takes what the guest wrote with --save-disk', () => {
    const disk = folder.file('saved.img', blank);
    expect(tocsin(['machine', '--disk', disk, '--save-disk', writesDisk]).status).toBe(0);
    expect(readFileSync(disk)).toEqual(Buffer.from(blank.slice().fill(0xaa, 512, 1024)));
  });
});

describe('the monitor', () => {
  it('shows registers, control registers, memory, instructions and devices', () => {
    const lines = ['registers', 'csrs misa', 'memory text 2', 'disassemble', 'devices', 'hart', 'quit'];
    const { status, stderr } = piped(['--monitor', hello], `${lines.join('\n')}\n`);
    expect(status).toBe(0);
    expect(stderr).toContain('hart 0  pc 80000000  mode M  retired 0');
    expect(stderr).toContain('misa          40141105');
    expect(stderr).toMatch(/[\da-f]{8}: 6c6c6568 00000a6f {20}hello\.\.\./);
    expect(stderr).toMatch(/^> 80000000 _start: [\da-f]{8} {2}auipc a1/m);
    expect(stderr).toContain('10000000..100000ff  uart  interrupt 10');
    expect(stderr).toContain('> hart 0 at 80000000 _start');
  });

  it('shows the registers of a device, which changes nothing', () => {
    const { stderr } = piped(['--monitor', hello], 'devices uart\nstep 100\ndevices uart\nquit\n');
    const [before, after] = [...stderr.matchAll(/10000000..100000ff {2}uart {2}interrupt 10\n((?: {2}.*\n)+)/g)].map(
      ([, lines]) => lines,
    );
    expect(after).toBe(before);
    expect(before.split('\n').slice(0, 7)).toEqual([
      '  RBR/THR  0x0  00000000',
      '  IER      0x1  00000000',
      '  IIR/FCR  0x2  00000001  NONE',
      '  LCR      0x3  00000000',
      '  MCR      0x4  00000000',
      '  LSR      0x5  00000060  THRE TEMT',
      '  MSR      0x6  000000b0  CTS DSR DCD',
    ]);
  });

  it('shows the registers of each device of a name; of many registers those that are not zero', () => {
    const { stderr } = piped(['--monitor', hello], 'devices virtio-slot\ndevices plic\ndevices finisher\nquit\n');
    expect(stderr.match(/ {2}virtio-slot {2}interrupt \d\n {2}MagicValue +0x00 {2}74726976\n/g)).toHaveLength(7);
    expect(stderr).toContain('0c000000..0c5fffff  plic\n  and 108 registers that are zero\n');
    expect(stderr).toContain('  finish  0x0  only takes stores\n');
  });

  it('steps, and says when there is nothing to step', () => {
    const { stderr } = piped(['--monitor', five], 'step 2\nstep 100\nstep\nquit\n');
    expect(stderr).toContain('80000000 _start: 00053337  lui t1, 0x53  t1=0x53000\n80000004');
    expect(stderr).toContain('the guest has ended');
  });

  it('goes back to snapshots', () => {
    const { stderr } = piped(
      ['--monitor', loops],
      'snapshot a\nstep 3\nsnapshot b\nlist\nrestore a\nregisters\nquit\n',
    );
    expect(stderr).toContain('a  at 0\nb  at 3\n');
    expect(stderr).toContain('retired 0');
  });

  it('goes back from the end of a guest that ended by HTIF', () => {
    const { stderr, status } = piped(['--monitor', htifFour], 'snapshot a\nstep 6000\nrestore a\nstep\ncontinue\n');
    expect(stderr).toMatch(/the guest has ended\n80000000 _start: .*\n$/);
    expect(status).toBe(4);
  });

  it('goes on with the guest, for which the rest of standard input is', () => {
    expect(piped(['--monitor', echoes], 'continue\nabcq')).toEqual({ status: 7, stdout: 'abc', stderr: '' });
  });

  it('goes on with the guest where standard input ends', () => {
    expect(piped(['--monitor', hello], 'hart').stdout).toBe('hello\n');
  });

  it.each([
    ['regstrs', 'there is no command regstrs'],
    ['contnue', 'did you mean continue?'],
    ['memory', 'expected memory ADDRESS [WORDS]'],
    ['memory nowhere', 'nowhere: neither an address'],
    ['memory 0x80000000 0', '0: expected words from 1 to 1024'],
    ['step 1e9', '1e9: expected instructions from 1 to'],
    ['hart 1', '1: expected hart from 0 to 0'],
    ['csrs mfoo', 'there is no control register mfoo'],
    ['restore nothing', 'there is no snapshot nothing'],
    ['devices floppy', 'there is no device floppy; there are finisher, rtc, clint, plic, uart, virtio-slot, entropy'],
    ['save /nosuch/folder/x', 'the folder does not exist'],
    ['memory 0x10000000 1', '10000000: --------'],
  ])('says what is wrong with "%s", and stays', (line, expected) => {
    const { status, stderr } = piped(['--monitor', five], `${line}\nregisters\nquit\n`);
    expect(stderr).toContain(expected);
    expect(stderr).toContain('mode M');
    expect(status).toBe(0);
  });

  it('saves a snapshot from which another process goes on to the same end', () => {
    const path = folder.at('saved.snapshot');
    piped(['--harts', '4', '--monitor', adds], `step 777\nsave ${path}\nquit\n`);
    const rest = (...words: string[]) => {
      const { hostSeconds: _, ...figures } = report(tocsin(['machine', '--harts', '4', '--json', ...words, adds]));
      return figures;
    };
    expect(rest('--snapshot', path)).toEqual(rest());
  });

  it('saves how many choices there were: with the same seed the rest is the same, with another one it is not', () => {
    const path = folder.at('seeded.snapshot');
    piped(['--harts', '4', '--seed', '7', '--monitor', adds], `step 20\nsave ${path}\nquit\n`);
    const harts = (...words: string[]) => report(tocsin(['machine', '--harts', '4', '--json', ...words, adds])).harts;
    expect(harts('--seed', '7', '--snapshot', path)).toEqual(harts('--seed', '7'));
    expect(harts('--seed', '8', '--snapshot', path)).not.toEqual(harts('--seed', '7'));
  });

  it('saves what HTIF knows: a byte that was asked for comes to the process that goes on', () => {
    const path = folder.at('asked.snapshot');
    const first = piped(['--monitor', talks], `step 10000\nstep 10000\nstep 100\nsave ${path}\nquit\n`);
    expect(first).toMatchObject({ status: 0, stdout: 'oksys\n' });
    const rest = ['--max-instructions', '1_000_000', '--snapshot', path, talks];
    expect(fromFile(rest, '!')).toEqual({ status: 3, stdout: '!', stderr: '' });
  });

  it('saves that a guest has ended by HTIF', () => {
    const path = folder.at('ended.snapshot');
    piped(['--monitor', htifFour], `step 6000\nsave ${path}\nquit\n`);
    const { status, stderr } = piped(['--snapshot', path, '--monitor', htifFour], 'step\ncontinue\n');
    expect(status).toBe(4);
    expect(stderr).toContain('the guest has ended');
  });
});
