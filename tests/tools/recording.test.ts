/** `tocsin run --record`, `replay`, `verify`, `diff` and `journal`, as a person's shell drives them. */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRecording, recordingBytes } from '../../kernel/index.js';
import { record, rewritten } from '../kernel/recording/recorded.js';
import * as guests from './guest-programs.js';
import { COMMAND, type Ended, ended, Folder, report, startTocsin, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

folder.file('hello.elf', guests.SAYS_HELLO);
folder.file('loops.elf', guests.LOOPS);
folder.file('talks.elf', guests.TALKS_FOR_EVER);
folder.file('null.elf', guests.READS_NULL);

function inFolder(...words: readonly string[]): Ended {
  return tocsin(words, { folder: folder.path });
}

function hashOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(folder.at(name)))
    .digest('hex');
}

/** The root that a run said. */
function rootOf({ stderr }: Ended): string {
  return /^tocsin: recorded in .*, \d+ bytes, root ([0-9a-f]{64})$/m.exec(stderr)?.[1] ?? 'none';
}

/** Waits until a file that is being written has so many bytes. */
async function untilThereAre(bytes: number, name: string): Promise<void> {
  while (!existsSync(folder.at(name)) || statSync(folder.at(name)).size < bytes) await after(20);
}

describe('a run that is recorded', () => {
  it('is replayed: what it prints, how it ends, its journal', () => {
    const run = inFolder('run', '--json', '--record', 'hello.tocsin', 'hello.elf');
    expect(run).toMatchObject({ status: 0, stdout: 'hello\n' });
    const { journalHash, recording } = report(run) as { journalHash: string; recording: { root: string } };
    expect(recording.root).toBe(rootOf(run));
    const replay = inFolder('replay', '--json', 'hello.tocsin');
    expect(replay).toMatchObject({ status: 0, stdout: 'hello\n' });
    expect(report(replay)).toMatchObject({
      journalHash,
      replay: 'over',
      difference: null,
      cut: null,
      outcome: 'exited',
    });
    expect(inFolder('verify', '--root', recording.root, 'hello.tocsin')).toMatchObject({ status: 0, stderr: '' });
  });

  it('is compared record by record where all are there', () => {
    const run = inFolder('run', '--json', '--record', 'null.tocsin', '--record-all', 'null.elf');
    expect(run.status).toBe(3);
    const replay = inFolder('replay', '--json', 'null.tocsin');
    expect(replay.status).toBe(3);
    expect(replay.stderr).toContain('load page fault at address 0x10');
    const verified = inFolder('replay', '--verify', '--json', 'null.tocsin');
    expect(verified).toMatchObject({ status: 0, stdout: '' });
    expect(report(verified).comparedRecords).toBe(report(run).records);
  });

  it('ends at its limit, and where somebody pressed Ctrl-C', async () => {
    expect(inFolder('run', '--max-instructions', '12345', '--record', 'limit.tocsin', 'loops.elf').status).toBe(4);
    const limit = inFolder('replay', '--json', 'limit.tocsin');
    expect(limit).toMatchObject({ status: 4, stdout: 'ready\n' });
    expect(report(limit)).toMatchObject({ outcome: 'limit', instructions: 12_345 });
    const child = startTocsin(['run', '--record', folder.at('ctrl-c.tocsin'), folder.at('loops.elf')]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const run = await ended(child);
    expect(run.status).toBe(130);
    const instructions = /instructions +([\d,]+)/.exec(run.stderr)?.[1];
    const again = inFolder('replay', '--stats', 'ctrl-c.tocsin');
    expect(again.status).toBe(130);
    expect(again.stderr).toContain('the recorded run was interrupted here');
    expect(/instructions +([\d,]+)/.exec(again.stderr)?.[1]).toBe(instructions);
  });

  it('stops where it is told to, with what there was then', () => {
    inFolder('run', '--record', 'until.tocsin', '--max-instructions', '5000', 'talks.elf');
    const byInstruction = inFolder('replay', '--until', '1_000', '--ps', 'until.tocsin');
    expect(byInstruction.status).toBe(0);
    expect(byInstruction.stderr).toMatch(/stopped at step \d+, after 1000 instructions/);
    expect(byInstruction.stderr).toContain('THREADS (');
    expect(inFolder('replay', '--until', 'step:20', 'until.tocsin').stderr).toContain('stopped at step 20, after ');
  });

  it('is traced as the run was', () => {
    const run = inFolder('run', '--trace', 'journal,calls', '--record', 'trace.tocsin', 'hello.elf');
    const replay = inFolder('replay', '--trace', 'journal,calls', 'trace.tocsin');
    expect(replay.stderr).toBe(run.stderr.replace(/^tocsin: recorded.*\n/m, ''));
  });
});

describe('a process that is killed while it records', () => {
  it('leaves a recording that is replayed up to its last whole block', async () => {
    const words = ['--quantum', '1000', '--seed', '3', '--record', folder.at('killed.tocsin'), '--record-all'];
    const child = startTocsin(['run', ...words, folder.at('talks.elf')]);
    child.stdout.resume();
    const closed = ended(child);
    await untilThereAre(400_000, 'killed.tocsin');
    child.kill('SIGKILL');
    expect((await closed).status).toBe(null);
    const before = hashOf('killed.tocsin');
    const replay = inFolder('replay', '--verify', '--json', 'killed.tocsin');
    expect(replay.status).toBe(0);
    expect(replay.stderr).toMatch(
      /the recording is not whole \(.*\); it reaches up to step \d+, in block \d+ is its last whole one/,
    );
    const { steps, comparedRecords, replay: over } = report(replay) as Record<string, number>;
    expect(over).toBe('over');
    expect(replay.stderr).toContain(`it reaches up to step ${steps},`);
    expect(comparedRecords).toBeGreaterThan(1000);
    expect(inFolder('verify', 'killed.tocsin')).toMatchObject({ status: 1, stdout: '' });
    expect(hashOf('killed.tocsin')).toBe(before);
  });
});

describe('nobody’s recording is changed:', () => {
  it('a file that is there is not written over; --force replaces it, also through a link', () => {
    inFolder('run', '--record', 'mine.tocsin', 'hello.elf');
    const before = hashOf('mine.tocsin');
    expect(inFolder('run', '--record', 'mine.tocsin', 'null.elf')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'tocsin: mine.tocsin: is there already, and is not written over; --force replaces it\n',
    });
    expect(hashOf('mine.tocsin')).toBe(before);
    symlinkSync('mine.tocsin', folder.at('link.tocsin'));
    const forced = inFolder('run', '--force', '--record', 'link.tocsin', 'null.elf');
    expect(forced.status).toBe(3);
    expect(inFolder('verify', '--root', rootOf(forced), 'mine.tocsin').status).toBe(0);
  });

  it('two runs cannot record into one file', async () => {
    const path = folder.at('both.tocsin');
    const child = startTocsin(['run', '--record', path, folder.at('loops.elf')]);
    const closed = ended(child);
    await untilThereAre(1000, 'both.tocsin');
    expect(inFolder('run', '--record', 'both.tocsin', 'hello.elf').status).toBe(2);
    child.kill('SIGINT');
    expect((await closed).status).toBe(130);
    expect(inFolder('verify', 'both.tocsin').status).toBe(0);
  });

  it('a program that cannot be run leaves no recording', () => {
    folder.file('broken.elf', guests.SAYS_HELLO.subarray(0, 60));
    for (const words of [['broken.elf'], ['--overcommit', '1G', '--memory', '1G', 'hello.elf']]) {
      expect(inFolder('run', '--record', 'none.tocsin', ...words).status).toBe(2);
      expect(existsSync(folder.at('none.tocsin'))).toBe(false);
    }
  });
});

describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it('is said before anything is run', () => {
    const run = inFolder('run', '--record', '/dev/full', 'hello.elf');
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toBe('tocsin: /dev/full: no space left on device; the recording ends there\n');
  });

  it('in the middle of a run ends it; what was recorded is whole and can be replayed', () => {
    const words = ['--seed', '1', '--quantum', '100', '--record', 'small.tocsin', '--record-all', 'talks.elf'];
    const command = [process.execPath, COMMAND, 'run', ...words].map((word) => `'${word}'`).join(' ');
    const { status, stderr } = spawnSync('bash', ['-c', `ulimit -f 200; exec ${command} > /dev/null`], {
      cwd: folder.path,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('tocsin: small.tocsin: the file is too large; the recording ends there\n');
    expect(status).toBe(2);
    const verified = inFolder('verify', '--json', 'small.tocsin');
    expect(JSON.parse(verified.stdout)).toMatchObject({ damage: null, whole: false });
    expect(inFolder('replay', '--verify', 'small.tocsin').status).toBe(0);
  });
});

describe('bad input is one line and status 2, and changes nothing:', () => {
  const whole = record({ program: guests.SAYS_HELLO }).bytes;
  const named = record({ program: guests.SAYS_HELLO, namesImages: true }).bytes;
  folder.file('whole.tocsin', whole);
  folder.file('named.tocsin', named);
  folder.file('empty.tocsin', '');
  folder.file('text.tocsin', 'this is no recording, though it is long enough to be one');
  folder.file('torn.tocsin', whole.subarray(0, 12));
  folder.file('head.tocsin', whole.subarray(0, checkRecording(recordingBytes(whole)).blocks[1].offset + 10));
  const version = whole.slice();
  version[8] = 9;
  folder.file('flipped.tocsin', version);
  folder.file(
    'newer.tocsin',
    rewritten(whole, { json: (kind, value) => (kind === 1 ? { ...value, tocsin: '99.0.0' } : value) }),
  );
  const other = guests.SAYS_HELLO.slice();
  other[other.length - 1] ^= 1;
  folder.file('other.elf', other);
  folder.file('longer.elf', Buffer.concat([guests.SAYS_HELLO, Buffer.alloc(9)]));

  it.each<[string, readonly string[], RegExp]>([
    ['no file', ['replay', 'nosuch.tocsin'], /nosuch.tocsin: no such file$/],
    ['a folder', ['verify', '.'], /\.: is a folder$/],
    ['a device', ['journal', '/dev/null'], /\/dev\/null: is no regular file/],
    ['an empty file', ['replay', 'empty.tocsin'], /empty.tocsin: the file is empty$/],
    ['another file', ['verify', 'text.tocsin'], /text.tocsin: not a recording of Tocsin$/],
    ['an executable', ['journal', 'hello.elf'], /hello.elf: not a recording of Tocsin$/],
    ['the beginning of one', ['replay', 'torn.tocsin'], /torn.tocsin: torn: a recording begins with 16 bytes/],
    [
      'one without its schema',
      ['replay', 'head.tocsin'],
      /head.tocsin: it does not say what was run: block 1, at byte \d+, is torn/,
    ],
    [
      'a damaged beginning',
      ['diff', 'whole.tocsin', 'flipped.tocsin'],
      /flipped.tocsin: damaged: the check of its first 16/,
    ],
    [
      'one of a newer build',
      ['replay', 'newer.tocsin'],
      /newer.tocsin: was recorded by Tocsin 99.0.0, which is newer than this one/,
    ],
    [
      'a missing image',
      ['replay', 'named.tocsin'],
      /named.tocsin: only names its program, of \d+ bytes with SHA-256 [0-9a-f]{64}: give it/,
    ],
    [
      'another image of the same size',
      ['replay', '--image', 'other.elf', 'named.tocsin'],
      /other.elf: has the size of the program that named.tocsin names, and is another file/,
    ],
    [
      'an image that is none of them',
      ['replay', '--image', 'longer.elf', 'named.tocsin'],
      /longer.elf: is none of the executables that named.tocsin names/,
    ],
    ['no such image', ['replay', '--image', 'nosuch.elf', 'named.tocsin'], /nosuch.elf: no such file$/],
    ['a root that is none', ['verify', '--root', 'abc', 'whole.tocsin'], /Expected 64 hexadecimal digits/],
    [
      'no such record type',
      ['journal', '--type', 'cal', 'whole.tocsin'],
      /there is no record type|no such record type.*Did you mean call/,
    ],
    ['objects of a recording without them', ['journal', '--object', '3', 'whole.tocsin'], /record with --record-all/],
    ['no place to stop', ['replay', '--until', 'never', 'whole.tocsin'], /Expected a number of instructions, or step:/],
    ['--record-all alone', ['run', '--record-all', 'hello.elf'], /--record FILE is missing/],
    ['--record with gdb', ['run', '--record', 'x.tocsin', '--gdb', 'hello.elf'], /--record does not go with --gdb/],
    [
      '--record of many runs',
      ['run', '--record', 'x.tocsin', '--fail-allocation', 'every', 'hello.elf'],
      /--record is for one run/,
    ],
    ['a folder that is not there', ['run', '--record', 'no/x.tocsin', 'hello.elf'], /the folder does not exist$/],
    ['a folder to record into', ['run', '--record', '.', 'hello.elf'], /\.: is a folder$/],
  ])('%s', (_, words, text) => {
    const files = ['whole.tocsin', 'named.tocsin', 'newer.tocsin', 'hello.elf'];
    const before = files.map(hashOf);
    const { status, stdout, stderr } = inFolder(...words);
    expect(stderr).toMatch(/^tocsin: [^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(files.map(hashOf)).toEqual(before);
  });

  it('a recording of a newer build can still be looked at', () => {
    expect(inFolder('verify', 'newer.tocsin').status).toBe(0);
    expect(inFolder('journal', 'newer.tocsin').stdout).toContain('booted');
  });

  it('a recording with its image named is replayed with it', () => {
    expect(inFolder('replay', '--image', 'hello.elf', 'named.tocsin')).toMatchObject({ status: 0, stdout: 'hello\n' });
  });
});

describe('tocsin verify', () => {
  const run = record({ program: guests.SAYS_HELLO, all: true });
  folder.file('good.tocsin', run.bytes);

  it('finds another root', () => {
    const { status, stdout, stderr } = inFolder('verify', '--root', 'a'.repeat(64), 'good.tocsin');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`its root is ${run.root}, and not aaaa`);
  });

  it('locates damage to its block', () => {
    const bytes = run.bytes.slice();
    bytes[bytes.length - 400] ^= 16;
    folder.file('bad.tocsin', bytes);
    const { status, stdout } = inFolder('verify', '--json', 'bad.tocsin');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ whole: false, damage: { kind: 'damaged', block: 3 }, blocks: 3 });
    expect(inFolder('replay', '--verify', 'bad.tocsin').status).toBe(2);
  });
});

describe('tocsin diff', () => {
  const seeded = record({
    program: guests.TALKS_FOR_EVER,
    all: true,
    options: { seed: 4 },
    drive: (s) => s.run(5000).kind,
  });
  folder.file('a.tocsin', seeded.bytes);

  it('of a recording and itself finds nothing', () => {
    const { status, stdout } = inFolder('diff', 'a.tocsin', 'a.tocsin');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `the same run: ${seeded.system.records} records, journal hash ${seeded.system.journalHash()}\n`,
    });
  });

  it('says which option differs', () => {
    folder.file(
      'b.tocsin',
      record({ program: guests.TALKS_FOR_EVER, all: true, options: { seed: 5 }, drive: (s) => s.run(5000).kind }).bytes,
    );
    expect(inFolder('diff', 'a.tocsin', 'b.tocsin')).toMatchObject({
      status: 1,
      stdout: 'they are of different runs: seed is 4 in the first and 5 in the second\n',
    });
  });

  it('shows the first record that differs, and those before it', () => {
    const bytes = rewritten(seeded.bytes, {
      record: (words, index) => {
        if (index === 57) words[9] ^= 2;
      },
    });
    folder.file('c.tocsin', bytes);
    const { status, stdout } = inFolder('diff', 'a.tocsin', 'c.tocsin');
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^the first difference is at step \d+, after 57 records that are the same, in \w+:\n( {2}both: .*\n){3} {2}first: .*\n {2}second: .*\n$/,
    );
  });
});

describe('tocsin journal', () => {
  const run = record({ program: guests.SAYS_HELLO, all: true });
  folder.file('journal.tocsin', run.bytes);
  const linesOf = (...words: string[]): string[] =>
    inFolder('journal', ...words, 'journal.tocsin')
      .stdout.trimEnd()
      .split('\n');

  it('prints what the journal of the run prints', () => {
    expect(linesOf()).toEqual(run.system.kernel.journal.tail(1_000_000));
  });

  it('prints those that one looks for', () => {
    const all = run.system.kernel.journal.tail(1_000_000);
    expect(linesOf('--type', 'call,trap')).toEqual(all.filter((line) => / (call|trap) /.test(line)));
    expect(linesOf('--from', '2', '--to', '3')).toEqual(all.filter((line) => /^[23] /.test(line)));
    expect(linesOf('--thread', '5')).toEqual(all.filter((line) => / #5 /.test(line)));
    expect(linesOf('--process', '3')).toEqual(linesOf('--thread', '5'));
    expect(linesOf('--class', 'input')).toEqual(all.filter((line) => / booted /.test(line)));
    const object = linesOf('--object', '3');
    expect(object.some((line) => line.includes('process_created row=0 koid=3 '))).toBe(true);
    expect(object.some((line) => line.includes('process_ended row=0 '))).toBe(true);
    expect(object.some((line) => line.includes('vmo_created'))).toBe(false);
  });

  it('exports them as JSON lines and as CSV', () => {
    const objects = linesOf('--export', 'jsonl').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(objects.length).toBe(run.system.records);
    expect(objects[0]).toMatchObject({ index: 0, seq: 1, type: 'booted', class: 'input', fields: { quantum: 50_000 } });
    const csv = linesOf('--export', 'csv');
    expect(csv.length).toBe(run.system.records + 1);
    expect(csv[0]).toBe('index,seq,time,cause,actor,instructions,class,type,fields');
    expect(csv[1]).toMatch(/^0,1,0,0,0,0,input,booted,"\{""frames"":/);
  });
});
