/** Transitions that say what a step was: how the machine was booted, a call, a trap, a choice. */
import { transition } from '../state/transition.js';

const nothing = (): void => {
  // Only seq and time move, which every record carries.
};

export const booted = transition(
  'booted',
  {
    about:
      'The machine started: frames of RAM, quantum in instructions, seed (0: none), hash of the image and its arguments, pages by which quotas may exceed RAM.',
    class: 'input',
    fields: ['frames', 'quantum', 'seed', 'image0', 'image1', 'image2', 'image3', 'overcommit'],
    formats: { image0: 'hexadecimal', image1: 'hexadecimal', image2: 'hexadecimal', image3: 'hexadecimal' },
  },
  nothing,
);

/** In the `call` record, as the status of a call that has not ended: its thread waits. `thread_unblocked` says how it ended. */
export const CALL_WAITS = 0x7fff;
/** And of one that ended its thread. */
export const NO_RETURN = 0x7ffe;
/** And of one that changed nothing, and is made again when its thread goes on. */
export const CALL_REPEATS = 0x7ffd;

export const called = transition(
  'call',
  {
    about:
      'A thread made a system call. `number_status`: the number in the low half, the status in the high half (0x7fff: it waits; 0x7ffd: it will be made again). It follows what the call changed.',
    fields: ['number_status', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
    formats: {
      number_status: 'call',
      a0: 'hexadecimal',
      a1: 'hexadecimal',
      a2: 'hexadecimal',
      a3: 'hexadecimal',
      a4: 'hexadecimal',
      a5: 'hexadecimal',
    },
  },
  nothing,
);

export const trapped = transition(
  'trap',
  {
    about:
      'A trap that is no system call: a fault of a thread, a page to be backed, the timer, or an interrupt, whose line is the value.',
    fields: ['cause', 'pc', 'value'],
    formats: { cause: 'hexadecimal', pc: 'hexadecimal', value: 'hexadecimal' },
  },
  nothing,
);

export const systemHalted = transition(
  'system_halted',
  { about: 'A program stopped the machine, with this code.', fields: ['code'] },
  (s, code) => {
    s.halted = 1;
    s.haltCode = code;
  },
);

export const chosen = transition(
  'choice',
  { about: 'Something could go `count` ways and went this way.', class: 'choice', fields: ['kind', 'count', 'picked'] },
  nothing,
);
