/** What came from outside: the choices that were made, and the input. */
import { CHOICE } from '../../../../kernel/index.js';
import { WORD } from '../../../../kernel/journal/record.js';
import { bytesTyped, inputEnded, lineSet } from '../../../../kernel/transitions/inputs.js';
import { integer, type NamedQuery, type StoryTable, text } from '../table.js';

const kinds = Object.entries(CHOICE).map(([name, value]) => `WHEN ${value} THEN '${name.toLowerCase()}'`);

export const CHOICES: NamedQuery = {
  name: 'choices',
  about: 'what could have gone otherwise: the choices of a seed, and of allocations that were let fail',
  columns: [
    integer('seq', 'the step'),
    integer('time', 'ns'),
    integer('actor', 'koid of the thread whose step it was; NULL: none'),
    text('kind', 'what was chosen'),
    integer('count', 'how many ways there were'),
    integer('picked', 'which one was taken, from 0 on'),
  ],
  sql: `SELECT seq, time, actor, CASE kind ${kinds.join(' ')} ELSE kind END AS kind, count, picked FROM choice`,
};

export const INPUTS: StoryTable = {
  name: 'inputs',
  about: 'what came from outside: bytes that were typed, the end of the input, interrupt lines',
  columns: [
    integer('seq', 'the step'),
    integer('time', 'ns'),
    text('type', 'bytes_typed, input_ended, line_set'),
    text('bytes', 'of bytes_typed: up to 28 bytes, as text'),
    integer('line', 'of line_set: the interrupt line'),
    integer('high', 'of line_set: 1 high, 0 low'),
  ],
  rows: ({ state }, add) => {
    const decoder = new TextDecoder();
    return {
      after: ({ words }) => {
        const { seq, time } = state;
        const [first, second] = words.subarray(WORD.PAYLOAD);
        switch (words[WORD.TYPE]) {
          case bytesTyped.number: {
            const bytes = new Uint8Array(words.slice(WORD.PAYLOAD + 1).buffer);
            add([seq, time, bytesTyped.name, decoder.decode(bytes.subarray(0, Math.max(0, first))), null, null]);
            break;
          }
          case inputEnded.number:
            add([seq, time, inputEnded.name, null, null, null]);
            break;
          case lineSet.number:
            add([seq, time, lineSet.name, null, first, second]);
            break;
        }
      },
    };
  },
};
