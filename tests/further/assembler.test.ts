/** The same source to Tocsin's assembler and to the GNU one, and the same bytes and symbols from both. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Assembled,
  assemble,
  decode,
  disassemble,
  INSTRUCTIONS,
  instructionBytes,
  parseElf,
  RAM_BASE,
} from '../../machine/index.js';

const TOOL = 'riscv64-unknown-elf-';
const PROGRAMS = join(import.meta.dirname, 'programs');

const hasTool = ['as', 'ld'].every((name) => spawnSync(`${TOOL}${name}`, ['--version']).status === 0);
if (!hasTool) console.warn(`${TOOL}as and ${TOOL}ld are not installed here: comparisons with them are skipped`);

/** Lays sections out as the assembler does, which links by itself. */
const LINKER_SCRIPT = `
ENTRY(_start)
SECTIONS {
  . = BASE;
  .text : { *(.text) }
  .rodata : ALIGN(8) { *(.rodata) }
  .data : ALIGN(8) { *(.data) }
  .bss : ALIGN(8) { *(.bss) }
  .own : ALIGN(8) { *(.own) }
  /DISCARD/ : { *(*) }
}`;

describe.skipIf(!hasTool)('the GNU assembler makes the same of', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-assembler-'));
    writeFileSync(join(folder, 'layout.ld'), LINKER_SCRIPT);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function tool(name: string, words: readonly string[]): void {
    const { status, stderr } = spawnSync(TOOL + name, words, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${TOOL}${name}: ${stderr.slice(0, 2000)}`);
  }

  /** What the GNU tools make of a source: memory, by address, and symbols. */
  function theirs(source: string, base: number) {
    writeFileSync(join(folder, 'source.s'), source);
    tool('as', [
      '-march=rv32imac_zicsr_zifencei_zihintpause',
      '-mabi=ilp32',
      '-mno-relax',
      '-o',
      'object.o',
      'source.s',
    ]);
    tool('ld', [
      '-m',
      'elf32lriscv',
      '--no-relax',
      '--defsym',
      `BASE=${base}`,
      '-T',
      'layout.ld',
      '-o',
      'image.elf',
      'object.o',
    ]);
    return parseElf(readFileSync(join(folder, 'image.elf')));
  }

  function expectSame(source: string, base = RAM_BASE): Assembled {
    const ours = assemble(source, { base });
    const image = theirs(source, base);
    const memory = new Map<number, number>();
    for (const { address, fileBytes } of image.segments) {
      for (const [index, byte] of fileBytes.entries()) memory.set(address + index, byte);
    }
    for (const { name, address, bytes } of ours.segments) {
      const lineAt = (at: number) => ours.lines.findLast((line) => line.address <= at)?.line ?? 0;
      const wrong = bytes.findIndex((byte, index) => byte !== (memory.get(address + index) ?? 0));
      if (wrong >= 0) {
        const line = lineAt(address + wrong);
        const at = (address + wrong).toString(16);
        expect.fail(`${name} differs at ${at}, line ${line}: ${source.split('\n')[line - 1]}`);
      }
    }
    const end = Math.max(...ours.segments.map(({ address, bytes }) => address + bytes.length));
    const theirEnd = Math.max(...image.segments.map(({ address, memoryBytes }) => address + memoryBytes));
    expect(theirEnd).toBe(end);
    expect(image.entry).toBe(ours.entry);
    for (const { name, address } of image.symbols) {
      if (name !== 'BASE') expect([name, ours.symbols.get(name)]).toEqual([name, address]);
    }
    return ours;
  }

  test('the language: operands, expressions, directives, macros', () => {
    const { segments } = expectSame(readFileSync(join(PROGRAMS, 'assembler-language.s'), 'utf8'));
    expect(segments.map(({ name }) => name)).toEqual(['.text', '.rodata', '.data', '.bss', '.own']);
  });

  test('instructions that are made short', () => {
    expectSame(readFileSync(join(PROGRAMS, 'assembler-compressed.s'), 'utf8'));
  });

  /** Does nothing by definition; the GNU assembler has other names for some of these, and none for others. */
  function isHint(word: number): boolean {
    const decoded = decode(word);
    return decoded?.instruction.bytes === 2 && (decoded.rd === 0 || decoded.imm === 0);
  }

  test('what the disassembler prints of every instruction, with all kinds of operands', () => {
    let seed = 1;
    const random = (): number => {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      return (seed ^ (seed >>> 13)) >>> 0;
    };
    const words = INSTRUCTIONS.flatMap((row) =>
      Array.from({ length: 200 }, () => ((random() & ~row.mask) | row.match) >>> 0)
        .map((word) => (instructionBytes(word) === 2 ? word & 0xffff : word))
        .filter((word) => decode(word)?.instruction === row && !isHint(word)),
    );
    // Not where RAM is: their linker takes numbers above 2^31 for negative ones.
    const base = 0x40_0000;
    let address = base;
    const lines = words.map((word) => {
      const { text, bytes } = disassemble(word, address);
      // To a branch to a number, of which it does not know how far it is, theirs adds a jump.
      const near = (target: string) => `. + ${Number(target) - address}`;
      const relative = decode(word)?.instruction.syntax.includes('target') ? text.replace(/0x[0-9a-f]+$/, near) : text;
      address += bytes;
      // What is to be short is told so: theirs makes short whatever it can where it may at all.
      return `.option ${bytes === 2 ? 'rvc' : 'norvc'}; ${relative}`;
    });
    expect(words.length).toBeGreaterThan(100 * INSTRUCTIONS.length);
    expectSame(`.globl _start\n_start:\n${lines.join('\n')}\n`, base);
  });
});
