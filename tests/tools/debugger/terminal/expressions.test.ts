/** Expressions of C, over a program that stands in a function. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CommandError } from '../../../../tools/debugger/terminal/command-error.js';
import { evaluate } from '../../../../tools/debugger/terminal/expression/evaluate.js';
import { parseExpression } from '../../../../tools/debugger/terminal/expression/parser.js';
import { type Conversation, conversation } from './conversation.js';

let talk: Conversation;
beforeAll(async () => {
  talk = await conversation('inventory.c');
  await talk.all('break factorial', 'run');
  await talk.say('up');
});

async function printed(expression: string): Promise<string> {
  return (await talk.say(`output ${expression}`)).trimEnd();
}

describe('values', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['7 / -2', '-3'],
    ['-7 % 3', '-1'],
    ['1 << 4 | 3', '19'],
    ['~0', '-1'],
    ['~0u', '4294967295'],
    ['-1 > 0u', '1'],
    ['2147483647 + 1', '-2147483648'],
    ['0x7fffffff', '2147483647'],
    ['0xffffffff', '4294967295'],
    ['4294967296 * 2', '8589934592'],
    ['1 && 0 || 1', '1'],
    ['0 && 1 / 0', '0'],
    ['1 ? 2 : 3', '2'],
    ["'a'", '97'],
    ["'\\n'", '10'],
    ['sizeof (long long)', '8'],
    ['sizeof own', '24'],
    ['(char) 0x141', "65 'A'"],
    ['(signed char) 0xff', "-1 '\\377'"],
    ['(short) 0x18000', '-32768'],
    ['own.count', '12'],
    ['own.next->count', '-7'],
    ['own.next->next->count + 1', '13'],
    ['(*own.next).count', '-7'],
    ['nuts.name', '"nuts\\000\\000\\000"'],
    ['nuts.name[0]', "110 'n'"],
    ['table[2]', '3'],
    ['table[own.count - 9]', '4'],
    ['*(table + 1)', '2'],
    ['*table', '1'],
    ['&table[3] - &table[1]', '2'],
    ['*&own.count', '12'],
    ['(&own)->kind', "111 'o'"],
    ['*table@3', '{1, 2, 3}'],
    ['{int} &table[1]', '2'],
    ['*(int *) &table[5]', '6'],
    ['nuts.colour', 'BLUE'],
    ['nuts.colour + 0', '2'],
    ['$sp == $x2', '1'],
    ['$unknown', 'void'],
  ])('%s is %s', async (expression, expected) => {
    expect(await printed(expression)).toBe(expected);
  });

  test.each([
    ['/x -1', '0xffffffff'],
    ['/x table[1]', '0x2'],
    ['/t 10', '1010'],
    ['/o 8', '010'],
    ['/c 65', "65 'A'"],
    ['/d 0xffffffff', '-1'],
    ['/u -1', '4294967295'],
    ['/z (short) 10', '0x000a'],
    [
      '/x own',
      '{count = 0xc, kind = 0x6f, colour = 0x0, name = {0x6f, 0x77, 0x6e, 0x0, 0x0, 0x0, 0x0, 0x0}, next = 0x',
    ],
  ])('%s is %s', async (expression, expected) => {
    expect((await printed(expression)).startsWith(expected)).toBe(true);
  });

  test('registers of an outer frame are what they will be, and what nobody kept is said not to be known', async () => {
    expect(await printed('$pc')).toMatch(/^\(void \(\*\)\(\)\) 0x[\da-f]+ <main\+0x[\da-f]+>$/);
    expect(await printed('$t0')).toBe('$t0 is not known in this frame: it was not kept');
  });
});

test('assignments change memory, registers and the debugger’s own variables', async () => {
  await talk.say('set var table[4] = 50');
  expect(await printed('table[4]')).toBe('50');
  await talk.say('set var table[4] += 5');
  expect(await printed('table[4]')).toBe('55');
  await talk.say('set var $mine = table[4] * 2');
  expect(await printed('$mine + 1')).toBe('111');
  await talk.say('set {char} &table[5] = 0x7f');
  expect(await printed('table[5]')).toBe('127');
  expect(await talk.say('set var $s5 = 1')).toBe(
    'Registers can only be set in the innermost frame; `frame 0` selects it.',
  );
  await talk.all('frame 0', 'set var $a0 = 77');
  expect(await printed('$a0')).toBe('77');
  await talk.say('up');
});

test('values are kept, and found by number and from the end', async () => {
  const first = Number(/^\$(\d+)/.exec(await talk.say('print 5'))?.[1]);
  await talk.say('print 6');
  expect(await printed(`$${first}`)).toBe('5');
  expect(await printed('$ + $$')).toBe('11');
});

test.each([
  ['1 +', 'the expression ends too early'],
  ['1 2', 'what is "2" doing in the expression?'],
  ['(1', 'the expression wants a ")"'],
  ['09', 'invalid number "09"'],
  ['12abc', 'invalid number "12abc"'],
  ['1 / 0', 'division by zero'],
  ['1 << 99', 'a shift too far'],
  ['nosuch', 'no symbol "nosuch" in this context'],
  ['*0', 'cannot access memory at address 0x0'],
  ['twice(3)', 'functions of the program cannot be called from here'],
  ['(double) 1', 'floating-point numbers are only shown as they are'],
  ['"text"', 'no expression begins so: "text"'],
])('%s is refused in one line: %s', async (expression, message) => {
  expect(await printed(expression)).toBe(message);
});

test('no text makes the parser or the evaluation throw anything but what is said to the person', () => {
  const words = [
    '1',
    'own',
    'table',
    '.',
    '->',
    'count',
    '[',
    ']',
    '(',
    ')',
    '*',
    '&',
    '+',
    '-',
    '$sp',
    '{int}',
    '@',
    '=',
    '?',
    ':',
    'sizeof',
    'int',
    '0x10',
    "'a'",
    'nuts',
    '<<',
    '/',
    '%',
    '!',
    '~',
  ];
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((some) => some.join(' ')),
  );
  fc.assert(
    fc.property(text, (expression) => {
      try {
        parseExpression(expression);
        // Nothing of the program is to change here.
        if (!/(^|[^=!<>])=($|[^=])/.test(expression)) evaluate(expression, talk.d.surroundings());
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        expect(error.message).not.toContain('\n');
      }
    }),
    { numRuns: 2000 },
  );
});
