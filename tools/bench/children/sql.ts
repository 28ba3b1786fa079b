/**
 * A question about a recording with a million records, in a process of its own: a guest is recorded in memory until there are so many,
 * and then the recording is opened as a database and asked. Prints one line of JSON: seconds until the records are there and counted,
 * and the same where what they mean (calls) is asked for.
 *
 * Arguments: ELF.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseElf, Recorder, Recording, recordingBytes, System } from '../../library.js';
import { RecordedDatabase } from '../../recording/sql/database.js';
import { engineFile } from '../../recording/sql/engine-file.js';

const RECORDS = 1_000_000;
const SLICE = 200_000;

const [elf] = process.argv.slice(2);
const program = readFileSync(elf);
const parts: Uint8Array[] = [];
const memoryBytes = 64 << 20;
const sha256 = (...given: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of given) hash.update(part);
  return hash.digest();
};
const recorder = new Recorder({
  tocsin: 'bench',
  all: true,
  options: {
    name: 'guest',
    arguments: ['guest'],
    memoryBytes,
    overcommit: 0,
    quantum: 50_000,
    seed: null,
    failAllocation: null,
  },
  images: { program },
  write: (bytes) => parts.push(bytes),
  sha256,
});
const system = System.boot({
  image: parseElf(program),
  name: 'guest',
  arguments: ['guest'],
  memoryBytes,
  recorder,
  onOutput: () => {},
});
while (system.records < RECORDS && system.run(SLICE).kind === 'limit') recorder.flush(false);
recorder.finish('limit');
if (system.records < RECORDS) throw new Error(`the guest ends after ${system.records} records`);
const recording = Recording.open(recordingBytes(Buffer.concat(parts)), sha256);
const engine = readFileSync(engineFile());

/** Seconds from nothing to the first answer. */
async function seconds(sql: string): Promise<number> {
  const begin = performance.now();
  const database = await RecordedDatabase.open(recording, engine);
  const [[count]] = [...database.query(sql).rows];
  if (!(Number(count) > 0)) throw new Error(`${sql}: nothing is there`);
  const took = (performance.now() - begin) / 1000;
  database.close();
  return took;
}

const records = await seconds('SELECT count(*) FROM records');
const calls = await seconds('SELECT count(*) FROM calls');
console.log(JSON.stringify({ records, calls, count: system.records }));
