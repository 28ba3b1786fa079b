/** Calls: what only the boot process can do, and the early console. */
import { ROOT_OOM_ANSWER } from '../options.js';
import type { CallRow } from './description.js';

export const BOOT = {
  root_oom_wait: {
    number: 0xa0,
    area: 'boot',
    summary: 'The monitor answers for the machine that is out of frames, and waits until it is so again.',
    arguments: [
      {
        name: 'answer',
        kind: 'choice',
        values: ROOT_OOM_ANSWER,
        about:
          'To what the last call told: NONE the first time, FREED, KILL the job or process `koid`, or HALT the machine.',
      },
      { name: 'koid', kind: 'u32', about: 'What KILL ends; otherwise nobody looks at it.' },
      {
        name: 'tasks',
        kind: 'output',
        about: 'Where the next call tells of every process: an array of tocsin_oom_task, aligned to four.',
      },
      { name: 'len', kind: 'length', about: 'Bytes of the array; processes that do not fit are left out.' },
    ],
    results: [
      { name: 'wanted', kind: 'u32', about: 'Frames that somebody needs.' },
      {
        name: 'free',
        kind: 'u32',
        about: 'Frames that there are; for a request that waits at the root, those that the root has.',
      },
      { name: 'count', kind: 'u32', about: 'Processes that have not ended, but for this one; perhaps more than fit.' },
    ],
    errors: {
      BAD_STATE: 'An answer that nobody waits for: the time for it was over, and the machine has helped itself.',
      NOT_FOUND:
        'No job that was not killed, and no process that has not ended, is known by this koid. There may be time to try again.',
      NO_MEMORY: 'Not all pages of the process can be backed.',
    },
    description:
      'Only for the thread that was named as the monitor when the machine was booted; any other is ACCESS_DENIED, and so is KILL of ' +
      'what the monitor itself is in. Before the thread waits, every page that its process has mapped gets its frame and its entry ' +
      'in the page table, so that deciding needs no memory. While it decides no other thread runs, nobody is given memory, and it ' +
      'has 1,000,000 instructions: then, where it waits for anything else, and where its answer is not enough, the machine kills ' +
      'whom it would kill without a monitor.',
  },
  system_halt: {
    number: 0xa1,
    area: 'boot',
    summary: 'Stops the machine.',
    arguments: [
      {
        name: 'process',
        kind: 'handle',
        object: ['process'],
        rights: ['DESTROY'],
        about: 'The boot process; any other is ACCESS_DENIED.',
      },
      { name: 'code', kind: 'i32', about: 'What the machine ends with.' },
    ],
    results: [],
    errors: {},
    description: 'Does not return.',
  },
  debug_write: {
    number: 0xa2,
    area: 'boot',
    summary: 'Writes bytes to the early console.',
    arguments: [
      { name: 'buf', kind: 'input', text: true, about: 'The bytes.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {},
    description: 'The bytes of one call come out together.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
