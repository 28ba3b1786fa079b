/** `tocsin replay`: a recorded run, again. */
import { readFileSync } from 'node:fs';
import {
  hexadecimal,
  IMAGE_ROLES,
  type ImageRole,
  type Outcome,
  type Recording,
  Replay,
  type ReplayOutcome,
  type System,
  VIEW_NAMES,
} from '../../kernel/index.js';
import { cutText, inFile, openAndCheck } from '../recording/opened.js';
import { hostSha256 } from '../recording/recording-file.js';
import { whyNot } from '../toolchain/input.js';
import { errorColours } from './colours.js';
import { EXIT, exitStatus } from './exit-status.js';
import { Refusal } from './failure.js';
import { explainOutcome } from './outcome.js';
import type { ReplayCommandOptions } from './replay-command.js';
import { type Ending, jsonReport, statistics } from './run-report.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import { GuestOutput, say } from './standard-streams.js';
import { TraceLines } from './trace-lines.js';
import { VERSION } from './version.js';
import { viewTables } from './view-tables.js';

type Over = ReplayOutcome | { readonly kind: 'interrupted' } | { readonly kind: 'output closed' };

export async function replay(file: string, options: ReplayCommandOptions, takeInterrupts: () => void): Promise<number> {
  const recording = openAndCheck(file);
  const { description, checked } = recording;
  refuseNewer(file, recording);
  const output = new GuestOutput();
  const trace = new TraceLines(options.trace ?? new Set(), () => output.endLine());
  const { until, verify = false } = options;
  const images = imagesFor(file, recording, options.image ?? []);
  const cut = cutText(recording);
  if (cut !== undefined) say(`tocsin: ${file}: ${cut}`);
  const replayed = inFile(
    file,
    () =>
      new Replay({
        recording,
        images,
        verified: verify,
        ...(until === undefined ? {} : { [until.what === 'step' ? 'untilSeq' : 'untilInstruction']: until.number }),
        onOutput: (bytes) => {
          if (!verify) output.write(bytes);
        },
        observer: trace.observer,
      }),
  );
  const { system } = replayed;
  trace.attach(system);
  takeInterrupts();
  const begun = performance.now();
  const over = await drive(file, replayed, output);
  const hostSeconds = (performance.now() - begun) / 1000;
  await output.finished();
  if (over.kind === 'output closed' || output.isClosed) return EXIT.OUTPUT_CLOSED;

  const { lines, ending } = told(over, replayed, recording);
  const isSame = over.kind !== 'different';
  const isDamaged = checked.damage?.kind === 'damaged';
  let status: number = isSame ? EXIT.OK : EXIT.FAILED;
  if (over.kind === 'interrupted') status = EXIT.INTERRUPTED;
  else if (verify && isDamaged) status = EXIT.FAILED;
  else if (!verify && over.kind === 'over' && recording.end !== undefined) status = exitStatus(ending);
  if (lines.length > 0 || options.stats || options.json || options.ps) output.endLine();
  for (const line of lines) say(`tocsin: ${line}`);
  if (verify && isSame && over.kind !== 'interrupted') say(`tocsin: ${sameText(replayed)}`);
  if (options.stats || over.kind === 'interrupted') process.stderr.write(statistics(system, hostSeconds));
  if (options.ps) process.stderr.write(viewTables(system, VIEW_NAMES, errorColours()));
  if (options.json) {
    const { seed, failAllocation, memoryBytes, ...recorded } = description.options;
    const reported = {
      ...recorded,
      memory: memoryBytes,
      ...(seed === null ? {} : { seed }),
      ...(failAllocation === null ? {} : { failAllocation }),
      ...(options.ps === undefined ? {} : { ps: options.ps }),
    };
    const { records, hashes } = replayed.comparison;
    const more = {
      replay: over.kind,
      difference: over.kind === 'different' ? over.lines : null,
      cut: cut ?? null,
      comparedRecords: records,
      comparedHashes: hashes,
    };
    say(JSON.stringify({ ...jsonReport(system, replayed.image, ending, status, reported, hostSeconds), ...more }));
  }
  return status;
}

/** In slices, so that Ctrl-C and a closed output are noticed between them. */
async function drive(file: string, replayed: Replay, output: GuestOutput): Promise<Over> {
  let isInterrupted = false;
  const interrupt = (): void => {
    if (isInterrupted) process.exit(EXIT.INTERRUPTED);
    isInterrupted = true;
  };
  process.on('SIGINT', interrupt);
  try {
    for (let slice = FIRST_SLICE; ; ) {
      const begun = performance.now();
      const outcome = inFile(file, () => replayed.run(slice));
      if (outcome.kind !== 'limit') return outcome;
      slice = nextSlice(slice, performance.now() - begun);
      await output.written();
      await new Promise((resolve) => setImmediate(resolve));
      if (output.isClosed) return { kind: 'output closed' };
      if (isInterrupted) return { kind: 'interrupted' };
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** What is said of the end, and what it counts as. */
function told(
  over: Exclude<Over, { kind: 'output closed' }>,
  { system, image }: Replay,
  recording: Recording,
): { lines: readonly string[]; ending: Exclude<Ending, { kind: 'output closed' }> } {
  const stopped: Outcome = { kind: 'limit' };
  const where = `step ${system.steps}, after ${system.instructions} instructions`;
  switch (over.kind) {
    case 'interrupted':
      return { lines: ['interrupted'], ending: { kind: 'interrupted' } };
    case 'different':
      return { lines: ['the replay is not the recorded run', ...over.lines], ending: stopped };
    case 'limit':
    case 'until':
      return { lines: [`stopped at ${where}`, ...threadLines(system, image)], ending: stopped };
    case 'over': {
      const { outcome } = over;
      if (outcome.kind !== 'limit' && outcome.kind !== 'input' && outcome.kind !== 'stopped')
        return { lines: explainOutcome(outcome, image, system), ending: outcome };
      if (recording.end?.ending === 'limit') return { lines: explainOutcome(stopped, image, system), ending: stopped };
      if (recording.end?.ending === 'interrupted')
        return { lines: ['the recorded run was interrupted here'], ending: { kind: 'interrupted' } };
      return { lines: [`the recording ends here, at ${where}`, ...threadLines(system, image)], ending: stopped };
    }
  }
}

/** Where the threads are; the first line of an outcome at the limit says another reason. */
function threadLines(system: System, image: Replay['image']): readonly string[] {
  return explainOutcome({ kind: 'limit' }, image, system).slice(1);
}

function sameText({ comparison: { records, hashes }, system }: Replay): string {
  const compared = records > 0 ? `${records} records and ${hashes} hashes` : `${hashes} hashes`;
  return `the same run: ${compared} compared, journal hash ${system.journalHash()}`;
}

/** The executables that the recording only names. Throws Refusal where one is missing, or another is given. */
export function imagesFor(
  file: string,
  { description }: Recording,
  paths: readonly string[],
): Readonly<Partial<Record<ImageRole, Uint8Array>>> {
  const named = description.images.filter(({ held }) => !held);
  const found: Partial<Record<ImageRole, Uint8Array>> = {};
  for (const path of paths) {
    const bytes = readImage(path);
    const sha256 = hexadecimal(hostSha256(bytes));
    const fitting = named.filter((image) => image.sha256 === sha256);
    for (const { role } of fitting) found[role] = bytes;
    if (fitting.length > 0) continue;
    const alike = named.find((image) => image.bytes === bytes.length);
    const why =
      alike === undefined
        ? `is none of the executables that ${file} names`
        : `has the size of the ${alike.role} that ${file} names, and is another file`;
    throw new Refusal(`${path}: ${why}: its SHA-256 is ${sha256}`);
  }
  for (const role of IMAGE_ROLES) {
    const missing = named.find((image) => image.role === role);
    if (missing !== undefined && found[role] === undefined)
      throw new Refusal(
        `${file}: only names its ${role}, of ${missing.bytes} bytes with SHA-256 ${missing.sha256}: give it with --image`,
      );
  }
  return found;
}

function readImage(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new Refusal(`${path}: ${whyNot(error)}`);
  }
}

/** Throws Refusal where a newer build wrote it. */
export function refuseNewer(file: string, { description: { tocsin } }: Recording): void {
  if (!isNewer(tocsin, VERSION)) return;
  throw new Refusal(
    `${file}: was recorded by Tocsin ${tocsin}, which is newer than this one (${VERSION}): use that to replay it`,
  );
}

/** Of two versions with three numbers each, whether the first is the later one; other versions are not compared. */
function isNewer(theirs: string, ours: string): boolean {
  const numbers = (version: string): number[] | undefined =>
    /^\d+\.\d+\.\d+$/.test(version) ? version.split('.').map(Number) : undefined;
  const [a, b] = [numbers(theirs), numbers(ours)];
  if (a === undefined || b === undefined) return false;
  const place = a.findIndex((number, i) => number !== b[i]);
  return place >= 0 && a[place] > b[place];
}
