/** What allocators had, and when there was too little of it. */
import { WORD } from '../../../../kernel/journal/record.js';
import { isLive } from '../../../../kernel/state/table.js';
import { memoryAnswerGiven, shortageAsked, shortageClosed } from '../../../../kernel/transitions/shortage.js';
import { MEMORY_STATE } from '../../../../syscalls/options.js';
import { integer, type StoryTable, text } from '../table.js';

export const MEMORY: StoryTable = {
  name: 'memory',
  about: 'what was charged to allocators: a row for each step in which it became another amount, or the quota did',
  columns: [
    integer('seq', 'the step'),
    integer('time', 'ns'),
    integer('allocator', 'its koid'),
    integer('used', 'bytes that are charged to it after the step'),
    integer('quota', 'bytes that it may have'),
    integer('lent', 'bytes of that which are the quotas of allocators below it'),
  ],
  rows: ({ state }, add) => {
    const known = new Map<number, string>();
    return {
      step: ({ seq, time }) => {
        const { allocators: t } = state;
        for (let row = 0; row < t.rows.used; row++) {
          if (!isLive(t, row)) continue;
          const [used, quota, lent] = [t.charged[row], t.quota[row], t.childrenQuota[row]];
          const now = `${used} ${quota} ${lent}`;
          const koid = t.koid[row];
          if (known.get(koid) === now) continue;
          known.set(koid, now);
          add([seq, time, koid, used, quota, lent]);
        }
      },
    };
  },
};

interface Shortage {
  readonly seq: number;
  readonly time: number;
  readonly kind: string;
  readonly bytes: number;
  rounds: number;
  answers: number;
  relieved: number;
}

export const SHORTAGES: StoryTable = {
  name: 'shortages',
  about: 'times in which an allocator had too little memory and its listeners were asked; those first that ended first',
  columns: [
    integer('allocator', 'koid of the allocator that had too little'),
    text('kind', 'pressure: over its soft mark; oom: a request failed or waits'),
    integer('bytes', 'that were asked for first'),
    integer('seq', 'the step in which it began'),
    integer('time', 'and the time, ns'),
    integer('end_seq', 'the step in which it ended; NULL: never'),
    integer('end_time', 'and the time, ns'),
    integer('rounds', 'how often listeners were asked'),
    integer('answers', 'how many answers there were'),
    integer('relieved', '1: an answer helped'),
  ],
  rows: ({ state }, add) => {
    const open = new Map<number, Shortage>();
    const over = (row: number, koid: number, seq: number | null, time: number | null): void => {
      const shortage = open.get(row);
      if (shortage === undefined) return;
      open.delete(row);
      const { kind, bytes, rounds, answers, relieved } = shortage;
      add([koid, kind, bytes, shortage.seq, shortage.time, seq, time, rounds, answers, relieved]);
    };
    return {
      before: ({ words }) => {
        if (words[WORD.TYPE] !== memoryAnswerGiven.number) return;
        const shortage = open.get(-state.registrations.owes[words[WORD.PAYLOAD]] - 1);
        if (shortage === undefined) return;
        shortage.answers++;
        if (words[WORD.PAYLOAD + 3] !== 0) shortage.relieved = 1;
      },
      after: ({ words }) => {
        const row = words[WORD.PAYLOAD];
        const { seq, time } = state;
        if (words[WORD.TYPE] === shortageClosed.number) over(row, state.allocators.koid[row], seq, time);
        if (words[WORD.TYPE] !== shortageAsked.number) return;
        const known = open.get(row);
        if (known !== undefined) known.rounds++;
        else {
          const kind = words[WORD.PAYLOAD + 2] === MEMORY_STATE.PRESSURE ? 'pressure' : 'oom';
          const bytes = words[WORD.PAYLOAD + 4] >>> 0;
          open.set(row, { seq, time, kind, bytes, rounds: 1, answers: 0, relieved: 0 });
        }
      },
      end: () => {
        for (const row of [...open.keys()]) over(row, state.allocators.koid[row], null, null);
      },
    };
  },
};
