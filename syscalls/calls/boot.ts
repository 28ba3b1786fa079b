/** Calls: what only the boot process can do, and the early console. */
import type { CallRow } from './description.js';

export const BOOT = {
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
