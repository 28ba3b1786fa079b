/** `tocsin calls`: the call table for people. */
import { AREAS, CALLS, type Call, callByName, callByNumber } from '../../syscalls/calls.js';
import { referencePage } from '../generate/reference.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { quoted, Refusal } from './failure.js';
import { nearest } from './nearest.js';
import { print } from './standard-streams.js';

const NAME_COLUMN = 18;

export function calls(name: string | undefined): number {
  print(name === undefined ? table() : referencePage(findCall(name)));
  return EXIT.OK;
}

function findCall(name: string): Call {
  const bare = name.replace(/^tocsin_/, '');
  const call = callByName(bare) ?? (/^(0x[\da-f]+|\d+)$/i.test(name) ? callByNumber(Number(name)) : undefined);
  if (call !== undefined) return call;
  const near = nearest(
    bare,
    CALLS.map((candidate) => candidate.name),
  );
  throw new Refusal(
    `there is no system call ${quoted(name)}${near === undefined ? '; see tocsin calls' : ` (Did you mean ${near}?)`}`,
  );
}

function table(): string {
  const { bold, dim } = outputColours();
  const lines: string[] = [];
  for (const [area, { title }] of Object.entries(AREAS)) {
    const inArea = CALLS.filter((call) => call.area === area);
    if (inArea.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(bold(title));
    for (const call of inArea) {
      const number = `0x${call.number.toString(16).padStart(2, '0')}`;
      lines.push(`  ${dim(number)} ${call.name.padEnd(NAME_COLUMN)} ${call.summary}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
