/**
 * What recording adds to a run, in one process: two systems run the same guest, one is recorded into a file, in short turns by fours
 * (with, without, without, with). A guest that ends is booted anew. Prints one line of JSON: the percentage of time that recording
 * adds, as the median over the fours, and how many bytes a record takes in the file besides what does not depend on the run.
 *
 * Arguments: ELF, `outside` or `all`, seconds of warm-up, seconds, a folder to write into.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { LIBRARY } from '../build.js';

/** Instructions in a turn. */
const TURN = 500_000;

const [elf, content, warmUp, seconds, folder] = process.argv.slice(2);
const { Recorder, System, parseElf } = (await import(pathToFileURL(LIBRARY).href)) as typeof import('../../library.js');
const bytes = readFileSync(elf);
const image = parseElf(bytes);
const options = {
  name: 'guest',
  arguments: ['guest'],
  memoryBytes: 64 << 20,
  overcommit: 0,
  quantum: 50_000,
  seed: null,
  failAllocation: null,
};

interface Run {
  readonly system: ReturnType<typeof System.boot>;
  readonly recorder: InstanceType<typeof Recorder> | undefined;
  readonly file: number;
  /** Bytes that were written, and those of what does not depend on the run. */
  readonly written: { all: number; head: number };
}

let number = 0;
let total = { bytes: 0, records: 0 };

function boot(isRecorded: boolean): Run {
  const path = join(folder, `recording-${number++}`);
  const file = isRecorded ? openSync(path, 'w') : -1;
  if (isRecorded) rmSync(path);
  const written = { all: 0, head: 0 };
  const recorder = isRecorded
    ? new Recorder({
        tocsin: 'bench',
        all: content === 'all',
        options,
        images: { program: bytes },
        write: (part) => {
          written.all += writeSync(file, part);
        },
        sha256: (...parts) => {
          const hash = createHash('sha256');
          for (const part of parts) hash.update(part);
          return hash.digest();
        },
      })
    : undefined;
  written.head = written.all;
  const system = System.boot({
    image,
    name: options.name,
    arguments: options.arguments,
    memoryBytes: options.memoryBytes,
    // As `tocsin run` does: only who records pays for the hash.
    journal: { hashed: isRecorded },
    ...(recorder === undefined ? {} : { recorder }),
    onOutput: () => {},
  });
  return { system, recorder, file, written };
}

/** A turn, and the seconds that an instruction took. */
function turn(runs: { now: Run }): number {
  const { system, recorder } = runs.now;
  const before = system.instructions;
  const begin = performance.now();
  const outcome = system.run(TURN);
  recorder?.flush(false);
  const took = (performance.now() - begin) / 1000;
  const executed = system.instructions - before;
  if (outcome.kind !== 'limit') {
    finish(runs.now);
    runs.now = boot(recorder !== undefined);
  }
  return took / executed;
}

function finish({ system, recorder, file, written }: Run): void {
  if (recorder === undefined) return;
  recorder.finish('exited');
  closeSync(file);
  total = { bytes: total.bytes + written.all - written.head, records: total.records + system.records };
}

const recorded = { now: boot(true) };
const plain = { now: boot(false) };

/** The median of what four turns gave, as a percentage. */
function percentMore(duration: number): number {
  const more: number[] = [];
  const end = performance.now() + duration * 1000;
  while (performance.now() < end) {
    const [with1, without1, without2, with2] = [recorded, plain, plain, recorded].map(turn);
    more.push(((with1 + with2) / (without1 + without2) - 1) * 100);
  }
  return more.sort((a, b) => a - b)[more.length >> 1];
}

percentMore(Number(warmUp));
const percent = percentMore(Number(seconds));
finish(recorded.now);
console.log(JSON.stringify({ percent, bytesPerRecord: total.bytes / total.records, records: total.records }));
