/** The table of README.md is true of the scenarios beside it: every PASS has one, and every scenario has its row. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));

interface Row {
  readonly suite: string;
  readonly names: readonly string[];
  readonly verdict: string;
  /** Our test, relative to this folder. */
  readonly file: string;
}

/** Rows of the suites that are told again: three cells, the first with names in code. */
function readRows(): Row[] {
  const text = readFileSync(join(HERE, 'README.md'), 'utf8');
  const rows: Row[] = [];
  let suite = '';
  let file = '';
  for (const line of text.slice(text.indexOf('## Suites of other kernels')).split('\n')) {
    if (line.startsWith('### ')) suite = line.slice(4).split(',')[0];
    else if (!line.startsWith('|')) file = /`([a-z0-9/-]+\.test\.ts)`/.exec(line)?.[1] ?? file;
    else if (line.startsWith('| `')) {
      const cells = line.slice(2, -2).split(' | ');
      if (cells.length !== 3) throw new Error(`not three cells: ${line}`);
      const [tests, , verdict] = cells;
      const names = [...tests.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
      const elsewhere = /^PASS[^;]*`(\.\.\/[^`]+)`/.exec(verdict)?.[1];
      rows.push({ suite, names, verdict, file: elsewhere ?? file });
    }
  }
  return rows;
}

/** The names of tests that the names of scenarios begin with: of every text that an `it` has, or a list of them. */
function toldIn(file: string): string[][] {
  const source = readFileSync(join(HERE, file), 'utf8');
  const titles = [...source.matchAll(/(?<=\s|\[|it\()'([A-Za-z][\w, -]*): /g)].map(([, title]) => title);
  return titles.map((title) => title.split(', '));
}

const rows = readRows();
const passing = rows.filter(({ verdict }) => verdict.startsWith('PASS'));

describe('the table of upstream suites', () => {
  it('each row passes, or says why it differs', () => {
    for (const { names, verdict } of rows) expect(verdict, names.join()).toMatch(/^PASS|^DIFFERS: \S/);
  });

  it('each PASS has its scenario', () => {
    for (const { names, file } of passing) {
      expect(existsSync(join(HERE, file)), file).toBe(true);
      if (file.startsWith('../')) continue;
      const told = new Set(toldIn(file).flat());
      for (const name of names) expect([...told], `${file}: ${name}`).toContain(name);
    }
  });

  it('each scenario has its row', () => {
    for (const folder of ['genode', 'liburing', 'linux', 'sel4', 'xv6', 'zircon'])
      for (const name of readdirSync(join(HERE, folder)).filter((each) => each.endsWith('.test.ts'))) {
        const file = `${folder}/${name}`;
        const listed = new Set(passing.filter((row) => row.file === file).flatMap(({ names }) => names));
        for (const told of toldIn(file).flat()) expect([...listed], `${file}: ${told}`).toContain(told);
      }
  });

  it('there are 80, of which 30 of Zircon, 10 of liburing and 15 of xv6', () => {
    const count = (suite?: string) => passing.filter((row) => suite === undefined || row.suite === suite).length;
    expect(count()).toBeGreaterThanOrEqual(80);
    expect(count('Zircon')).toBeGreaterThanOrEqual(30);
    expect(count('liburing')).toBeGreaterThanOrEqual(10);
    expect(count('xv6')).toBeGreaterThanOrEqual(15);
  });
});
