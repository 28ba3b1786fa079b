/** Letters and strings as gdb prints them: in quotes, with escapes; long repetitions are told once with their number. */

/** More than so many alike are told once. */
const REPEATS = 10;
/** The run of one letter that begins before is told to its end. */
const MAX_LETTERS = 200;

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
  [27, '\\033'],
  [92, '\\\\'],
]);

/** `104 'h'`, `0 '\000'` */
export function characterText(number: bigint): string {
  return `${number} '${letter(Number(BigInt.asUintN(8, number)), "'")}'`;
}

/** `"hello"`, `"hello", '\000' <repeats 11 times>`; with `...` behind it if there is more, as `isCut` says or is cut here. */
export function stringText(bytes: Uint8Array, isCut: boolean): string {
  const parts: string[] = [];
  let open = '';
  const close = (): void => {
    if (open !== '') parts.push(`"${open}"`);
    open = '';
  };
  let index = 0;
  while (index < bytes.length && index < MAX_LETTERS) {
    let next = index;
    while (next < bytes.length && bytes[next] === bytes[index]) next++;
    const count = next - index;
    if (count > REPEATS) {
      close();
      parts.push(`'${letter(bytes[index], "'")}' <repeats ${count} times>`);
    } else {
      for (let again = index; again < Math.min(next, MAX_LETTERS); again++) open += letter(bytes[index], '"');
    }
    index = next;
  }
  close();
  const rest = isCut || index < bytes.length ? '...' : '';
  return `${parts.length === 0 ? '""' : parts.join(', ')}${rest}`;
}

function letter(byte: number, quote: string): string {
  const escaped = ESCAPES.get(byte);
  if (escaped !== undefined) return escaped;
  const text = String.fromCharCode(byte);
  if (text === quote) return `\\${quote}`;
  return byte >= 32 && byte < 127 ? text : `\\${byte.toString(8).padStart(3, '0')}`;
}
