/** The thread in which `tocsin journal` answers queries and makes exports. A bundle of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type Recording, RecordingError } from '../../kernel/index.js';
import { writeOtlp } from '../recording/export/otlp.js';
import { writePerfetto } from '../recording/export/perfetto.js';
import { cutText, openAndCheck } from '../recording/opened.js';
import { hostSha256 } from '../recording/recording-file.js';
import { jsonText, tableText } from '../recording/sql/answer-text.js';
import { RecordedDatabase, SqlError } from '../recording/sql/database.js';
import { BUILT_ENGINE } from '../recording/sql/engine-file.js';
import { withEveryRecord } from '../recording/whole.js';
import { findGuestFiles } from '../toolchain/guest-files.js';
import { Refusal } from './failure.js';
import type { Said, WorkerData } from './journal-task.js';

/** Characters of a portion, and how many portions may be on their way. */
const PORTION = 1 << 16;
const ON_THEIR_WAY = 8;

const { file, task, images, printed } = workerData as WorkerData;
let sent = 0;
let portion = '';

function say(said: Said): void {
  parentPort?.postMessage(said);
}

function send(): void {
  if (portion === '') return;
  say({ kind: 'text', text: portion });
  portion = '';
  sent++;
  for (let done = Atomics.load(printed, 0); sent - done > ON_THEIR_WAY; done = Atomics.load(printed, 0))
    Atomics.wait(printed, 0, done);
}

function write(text: string): void {
  portion += text;
  if (portion.length >= PORTION) send();
}

async function work(recording: Recording): Promise<void> {
  const { kind } = task;
  if (kind === 'perfetto') writePerfetto(recording, write);
  else if (kind === 'otlp') writeOtlp(recording, write);
  else {
    const engine = readFileSync(join(findGuestFiles().folder, '..', BUILT_ENGINE));
    const answer = (await RecordedDatabase.open(recording, engine)).query(task.query);
    for (const part of task.json ? jsonText(answer) : tableText(answer)) write(part);
  }
}

try {
  const given = openAndCheck(file);
  await work(withEveryRecord(given, images, hostSha256));
  send();
  say({ kind: 'done', cut: cutText(given) });
} catch (error) {
  if (error instanceof SqlError) say({ kind: 'refused', message: `--sql: ${error.message}` });
  else if (error instanceof RecordingError) say({ kind: 'refused', message: `${file}: ${error.message}` });
  else if (error instanceof Refusal) say({ kind: 'refused', message: error.message });
  else throw error;
}
