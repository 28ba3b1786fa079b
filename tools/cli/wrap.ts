/** Text in lines of a terminal's width. Characters are counted as they are: names in wide scripts may be wider. */

export const LINE_WIDTH = 80;

/** Parts with commas between them, in lines of at most so many characters; a part that is longer has a line of its own. */
export function wrapParts(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  parts.forEach((part, i) => {
    const text = i < parts.length - 1 ? `${part},` : part;
    if (line === '') line = text;
    else if (line.length + 1 + text.length <= width) line += ` ${text}`;
    else {
      lines.push(line);
      line = text;
    }
  });
  return line === '' ? lines : [...lines, line];
}

/** At most so many characters; of what is longer the end is left out. */
export function shortened(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
