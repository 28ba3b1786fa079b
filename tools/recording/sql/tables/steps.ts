import { integer, orNull, type StoryTable, text } from '../table.js';

export const STEPS: StoryTable = {
  name: 'steps',
  about: 'what happened at once: a trap, an interrupt, an input, with all that it led to',
  columns: [
    integer('seq', 'which step, from 1 on'),
    integer('time', 'virtual time, ns'),
    integer('cause', 'the step that led to this one: the one that let its thread run; NULL: none'),
    integer('actor', 'koid of the thread that had the hart; NULL: none'),
    integer('process', 'koid of its process'),
    text('kind', 'boot, call, fault (also a page that is made when it is touched), timer, interrupt, input, outside'),
    text('what', 'the name of the call, of the trap, of the input, or the line of the interrupt'),
    integer('first', 'idx of its first record'),
    integer('records', 'how many records it has'),
  ],
  rows: (_, add) => ({
    step: ({ seq, time, cause, actor, process, kind, what, index, records }) =>
      add([seq, time, orNull(cause), orNull(actor), orNull(process), kind, what, index, records]),
  }),
};
