import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssemblerError, assemble, INSTRUCTIONS, REGISTER_NAMES } from '../../machine/index.js';
import { PSEUDO_INSTRUCTIONS } from '../../machine/isa/assembler/pseudo-instructions.js';

/** What comes of a source: its bytes, or the first complaint. Whatever else is thrown fails the test. */
function outcome(source: string): number | string {
  try {
    return assemble(source, { name: 's' }).segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
  } catch (error) {
    if (!(error instanceof AssemblerError)) throw error;
    expect(error.errors.length).toBeGreaterThan(0);
    expect(error.errors.length).toBeLessThanOrEqual(20);
    for (const text of error.errors) expect(text).toMatch(/^s:[1-9]\d*:[1-9]\d*: [^\n]{1,1000}$/);
    return error.message;
  }
}

const DIRECTIVES = [
  ...[
    '.text',
    '.rodata',
    '.data',
    '.bss',
    '.section',
    '.byte',
    '.half',
    '.word',
    '.dword',
    '.ascii',
    '.asciz',
    '.align',
  ],
  ...[
    '.balign',
    '.space',
    '.fill',
    '.org',
    '.equ',
    '.set',
    '.option',
    '.globl',
    '.type',
    '.rept',
    '.endr',
    '.macro',
    '.endm',
  ],
];
const SIGNS = [
  ...'-+*/%&|^~(),:;=@\\\'"#$.\n\n\n',
  '<<',
  '>>',
  '//',
  '/*',
  '*/',
  '\\a',
  '\\@',
  '\\()',
  '%hi(',
  '%pcrel_lo(',
];
const WORDS = [
  'a',
  'b',
  'm',
  '1',
  '1b',
  '1f',
  '0',
  '0x7fffffff',
  '-1',
  '4096',
  "'x'",
  '"text"',
  '1000000',
  'rvc',
  'iorw',
  'mepc',
];
const fragment = fc.oneof(
  fc.constantFrom(...INSTRUCTIONS.map(({ name }) => `${name} `), ...PSEUDO_INSTRUCTIONS.map(({ name }) => `${name} `)),
  fc.constantFrom(...DIRECTIVES.map((name) => `${name} `)),
  fc.constantFrom(...REGISTER_NAMES),
  fc.constantFrom(...SIGNS),
  fc.constantFrom(...WORDS),
  fc.constantFrom(' ', ', ', '\n', ': ', '\n\t', '; '),
);

const SENSIBLE = `
.equ SIZE, 4 * 8
.macro save reg, at=0
  sw \\reg, \\at(sp)
.endm
.option rvc
_start: la sp, stack + SIZE; save ra; save s0, 4
1: lbu a0, %lo(text)(a1) # get
  beqz a0, 1f
  .rept 3; addi a0, a0, 'x' - 1; .endr
  j 1b
1: call far; csrrw a0, mepc, a1; fence rw, w; amoadd.w.aq a0, a1, (a2)
.balign 8
far: li a0, 0x12345678; c.lwsp a0, 4(sp); ret
.rodata
text: .asciz "Hello\\n\\x41"; .word text, far - 1b, (1 << 4) + ~3
.data
stack: .fill SIZE, 1, 0xff; .org stack + 64; .dword -1
`;

describe('whatever the text, there are bytes or complaints:', () => {
  test('the text that is about to be changed is right', () => {
    expect(typeof outcome(SENSIBLE)).toBe('number');
  });

  test('random characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void outcome(text)),
      { numRuns: 1000 },
    );
  });

  test('random words in a row', () => {
    const text = fc.array(fragment, { maxLength: 60 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (source) => void outcome(source)),
      { numRuns: 4000 },
    );
  });

  test('a program with some characters replaced, taken out and put in', () => {
    const place = fc.integer({ min: 0, max: SENSIBLE.length - 1 });
    const change = fc.tuple(place, fc.integer({ min: 0, max: 20 }), fc.oneof(fc.constant(''), fragment, fc.string()));
    const changes = fc.array(change, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = list.reduce(
          (text, [at, count, put]) => text.slice(0, at) + put + text.slice(at + count),
          SENSIBLE,
        );
        outcome(changed);
      }),
      { numRuns: 1500 },
    );
  });

  test('a program with its lines in another order', () => {
    const lines = SENSIBLE.split('\n');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), (chosen) => void outcome(chosen.join('\n'))),
      { numRuns: 1000 },
    );
  });
});

describe('limits', () => {
  const MIB = 1 << 20;
  const FLOOD: readonly (readonly [what: string, source: string, said: RegExp | number])[] = [
    ['a source of more than a MiB', ' '.repeat(MIB + 1), /a source has at most 1048576 characters, not 1048577/],
    ['a MiB of blanks', ' '.repeat(MIB), 0],
    ['a MiB of lines', '\n'.repeat(MIB), 0],
    ['a MiB of quotes', "'".repeat(MIB), /character constant/],
    ['a MiB of backslashes', '\\'.repeat(MIB), /has no meaning here/],
    ['a MiB of comments', '/**/'.repeat(MIB / 4), 0],
    ['a name of a MiB', 'a'.repeat(MIB), /a name has at most 255 characters/],
    ['a number of a MiB', '1'.repeat(MIB), /is not a number/],
    ['a string of a MiB', `.ascii "${'a'.repeat(MIB - 10)}"`, MIB - 10],
    ['a list of half a million', `.byte 1${',1'.repeat(MIB / 2 - 10)}`, MIB / 2 - 9],
    ['parentheses', `.word ${'('.repeat(MIB - 10)}`, /at most 256 operators, signs and parentheses/],
    ['signs', `.word ${'-'.repeat(MIB - 10)}1`, /at most 256 operators, signs and parentheses/],
    ['a long sum', `.word 1${'+1'.repeat(MIB / 2 - 10)}`, /at most 256 operators, signs and parentheses/],
    ['labels', '1:'.repeat(MIB / 2), 0],
    ['undefined symbols', '.word x\n'.repeat(MIB / 8), /`x` is not defined/],
    ['a macro that calls itself', '.macro m\nm\nm\n.endm\nm', /at most 64 deep/],
    ['a macro whose text doubles', '.macro m a\nm \\a\\a\n.endm\nm x', /at most 16384 characters/],
    [
      'macros that make much text',
      `.macro m\n.ascii "${'x'.repeat(16000)}"\n.endm\n.rept 2000\nm\n.bss\n.endr`,
      /more than 16777216 characters|16 MiB/,
    ],
    [
      'a macro with many parameters',
      `.macro m ${Array.from({ length: 65 }, (_, i) => `p${i}`).join()}\n.endm`,
      /at most 64 parameters/,
    ],
    ['an empty repetition', '.rept 0x7fffffffffffffff\n.endr', /more than 4194304 words and signs/],
    ['a repetition of bytes', '.rept 1000000000\n.dword 1\n.endr', /more than 4194304 words|16 MiB/],
    [
      'a repetition of names',
      `.rept 1000000\n.globl a${',a'.repeat(10000)}\n.endr`,
      /more than 4194304 words and signs/,
    ],
    [
      'repetitions in repetitions',
      `${'.rept 1000\n'.repeat(60)}.byte 1\n${'.endr\n'.repeat(60)}`,
      /more than 4194304 words and signs/,
    ],
    [
      'repetitions that pass over much',
      `.rept 100000\n.rept 0\n${'nop\n'.repeat(10000)}.endr\n.endr`,
      /more than 4194304 words and signs/,
    ],
    ['repetitions that do not end', '.rept 1\n'.repeat(100_000), /this `.rept` has no `.endr`/],
    ['too deep repetitions', `${'.rept 1\n'.repeat(65)}${'.endr\n'.repeat(65)}`, /at most 64 deep/],
    ['16 MiB', '.space 0x1000000', 16 * MIB],
    ['more than 16 MiB', '.space 0x1000000\n.bss\n.byte 1', /more than the 16 MiB/],
    ['a large .fill', '.fill 0x1000000, 8, 1', /more than the 16 MiB/],
    ['a far .org', '.org 0x7fffffffffffffff', /more than the 16 MiB/],
    ['many large alignments', '.align 22\n.byte 1\n'.repeat(20), /more than the 16 MiB/],
    ['many sections', Array.from({ length: 100 }, (_, i) => `.section s${i}`).join('\n'), /at most 64 sections/],
    ['many pushes', '.option push\n'.repeat(100), /at most 64 `.option push`/],
  ];
  test.each(FLOOD)('%s', (_what, source, said) => {
    const came = outcome(source);
    if (typeof said === 'number') expect(came).toBe(said);
    else expect(came).toMatch(said);
  });
});
