/** The figures of a run: a few lines for people, one JSON object for programs. */
import {
  type BlockedThread,
  type Outcome,
  type System,
  type ThreadName,
  type Whereabouts,
  whereabouts,
} from '../../kernel/index.js';
import type { ElfImage } from '../../machine/elf.js';
import { errorColours } from './colours.js';
import { causeName, functionAt, waitText, whereaboutsText } from './outcome.js';
import type { RunOptions } from './run-command.js';
import { viewObjects } from './view-tables.js';

/** Why a run is over: the kernel's outcome, or somebody stopped it. Waiting for input is no end. */
export type Ending =
  | Exclude<Outcome, { kind: 'input' | 'stopped' }>
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'output closed' };

export function statistics(system: System, hostSeconds: number): string {
  const { dim } = errorColours();
  const mips = system.instructions / hostSeconds / 1e6;
  const rows = [
    ['instructions', `${grouped(system.instructions)} (${mips.toFixed(1)} million a second)`],
    ['virtual time', `${(system.time / 1e6).toFixed(3)} ms`],
    ['host time', `${(hostSeconds * 1e3).toFixed(1)} ms`],
    ['kernel steps', grouped(system.steps)],
    ['records', grouped(system.records)],
    ['memory', `${grouped(system.memoryPeak / 1024)} KiB at the most`],
    ['journal hash', system.journalHash() ?? 'not taken: --stats and --json take it'],
  ];
  return rows.map(([name, value]) => `${dim(name.padEnd(13))} ${value}\n`).join('');
}

/** The options of a run that its report names. */
export type ReportedOptions = Pick<RunOptions, 'seed' | 'quantum' | 'failAllocation' | 'memory' | 'overcommit' | 'ps'>;

/** Everything but `hostSeconds` is the same on every machine. */
export function jsonReport(
  system: System,
  image: ElfImage,
  ending: Exclude<Ending, { kind: 'output closed' }>,
  status: number,
  options: ReportedOptions,
  hostSeconds: number,
): object {
  return {
    outcome: ending.kind,
    exitCode: status,
    instructions: system.instructions,
    steps: system.steps,
    records: system.records,
    journalHash: system.journalHash(),
    time: system.time,
    seed: options.seed ?? null,
    quantum: options.quantum,
    failAllocation: options.failAllocation ?? null,
    memoryBytes: options.memory,
    overcommit: options.overcommit,
    memoryPeak: system.memoryPeak,
    ...details(ending, image, system),
    ...(options.ps ? { views: viewObjects(system) } : {}),
    hostSeconds,
  };
}

function details(ending: Ending, image: ElfImage, system: System): object {
  switch (ending.kind) {
    case 'exited':
      // The exit status has eight bits of it.
      return { code: ending.code };
    case 'halted':
      return { code: ending.code, ...(ending.epitaph === undefined ? {} : { epitaph: ending.epitaph }) };
    case 'fault': {
      const { cause, pc, address, thread } = ending;
      const fault = { cause, causeName: causeName(cause), pc, address, function: functionAt(pc, image) };
      return { fault: { ...fault, thread: threadReport(thread) } };
    }
    case 'blocked':
      return {
        threads: ending.threads.map((thread) => blockedReport(thread, image)),
        cycle: ending.cycle.map(threadReport),
      };
    case 'limit':
      return { threads: whereabouts(system.kernel).map((thread) => whereaboutsReport(thread, image)) };
    default:
      return {};
  }
}

function threadReport({ koid, name, process }: ThreadName): object {
  return { koid, name, process };
}

function blockedReport(thread: BlockedThread, image: ElfImage): object {
  return {
    ...threadReport(thread),
    on: thread.on,
    address: thread.address,
    object: thread.object ?? null,
    heldBy: thread.heldBy === undefined ? null : threadReport(thread.heldBy),
    text: waitText(thread, image),
  };
}

function whereaboutsReport(thread: Whereabouts, image: ElfImage): object {
  if (thread.state === 'blocked') return { state: thread.state, ...blockedReport(thread, image) };
  const pc = thread.state === 'new' ? null : (thread.pc ?? null);
  return { state: thread.state, ...threadReport(thread), pc, text: whereaboutsText(thread, image) };
}

/** `1,234,567` */
function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
