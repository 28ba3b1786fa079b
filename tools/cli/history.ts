/** `tocsin history`: what the records of a recording come to. */
import {
  DERIVED_NAMES,
  DERIVED_VIEWS,
  type DerivedName,
  History,
  KeptRecords,
  type Recording,
  Replay,
  schemaDifference,
} from '../../kernel/index.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import { imagesFor } from '../recording/replayable.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { quoted, Refusal } from './failure.js';
import type { HistoryCommandOptions } from './history-command.js';
import { type Asked, historyText } from './history-text.js';
import { nearest } from './nearest.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import { print, say } from './standard-streams.js';

export async function history(file: string, words: readonly string[], options: HistoryCommandOptions): Promise<number> {
  const asked = questions(words);
  const recording = openAndCheck(file);
  const cut = cutText(recording);
  if (cut !== undefined) say(`tocsin: ${file}: ${cut}`);
  const isWhole = recording.description.content === 'all' && schemaDifference(recording.schema) === undefined;
  const { records, difference } = isWhole
    ? { records: inFile(file, () => recorded(file, recording)), difference: [] }
    : await replayed(file, recording, options.image ?? []);
  const seen = History.ofRecords(records, options.cache ? {} : { cacheBytes: 0 });
  for (const { name, key } of asked)
    if (key !== undefined && !seen.keys(DERIVED_VIEWS[name].key).includes(key))
      throw new Refusal(`${file}: there is no ${DERIVED_VIEWS[name].key} ${key}: ${known(seen, name)}`);
  if (options.json) {
    const views = asked.map(({ name, key }) => ({
      view: name,
      values: (key === undefined ? seen.all(name) : [[key, seen.get(name, key)] as const]).map(([koid, value]) => ({
        koid,
        name: seen.nameOf(koid),
        value,
      })),
    }));
    print(`${JSON.stringify({ records: records.count, replayed: !isWhole, views, cache: seen.figures ?? null })}\n`);
  } else print(historyText(seen, asked, options.most, outputColours()));
  for (const line of difference) say(`tocsin: ${line}`);
  return difference.length === 0 ? EXIT.OK : EXIT.FAILED;
}

/** Names of views, each perhaps with a koid behind it; without any, all of them. Throws Refusal. */
function questions(words: readonly string[]): readonly Asked[] {
  if (words.length === 0) return DERIVED_NAMES.map((name) => ({ name, key: undefined }));
  const asked: { name: DerivedName; key: number | undefined }[] = [];
  for (const word of words) {
    const last = asked.at(-1);
    const name = DERIVED_NAMES.find((one) => one === word);
    if (name !== undefined) asked.push({ name, key: undefined });
    else if (/^\d{1,10}$/.test(word) && last !== undefined && last.key === undefined && last.name !== 'locks')
      last.key = Number(word);
    else {
      const near = nearest(word.toLowerCase(), DERIVED_NAMES);
      const meant = near === undefined ? '' : ` (Did you mean ${near}?)`;
      throw new Refusal(`${quoted(word)} is no view${meant}; the views are ${DERIVED_NAMES.join(' ')}`);
    }
  }
  return asked;
}

function known(history: History, name: DerivedName): string {
  const keys = history.keys(DERIVED_VIEWS[name].key);
  if (keys.length === 0) return 'there are none';
  return `there are ${keys.slice(0, 12).join(' ')}${keys.length > 12 ? ' …' : ''}`;
}

/** The records of a recording that has them all. */
function recorded(file: string, recording: Recording): KeptRecords {
  const records = new KeptRecords();
  const reader = recording.reader();
  for (const _ of recording.read(reader)) keep(file, () => records.append(reader.words, 0, reader.words.length));
  return records;
}

/** The records that a replay of it makes; lines where it is not the recorded run. */
async function replayed(
  file: string,
  recording: Recording,
  images: readonly string[],
): Promise<{ records: KeptRecords; difference: readonly string[] }> {
  const replay = inFile(file, () => new Replay({ recording, images: imagesFor(file, recording, images) }));
  const records = new KeptRecords();
  const take = keep(file, () => records.follow(replay.system.kernel.journal));
  for (let slice = FIRST_SLICE; ; ) {
    const begun = performance.now();
    const outcome = keep(file, () => inFile(file, () => replay.run(slice)));
    keep(file, take);
    if (outcome.kind === 'different') return { records, difference: outcome.lines };
    if (outcome.kind !== 'limit') return { records, difference: [] };
    slice = nextSlice(slice, performance.now() - begun);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** There are more records than can be kept: a Refusal says so. */
function keep<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(`${file}: ${error.message}`);
    throw error;
  }
}
