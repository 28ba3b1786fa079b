/** Amounts of memory for people: `0`, `64B`, `1.5K`, `471.6K`, `64M`. At most seven characters. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 0 ? '0' : `${bytes}B`;
  let value = bytes;
  let unit = '';
  for (const next of ['K', 'M', 'G']) {
    // What would be written as 1024 is 1 of the next unit.
    if (value < 1023.95) break;
    value /= 1024;
    unit = next;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)}${unit}`;
}
