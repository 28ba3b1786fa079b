/** What `tocsin test` prints: a line for each scenario, for one that failed also why; and all of it as JSON. */
import { relative } from 'node:path';
import type { Failure } from '../scenario/failure.js';
import type { Place } from '../scenario/mistake.js';
import { outputColours } from './colours.js';
import type { TestOptions } from './test-command.js';

export interface Played {
  readonly file: string;
  readonly name: string;
  /** Of the host. */
  readonly seconds: number;
  /** Undefined where it passed. */
  readonly failure: Failure | undefined;
  /** How many allocations failed in turn, where all were to. */
  readonly allocations: number | undefined;
  /** The command that runs it again. */
  readonly reproduce: string;
}

/** With the end of the last line. */
export function reportLines({ name, failure, allocations, reproduce }: Played): string {
  const { green, red, dim } = outputColours();
  if (failure === undefined) {
    const failed =
      allocations === undefined
        ? ''
        : dim(` (${allocations} ${allocations === 1 ? 'allocation' : 'allocations'} failed)`);
    return `  ${green('✓')} ${oneLine(name)}${failed}\n`;
  }
  const lines = [...failure.message.split('\n'), ...placeLines(failure.place)];
  if (failure.records.length > 0) {
    lines.push(
      `last records about ${failure.about.join(', ')}:`,
      ...failure.records.map((record) => dim(`  ${record}`)),
    );
  }
  lines.push(`reproduce: ${reproduce}`);
  return [`  ${red('✗')} ${oneLine(name)}`, ...lines.map((line) => `      ${line}`), ''].join('\n');
}

function placeLines(place: Place | undefined): string[] {
  return place === undefined ? [] : [`at ${relative('.', place.file)}:${place.line}:${place.column}`];
}

export function summaryLine(all: readonly Played[]): string {
  const { green, red } = outputColours();
  const failed = all.filter(({ failure }) => failure !== undefined).length;
  const count = all.length === 1 ? '1 scenario' : `${all.length} scenarios`;
  return failed === 0 ? green(`${count} passed`) : red(`${failed} of ${count} failed`);
}

/** Everything but `hostSeconds` is the same on every machine. */
export function testReport(all: readonly Played[], status: number, { seed, failAllocation }: TestOptions): object {
  const failed = all.filter(({ failure }) => failure !== undefined).length;
  return {
    outcome: failed === 0 ? 'passed' : 'failed',
    exitCode: status,
    seed: seed ?? null,
    failAllocation: failAllocation ?? null,
    passed: all.length - failed,
    failed,
    scenarios: all.map(scenarioReport),
  };
}

function scenarioReport({ file, name, seconds, failure, allocations, reproduce }: Played): object {
  const outcome = failure === undefined ? 'passed' : 'failed';
  return {
    file,
    name,
    outcome,
    ...(allocations === undefined ? {} : { allocations }),
    ...(failure === undefined ? {} : failureReport(failure, reproduce)),
    hostSeconds: seconds,
  };
}

function failureReport({ message, place, about, records, seed, failAllocation }: Failure, reproduce: string): object {
  return {
    message,
    line: place?.line ?? null,
    column: place?.column ?? null,
    placeFile: place === undefined ? null : relative('.', place.file),
    seed: seed ?? null,
    failAllocation: failAllocation ?? null,
    threads: about,
    records,
    reproduce,
  };
}

/** A name may hold anything. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
