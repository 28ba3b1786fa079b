/** What a proof came to: as text for people, and as one JSON object. */
import type { ElfImage } from '../../machine/elf.js';
import type { Difference, Proof } from '../debugger/proof/proof.js';
import { quoted } from './failure.js';
import { functionAt, hex } from './outcome.js';
import type { ProveOptions } from './prove-options.js';

export interface Asked {
  readonly files: readonly string[];
  readonly guestArguments: readonly string[];
  readonly options: ProveOptions;
}

export function proofText(proof: Proof, image: ElfImage, asked: Asked): string {
  const { difference } = proof;
  const lines =
    difference === undefined
      ? ['equal: with a debugger and without it is the same to the program', ...doneLines(proof)]
      : [`different: ${difference.what}`, ...differenceLines(difference, image), '', ...doneLines(proof)];
  if (difference !== undefined) lines.push('', `again: ${commandLine(asked)}`);
  return `${lines.join('\n')}\n`;
}

function differenceLines(difference: Difference, image: ElfImage): string[] {
  const { instructions, time, pc, before } = difference;
  const place = pc === undefined ? 'while nobody had the hart' : `at ${functionAt(pc, image)} (pc ${hex(pc)})`;
  return [
    `  without a debugger  ${difference.without}`,
    `  with one            ${difference.with}`,
    `  where               ${place}, after ${count(instructions)} instructions, ${count(time)} ns`,
    ...before.map((line, i) => `  ${i === 0 ? 'the stops before it' : '                   '} ${line}`),
  ];
}

function doneLines({ done, stops, instructions, compared, outcome }: Proof): string[] {
  const kinds = Object.entries(done.stops).sort(([, a], [, b]) => b - a);
  return [
    `  ${count(instructions)} instructions, ${count(compared)} records and bytes of output compared; it ended: ${outcome}`,
    `  ${count(stops)} stops: ${kinds.map(([kind, times]) => `${count(times)} ${kind}`).join(', ') || 'none'}`,
    `  registers read ${count(done.registers)} times and written back ${count(done.written)} times, memory read ` +
      `${count(done.memory)} times, threads listed ${count(done.lists)} times`,
    `  attached ${count(done.attached)} times, detached ${count(done.detached)} times`,
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function commandLine({ files, guestArguments, options }: Asked): string {
  const { seed, stops, places } = options;
  const words = ['tocsin', 'debug', '--prove', '--stops', stops, '--places', places];
  if (seed !== undefined) words.push('--seed', seed);
  words.push('--quantum', options.quantum, '--memory', options.memory, '--overcommit', options.overcommit);
  if (options.monitor !== undefined) words.push('--monitor', options.monitor);
  if (options.input !== undefined) words.push('--input', options.input);
  words.push(...files, ...(guestArguments.length > 0 ? ['--', ...guestArguments] : []));
  return words.map((word) => quoted(String(word))).join(' ');
}

export function proofJson({ difference, ...proof }: Proof, image: ElfImage): object {
  if (difference === undefined) return { verdict: 'equal', ...proof };
  const where = difference.pc === undefined ? null : functionAt(difference.pc, image);
  return { verdict: 'different', difference: { ...difference, where }, ...proof };
}
