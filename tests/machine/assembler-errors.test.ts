import { describe, expect, test } from 'vitest';
import { AssemblerError, assemble } from '../../machine/index.js';

/** What is said of a source, without its name. */
function complaintsOf(source: string, options = {}): readonly string[] {
  try {
    assemble(source, { name: 'a.s', ...options });
  } catch (error) {
    if (error instanceof AssemblerError) return error.errors.map((text) => text.replace(/^a\.s:/, ''));
    throw error;
  }
  return [];
}

describe('the first mistake is said with line and column:', () => {
  const MISTAKES: readonly (readonly [what: string, source: string, said: string])[] = [
    [
      'an unknown mnemonic',
      'nop\n  frobnicate a0',
      '2:3: no instruction, pseudo-instruction or macro is called `frobnicate`',
    ],
    ['an unknown directive', '.frob 1', '1:1: there is no directive `.frob`'],
    ['too few operands', 'addi a0, a1', '1:1: `addi` takes `rd, rs1, imm`; here it has 2 operands'],
    ['too many operands', 'ecall 1', '1:1: `ecall` takes nothing; here it has one operand'],
    [
      'several ways to be right',
      'li a0, 1; call',
      '1:11: `call` takes `symbol` or `rd, symbol`; here it has no operands',
    ],
    ['a number for a register', 'addi a0, 5, 1', '1:10: `addi` takes `rd, rs1, imm`; this has to be a register'],
    ['a register for a number', 'j a0', '1:3: `j` takes `target`; this has to be a number or a symbol, not a register'],
    [
      'an offset that is not taken',
      'lr.w a0, 4(a1)',
      '1:10: `lr.w` takes `rd, (rs1)`; this has to be a register in parentheses',
    ],
    ['no address', 'sc.w a0, a1, a2', '1:14: `sc.w` takes `rd, rs2, (rs1)`; this has to be a register in parentheses'],
    ['no register in parentheses', 'lw a0, 4(5)', '1:9: expected a register in parentheses, but `(` stands there'],
    [
      'sets of a fence in disorder',
      'fence wr, r',
      '1:7: what a fence orders is letters of `iorw`, in this order, or 0',
    ],
    ['one set of a fence', 'fence r', '1:1: `fence` takes `before, after` or nothing; here it has one operand'],

    ['an immediate out of range', 'addi a0, a1, 2048', '1:14: the immediate of `addi` is -2048 to 2047, not 2048'],
    ['an offset out of range', 'lw a0, -2049(sp)', '1:8: the immediate of `lw` is -2048 to 2047, not -2049'],
    ['a shift out of range', 'slli a0, a0, 32', '1:14: the immediate of `slli` is 0 to 31, not 32'],
    [
      'an upper immediate out of range',
      'lui a0, 0x100000',
      '1:9: the upper part of a register is 0 to 1048575, not 1048576',
    ],
    ['more than 32 bits', 'li a0, 0x100000000', '1:8: 4294967296 does not fit 32 bits'],
    [
      'a control register out of range',
      'csrr a0, 4096',
      '1:10: the number of a control register is 0 to 4095, not 4096',
    ],
    [
      'an immediate for a control register',
      'csrwi mie, 32',
      '1:12: the immediate of a control register instruction is 0 to 31, not 32',
    ],
    [
      'a branch too far',
      'beq a0, a1, far\n.space 5000\nfar:',
      '1:13: the target is 5004 bytes away, and `beq` reaches -4096 to 4094 in steps of 2',
    ],
    [
      'a jump to an odd address',
      'j . + 3',
      '1:3: the target is 3 bytes away, and `jal` reaches -1048576 to 1048574 in steps of 2',
    ],
    ['a value too large, known late', '.byte x\nx:', '1:7: 2147483649 does not fit a byte'],
    ['a value too large for its bytes', '.word 0x100000000', '1:7: 4294967296 does not fit 4 bytes'],

    ['an immediate of a short instruction', 'c.li a0, 32', '1:10: the immediate of `c.li` is -32 to 31, not 32'],
    ['one in steps', 'c.addi4spn a0, sp, 6', '1:20: the immediate of `c.addi4spn` is 4 to 1020 in steps of 4, not 6'],
    [
      'one that is not 0',
      'c.addi16sp sp, 0',
      '1:16: the immediate of `c.addi16sp` is -512 to 496 in steps of 16, but not 0, not 0',
    ],
    [
      'one in two ranges',
      'c.lui a0, 32',
      '1:11: the immediate of `c.lui` is 0x1 to 0x1f or 0xfffe0 to 0xfffff, not 0x20',
    ],
    ['a register that cannot be named', 'c.lw t0, 0(a0)', '1:6: `c.lw` can name s0, s1 and a0 to a5 there, not t0'],
    ['a register that is given', 'c.lwsp a0, 0(a0)', '1:12: `c.lwsp` has sp there, not a0'],
    ['the register zero', 'c.jr zero', '1:6: `c.jr` cannot have the register zero there'],
    [
      'the bits of another instruction',
      'c.lui sp, 1',
      '1:1: `c.lui` cannot have these operands: the bits would be those of `c.addi16sp`',
    ],

    ['an undefined symbol', 'nop; j nowhere', '1:8: `nowhere` is not defined'],
    ['no local label before', '1: j 2b', '1:6: there is no label 2 before this'],
    ['no local label after', '1: j 1f', '1:6: the next label 1 is not defined'],
    ['a label twice', 'a:\n a: nop', '2:2: `a` is defined already'],
    ['a label that is a symbol of the caller', 'given: nop', '1:1: `given` is defined already'],
    ['a label that is a register', 'a0: nop', '1:1: `a0` is a register, and cannot be a label'],
    ['a symbol that is a register', '.set t0, 1', '1:6: `t0` is a register'],
    ['an assignment to .', '. = 4', '1:1: `.` cannot be set; `.org` and `.space` move it'],
    ['a size that is not known yet', '.space x\nx:', '1:8: this has to be a number that is known here, but `x` is not'],
    [
      '%pcrel_lo without %pcrel_hi',
      'addi a0, a0, %pcrel_lo(.)',
      '1:14: %pcrel_lo is given the address of an instruction that has a %pcrel_hi; there is none',
    ],

    ['an expression that ends', '.word 1 +', '1:10: expected an expression, but the statement ends'],
    ['an open parenthesis', '.word (1', '1:9: expected `)`, but the statement ends'],
    ['two expressions', '.word 1 2', '1:9: `2` is more than belongs here'],
    ['division by zero', '.word 5 / 0', '1:9: division by zero'],
    ['a shift that is too wide', '.word 1 << 64', '1:9: a shift is by 0 to 63 bits, not 64'],
    ['an unknown part', '.word %foo(1)', '1:11: after `%` comes one of hi, lo, pcrel_hi, pcrel_lo'],
    ['a number that is none', '.word 08', '1:7: `08` is not a number'],
    ['a number beyond 64 bits', '.dword 99999999999999999999', '1:8: `99999999999999999999` does not fit 64 bits'],
    [
      'a character constant that is none',
      ".word 'ab'",
      '1:7: a character constant is one character between single quotes',
    ],
    ['a string without end', '.ascii "abc', '1:8: this string has no end'],
    ['an escape that is none', '.ascii "\\q"', '1:8: `\\q` is not an escape'],
    ['no string', '.ascii hello', '1:8: expected a string in double quotes, but `hello` stands there'],
    ['a sign without meaning', 'nop\n  é', '2:3: `é` has no meaning here'],
    [
      'a number where a statement begins',
      '5',
      '1:1: expected a label, an instruction or a directive, but `5` stands there',
    ],
    ['a comment without end', 'nop /* a\n b', '1:5: this comment has no end'],

    ['an alignment that is no power of two', '.balign 3', '1:1: an alignment is a power of two, not 3'],
    ['an alignment that is too large', '.align 23', '1:8: the power of two of an alignment is 0 to 22, not 23'],
    ['.org backwards', '.word 1\n.org 2', '2:6: `.org` goes forward: `.text` has 4 bytes already'],
    ['a fill that is too wide', '.fill 1, 9', '1:10: the size of what is repeated is 0 to 8, not 9'],
    [
      'an instruction at an odd address',
      '.byte 1\nnop',
      '2:1: an instruction stands at an even address; `.balign 2` before it would help',
    ],
    [
      'an unknown option',
      '.option foo',
      '1:9: there is no option `foo`, only rvc, norvc, push, pop, relax, norelax, nopic',
    ],
    [
      'an option named as JavaScript has it',
      '.option constructor',
      '1:9: there is no option `constructor`, only rvc, norvc, push, pop, relax, norelax, nopic',
    ],
    ['pop without push', '.option pop', '1:9: there was no `.option push` before this'],

    ['.rept without .endr', 'nop\n.rept 2', '2:1: this `.rept` has no `.endr`'],
    ['.endr without .rept', '.endr', '1:1: there is no `.rept` that this `.endr` could end'],
    ['.macro without .endm', '.macro m', '1:1: this `.macro` has no `.endm`'],
    ['a count below 0', '.rept -1\n.endr', '1:7: a number of repetitions is not negative, as -1 is'],
    ['a macro twice', '.macro m\n.endm\n.macro m\n.endm', '3:1: there is a macro `m` already'],
    ['a parameter twice', '.macro m a a\n.endm', '1:12: the macro has a parameter `a` already'],
    ['too many arguments', '.macro m a\n.endm\nm 1, 2', '3:3: `m` has 1 parameters, and this call gives 2'],
    ['an argument that is missing', '.macro m a:req\n.endm\nm', '3:2: `m` has to be given `a`'],
    ['a parameter outside a macro', '\\x', '1:1: `\\x` means something only in a macro that has it as a parameter'],
    [
      'a mistake in a macro, where it is called',
      '.macro m r\nmv \\r, 1\n.endm\n\nnop; m a0',
      '5:6: `mv` takes `rd, rs1`; this has to be a register (in macro m, line 2)',
    ],
  ];
  test.each(MISTAKES)('%s', (_what, source, said) => {
    expect(complaintsOf(source, { symbols: { given: 1 } })[0]).toBe(said);
  });

  test('mistakes in what the caller gives', () => {
    expect(complaintsOf('nop', { base: 1 })).toEqual(['1:1: the base address is an even number below 2^32, not 1']);
    expect(complaintsOf('nop', { base: 2 ** 32 })).toEqual([
      '1:1: the base address is an even number below 2^32, not 4294967296',
    ]);
    expect(complaintsOf('nop', { symbols: { x: 0.5 } })).toEqual(['1:1: `x` is an integer, not 0.5']);
    expect(complaintsOf('nop; nop', { base: 0xffff_fffc })).toEqual(['1:1: `.text` would not end before 2^32']);
  });
});

describe('all mistakes', () => {
  test('are listed in the order of the source, and the message is the first', () => {
    const attempt = () => assemble('nop\nfoo\naddi a0, a0, 5000\n.bar', { name: 'x.s' });
    expect(attempt).toThrow(AssemblerError);
    expect(attempt).toThrow(/^x\.s:2:1: no instruction, pseudo-instruction or macro is called `foo`$/);
    expect(complaintsOf('nop\nfoo\naddi a0, a0, 5000\n.bar').map((text) => text.split(' ')[0])).toEqual([
      '2:1:',
      '3:14:',
      '4:1:',
    ]);
  });

  test('are at most twenty', () => {
    expect(complaintsOf('foo\n'.repeat(100)).length).toBe(20);
    expect(complaintsOf('.word x\n'.repeat(100)).length).toBe(20);
  });

  test('are said once, however often a repetition repeats them', () => {
    expect(complaintsOf('.rept 1000\n foo\n bar\n.endr\nbaz')).toEqual([
      '2:2: no instruction, pseudo-instruction or macro is called `foo`',
      '3:2: no instruction, pseudo-instruction or macro is called `bar`',
      '5:1: no instruction, pseudo-instruction or macro is called `baz`',
    ]);
    expect(complaintsOf('.rept 1000\n j nowhere\n.endr\n.word elsewhere')).toEqual([
      '2:4: `nowhere` is not defined',
      '4:7: `elsewhere` is not defined',
    ]);
  });

  test('do not hide the address of a label on a line that has one', () => {
    expect(complaintsOf('a: foo\nj a')).toEqual(['1:4: no instruction, pseudo-instruction or macro is called `foo`']);
  });
});
