/** What the debugger knows of programs, against gdb and llvm-addr2line, for each compiler that is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ProgramSymbols } from '../../tools/debugger/symbols/index.js';
import type { Optimization } from '../../tools/toolchain/compiler.js';
import { findCompiler } from '../../tools/toolchain/find-compiler.js';
import { type CompilerName, compiled, stoppedAt } from '../tools/debugger/stopped-program.js';

const GDB = 'gdb-multiarch';
const ADDRESS_TO_LINE = 'llvm-addr2line';
const isInstalled = (program: string) => spawnSync(program, ['--version']).status === 0;
const hasGdb = isInstalled(GDB);
const hasAddressToLine = isInstalled(ADDRESS_TO_LINE);
if (!hasGdb) console.warn(`${GDB} is not installed here: comparisons with it are skipped`);
if (!hasAddressToLine) console.warn(`${ADDRESS_TO_LINE} is not installed here: comparisons with it are skipped`);

const COMPILERS = (['zig', 'gcc', 'clang'] as const).filter((name) => {
  try {
    findCompiler(name);
    return true;
  } catch {
    console.warn(`the compiler ${name} is not installed here: its programs are left out`);
    return false;
  }
});
const LEVELS: readonly Optimization[] = ['0', '1', '2', '3'];
const PROGRAMS: readonly [source: string, functions: readonly string[]][] = [
  ['shapes.c', ['main', 'recurse', 'area', 'square']],
  ['calls.c', ['main', 'leaf', 'descend', 'twice']],
  ['deep-thread.c', ['main', 'bottom', 'deep', 'body']],
];
const KINDS = COMPILERS.flatMap((compiler) => LEVELS.map((level) => [compiler, level] as const));

const folder = mkdtempSync(join(tmpdir(), 'tocsin-symbols-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Built {
  readonly path: string;
  readonly elf: Uint8Array;
  readonly symbols: ProgramSymbols;
}

async function built(source: string, compiler: CompilerName, optimization: Optimization): Promise<Built> {
  const elf = await compiled(source, { optimization, compiler });
  const path = join(folder, `${source}-${compiler}-${optimization}.elf`);
  writeFileSync(path, elf);
  return { path, elf, symbols: ProgramSymbols.read(elf) };
}

/** The answer to each command. */
function gdb(path: string, commands: readonly string[]): string[] {
  const words = commands.flatMap((command) => ['-ex', 'echo \\n@@@\\n', '-ex', command]);
  const set = ['set width 0', 'set height 0', 'set breakpoint pending off'].flatMap((word) => ['-ex', word]);
  const { stdout, stderr, status } = spawnSync(GDB, ['-nx', '-batch', ...set, ...words, path], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status === null) throw new Error(stderr);
  return stdout
    .split('\n@@@\n')
    .slice(1)
    .map((text) => text.trim());
}

const hex = (address: number) => `0x${address.toString(16)}`;

/** Every other address of the program's own functions. */
function addressesOf({ symbols }: Built, source: string): number[] {
  const own = symbols.functions().filter(({ file }) => file?.endsWith(source));
  const ranges = own.flatMap((one) => one.ranges);
  return ranges.flatMap(({ start, end }) => Array.from({ length: (end - start) / 2 }, (_, index) => start + 2 * index));
}

describe.skipIf(!hasGdb)('as gdb has it,', () => {
  describe.each(KINDS)('of %s -O%s', (compiler, level) => {
    it.each(PROGRAMS)('are the lines of all addresses of %s', async (source) => {
      const program = await built(source, compiler, level);
      const addresses = addressesOf(program, source);
      expect(addresses.length).toBeGreaterThan(20);
      const answers = gdb(
        program.path,
        addresses.map((address) => `info line *${hex(address)}`),
      );
      const theirs = answers.map((answer) => /^Line (\d+) of "([^"]*)"/.exec(answer)?.[1]);
      const ours = addresses.map((address) => program.symbols.placeAt(address)?.line.toString());
      expect(ours).toEqual(theirs);
    });

    it.each(PROGRAMS)('are breakpoints on functions of %s', async (source, functions) => {
      const program = await built(source, compiler, level);
      const ours = functions.map((name) => program.symbols.addressesOfFunction(name).map(({ address }) => address));
      expect(ours).toEqual(breakpoints(program.path, functions));
    });

    it.each(PROGRAMS)('are breakpoints on lines of %s', async (source) => {
      const program = await built(source, compiler, level);
      const count = readFileSync(join('tests/tools/debugger/programs', source), 'utf8').split('\n').length;
      const lines = Array.from({ length: count }, (_, index) => index + 1);
      const theirs = breakpoints(
        program.path,
        lines.map((line) => `${source}:${line}`),
      );
      for (const line of lines) {
        const ours = program.symbols.addressesOfLine(source, line).map(({ address }) => address);
        // Where a line is in several blocks of a function gdb stops in each, and we in the first.
        const missing = ours.filter((address) => !theirs[line - 1].includes(address));
        expect({ line, missing, any: ours.length > 0 }).toEqual({
          line,
          missing: [],
          any: theirs[line - 1].length > 0,
        });
      }
    });
  });

  it.each(COMPILERS)('are values of a program of %s', async (compiler) => {
    const { path, elf, symbols } = await built('values.c', compiler, '0');
    const source = readFileSync('tests/tools/debugger/programs/values.c', 'utf8');
    const names = [...source.matchAll(/^[a-z_][\w ]*[ *](\w+)(\[[^=;]*)*( = .*)?;$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    const [{ address }] = symbols.addressesOfFunction('main');
    const { memory } = stoppedAt(elf, address);
    const told = names.map((name) => {
      const printed = symbols.print(name, undefined, memory);
      return printed.kind === 'value' ? [name, printed.value.type, printed.value.text] : [name, printed.message];
    });
    const answers = gdb(
      path,
      names.flatMap((name) => [`whatis ${name}`, `print ${name}`]),
    );
    const without = (text: string) => text.replace(/^\S+ = /, '');
    expect(told).toEqual(
      names.map((name, index) => [name, without(answers[2 * index]), without(answers[2 * index + 1])]),
    );
  });
});

/** For each place the addresses of the breakpoints on it. */
function breakpoints(path: string, places: readonly string[]): number[][] {
  const answers = gdb(
    path,
    places.flatMap((place) => [`break ${place}`, 'info breakpoints', 'delete']),
  );
  return places.map((_, index) => {
    const found = [...answers[3 * index + 1].matchAll(/\sy\s+(0x[0-9a-f]+)/g)].map(([, address]) => Number(address));
    return found.sort((a, b) => a - b);
  });
}

describe.skipIf(!hasAddressToLine)('as llvm-addr2line has it,', () => {
  it.each(KINDS)('are the inlined calls of %s -O%s', async (compiler, level) => {
    for (const [source] of PROGRAMS) {
      const program = await built(source, compiler, level);
      const addresses = addressesOf(program, source);
      const words = ['-a', '-f', '-i', '-e', program.path, ...addresses.map(hex)];
      const { stdout } = spawnSync(ADDRESS_TO_LINE, words, { encoding: 'utf8', maxBuffer: 1 << 26 });
      // The address, then for each function its name and its place.
      const theirs = stdout.split(/^(?=0x)/m).map((text) => text.split('\n').filter((_, index) => index % 2 === 1));
      const ours = addresses.map((address) => {
        const inlined = program.symbols.inlineCallsAt(address).map(({ name }) => name);
        return [...inlined, program.symbols.functionAt(address)?.name];
      });
      // It has the names of symbols, in which GCC tells copies of a function apart (`leaf.constprop.0`).
      const plain = theirs.map((names) => names.filter((name) => name !== '').map((name) => name.replace(/\..*/, '')));
      expect(ours).toEqual(plain);
    }
  });
});

describe.each(KINDS)('frames of %s -O%s', (compiler, level) => {
  it('are the same at every instruction of a leaf', async () => {
    const { elf, symbols } = await built('calls.c', compiler, level);
    const [{ ranges }] = symbols.functionsNamed('leaf');
    const found = new Set<string>();
    let count = 0;
    for (let address = ranges[0].start; address < ranges[0].end; address += 2) {
      let stopped: ReturnType<typeof stoppedAt>;
      try {
        stopped = stoppedAt(elf, address);
      } catch {
        // The middle of an instruction.
        continue;
      }
      const frames = symbols.frames(stopped.registers, stopped.memory);
      const names = frames.slice(0, 7).map(({ functionName }) => functionName);
      expect(names).toEqual(['leaf', 'twice', 'descend', 'descend', 'descend', 'descend', 'main']);
      found.add(JSON.stringify(frames.slice(1).map(({ pc, cfa }) => [pc, cfa])));
      count++;
    }
    expect(count).toBeGreaterThan(3);
    expect(found.size).toBe(1);
  });
});
