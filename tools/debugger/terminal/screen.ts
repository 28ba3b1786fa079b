/** Draws lines on a terminal by its control sequences (ECMA-48, and xterm's alternate screen), and only those that have changed. */
import type { Line, Style } from './panes/line.js';
import type { Picture } from './panes/picture.js';

const ESC = '\u001b[';
const SGR: Readonly<Record<Style, string>> = {
  plain: '',
  title: '7',
  focus: '1;7',
  current: '7',
  dim: '2',
  changed: '1;33',
  mark: '1;31',
  bold: '1',
};
/** Without colours: what is bold or inverse is no colour. */
const SGR_WITHOUT_COLOUR: Readonly<Record<Style, string>> = { ...SGR, changed: '1', mark: '1' };

/** Into the alternate screen, and out of it with a cursor that can be seen. */
export const ENTER = `${ESC}?1049h${ESC}H${ESC}2J`;
export const LEAVE = `${ESC}0m${ESC}?25h${ESC}?1049l`;

export class Screen {
  private drawn: string[] = [];

  constructor(
    private readonly write: (text: string) => void,
    private readonly hasColours: boolean,
  ) {}

  /** What is on the terminal is not known any more. */
  forget(): void {
    this.drawn = [];
  }

  draw({ lines, cursor }: Picture): void {
    const texts = lines.map((line) => this.text(line));
    const changes = texts.map((text, row) => (text === this.drawn[row] ? '' : `${ESC}${row + 1};1H${text}${ESC}0m`));
    const place = cursor === undefined ? `${ESC}?25l` : `${ESC}${cursor.row + 1};${cursor.column + 1}H${ESC}?25h`;
    const clear = this.drawn.length === 0 ? `${ESC}0m${ESC}2J` : '';
    this.write(`${ESC}?25l${clear}${changes.join('')}${place}`);
    this.drawn = texts;
  }

  private text(line: Line): string {
    const codes = this.hasColours ? SGR : SGR_WITHOUT_COLOUR;
    return line
      .map(({ text, style }) => (codes[style] === '' ? text : `${ESC}${codes[style]}m${text}${ESC}0m`))
      .join('');
  }
}
