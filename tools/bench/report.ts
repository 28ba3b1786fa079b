/** The figures as a table for people. */
import chalk from 'chalk';
import type { Figure } from './figures.js';
import type { Spread } from './statistics.js';

const COLUMNS = [32, 24, 24, 10, 10] as const;

export function heading(): string {
  return chalk.dim(row('', 'Tocsin', 'QEMU', 'ratio', 'wanted'));
}

export function figureLines(figure: Figure): readonly string[] {
  const { title, tocsin, qemu, ratio, met, unit, note, problem } = figure;
  const cells = [
    title,
    amount(tocsin, unit),
    amount(qemu, unit),
    ratio === undefined ? '' : quotient(ratio),
    wanted(figure),
  ];
  const verdict = met === undefined ? '' : met ? chalk.green('met') : chalk.red('missed');
  const lines = [`${row(...cells)}  ${verdict}`.trimEnd()];
  if (note) lines.push(chalk.dim(`  ${note}`));
  if (problem) lines.push(chalk.yellow(`  ${problem}`));
  return lines;
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[i]) : cell.padStart(COLUMNS[i]))).join('');
}

function amount(value: Spread | undefined, unit: Figure['unit']): string {
  if (!value) return '-';
  return `${number(value.median, unit)} (${number(value.least, unit, '')}..${number(value.most, unit, '')})`;
}

function number(value: number, unit: Figure['unit'], suffix: string = SUFFIX[unit]): string {
  if (unit === 'calls/s') return (value / 1e6).toFixed(2) + suffix;
  const digits =
    unit === 's' || unit === 'ms' || unit === 'µs' || unit === 'times' || unit === 'bytes'
      ? 2
      : unit === 'percent' || unit === 'ns'
        ? 1
        : 0;
  return value.toFixed(digits) + suffix;
}

const SUFFIX: Readonly<Record<Figure['unit'], string>> = {
  MIPS: ' MIPS',
  'calls/s': ' M/s',
  'rounds/s': ' rounds/s',
  percent: ' %',
  ns: ' ns',
  µs: ' µs',
  ms: ' ms',
  MB: ' MB',
  bytes: ' bytes',
  times: '',
  s: ' s',
};

/** 2.5, or 1/17.3 where QEMU is the faster. */
function quotient(ratio: number): string {
  return ratio >= 1 ? ratio.toFixed(2) : `1/${(1 / ratio).toFixed(1)}`;
}

function wanted({ wanted, unit }: Figure): string {
  if (!wanted) return '';
  const value = wanted.of === 'ratio' ? quotient(wanted.value).replace(/\.0+$/, '') : wanted.value + SUFFIX[unit];
  return `${wanted.bound === 'least' ? '≥' : '≤'} ${value}`;
}
