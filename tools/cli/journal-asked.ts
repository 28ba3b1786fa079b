/** `tocsin journal --sql` and its larger exports: a worker does it, so that Ctrl-C ends also what would never end by itself. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { openAndCheck } from '../recording/opened.js';
import { whyNot } from '../toolchain/input.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { JournalOptions } from './journal-command.js';
import type { Said, Task, WorkerData } from './journal-task.js';
import { outputFile, STANDARD_OUTPUT } from './output-file.js';
import { say } from './standard-streams.js';

/** A longer question than this nobody asks. */
const LONGEST_QUERY = 1 << 20;

/** Options that say which records are printed. */
const FILTERS = ['type', 'class', 'object', 'thread', 'process', 'from', 'to', 'cause'] as const;

export async function ask(file: string, options: JournalOptions, takeInterrupts: () => void): Promise<number> {
  const task = taskOf(options);
  const recording = openAndCheck(file);
  let images = {};
  if (recording.description.content !== 'all') {
    // It has to be run again, as `tocsin replay` does it.
    const { imagesFor, refuseNewer } = await import('../recording/replayable.js');
    refuseNewer(file, recording);
    images = imagesFor(file, recording, options.image ?? []);
  }
  const output = options.output === undefined ? STANDARD_OUTPUT : outputFile(options.output, file);
  const printed = new Int32Array(new SharedArrayBuffer(4));
  takeInterrupts();
  const worker = new Worker(new URL('../journal-worker.js', import.meta.url), {
    workerData: { file, task, images, printed } satisfies WorkerData,
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      let order = Promise.resolve();
      const take = async (said: Said): Promise<void> => {
        switch (said.kind) {
          case 'refused':
            throw new Refusal(said.message);
          case 'done':
            output.finish();
            if (said.cut !== undefined) say(`tocsin: ${file}: ${said.cut}`);
            resolve(EXIT.OK);
            break;
          case 'text':
            await output.write(said.text);
            // What is wrong with standard output is said at the end of every command.
            if (output.hasFailed) resolve(EXIT.OK);
            Atomics.add(printed, 0, 1);
            Atomics.notify(printed, 0);
        }
      };
      worker.on('message', (said: Said) => {
        order = order.then(() => take(said));
        order.catch(reject);
      });
      worker.on('error', reject);
      process.once('SIGINT', () => {
        say(`tocsin: ${task.kind === 'sql' ? '--sql' : '--export'}: interrupted`);
        resolve(EXIT.INTERRUPTED);
      });
    });
  } finally {
    output.discard();
    await worker.terminate();
  }
}

function taskOf(options: JournalOptions): Task {
  const { sql, json = false } = options;
  const kind = sql === undefined ? options.export : 'sql';
  const word = sql === undefined ? `--export ${kind}` : '--sql';
  const filter = FILTERS.find((name) => options[name] !== undefined);
  if (filter !== undefined)
    throw new Refusal(`--${filter} does not go with ${word}${sql === undefined ? '' : ': use WHERE'}`);
  if (options.follow) throw new Refusal(`--follow does not go with ${word}, which needs the end of the recording`);
  if (sql === undefined) return { kind: kind === 'otlp' ? 'otlp' : 'perfetto' };
  const query = sql === '-' ? readQuery() : sql;
  if (query.length > LONGEST_QUERY) throw new Refusal(`--sql: the query has more than ${LONGEST_QUERY} characters`);
  return { kind: 'sql', query, json };
}

function readQuery(): string {
  try {
    return readFileSync(0, 'utf8');
  } catch (error) {
    throw new Refusal(`--sql -: standard input: ${whyNot(error)}`);
  }
}
