/** `tocsin diff`: where two recordings part. */
import { firstDifference } from '../recording/difference.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import type { DiffOptions } from './diff-command.js';
import { EXIT } from './exit-status.js';
import { print, say } from './standard-streams.js';

export function diff(a: string, b: string, { json }: DiffOptions): number {
  const recordings = [a, b].map((path) => ({ path, recording: openAndCheck(path) }));
  for (const { path, recording } of recordings) {
    const cut = cutText(recording);
    if (cut !== undefined) say(`tocsin: ${path}: ${cut}`);
  }
  const [first, second] = recordings;
  const found = inFile(`${a}, ${b}`, () => firstDifference(first, second));
  if (json) print(`${JSON.stringify({ same: found.same, compared: found.compared, lines: found.lines })}\n`);
  else print(`${found.lines.join('\n')}\n`);
  return found.same ? EXIT.OK : EXIT.FAILED;
}
