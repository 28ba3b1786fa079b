/** The tree of allocators as a picture of 80 columns: a line for each, and under it what its use consists of. */
import { type AllocatorNode, CHARGE_KINDS, usersText } from '../../kernel/index.js';
import { sizeText } from './size-text.js';
import type { TableColours } from './view-tables.js';
import { LINE_WIDTH, shortened, wrapParts } from './wrap.js';

const NUMBER_WIDTH = 7;
const GAP = '  ';
const NUMBERS = ['quota', 'used', 'peak', 'lent'] as const;
/** Of the first column: koid and users, with what draws the tree. */
const LABEL = { least: 16, most: 32 } as const;
/** What draws the tree takes at most so much of a line: deeper nodes stand below each other. */
const MOST_INDENT = 20;
const PERCENT_WIDTH = 4;
const BAR_TITLE = '█ used ▒ lent';

interface Line {
  /** What draws the tree before the node itself, and before what stands under it. */
  readonly branch: string;
  readonly below: string;
  readonly node: AllocatorNode;
}

export function treePicture(root: AllocatorNode, { bold, dim }: TableColours): string {
  const lines: Line[] = [];
  collect(root, '', '', lines);
  const labels = lines.map(({ branch, node }) => shortened(`${branch}${labelOf(node)}`, LABEL.most));
  const width = Math.max(LABEL.least, ...labels.map((label) => [...label].length));
  const numbersWidth = NUMBERS.length * (NUMBER_WIDTH + GAP.length);
  const barWidth = LINE_WIDTH - width - numbersWidth - GAP.length - PERCENT_WIDTH - 1;
  const titles = NUMBERS.map((name) => GAP + name.padStart(NUMBER_WIDTH)).join('');
  const out = [
    `${bold('ALLOCATORS')} ${dim(`(${lines.length})`)}`,
    dim(
      `${'koid, users'.padEnd(width)}${titles}${GAP}${(barWidth < BAR_TITLE.length ? 'of quota' : BAR_TITLE).slice(0, barWidth)}`,
    ),
  ];
  lines.forEach(({ below, node }, i) => {
    const numbers = NUMBERS.map((name) => GAP + sizeText(node[name]).padStart(NUMBER_WIDTH)).join('');
    const label = labels[i] + ' '.repeat(width - [...labels[i]].length);
    out.push(`${label}${numbers}${GAP}${bar(node, barWidth)} ${percent(node).padStart(PERCENT_WIDTH)}`);
    const room = LINE_WIDTH - below.length - GAP.length;
    for (const text of wrapParts(marksOf(node), room)) out.push(`${below}${GAP}${bold(text)}`);
    for (const text of wrapParts(itemsOf(node), room)) out.push(`${below}${GAP}${dim(text)}`);
  });
  return `${out.join('\n')}\n`;
}

/** The nodes from the top down, the children of one below each other. The depth of the tree is bounded. */
function collect(node: AllocatorNode, branch: string, below: string, lines: Line[]): void {
  const { children } = node;
  lines.push({ branch: indent(branch), below: `${indent(below)}${children.length > 0 ? '│ ' : GAP}`, node });
  children.forEach((child, i) => {
    const isLast = i === children.length - 1;
    collect(child, `${below}${isLast ? '└ ' : '├ '}`, `${below}${isLast ? GAP : '│ '}`, lines);
  });
}

function indent(text: string): string {
  return text.length <= MOST_INDENT ? text : `…${text.slice(text.length - MOST_INDENT + 1)}`;
}

function labelOf(node: AllocatorNode): string {
  return `#${node.koid} ${usersText(node)}`.trimEnd();
}

/** `█` used, `▒` lent, `·` free; whatever is not nothing shows. */
function bar({ quota, used, lent }: AllocatorNode, width: number): string {
  const share = (bytes: number): number => (quota === 0 ? 0 : Math.round((bytes / quota) * width));
  const usedWidth = Math.max(share(used), used > 0 ? 1 : 0);
  const lentWidth = Math.min(width - usedWidth, Math.max(share(used + lent) - usedWidth, lent > 0 ? 1 : 0));
  return `${'█'.repeat(usedWidth)}${'▒'.repeat(lentWidth)}${'·'.repeat(width - usedWidth - lentWidth)}`;
}

/** How much of the quota is used or lent. */
function percent({ quota, used, lent }: AllocatorNode): string {
  const value = quota === 0 ? 0 : ((used + lent) / quota) * 100;
  if (value > 0 && value < 1) return '<1%';
  // Only what is full is said to be.
  return `${Math.floor(value)}%`;
}

/** What is set of an allocator, or out of the ordinary. */
function marksOf({ reserve, softMark, state, waiting }: AllocatorNode): string[] {
  return [
    ...(state === 'normal' ? [] : [state.toUpperCase()]),
    ...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'waits' : 'wait'} for memory`]),
    ...(reserve === 0 ? [] : [`reserve ${sizeText(reserve)}`]),
    ...(softMark === 0 ? [] : [`soft mark ${sizeText(softMark)}`]),
  ];
}

/** `84 pages 336K`, the largest first. */
function itemsOf({ items }: AllocatorNode): string[] {
  return [...items]
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ kind, count, bytes }) => `${count} ${CHARGE_KINDS[kind][count === 1 ? 0 : 1]} ${sizeText(bytes)}`);
}
