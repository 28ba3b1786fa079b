import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { elfFile, TEXT } from '../machine/elf-file.js';
import { EXITS_WITH_7, IS_LARGE } from './guest-programs.js';
import { Folder, report, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

folder.file('seven.elf', EXITS_WITH_7);
folder.file('other.elf', EXITS_WITH_7);
folder.file('large.elf', IS_LARGE);
folder.file('empty.c', '');
folder.file('empty.elf', '');
folder.file('notes.txt', 'not a program');
folder.file('text.elf', 'not a program either');
folder.file('cut.elf', EXITS_WITH_7.subarray(0, 60));
folder.file('outside.elf', elfFile({ entry: 0x20000 }));
folder.file('overlap.elf', elfFile({ segments: [TEXT, TEXT] }));
folder.file('huge.elf', elfFile({ segments: [{ ...TEXT, memoryBytes: 0xf000_0000 }] }));
folder.file('kernel.elf', elfFile({ entry: 0xd000_0000, segments: [{ ...TEXT, address: 0xd000_0000 }] }));
folder.file('low.elf', elfFile({ entry: 0x1000, segments: [{ ...TEXT, address: 0x1000 }] }));
folder.file('stack.elf', elfFile({ segments: [TEXT, { address: 0x7fff_0000, memoryBytes: 4096, flags: 6 }] }));
const wide = elfFile();
wide[4] = 2;
folder.file('wide.elf', wide);
const big = elfFile();
big[5] = 2;
folder.file('big.elf', big);
const foreign = elfFile();
foreign[18] = 62;
folder.file('foreign.elf', foreign);
mkdirSync(folder.at('folder.c'));

describe('bad input gets one clear line and status 2:', () => {
  it.each<[string, readonly string[], string]>([
    ['a missing file', ['run', 'nosuch.c'], 'nosuch.c: no such file'],
    ['a missing executable', ['run', 'nosuch.elf'], 'nosuch.elf: no such file'],
    ['a path through a file', ['run', 'notes.txt/x.c'], 'not a directory'],
    ['a directory', ['run', 'folder.c'], 'folder.c: is a directory'],
    ['a device', ['run', '/dev/zero'], 'not a regular file'],
    ['an empty source', ['run', 'empty.c'], 'empty.c: the file is empty'],
    ['an empty executable', ['run', 'empty.elf'], 'empty.elf: the file is empty'],
    ['a file of no known kind', ['run', 'notes.txt'], 'notes.txt: neither an ELF file nor a source'],
    ['text that is called an executable', ['run', 'text.elf'], 'text.elf: not an ELF file'],
    ['an empty file name', ['run', ''], 'a file name is empty'],
    ['a truncated executable', ['run', 'cut.elf'], 'cut.elf: truncated'],
    ['an entry point outside', ['run', 'outside.elf'], 'outside.elf: the entry point 0x20000 lies outside'],
    ['overlapping segments', ['run', 'overlap.elf'], 'overlap.elf: the segments at 0x10000 and 0x10000 overlap'],
    ['a huge segment', ['run', 'huge.elf'], 'huge.elf: '],
    ['a 64-bit executable', ['run', 'wide.elf'], 'wide.elf: a 64-bit ELF file'],
    ['a big-endian executable', ['run', 'big.elf'], 'big.elf: a big-endian ELF file'],
    ['an executable for another machine', ['run', 'foreign.elf'], 'foreign.elf: for machine 62 (x86-64)'],
    ['a program above user addresses', ['run', 'kernel.elf'], 'outside user addresses'],
    ['a program in the lowest page', ['run', 'low.elf'], 'outside user addresses'],
    ['a program where its stack goes', ['run', 'stack.elf'], 'stack'],
    ['a program larger than memory', ['run', '--memory', '1M', 'large.elf'], 'do not hold the program'],
    ['two executables', ['run', 'seven.elf', 'other.elf'], 'is linked already'],
    ['an executable among sources', ['build', 'seven.elf', '-o', 'x.elf'], 'seven.elf: is linked already'],
    ['an output over its own source', ['build', 'empty.c', '-o', 'empty.c'], 'empty.c: would be overwritten'],
    ['no output', ['build', 'empty.c'], "required option '-o"],
    ['no file', ['run'], "missing required argument 'file'"],
    ['no file before the arguments', ['run', '--', 'a'], "missing required argument 'file'"],
    ['an unknown option', ['run', '--sed', '1', 'seven.elf'], "unknown option '--sed' (Did you mean --seed?)"],
    ['an unknown command', ['rnu', 'seven.elf'], "unknown command 'rnu' (Did you mean run?)"],
    ['help on an unknown command', ['help', 'dissemble'], "unknown command 'dissemble' (Did you mean disassemble?)"],
    ['an unknown call', ['calls', 'futex_wat'], 'there is no system call futex_wat (Did you mean futex_wait?)'],
    ['a call far from any', ['calls', 'xyzzy'], 'there is no system call xyzzy; see tocsin calls'],
    ['a call without a name', ['calls', ''], "there is no system call ''; see tocsin calls"],
    ['too many words', ['doctor', 'now'], "too many arguments for 'doctor'"],
    ['a seed that is a word', ['run', '--seed', 'x', 'seven.elf'], 'whole number from 0 to 4294967295'],
    ['a negative seed', ['run', '--seed', '-1', 'seven.elf'], 'whole number from 0 to 4294967295'],
    ['a seed that is too large', ['run', '--seed', '4294967296', 'seven.elf'], 'whole number from 0'],
    ['an empty seed', ['run', '--seed', '', 'seven.elf'], 'whole number from 0'],
    ['no seed', ['run', 'seven.elf', '--seed'], 'argument missing'],
    ['a quantum of nothing', ['run', '--quantum', '0', 'seven.elf'], 'whole number from 32'],
    ['half a quantum', ['run', '--quantum', '0.5', 'seven.elf'], 'whole number from 32'],
    ['a limit of nothing', ['run', '--max-instructions', '0', 'seven.elf'], 'whole number from 1'],
    ['an infinite limit', ['run', '--max-instructions', 'Infinity', 'seven.elf'], 'whole number from 1'],
    [
      'a limit past what is exact',
      ['run', '--max-instructions', '9007199254740992', 'seven.elf'],
      'whole number from 1',
    ],
    ['memory without a number', ['run', '--memory', 'M', 'seven.elf'], 'a size from 1M to 1024M'],
    ['too little memory', ['run', '--memory', '1023K', 'seven.elf'], 'a size from 1M to 1024M'],
    ['too much memory', ['run', '--memory', '2G', 'seven.elf'], 'a size from 1M to 1024M'],
    ['half a page', ['run', '--memory', '2098177', 'seven.elf'], 'a size from 1M to 1024M'],
    ['an unknown trace', ['run', '--trace', 'calls,dreams', 'seven.elf'], 'some of calls,faults,schedule,journal'],
    [
      'a trace with a slip',
      ['run', '--trace', 'call', 'seven.elf'],
      'calls,faults,schedule,journal. (Did you mean calls?)',
    ],
    ['an empty trace', ['run', '--trace', '', 'seven.elf'], 'some of calls,faults,schedule,journal'],
    ['an unknown optimization', ['build', '-O', '9', 'x.c', '-o', 'x.elf'], 'Expected one of 0, 1, 2, 3, s, z, g'],
    ['an unknown compiler', ['run', '--cc', 'nosuch', 'source.c'], 'the compiler nosuch is not installed'],
    ['a compiler called as an object is in JavaScript', ['run', '--cc', 'constructor', 'source.c'], 'is not installed'],
    ['a compiler that is none', ['run', '--cc', process.execPath, 'source.c'], 'says neither zig, gcc nor clang'],
  ])('%s', (_, words, expected) => {
    folder.file('source.c', 'int main(void) { return 0; }\n');
    const { status, stdout, stderr } = tocsin(words, { folder: folder.path });
    expect(stderr).toContain(expected);
    expect(stderr).toMatch(/^tocsin: .*\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a file name with control characters does not break the line', () => {
    const { status, stderr } = tocsin(['run', 'a\nb\x1b[31m.c'], { folder: folder.path });
    expect(stderr).toBe('tocsin: a b [31m.c: no such file\n');
    expect(status).toBe(2);
  });

  it.each<[string, readonly string[], string]>([
    ['a missing file', ['run', '--json', 'nosuch.c'], 'nosuch.c: no such file'],
    [
      'an unknown option',
      ['run', '--sed', '1', '--json', 'seven.elf'],
      "unknown option '--sed' (Did you mean --seed?)",
    ],
    ['a bare-metal image', ['machine', '--json', 'text.elf'], 'text.elf: not an ELF file'],
  ])('%s is told with --json by one object on the last line, too', (_, words, expected) => {
    const run = tocsin(words, { folder: folder.path });
    const { message, ...rest } = report(run);
    expect(rest).toEqual({ outcome: 'refused', exitCode: 2 });
    expect(message).toContain(expected);
    expect(run.stderr.split('\n')[0]).toBe(`tocsin: ${message}`);
    expect(run.status).toBe(2);
  });

  it('--json of the guest is not ours', () => {
    const { stderr } = tocsin(['run', 'nosuch.c', '--', '--json'], { folder: folder.path });
    expect(stderr).toBe('tocsin: nosuch.c: no such file\n');
  });
});
