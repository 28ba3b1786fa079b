/** `tocsin journal --sql`, as a person's shell drives it. What is asked of programs is in `tests/userland/questions.test.ts`. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { opened, record } from '../../kernel/recording/recorded.js';
import * as guests from '../guest-programs.js';
import { COMMAND, type Ended, ended, Folder, tocsin } from '../tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const run = record({ program: guests.READS_NULL, all: true });
folder.file('all.tocsin', run.bytes);
const hello = record({ program: guests.SAYS_HELLO, all: true });
folder.file('hello.tocsin', hello.bytes);
folder.file('null.elf', guests.READS_NULL);
const options = { seed: 3, quantum: 500 } as const;
const drive = (system: { run(most: number): { kind: string } }): string => system.run(20_000).kind;
folder.file('outside.tocsin', record({ program: guests.TALKS_FOR_EVER, options, drive }).bytes);
const named = record({ program: guests.READS_NULL, namesImages: true }).bytes;
folder.file('named.tocsin', named);
folder.file('cut.tocsin', run.bytes.subarray(0, run.bytes.length - 10));

function ask(sql: string, file = 'all.tocsin', more: readonly string[] = [], input = ''): Ended {
  return tocsin(['journal', '--sql', sql, ...more, file], { folder: folder.path, input });
}

function rows(sql: string, file?: string, more: readonly string[] = []): unknown {
  const { stdout, stderr } = ask(sql, file, ['--json', ...more]);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const hash = (): string =>
  createHash('sha256')
    .update(readFileSync(folder.at('all.tocsin')))
    .digest('hex');

describe('a query', () => {
  it('is answered with a table for people', () => {
    const { status, stdout, stderr } = ask('SELECT koid, name, reason FROM processes');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('koid  name  reason\n----  ----  ------\n   3  test  fault\n(1 row)\n');
  });

  it('is answered with JSON for programs, and comes from standard input', () => {
    const question = 'SELECT 1 AS a, NULL AS a, x\'00ff\' AS "b c", 1e999 AS d; -- and a comment\n';
    const { status, stdout } = ask('-', 'all.tocsin', ['--json'], question);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([{ a: 1, a_2: null, 'b c': '00ff', d: null }]);
    expect(JSON.parse(ask('SELECT 1 WHERE 0', 'all.tocsin', ['--json']).stdout)).toEqual([]);
  });

  it('sees each record as `tocsin journal` prints it', () => {
    const lines = (rows('SELECT line FROM records ORDER BY idx') as { line: string }[]).map(({ line }) => line);
    expect(lines).toEqual(run.system.kernel.journal.tail(1_000_000));
  });

  it('sees the fields of a record by name, in the view of its type and as JSON', () => {
    const traps = [...opened(run.bytes).records()].filter(({ type }) => type === 'trap');
    const expected = traps.map(({ seq, fields }) => ({ seq, cause: fields.cause, pc: fields.pc >>> 0 }));
    expect(rows('SELECT seq, cause_field AS cause, pc FROM trap ORDER BY idx')).toEqual(expected);
    const json =
      "SELECT seq, fields ->> 'cause' AS cause, fields ->> 'pc' AS pc FROM records WHERE type = 'trap' ORDER BY idx";
    expect(rows(json)).toEqual(expected);
    const text = hello.system.kernel.journal.tail(1_000_000).join('\n');
    const calls = [...text.matchAll(/ call (\w+)=(\w[\w ]*?) a0=/g)].map(([, name, status]) => ({ name, status }));
    expect(calls.length).toBeGreaterThan(1);
    expect(rows('SELECT name, status FROM call ORDER BY idx', 'hello.tocsin')).toEqual(calls);
  });

  it('of a recording with inputs and choices only is answered after a replay', () => {
    expect(rows('SELECT count(*) AS n FROM choices', 'outside.tocsin')).toEqual(
      rows("SELECT count(*) AS n FROM records WHERE class = 'choice'", 'outside.tocsin'),
    );
    const counted = rows("SELECT count(*) AS n FROM records WHERE class = 'state'", 'outside.tocsin') as {
      n: number;
    }[];
    expect(counted[0].n).toBeGreaterThan(100);
  });

  it('of one that only names its program needs it', () => {
    const without = ask('SELECT 1', 'named.tocsin');
    expect(without).toMatchObject({ status: 2, stdout: '' });
    expect(without.stderr).toMatch(/^tocsin: named.tocsin: only names its program, .*: give it with --image\n$/);
    expect(rows('SELECT reason FROM processes', 'named.tocsin', ['--image', 'null.elf'])).toEqual([
      { reason: 'fault' },
    ]);
  });

  it('of one that was cut off is answered with what is left, and the cut said', () => {
    const { status, stdout, stderr } = ask('SELECT count(*) > 10 AS many FROM records', 'cut.tocsin');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'many\n----\n   1\n(1 row)\n' });
    expect(stderr).toMatch(/^tocsin: cut.tocsin: the recording is not whole \(.*torn.*\n$/);
  });

  it('is written to a file, whole or not at all', () => {
    const words = ['--output', 'answer.json', '--json'];
    expect(ask('SELECT 7 AS n', 'all.tocsin', words)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(JSON.parse(readFileSync(folder.at('answer.json'), 'utf8'))).toEqual([{ n: 7 }]);
    expect(ask('SELECT nothing', 'all.tocsin', words).status).toBe(2);
    expect(JSON.parse(readFileSync(folder.at('answer.json'), 'utf8'))).toEqual([{ n: 7 }]);
    expect(ask('SELECT 1', 'all.tocsin', ['--output', 'no/folder.txt']).stderr).toBe(
      'tocsin: no/folder.txt: the folder does not exist\n',
    );
  });
});

describe('what cannot be answered is one line and status 2, and the recording is what it was:', () => {
  writeFileSync(folder.at('empty.sql'), ' -- nothing\n');
  it.each<[string, readonly string[], RegExp]>([
    ['what is no SQL', ['--sql', 'selec 1'], /--sql: near "selec": syntax error$/],
    ['no such table', ['--sql', 'SELECT * FROM nowhere'], /--sql: no such table: nowhere$/],
    ['no such column', ['--sql', 'SELECT nobody\nFROM calls'], /--sql: no such column: nobody$/],
    ['nothing', ['--sql', '-- nothing'], /--sql: there is no query in it$/],
    ['more than one', ['--sql', 'SELECT 1; SELECT 2'], /--sql: it has more than one statement/],
    ['DELETE', ['--sql', 'DELETE FROM records'], /--sql: cannot modify records because it is a view$/],
    [
      'UPDATE',
      ['--sql', 'UPDATE record SET seq = 1'],
      /--sql: it would change the database: a recording is only read$/,
    ],
    ['DROP', ['--sql', 'DROP TABLE calls'], /--sql: it would change the database: a recording is only read$/],
    ['CREATE', ['--sql', 'CREATE TABLE mine(a)'], /--sql: it would change the database: a recording is only read$/],
    ['an error while it runs', ['--sql', "SELECT json('{')"], /--sql: malformed JSON$/],
    ['a filter beside it', ['--sql', 'SELECT 1', '--type', 'call'], /--type does not go with --sql: use WHERE$/],
    ['--follow beside it', ['--sql', 'SELECT 1', '--follow'], /--follow does not go with --sql, which needs the end/],
    ['--image without it', ['--image', 'x.elf'], /--image goes with --sql/],
    [
      'the recording as its output',
      ['--sql', 'SELECT 1', '--output', 'all.tocsin'],
      /is the recording itself, which is never/,
    ],
    [
      'the same by another name',
      ['--sql', 'SELECT 1', '--output', 'link.tocsin'],
      /is the recording itself, which is never/,
    ],
  ])('%s', (_, words, text) => {
    if (!existsSync(folder.at('link.tocsin'))) symlinkSync('all.tocsin', folder.at('link.tocsin'));
    const before = hash();
    const { status, stdout, stderr } = tocsin(['journal', ...words, 'all.tocsin'], { folder: folder.path });
    expect(stderr).toMatch(/^tocsin: [^\n]+\n$/);
    expect(stderr.trimEnd()).toMatch(text);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(hash()).toBe(before);
  });

  it('no file', () => {
    expect(tocsin(['journal', '--sql', 'SELECT 1']).stderr).toBe("tocsin: missing required argument 'file'\n");
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk', () => {
    expect(ask('SELECT 1', 'all.tocsin', ['--output', '/dev/full'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'tocsin: /dev/full: no space left on device\n',
    });
    const words = ['journal', '--sql', 'SELECT 1', folder.at('all.tocsin')];
    const command = [process.execPath, COMMAND, ...words].map((word) => `'${word}'`).join(' ');
    const { status, stderr } = spawnSync('bash', ['-c', `exec ${command} > /dev/full`], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 74, stderr: 'tocsin: standard output: no space left on device\n' });
  });
});

describe('a query that never ends', () => {
  const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT';

  it('ends with Ctrl-C though it says nothing', async () => {
    // With one row on its way the query is running when the signal comes.
    const query = `${ENDLESS} i FROM n WHERE i % 1000000 = 0 OR i < 40000`;
    const child = spawn(process.execPath, [COMMAND, 'journal', '--sql', query, folder.at('all.tocsin')]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    const { status, stderr } = await ended(child);
    expect({ status, stderr }).toEqual({ status: 130, stderr: 'tocsin: --sql: interrupted\n' });
  });

  it('ends when its reader goes away', () => {
    const words = [process.execPath, COMMAND, 'journal', '--sql', `${ENDLESS} i FROM n`, folder.at('all.tocsin')];
    const command = words.map((word) => `'${word}'`).join(' ');
    const { stdout, stderr } = spawnSync('bash', ['-c', `${command} | head -3; echo \${PIPESTATUS[0]}`], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n').slice(2)).toEqual([expect.stringMatching(/^ *1$/), '141']);
  });
});

describe('--sql-schema', () => {
  it('prints every table and view with its columns, which are those that it has', () => {
    const { status, stdout } = tocsin(['journal', '--sql-schema']);
    expect(status).toBe(0);
    const described = [...stdout.matchAll(/^(\w+): .*\n((?: {2}\w+ +(?:text|integer) .*\n)+)/gm)].map(
      ([, name, columns]): [string, string[]] => [
        name,
        [...columns.matchAll(/^ {2}(\w+)/gm)].map(([, column]) => column),
      ],
    );
    expect(described.length).toBe(19);
    const columnsOf = described.map(([name]) => `SELECT '${name}' AS t, name FROM pragma_table_info('${name}')`);
    expect(rows(columnsOf.join(' UNION ALL '))).toEqual(
      described.flatMap(([t, columns]) => columns.map((name) => ({ t, name }))),
    );
  });

  it('prints the view of each type of record, which has these columns', () => {
    const { stdout } = tocsin(['journal', '--sql-schema']);
    const views = [...stdout.matchAll(/^ {2}(\w+)\((.*)\)$/gm)];
    expect(views.length).toBe(opened(run.bytes).schema.types.length);
    const some = views.filter(([, name]) => ['call', 'process_ended', 'thread_blocked', 'booted'].includes(name));
    const columnsOf = some.map(([, t]) => `SELECT '${t}' AS t, name FROM pragma_table_info('${t}') WHERE cid > 4`);
    expect(rows(columnsOf.join(' UNION ALL '))).toEqual(
      some.flatMap(([, t, columns]) => columns.split(', ').map((name) => ({ t, name }))),
    );
  });
});
