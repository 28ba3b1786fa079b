/** Registers in columns; those that the last step changed stand out. */
import { filled, type Line, plain, type Span } from './line.js';

export interface RegisterView {
  readonly name: string;
  /** Undefined: not known in this frame. */
  readonly value: number | undefined;
  readonly isChanged: boolean;
}

const CELL = 14;

export function registersPane(
  registers: readonly RegisterView[],
  /** Lines below them: control registers in words. */
  control: readonly string[],
  offset: number,
  width: number,
  height: number,
): Line[] {
  if (registers.length === 0) return filled([plain(' [ no registers ]', 'dim')], width, height);
  const perRow = Math.max(1, Math.floor(width / CELL));
  const rows = Math.ceil(registers.length / perRow);
  const lines: Line[] = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: perRow }, (_, column) => registers[column * rows + row])
      .filter((one) => one !== undefined)
      .flatMap(cell),
  );
  const all = [...lines, ...control.map((text) => plain(text))];
  const first = Math.max(0, Math.min(offset, all.length - height));
  return filled(all.slice(first), width, height);
}

function cell({ name, value, isChanged }: RegisterView): Span[] {
  const text = value === undefined ? '????????' : (value >>> 0).toString(16).padStart(8, '0');
  return [
    { text: `${name.padStart(4)} `, style: 'dim' },
    { text, style: isChanged ? 'changed' : 'plain' },
    { text: ' ', style: 'plain' },
  ];
}
