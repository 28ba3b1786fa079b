/** What gdb shows of a thread besides its name: `philosophers: waits for lock #9, held by Socrates #7`. */
import type { DebuggedThread } from '../debuggee.js';
import type { World } from './world.js';

export function threadText(world: World, { process, state, waits, isScript }: DebuggedThread): string {
  const name = world.processes.find(({ koid }) => koid === process)?.name;
  const what = waits !== '' ? waits : `${state === 'new' ? 'not started' : state}${isScript ? ', a script' : ''}`;
  return `${name === undefined || name === '' ? `#${process}` : name}: ${what}`;
}
