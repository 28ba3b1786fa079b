/** Guest programs of a few instructions, for tests that must not need a compiler. */
import { CALL_NUMBER } from '../../syscalls/calls.js';
import { EXIT_WITH_7, elfFile } from '../machine/elf-file.js';

const REGISTER = { zero: 0, a0: 10, a1: 11, a2: 12, a3: 13, a4: 14, a7: 17 } as const;
type Register = keyof typeof REGISTER;

const TEXT_ADDRESS = 0x10000;

const ecall = 0x0000_0073;
/** `addi rd, zero, value`; the value has 12 bits with sign. */
const li = (rd: Register, value: number): number => ((value & 0xfff) << 20) | (REGISTER[rd] << 7) | 0x13;
/** `lui rd, value >> 12` */
const lui = (rd: Register, value: number): number => (value & 0xffff_f000) | (REGISTER[rd] << 7) | 0x37;
/** `lw zero, offset(rs)` */
const lw = (rs: Register, offset: number): number => ((offset & 0xfff) << 20) | (REGISTER[rs] << 15) | 0x2003;
/** `jal zero, 4 * words`: up to 255 words either way is enough here. */
const jump = (words: number): number => {
  const offset = words * 4;
  const bit20 = offset < 0 ? 1 : 0;
  const bits19to12 = offset < 0 ? 0xff : 0;
  const bit11 = offset < 0 ? 1 : 0;
  return (bit20 << 31) | (((offset >> 1) & 0x3ff) << 21) | (bit11 << 20) | (bits19to12 << 12) | 0x6f;
};

function program(words: readonly number[], symbol: string): Uint8Array {
  const bytes = new Uint8Array(Int32Array.from(words).buffer);
  return elfFile({
    segments: [{ address: TEXT_ADDRESS, bytes, flags: 5 }],
    symbols: [{ name: symbol, address: TEXT_ADDRESS, size: bytes.length }],
  });
}

/** Writes text to the console: the text's words stand behind the program. */
function write(words: readonly number[], text: string, after: readonly number[]): number[] {
  const code = [
    ...words,
    lui('a0', TEXT_ADDRESS),
    0,
    li('a1', text.length),
    li('a7', CALL_NUMBER.debug_write),
    ecall,
    ...after,
  ];
  code[words.length + 1] = ((code.length * 4) << 20) | (REGISTER.a0 << 15) | (REGISTER.a0 << 7) | 0x13;
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '\0');
  for (let at = 0; at < padded.length; at += 4) {
    code.push([0, 1, 2, 3].reduce((word, i) => word | (padded.charCodeAt(at + i) << (8 * i)), 0));
  }
  return code;
}

/** Ends with code 7. */
export const EXITS_WITH_7 = elfFile({ symbols: [{ name: '_start', address: TEXT_ADDRESS, size: EXIT_WITH_7.length }] });

/** Ends with a code: 300 is more than an exit status holds. */
export const EXITS_WITH_300 = program([li('a0', 300), li('a7', CALL_NUMBER.process_exit), ecall], 'exit_with_300');

/** Says "hello" and ends with code 0. */
export const SAYS_HELLO = program(
  write([], 'hello\n', [li('a0', 0), li('a7', CALL_NUMBER.process_exit), ecall]),
  'say_hello',
);

/** Says "ready" and loops for ever. */
export const LOOPS = program(write([], 'ready\n', [jump(0)]), 'loop_for_ever');

/** Says "line" for ever. */
export const TALKS_FOR_EVER = program(write([], 'line\n', [jump(-5)]), 'talk');

/** Reads address 16. */
export const READS_NULL = program([li('a0', 16), lw('a0', 0)], 'read_null');

/** Executes an instruction that does not exist. */
export const IS_ILLEGAL = program([li('a0', 1), -1], 'do_the_impossible');

/** Waits for ever for the word at its own beginning, which holds what it expects. */
export const BLOCKS_FOR_EVER = program(
  [
    lui('a0', TEXT_ADDRESS),
    // a1 = the first instruction's own encoding
    lui('a1', lui('a0', TEXT_ADDRESS)),
    ((lui('a0', TEXT_ADDRESS) & 0xfff) << 20) | (REGISTER.a1 << 15) | (REGISTER.a1 << 7) | 0x13,
    li('a2', 0),
    li('a3', -1),
    // a4 = 0x7fffffff, the high word of a deadline that never comes
    lui('a4', 0x8000_0000),
    (0xfff << 20) | (REGISTER.a4 << 15) | (REGISTER.a4 << 7) | 0x13,
    li('a7', CALL_NUMBER.futex_wait),
    ecall,
    jump(0),
  ],
  'block',
);

/** Two MiB of constants. */
export const IS_LARGE = elfFile({
  segments: [
    { address: TEXT_ADDRESS, bytes: EXIT_WITH_7, flags: 5 },
    { address: 0x10_0000, bytes: new Uint8Array(2 << 20).fill(1), flags: 4 },
  ],
});
