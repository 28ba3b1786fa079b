/** Transitions of what comes from outside (law 4): recorded when it goes in, with everything that it brings. */
import { transition } from '../state/transition.js';

const nothing = (): void => {
  // The devices take it; what they make of it comes by interrupts.
};

/** Bytes that one record holds. */
export const TYPED_BYTES = 28;

export const bytesTyped = transition(
  'bytes_typed',
  {
    about: 'Bytes went into the UART: `count` of them, at most 28, four a word, the first in the low byte.',
    class: 'input',
    fields: ['count', 'bytes0', 'bytes4', 'bytes8', 'bytes12', 'bytes16', 'bytes20', 'bytes24'],
    formats: {
      bytes0: 'hexadecimal',
      bytes4: 'hexadecimal',
      bytes8: 'hexadecimal',
      bytes12: 'hexadecimal',
      bytes16: 'hexadecimal',
      bytes20: 'hexadecimal',
      bytes24: 'hexadecimal',
    },
  },
  nothing,
);

export const inputEnded = transition(
  'input_ended',
  { about: 'Nothing more will go into the UART: it lost its carrier.', class: 'input', fields: [] },
  nothing,
);

export const lineSet = transition(
  'line_set',
  { about: 'The wire of an interrupt line went high (1) or low (0).', class: 'input', fields: ['line', 'high'] },
  nothing,
);
