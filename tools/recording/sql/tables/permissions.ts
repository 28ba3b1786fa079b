/** Every change of what processes may do: handles that they get, give, lose, and rights that become fewer. */
import { WORD } from '../../../../kernel/journal/record.js';
import { koidOf } from '../../../../kernel/state/objects.js';
import { handleCopied, handleReceived, handleSent } from '../../../../kernel/transitions/channels.js';
import {
  handleBadged,
  handleClosed,
  handleGiven,
  handleOpened,
  handleReplaced,
} from '../../../../kernel/transitions/handles.js';
import { objectTypeName } from '../../../../syscalls/objects.js';
import { rightsText } from '../../../../syscalls/rights.js';
import { integer, orNull, type StoryTable, text } from '../table.js';

/** `closed` is noted before it is applied, all else after it. */
const CHANGES: ReadonlyMap<number, string> = new Map([
  [handleOpened.number, 'opened'],
  [handleReplaced.number, 'replaced'],
  [handleGiven.number, 'given'],
  [handleSent.number, 'sent'],
  [handleCopied.number, 'copied'],
  [handleReceived.number, 'received'],
  [handleBadged.number, 'badged'],
]);

export const PERMISSIONS: StoryTable = {
  name: 'permissions',
  about: 'changes of what processes may do: handles that came, went, or have fewer rights',
  columns: [
    integer('seq', 'the step'),
    integer('time', 'ns'),
    integer('actor', 'koid of the thread whose step it was; NULL: none'),
    text(
      'change',
      'opened (a new handle), replaced (fewer rights, another number), sent and copied (it is in a message), received, given (to another process), badged, closed',
    ),
    integer('process', 'koid of the process that has the handle then; NULL: it is in a message'),
    integer('handle', 'its number there'),
    integer('object', 'koid of what it names'),
    text('type', 'of that'),
    integer('rights', 'the rights, one bit each'),
    text('rights_names', 'and by name: READ|WRITE'),
    integer('rights_before', 'of `replaced`: the rights before'),
  ],
  rows: ({ state }, add) => {
    let before: number | null = null;
    const note = (words: Int32Array, change: string): void => {
      const { handles: h, processes, seq, time } = state;
      const row = words[WORD.PAYLOAD];
      const process = h.process[row];
      const [koid, value] = process < 0 ? [null, null] : [processes.koid[process], h.value[row]];
      const object = koidOf(state, h.type[row], h.object[row]);
      const rights = h.rights[row];
      add([
        ...[seq, time, orNull(words[WORD.ACTOR]), change, koid, value, orNull(object), objectTypeName(h.type[row])],
        ...[rights, rightsText(rights), before],
      ]);
    };
    return {
      before: ({ words }) => {
        const type = words[WORD.TYPE];
        if (type === handleReplaced.number) before = state.handles.rights[words[WORD.PAYLOAD]];
        else if (type === handleClosed.number) note(words, 'closed');
      },
      after: ({ words }) => {
        const change = CHANGES.get(words[WORD.TYPE]);
        if (change !== undefined) note(words, change);
        before = null;
      },
    };
  },
};
