/** Commands that show who called whom. */
import type { Command } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { numberedFrameLine } from '../frame-text.js';
import { NOWHERE, whereLines } from '../stop-text.js';
import { localLines } from '../variable-text.js';

export const STACK: readonly Command[] = [
  {
    name: 'backtrace',
    aliases: ['bt', 'where'],
    group: 'stack',
    parameters: '[full] [COUNT]',
    summary:
      'the calls that the thread is in; COUNT of the innermost, -COUNT of the outermost; full: with local variables',
    completing: ['full'],
    run: ({ d }, { text }) => {
      const [, full, digits] = /^(?:(full|-full)\s*)?(-?\d+)?$/.exec(text) ?? [];
      if (text !== '' && full === undefined && digits === undefined)
        throw new CommandError('expected backtrace [full] [COUNT]');
      const frames = d.frames(d.selectedThread());
      if (frames.length === 0) throw new CommandError('No stack.');
      const count = digits === undefined ? frames.length : Number(digits);
      const shown = count < 0 ? frames.slice(count) : frames.slice(0, count);
      for (const frame of shown) {
        d.print(numberedFrameLine(d, frame));
        if (full !== undefined) for (const line of localLines(d, frame)) d.print(`        ${line}`);
      }
      const left = frames.length - shown.length;
      if (count >= 0 && left > 0) d.print('(More stack frames follow...)');
    },
  },
  {
    name: 'frame',
    aliases: ['f'],
    group: 'stack',
    parameters: '[NUMBER | function NAME]',
    summary: 'selects a frame and shows it',
    run: ({ d }, { text }) => {
      const frames = d.frames(d.selectedThread());
      const named = /^function\s+(\S+)$/.exec(text);
      const wanted =
        text === ''
          ? d.level
          : named !== null
            ? frames.findIndex((one) => one.functionName === named[1])
            : levelOf(d, text);
      if (frames[wanted] === undefined)
        throw new CommandError(
          named === null ? 'No frame at level ' + text + '.' : `No frame for function "${named[1]}".`,
        );
      select(d, wanted);
    },
  },
  {
    name: 'up',
    group: 'stack',
    parameters: '[COUNT]',
    summary: 'selects the frame that called this one, or one so many further out',
    run: ({ d }, { text }) => move(d, text, 1),
  },
  {
    name: 'down',
    aliases: ['dow'],
    group: 'stack',
    parameters: '[COUNT]',
    summary: 'selects the frame that this one called, or one so many further in',
    run: ({ d }, { text }) => move(d, text, -1),
  },
];

function levelOf(d: Debugging, text: string): number {
  return d.addressOf(text.replace(/^level\s+/, ''));
}

function move(d: Debugging, text: string, direction: 1 | -1): void {
  const frames = d.frames(d.selectedThread());
  const count = (text === '' ? 1 : d.addressOf(text) | 0) * direction;
  if (frames.length === 0) throw new CommandError('No stack.');
  if (count > 0 && d.level === frames.length - 1) throw new CommandError('Initial frame selected; you cannot go up.');
  if (count < 0 && d.level === 0) throw new CommandError('Bottom (innermost) frame selected; you cannot go down.');
  select(d, Math.max(0, Math.min(frames.length - 1, d.level + count)));
}

function select(d: Debugging, level: number): void {
  d.level = level;
  d.listed = undefined;
  const [, ...rest] = whereLines(d, NOWHERE);
  d.print(numberedFrameLine(d, d.frame()));
  for (const line of rest) d.print(line);
}
