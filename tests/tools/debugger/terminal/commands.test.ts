/** Each command that help names does what help says, over a real system. */
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../tools/debugger/terminal/commands/all.js';
import { INFOS } from '../../../../tools/debugger/terminal/commands/info.js';
import { conversation } from './conversation.js';
import { ROWS } from './rows.js';

describe('each command', () => {
  test.each(
    ROWS.map(
      (row) => [`${row.of}: ${[...(row.before ?? []), row.say, ...(row.after ?? [])].join('; ')}`, row] as const,
    ),
  )('%s', async (_, { program = 'inventory.c', before = [], say, more = [], after = [], expects }) => {
    const talk = await conversation(program, { console: true });
    for (const line of before) await talk.say(line);
    let said = await talk.say(say, ...more);
    for (const line of after) said = await talk.say(line);
    expect(said).toMatch(expects);
  });

  test('each command of help, and each of info, has a row', () => {
    const wanted = [...COMMANDS.map(({ name }) => name), ...INFOS.map(({ name }) => `info ${name}`)];
    const shown = new Set(ROWS.map(({ of }) => of));
    expect(wanted.filter((name) => !shown.has(name))).toEqual([]);
  });
});
