import { describe, expect, test } from 'vitest';
import { type Assembled, assemble, Board, disassemble, RAM_BASE } from '../../machine/index.js';

/** What `.text` holds, as instructions, in a source that has nothing else. */
function instructionsOf(source: string, base = RAM_BASE): string[] {
  const [{ bytes }] = assemble(source, { base }).segments;
  const view = new DataView(Uint8Array.from([...bytes, 0, 0]).buffer);
  const texts: string[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const { text, bytes: length } = disassemble(view.getUint32(offset, true), base + offset);
    texts.push(text);
    offset += length;
  }
  return texts;
}

function segment({ segments }: Assembled, name: string) {
  const found = segments.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no bytes in ${name}`);
  return found;
}

/** The bytes that a source puts into `.data`. */
function dataOf(source: string): number[] {
  return [...segment(assemble(`.data\n${source}`), '.data').bytes];
}

/** The 32-bit number that an expression is, as unsigned. */
function wordOf(expression: string, symbols: Record<string, number> = {}): number {
  const [{ bytes }] = assemble(`.word ${expression}`, { symbols }).segments;
  return new DataView(bytes.buffer).getUint32(0, true);
}

describe('pseudo-instructions', () => {
  test.each([
    ['nop', 'addi zero, zero, 0'],
    ['li a0, 5', 'addi a0, zero, 5'],
    ['li a0, -2048', 'addi a0, zero, -2048'],
    ['li a0, 0xffffffff', 'addi a0, zero, -1'],
    ['li a0, 0x12000', 'lui a0, 0x12'],
    ['li a0, 2048', 'lui a0, 0x1 | addi a0, a0, -2048'],
    ['li a0, 0x7fffffff', 'lui a0, 0x80000 | addi a0, a0, -1'],
    ['li a0, there; there:', 'lui a0, 0x80000 | addi a0, a0, 8'],
    ['la a0, . + 0x1804', 'auipc a0, 0x2 | addi a0, a0, -2044'],
    ['lla a0, .', 'auipc a0, 0x0 | addi a0, a0, 0'],
    ['lw a0, . + 16', 'auipc a0, 0x0 | lw a0, 16(a0)'],
    ['sb a0, . - 4, t0', 'auipc t0, 0x0 | sb a0, -4(t0)'],
    ['mv a0, a1', 'addi a0, a1, 0'],
    ['not a0, a1', 'xori a0, a1, -1'],
    ['neg a0, a1', 'sub a0, zero, a1'],
    ['seqz a0, a1', 'sltiu a0, a1, 1'],
    ['snez a0, a1', 'sltu a0, zero, a1'],
    ['sltz a0, a1', 'slt a0, a1, zero'],
    ['sgtz a0, a1', 'slt a0, zero, a1'],
    ['sgt a0, a1, a2', 'slt a0, a2, a1'],
    ['sgtu a0, a1, a2', 'sltu a0, a2, a1'],
    ['add a0, a1, 7', 'addi a0, a1, 7'],
    ['sltu a0, a1, 7', 'sltiu a0, a1, 7'],
    ['zext.b a0, a1', 'andi a0, a1, 255'],
    ['zext.h a0, a1', 'slli a0, a1, 16 | srli a0, a0, 16'],
    ['sext.b a0, a1', 'slli a0, a1, 24 | srai a0, a0, 24'],
    ['beqz a0, .', 'beq a0, zero, 0x80000000'],
    ['bnez a0, .', 'bne a0, zero, 0x80000000'],
    ['blez a0, .', 'bge zero, a0, 0x80000000'],
    ['bgez a0, .', 'bge a0, zero, 0x80000000'],
    ['bltz a0, .', 'blt a0, zero, 0x80000000'],
    ['bgtz a0, .', 'blt zero, a0, 0x80000000'],
    ['bgt a0, a1, .', 'blt a1, a0, 0x80000000'],
    ['ble a0, a1, .', 'bge a1, a0, 0x80000000'],
    ['bgtu a0, a1, .', 'bltu a1, a0, 0x80000000'],
    ['bleu a0, a1, .', 'bgeu a1, a0, 0x80000000'],
    ['j . + 8', 'jal zero, 0x80000008'],
    ['jal . + 8', 'jal ra, 0x80000008'],
    ['jr a0', 'jalr zero, 0(a0)'],
    ['jr 4(a0)', 'jalr zero, 4(a0)'],
    ['jalr a0', 'jalr ra, 0(a0)'],
    ['jalr t0, a0', 'jalr t0, 0(a0)'],
    ['jalr t0, a0, 4', 'jalr t0, 4(a0)'],
    ['ret', 'jalr zero, 0(ra)'],
    ['call . + 8', 'auipc ra, 0x0 | jalr ra, 8(ra)'],
    ['call t0, .', 'auipc t0, 0x0 | jalr t0, 0(t0)'],
    ['tail .', 'auipc t1, 0x0 | jalr zero, 0(t1)'],
    ['jump ., t2', 'auipc t2, 0x0 | jalr zero, 0(t2)'],
    ['csrr a0, mepc', 'csrrs a0, mepc, zero'],
    ['csrw mepc, a0', 'csrrw zero, mepc, a0'],
    ['csrs mie, a0', 'csrrs zero, mie, a0'],
    ['csrc mie, a0', 'csrrc zero, mie, a0'],
    ['csrwi mie, 3', 'csrrwi zero, mie, 3'],
    ['csrsi mie, 3', 'csrrsi zero, mie, 3'],
    ['csrci mie, 3', 'csrrci zero, mie, 3'],
    ['csrw mie, 3', 'csrrwi zero, mie, 3'],
    ['rdcycle a0', 'csrrs a0, cycle, zero'],
    ['rdtimeh a0', 'csrrs a0, timeh, zero'],
    ['rdinstret a0', 'csrrs a0, instret, zero'],
    ['fence', 'fence iorw, iorw'],
    ['pause', 'fence w, 0'],
    ['sfence.vma', 'sfence.vma zero, zero'],
    ['sfence.vma a0', 'sfence.vma a0, zero'],
    ['unimp', 'csrrw zero, cycle, zero'],
    ['c.unimp', '.half 0x0000'],
  ])('%s is %s', (written, meant) => {
    expect(instructionsOf(written)).toEqual(meant.split(' | '));
  });

  test('registers have two names, and s0 a third', () => {
    expect(instructionsOf('add x0, x8, x31; add fp, s0, t6')).toEqual(['add zero, s0, t6', 'add s0, s0, t6']);
  });

  test('an address that is not given an offset has 0', () => {
    expect(instructionsOf('lw a0, (sp); amoadd.w a0, a1, 0(a2)')).toEqual(['lw a0, 0(sp)', 'amoadd.w a0, a1, (a2)']);
  });
});

describe('labels', () => {
  test('stand before and after what names them', () => {
    expect(instructionsOf('start: j end; j start; end: nop')).toEqual([
      'jal zero, 0x80000008',
      'jal zero, 0x80000000',
      'addi zero, zero, 0',
    ]);
  });

  test('that are numbers mean the nearest one, backwards or forwards', () => {
    expect(instructionsOf('1: j 1f; 1: j 1b; j 1f; 1:')).toEqual([
      'jal zero, 0x80000004',
      'jal zero, 0x80000004',
      'jal zero, 0x8000000c',
    ]);
  });

  test('several may stand on one line, and on lines without anything else', () => {
    const { symbols } = assemble('a: b:\n\nc: nop\nd:');
    expect([...symbols]).toEqual([
      ['a', RAM_BASE],
      ['b', RAM_BASE],
      ['c', RAM_BASE],
      ['d', RAM_BASE + 4],
    ]);
  });

  test('may be called as control registers and instructions are', () => {
    expect(instructionsOf('time: csrr a0, time; add: j add; j time')).toEqual([
      'csrrs a0, time, zero',
      'jal zero, 0x80000004',
      'jal zero, 0x80000000',
    ]);
  });

  test('_start is the entry, and without it the beginning of .text', () => {
    expect(assemble('nop; _start: nop').entry).toBe(RAM_BASE + 4);
    expect(assemble('nop; nop', { base: 0x1000 }).entry).toBe(0x1000);
  });
});

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 / 2', 3],
    ['-7 / 2', 0xffff_fffd],
    ['-7 % 4', 0xffff_fffd],
    ['1 << 4 | 1', 17],
    // As in the GNU assembler, and not as in C: shifts bind more than sums, sums less than bit operations.
    ['1 << 3 + 1', 9],
    ['6 & 3 + 1', 3],
    ['0xf0 ^ 0xff & 0x0f', 15],
    ['~0', 0xffff_ffff],
    ['-(-5)', 5],
    ['- - + 5', 5],
    ['0b101 + 017 + 0x1F + 9', 60],
    ["'a' + '\\n' + '\\'' + '\\x41'", 97 + 10 + 39 + 65],
    ["'é'", 233],
    ['%hi(0x12345fff)', 0x12346],
    ['%lo(0x12345fff)', 0xffff_ffff],
    ['(. - 0x80000000) + end - .', 4],
  ])('%s is %i', (expression, meant) => {
    expect(wordOf(`${expression}\nend:`)).toBe(meant);
  });

  test('may use symbols that the caller gives', () => {
    const source = 'uart + 4';
    expect(wordOf(source, { uart: 0x1000_0000 })).toBe(0x1000_0004);
    expect(assemble('nop', { symbols: { uart: 5 } }).symbols.get('uart')).toBe(5);
  });

  test('%pcrel_lo names the instruction that has the %pcrel_hi', () => {
    const source =
      '1: auipc a0, %pcrel_hi(far); addi a0, a0, %pcrel_lo(1b); lw a1, %pcrel_lo(1b)(a0); .set far, 0x80002ffc';
    expect(instructionsOf(source)).toEqual(['auipc a0, 0x3', 'addi a0, a0, -4', 'lw a1, -4(a0)']);
  });

  test('.set gives a name another value from there on', () => {
    expect(dataOf('.set n, 1; .byte n; .set n, n + 1; .byte n; n = n * 5; .byte n; .equ m, n; .byte m')).toEqual([
      1, 2, 10, 10,
    ]);
  });
});

describe('directives', () => {
  test.each([
    ['.byte 1, -1, 255', [1, 255, 255]],
    ['.half 0x1234; .2byte -2', [0x34, 0x12, 0xfe, 0xff]],
    ['.word 0x12345678', [0x78, 0x56, 0x34, 0x12]],
    ['.dword 0x123456789abcdef0', [0xf0, 0xde, 0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12]],
    ['.8byte -1', [255, 255, 255, 255, 255, 255, 255, 255]],
    ['.ascii "a\\n\\t\\"\\\\", "\\x41\\102"', [97, 10, 9, 34, 92, 65, 66]],
    ['.asciz "é"; .string "#;/*"', [0xc3, 0xa9, 0, 35, 59, 47, 42, 0]],
    ['.space 2; .zero 1; .skip 2, 7', [0, 0, 0, 7, 7]],
    ['.fill 2, 2, 0x1234; .fill 1; .fill 1, 8, -1', [0x34, 0x12, 0x34, 0x12, 0, 255, 255, 255, 255, 0, 0, 0, 0]],
    ['.byte 1; .align 2; .byte 2', [1, 0, 0, 0, 2]],
    ['.byte 1; .balign 4, 9; .byte 2', [1, 9, 9, 9, 2]],
    ['.byte 1; .p2align 3, , 6; .byte 2; .p2align 3, 5, 6; .byte 3', [1, 2, 5, 5, 5, 5, 5, 5, 3]],
    ['.byte 1; .org 3; .byte 2; .org 5, 8', [1, 0, 0, 2, 8]],
    ['x: .byte 1; .org x + 2', [1, 0]],
    ['.rept 3; .byte 7; .endr', [7, 7, 7]],
    ['.set i, 0; .rept 2; .rept 2; .byte i; .set i, i + 1; .endr; .endr', [0, 1, 2, 3]],
    ['.rept 0; .byte 7; .endr; .byte 1', [1]],
    ['.byte end - begin; begin: .space 9; end:', [9, ...new Array<number>(9).fill(0)]],
  ])('%s', (source, bytes) => {
    expect(dataOf(source)).toEqual(bytes);
  });

  test('gaps in code are filled with instructions that do nothing', () => {
    expect(instructionsOf('c.nop; .balign 16; nop')).toEqual([
      'c.nop',
      'c.nop',
      'addi zero, zero, 0',
      'addi zero, zero, 0',
      'addi zero, zero, 0',
      'addi zero, zero, 0',
    ]);
  });

  test('sections lie in order and aligned, and each begins where it is told to', () => {
    const program = assemble(
      '.bss; buffer: .space 3; .data; .balign 64; d: .byte 1; .section .rodata; r: .asciz "r"; .text; ret; .section .own, "aw", @progbits; .byte 4',
    );
    expect(program.segments.map(({ name, address, bytes }) => [name, address - RAM_BASE, bytes.length])).toEqual([
      ['.text', 0, 4],
      ['.rodata', 8, 2],
      ['.data', 64, 1],
      ['.bss', 72, 3],
      ['.own', 80, 1],
    ]);
    expect(program.symbols.get('buffer')).toBe(RAM_BASE + 72);
  });

  test('a section may be left and gone on with', () => {
    expect(instructionsOf('nop; .data; .text; ret')).toEqual(['addi zero, zero, 0', 'jalr zero, 0(ra)']);
  });

  test('what is only for linkers and debuggers is accepted', () => {
    const source = '.globl f, g; .type f, @function; .size f, . - f; .file "x.c"; .option norelax; .weak f; ret';
    expect(instructionsOf(source)).toEqual(['jalr zero, 0(ra)']);
  });
});

describe('.option rvc', () => {
  test('makes instructions short where that is possible, until .option norvc', () => {
    const source = 'addi sp, sp, -64; .option rvc; addi sp, sp, -64; lw a0, 4(sp); .option norvc; mv a0, a1';
    expect(instructionsOf(source)).toEqual([
      'addi sp, sp, -64',
      'c.addi16sp sp, -64',
      'c.lwsp a0, 4(sp)',
      'addi a0, a1, 0',
    ]);
  });

  test('is kept and brought back by push and pop', () => {
    const source = '.option push; .option rvc; nop; .option pop; nop';
    expect(instructionsOf(source)).toEqual(['c.nop', 'addi zero, zero, 0']);
  });

  test.each([
    ['addi a0, a0, 31', 'c.addi a0, 31'],
    ['addi a0, a0, 32', 'addi a0, a0, 32'],
    ['addi a0, sp, 1020', 'c.addi4spn a0, sp, 1020'],
    ['addi sp, sp, 16', 'c.addi sp, 16'],
    ['li a0, -32', 'c.li a0, -32'],
    ['li a0, 0x1f000', 'c.lui a0, 0x1f'],
    ['mv a0, a1', 'c.mv a0, a1'],
    ['add a0, a1, a0', 'c.add a0, a1'],
    ['and s0, s1, s0', 'c.and s0, s1'],
    ['sub s0, s0, s1', 'c.sub s0, s1'],
    ['sub s0, s1, s0', 'sub s0, s1, s0'],
    ['lw a0, 124(a1)', 'c.lw a0, 124(a1)'],
    ['lw a0, 128(a1)', 'lw a0, 128(a1)'],
    ['sw a0, 252(sp)', 'c.swsp a0, 252(sp)'],
    ['slli a0, a0, 3', 'c.slli a0, 3'],
    ['ret', 'c.jr ra'],
    ['jalr a0', 'c.jalr a0'],
    ['ebreak', 'c.ebreak'],
    ['beqz a0, .', 'c.beqz a0, 0x80000000'],
    ['j .', 'c.j 0x80000000'],
    ['jal .', 'c.jal 0x80000000'],
    ['1: j 2f; 2:', 'jal zero, 0x80000004'],
    // HINTs: they do nothing, and mean something to other hardware.
    ['addi a0, a0, 0', 'c.mv a0, a0'],
    ['slli a0, a0, 0', 'slli a0, a0, 0'],
    ['li zero, 5', 'addi zero, zero, 5'],
  ])('%s becomes %s', (source, meant) => {
    expect(instructionsOf(`.option rvc; ${source}`)).toEqual([meant]);
  });
});

describe('macros', () => {
  test('are called with arguments, by place and by name, and have defaults', () => {
    const source = `
      .macro load reg, number=7, base = sp
        lw \\reg, \\number(\\base)
      .endm
      load a0
      load a1, 8
      load a2, base=a3
      load number=(1 + 2) * 4, reg=t0`;
    expect(instructionsOf(source)).toEqual(['lw a0, 7(sp)', 'lw a1, 8(sp)', 'lw a2, 7(a3)', 'lw t0, 12(sp)']);
  });

  test('have labels of their own, and put names together', () => {
    const source = `
      .macro forever op, n
        loop\\@\\()x: c.\\op s\\n, s1; j loop\\@x
      .endm
      forever sub, 0
      forever add, 1`;
    expect(instructionsOf(source)).toEqual([
      'c.sub s0, s1',
      'jal zero, 0x80000000',
      'c.add s1, s1',
      'jal zero, 0x80000006',
    ]);
  });

  test('call others, take what is left as one argument, and hide an instruction of the same name', () => {
    const source = `
      .macro data words:vararg
        .byte \\words
      .endm
      .macro nop
        data 1, 2
      .endm
      nop`;
    expect(dataOf(source)).toEqual([1, 2]);
  });
});

describe('the source', () => {
  test('has comments of three kinds, and statements on one line', () => {
    expect(instructionsOf('nop # one; nop\nnop // two\n/* three\n nop */ nop /* */ ; ret')).toEqual([
      'addi zero, zero, 0',
      'addi zero, zero, 0',
      'addi zero, zero, 0',
      'jalr zero, 0(ra)',
    ]);
  });

  test('may have any kind of line end', () => {
    expect(assemble('nop\r\nnop\rnop\nnop').lines.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  test('can be found again from an address, also through macros', () => {
    const { lines } = assemble('.macro two\nnop\nnop\n.endm\nli a0, 0x12345\ntwo\n.data\n.byte 1\n.byte 2, 3');
    expect(lines).toEqual([
      { address: RAM_BASE, line: 5 },
      { address: RAM_BASE + 8, line: 6 },
      { address: RAM_BASE + 16, line: 8 },
      { address: RAM_BASE + 17, line: 9 },
    ]);
  });

  test('may be empty', () => {
    expect(assemble('')).toEqual({ segments: [], symbols: new Map(), entry: RAM_BASE, lines: [] });
  });
});

test('what is assembled runs', () => {
  const source = `
    .equ UART, 0x10000000
    .equ FINISHER, 0x100000
    _start:
      la   a0, message
      li   a1, UART
    1: lbu  a2, (a0)
      beqz a2, 2f
      sb   a2, (a1)
      addi a0, a0, 1
      j    1b
    2: li   a0, 0x5555
      li   a1, FINISHER
      sw   a0, (a1)
      j    .
    .rodata
    message: .asciz "Tocsin"`;
  let output = '';
  const onOutput = (byte: number): void => {
    output += String.fromCharCode(byte);
  };
  const { segments, entry } = assemble(source);
  const board = new Board({ memoryBytes: 1 << 20, firmware: 'guest', onOutput });
  for (const { address, bytes } of segments) board.memory.write(address, bytes);
  board.harts[0].pc = entry;
  board.harts[0].run(1000);
  expect([output, board.halted, board.exitCode]).toEqual(['Tocsin', true, 0]);
});
