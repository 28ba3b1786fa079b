/**
 * What going through a run costs. Prints one line of JSON.
 *
 * `reverse-step`: after a run of so many instructions, ms to go to a random one and from there back by an instruction of the thread that
 * has the hart: `median` and `p95`; `step`: the median of the step alone, `going`: how much longer the run took with its past kept, in
 * percent; `snapshots` and `megabytes` that are kept.
 * `state-at`: ms for the kernel's state after a random step, in a journal of so many records: `median` and `p95`.
 *
 * Arguments: the executable, `reverse-step` or `state-at`, and how many instructions or records.
 */
import { readFileSync } from 'node:fs';
import { System, type SystemOptions, Timeline } from '../../../kernel/index.js';
import { parseElf, seededPick } from '../../../machine/index.js';
import { consoleDriver } from '../../toolchain/console-driver.js';

const [elf, what, amount] = process.argv.slice(2);
const JOURNEYS = 200;

async function options(capacity?: number): Promise<SystemOptions> {
  const driver = await consoleDriver(undefined);
  const journal = { hashed: false, ...(capacity === undefined ? {} : { capacity }) };
  const image = parseElf(new Uint8Array(readFileSync(elf)));
  return { name: 'guest', image, ...(driver === undefined ? {} : { console: parseElf(driver) }), journal };
}

function milliseconds(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

function at(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

function places(count: number): { readonly median: number; readonly p95: number; readonly journeys: number[] } {
  return { median: 0, p95: 0, journeys: Array.from({ length: JOURNEYS }, (_, i) => seededPick(1, i, count)) };
}

async function reverseSteps(instructions: number): Promise<object> {
  const given = await options();
  const plain = System.boot(given);
  const without = milliseconds(() => plain.run(instructions));
  const timeline = Timeline.boot(given);
  const within = milliseconds(() => timeline.run(instructions));
  const { snapshots, bytes } = timeline.memory;
  const steps: number[] = [];
  const all = places(instructions).journeys.map((place) =>
    milliseconds(() => {
      timeline.goToInstruction(place);
      const { state } = timeline.system;
      const thread = state.current < 0 ? 0 : state.threads.koid[state.current];
      steps.push(milliseconds(() => timeline.reverseStep(thread)));
    }),
  );
  all.sort((a, b) => a - b);
  steps.sort((a, b) => a - b);
  const going = (within / without - 1) * 100;
  return {
    median: at(all, 0.5),
    p95: at(all, 0.95),
    step: at(steps, 0.5),
    going,
    snapshots,
    megabytes: bytes / 2 ** 20,
  };
}

async function states(records: number): Promise<object> {
  const timeline = Timeline.boot(await options(2 ** Math.ceil(Math.log2(records))));
  while (timeline.system.records < records) if (timeline.run(1 << 18).kind !== 'limit') break;
  const { seq } = timeline.end;
  const all = places(seq - timeline.beginning.seq).journeys.map((place) =>
    milliseconds(() => timeline.stateAt(timeline.beginning.seq + place)),
  );
  all.sort((a, b) => a - b);
  return { median: at(all, 0.5), p95: at(all, 0.95), records: timeline.system.records };
}

console.log(JSON.stringify(await (what === 'state-at' ? states(Number(amount)) : reverseSteps(Number(amount)))));
