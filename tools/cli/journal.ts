/** `tocsin journal`: the records of a recording. */
import { type RecordedRecord, type Recording, RecordingError } from '../../kernel/index.js';
import { FollowedRecording } from '../recording/followed.js';
import { NamedObjects } from '../recording/named-objects.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { JournalOptions } from './journal-command.js';
import { nearest } from './nearest.js';
import { outputFile, STANDARD_OUTPUT } from './output-file.js';
import { print, say } from './standard-streams.js';

/** Text that is gathered before it is written. */
const PORTION = 1 << 16;

const COLUMNS = ['index', 'seq', 'time', 'cause', 'actor', 'instructions', 'class', 'type', 'fields'] as const;

export async function journal(
  file: string | undefined,
  options: JournalOptions,
  takeInterrupts: () => void,
): Promise<number> {
  if (options.sqlSchema) {
    const { schemaText } = await import('../recording/sql/schema-text.js');
    print(schemaText());
    return EXIT.OK;
  }
  if (file === undefined) throw new Refusal("missing required argument 'file'");
  if (options.sql !== undefined || options.export === 'perfetto' || options.export === 'otlp') {
    const { ask } = await import('./journal-asked.js');
    return ask(file, options, takeInterrupts);
  }
  for (const name of ['json', 'image'] as const)
    if (options[name] !== undefined) throw new Refusal(`--${name} goes with --sql or an export that asks for it`);
  return printRecords(file, options);
}

async function printRecords(file: string, options: JournalOptions): Promise<number> {
  const followed = options.follow
    ? await FollowedRecording.open(file).catch((error) => refused(file, error))
    : undefined;
  const recording = followed?.recording ?? openAndCheck(file);
  const isWanted = inFile(file, () => filter(file, recording, options));
  const text = printer(recording, options.export);
  const output = options.output === undefined ? STANDARD_OUTPUT : outputFile(options.output, file);
  try {
    let portion = options.export === 'csv' ? `${COLUMNS.join(',')}\n` : '';
    const send = async (): Promise<void> => {
      if (portion !== '') await output.write(portion);
      portion = '';
    };
    for await (const record of followed?.records() ?? recording.records()) {
      if (record !== undefined && isWanted(record)) portion += text(record);
      if (record === undefined || portion.length >= PORTION) await send();
      if (output.hasFailed) return EXIT.OK;
    }
    await send();
    output.finish();
  } catch (error) {
    refused(file, error);
  } finally {
    output.discard();
    followed?.close();
  }
  const cut = followed === undefined ? cutText(recording) : undefined;
  if (cut !== undefined) say(`tocsin: ${file}: ${cut}`);
  return EXIT.OK;
}

/** What is wrong with a recording, said of its file. */
function refused(file: string, error: unknown): never {
  throw error instanceof RecordingError ? new Refusal(`${file}: ${error.message}`) : error;
}

function printer(recording: Recording, format: JournalOptions['export']): (record: RecordedRecord) => string {
  switch (format) {
    case 'jsonl':
      return ({ block: _, ...record }) => `${JSON.stringify(record)}\n`;
    case 'csv':
      return (record) => {
        const cells = COLUMNS.map((column) =>
          column === 'fields' ? quoted(JSON.stringify(record.fields)) : String(record[column] ?? ''),
        );
        return `${cells.join(',')}\n`;
      };
    default:
      return (record) => `${recording.line(record)}\n`;
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
