/** `tocsin test`: runs scenarios one after the other, and says of each whether it passed. */
import { relative } from 'node:path';
import type { Failure } from '../scenario/failure.js';
import { failureOf } from '../scenario/failure.js';
import type { Scenario } from '../scenario/scenario.js';
import { EXIT } from './exit-status.js';
import { quoted, Refusal } from './failure.js';
import { print, say, standardOutput } from './standard-streams.js';
import type { TestOptions } from './test-command.js';
import { findScenarioFiles } from './test-files.js';
import { loadScenarios, prepareLoading } from './test-modules.js';
import { type Played, reportLines, summaryLine, testReport } from './test-report.js';
import { settled } from './test-settled.js';

interface Chosen {
  readonly file: string;
  readonly scenarios: readonly Scenario[];
}

export async function test(named: readonly string[], options: TestOptions): Promise<number> {
  const chosen = await choose(findScenarioFiles(named), options);
  const all: Played[] = [];
  for (const { file, scenarios } of chosen) {
    print(`${file}\n`);
    for (const scenario of scenarios) {
      const played = await play(file, scenario, options);
      all.push(played);
      print(reportLines(played));
      if (standardOutput.hasFailed) return EXIT.OUTPUT_CLOSED;
    }
  }
  print(`\n${summaryLine(all)}\n`);
  const status = all.every(({ failure }) => failure === undefined) ? EXIT.OK : EXIT.FAILED;
  if (options.json) say(JSON.stringify(testReport(all, status, options)));
  return status;
}

/** Everything is loaded before anything is run: a file that cannot be is no half of a result. */
async function choose(files: readonly string[], { filter = '' }: TestOptions): Promise<readonly Chosen[]> {
  await prepareLoading();
  const chosen: Chosen[] = [];
  for (const file of files) {
    const scenarios = (await loadScenarios(file)).filter(({ name }) => name.includes(filter));
    if (scenarios.length > 0) chosen.push({ file, scenarios });
  }
  if (chosen.length === 0) throw new Refusal(`no scenario has ${quoted(filter)} in its name`);
  return chosen;
}

async function play(file: string, scenario: Scenario, { seed }: TestOptions): Promise<Played> {
  const begun = performance.now();
  const failure = await settled(() => scenario.play(seed)).catch((error: unknown) => outside(error, scenario, seed));
  const seconds = (performance.now() - begun) / 1000;
  return { file, name: scenario.name, seconds, failure, reproduce: reproduction(file, scenario.name, failure) };
}

/** What `play` itself did not see: a promise that was never kept, an error that nobody caught. */
function outside(error: unknown, { place }: Scenario, seed: number | undefined): Failure {
  return failureOf(error, undefined, place, seed);
}

function reproduction(file: string, name: string, failure: Failure | undefined): string {
  const seed = failure?.seed === undefined ? '' : ` --seed ${failure.seed}`;
  return `tocsin test ${quoted(relative('.', file))} --filter ${quoted(name)}${seed}`;
}
