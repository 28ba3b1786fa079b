/** Numbers and texts as the debugger writes them. */

/** `0x1f`, of a 32-bit number of either sign. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** Eight hexadecimal digits. */
export function word(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

/** Whatever a guest or a file wrote, fit for a terminal: control characters but tabs and ends of lines show as "?". */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** Columns that a text takes on a terminal. */
export function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += columnsOf(character.codePointAt(0) ?? 0);
  return sum;
}

/** The beginning of a text that takes at most so many columns; filled up with blanks where `filled`. */
export function fitted(text: string, width: number, filled = true): string {
  let shown = '';
  let used = 0;
  for (const character of text) {
    const wide = columnsOf(character.codePointAt(0) ?? 0);
    if (used + wide > width) break;
    shown += character;
    used += wide;
  }
  return filled ? shown + ' '.repeat(Math.max(0, width - used)) : shown;
}

/** Tabs become blanks up to the next multiple of eight. */
export function untabbed(text: string): string {
  let shown = '';
  for (const character of text) shown += character === '\t' ? ' '.repeat(8 - (shown.length % 8)) : character;
  return shown;
}

/** Unicode's East Asian wide characters and pictures, roughly; marks that stand over others take none. */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function columnsOf(code: number): number {
  if (code < 0x300) return 1;
  if (/^[\p{M}\p{Cf}]$/u.test(String.fromCodePoint(code))) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** `1 line`, `2 lines`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
