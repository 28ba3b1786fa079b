/**
 * What is left of a system when everything in it has been killed: the rows of each table, and what is charged. More than of a
 * system that never did anything is a leak. For tests, and for reports; it ends the run.
 */
import { PAGE_BYTES } from '../syscalls/limits.js';
import { killJob } from './jobs.js';
import type { State } from './state/state.js';
import { System } from './system.js';
import { FIRST_JOB } from './tasks/process.js';

let nothing: string | undefined;

/** Kills every process, and says in one line what is left that should not be; undefined where nothing is. Throws KernelPanic. */
export function leaked(system: System): string | undefined {
  const left = remains(system);
  if (nothing === undefined) {
    const idle = System.boot({ name: 'nothing', memoryBytes: 1 << 20, script: function* () {} });
    idle.run();
    nothing = remains(idle);
  }
  return left === nothing ? undefined : `after the end there is ${left}; it should be ${nothing}`;
}

function remains(system: System): string {
  system.step(() => killJob(system.kernel, FIRST_JOB));
  system.check();
  return textOf(system.state);
}

/** `processes 1, …, 1,234 bytes charged`; tables without a row are left out, and frames that pay for the journal's cache. */
function textOf(state: State): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(state)) {
    if (typeof value !== 'object' || !('live' in value)) continue;
    const rows = name === 'frames' ? value.live - state.journalFrames : value.live;
    if (rows > 0) parts.push(`${name} ${rows}`);
  }
  const { charged, childrenQuota } = state.allocators;
  parts.push(
    `${charged[0] - state.journalFrames * PAGE_BYTES} bytes charged`,
    `${childrenQuota[0]} in quotas of others`,
  );
  return parts.join(', ');
}
