/** After the program went on: which thread commands speak of now, and what is printed of the stop. */
import type { Context } from './command.js';
import { CommandError } from './command-error.js';
import { displayLines } from './displays.js';
import type { Went } from './going.js';
import { endedLines, type Place, placeOf, reportLines } from './stop-text.js';

/** Lets something run and tells what came of it. `whenDone` has more to say after an ordinary end. */
export async function tell(
  context: Context,
  going: () => Promise<Went>,
  whenDone: (before: Place) => readonly string[] = () => [],
): Promise<void> {
  const { d } = context;
  const before = placeOf(d);
  const went = await going();
  d.changed();
  if (went.kind === 'over') {
    d.selectAny();
    for (const line of endedLines(d, went.ended)) d.print(line);
    return;
  }
  const { report } = went;
  d.follow(report.stop);
  for (const line of reportLines(d, report, before)) d.print(line);
  if (report.goal !== undefined && report.breakpoints.length === 0) for (const line of whenDone(before)) d.print(line);
  for (const line of displayLines(d)) d.print(line);
  for (const { commands } of report.breakpoints) context.enqueue(commands);
}

/** `COUNT`, 1 where it says nothing. Throws CommandError. */
export function countOf(context: Context, text: string): number {
  if (text === '') return 1;
  const count = context.d.addressOf(text) | 0;
  if (count < 0) throw new CommandError(`${text} is no number of times`);
  return count;
}

/** A step so many times, until something else happens; what is told is the last. */
export async function repeated(context: Context, count: number, step: () => Promise<Went>): Promise<void> {
  if (count === 0) return;
  await tell(context, async () => {
    for (let left = count; ; left--) {
      const went = await step();
      const isPlain =
        went.kind === 'report' && went.report.stop.kind === 'step' && went.report.breakpoints.length === 0;
      if (!isPlain || left === 1) return went;
      context.d.changed();
    }
  });
}
