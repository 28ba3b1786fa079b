/** `tocsin journal`: the records of a recording. */
import type { RecordedRecord, Recording } from '../../kernel/index.js';
import { NamedObjects } from '../recording/named-objects.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { JournalOptions } from './journal-command.js';
import { nearest } from './nearest.js';
import { print, say, standardOutput } from './standard-streams.js';

/** Text that is gathered before it is written. */
const PORTION = 1 << 16;

const COLUMNS = ['index', 'seq', 'time', 'cause', 'actor', 'instructions', 'class', 'type', 'fields'] as const;

export async function journal(file: string, options: JournalOptions): Promise<number> {
  const recording = openAndCheck(file);
  const isWanted = inFile(file, () => filter(file, recording, options));
  const text = printer(recording, options.export);
  let portion = options.export === 'csv' ? `${COLUMNS.join(',')}\n` : '';
  const records = recording.records();
  for (;;) {
    const next = inFile(file, () => records.next());
    if (next.done === true || standardOutput.hasFailed) break;
    if (!isWanted(next.value)) continue;
    portion += text(next.value);
    if (portion.length < PORTION) continue;
    print(portion);
    portion = '';
    await standardOutput.settled();
  }
  print(portion);
  const cut = cutText(recording);
  if (cut !== undefined) say(`tocsin: ${file}: ${cut}`);
  return EXIT.OK;
}

function printer(recording: Recording, format: JournalOptions['export']): (record: RecordedRecord) => string {
  switch (format) {
    case undefined:
      return (record) => `${recording.line(record)}\n`;
    case 'jsonl':
      return ({ block: _, ...record }) => `${JSON.stringify(record)}\n`;
    case 'csv':
      return (record) => {
        const cells = COLUMNS.map((column) =>
          column === 'fields' ? quoted(JSON.stringify(record.fields)) : String(record[column] ?? ''),
        );
        return `${cells.join(',')}\n`;
      };
  }
}

/** RFC 4180. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Which records are wanted. It must see all of them, in order. Throws Refusal where the recording cannot say it. */
function filter(file: string, recording: Recording, options: JournalOptions): (record: RecordedRecord) => boolean {
  const { object, thread, process, from = 0, to = Number.POSITIVE_INFINITY, cause } = options;
  if (recording.description.content !== 'all' && (object ?? process) !== undefined)
    throw new Refusal(
      `${file}: has inputs and choices only, which do not say what objects there are: record with --record-all`,
    );
  const types = options.type === undefined ? undefined : typesOf(recording, options.type);
  const objects = object === undefined && process === undefined ? undefined : new NamedObjects();
  return (record) => {
    objects?.take(record);
    return (
      record.seq >= from &&
      record.seq <= to &&
      (types === undefined || types.has(record.type)) &&
      (options.class === undefined || options.class.has(record.class)) &&
      (thread === undefined || record.actor === thread) &&
      (cause === undefined || record.cause === cause) &&
      (process === undefined || objects?.processOf(record.actor) === process) &&
      (object === undefined || objects?.names(record, object) === true)
    );
  };
}

function typesOf({ schema }: Recording, list: string): ReadonlySet<string> {
  const known = schema.types.map(({ name }) => name);
  for (const name of list.split(',')) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new Refusal(
      `--type ${name}: there is no such record type${near === undefined ? '' : ` (Did you mean ${near}?)`}`,
    );
  }
  return new Set(list.split(','));
}
