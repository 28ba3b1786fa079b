/** What `--sql-schema` prints, and SCHEMA.md: both from the tables themselves. */
import { TRANSITIONS } from '../../../kernel/index.js';
import { EXAMPLES } from './examples.js';
import type { Column } from './table.js';
import { fieldColumns } from './tables/records.js';
import { EVERYTHING } from './tables.js';

const INTRODUCTION = `The dialect is that of SQLite. Times are virtual: ns since boot. A koid is the number of an object, which is never used
again. What is not there (nobody, never, nothing) is NULL. A recording is only read. Names like "on" and "by" are words of SQL: they
need their quotes.`;

const OF_TYPES = `Each type of record has a view of its name: idx, seq, time, cause, actor as in \`records\`, and its fields. A field
that is called as one of these has \`_field\` behind its name; \`row\` is that of the kernel's table, which \`objects\` does not know.`;

/** As plain text. */
export function schemaText(): string {
  const lines = ['Tables for `tocsin journal --sql`', '', unwrapped(INTRODUCTION), ''];
  for (const { name, about, columns } of EVERYTHING) {
    lines.push(`${name}: ${about}`, ...columnLines(columns), '');
  }
  lines.push(unwrapped(OF_TYPES), '');
  for (const type of types()) lines.push(`  ${type.name}(${type.columns})`);
  lines.push('', 'Questions:', '');
  for (const { question, sql } of EXAMPLES) lines.push(`-- ${question}`, `${sql};`, '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function columnLines(columns: readonly Column[]): string[] {
  const width = Math.max(...columns.map(({ name }) => name.length));
  return columns.map(
    ({ name, type, about }) => `  ${name.padEnd(width)}  ${type === 'TEXT' ? 'text   ' : 'integer'}  ${about}`,
  );
}

/** The same as a page. */
export function schemaPage(): string {
  const lines = [
    '# Tables for `tocsin journal --sql`',
    '',
    'Written by `npm run generate` from the tables in this folder; `tocsin journal --sql-schema` prints the same.',
    '',
    INTRODUCTION,
    '',
  ];
  for (const { name, about, columns } of EVERYTHING) {
    lines.push(
      `## ${name}`,
      '',
      `${about[0].toUpperCase()}${about.slice(1)}.`,
      '',
      '| column | type | |',
      '| --- | --- | --- |',
    );
    for (const column of columns)
      lines.push(
        `| \`${column.name}\` | ${column.type === 'TEXT' ? 'text' : 'integer'} | ${column.about.replaceAll('|', '\\|')} |`,
      );
    lines.push('');
  }
  lines.push('## Types of records', '', OF_TYPES, '', '| view | fields | |', '| --- | --- | --- |');
  for (const { name, columns, about } of types())
    lines.push(`| \`${name}\` | ${columns} | ${about.replaceAll('|', '\\|')} |`);
  lines.push('', '## Twenty questions', '');
  for (const { question, sql } of EXAMPLES) lines.push(question, '', '```sql', sql, '```', '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function types(): readonly { readonly name: string; readonly columns: string; readonly about: string }[] {
  return TRANSITIONS.map(({ name, about, fields, formats, time }) => {
    const columns = fieldColumns({ fields, formats: formats as Record<string, never>, time: time ?? null });
    return { name, about, columns: columns.map(([column]) => column).join(', ') };
  });
}

function unwrapped(text: string): string {
  return text.replaceAll('\n', ' ');
}
