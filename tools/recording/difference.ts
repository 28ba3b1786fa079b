/** The first difference of two recordings, in words. */
import type { Description, RecordedRecord, Recording } from '../../kernel/index.js';

export interface Named {
  readonly path: string;
  readonly recording: Recording;
}

export interface Found {
  readonly same: boolean;
  /** Records that were compared and are the same. */
  readonly compared: number;
  readonly lines: readonly string[];
}

/** Records that are shown before the first difference. */
const SHOWN = 3;

/** Throws RecordingError where one of them cannot be read. */
export function firstDifference(a: Named, b: Named): Found {
  const unlike = descriptionDifference(a.recording.description, b.recording.description);
  if (unlike !== undefined) return different(0, [`they are of different runs: ${unlike}`]);
  const isAll = [a, b].every(({ recording }) => recording.description.content === 'all');
  const [left, right] = [a, b].map(({ recording }) => compared(recording, isAll));
  const before: string[] = [];
  for (let count = 0; ; count++) {
    const [one, other] = [left.next(), right.next()];
    if (one.done === true && other.done === true) return ends(a, b, count, isAll);
    const [l, r] = [one.done === true ? undefined : one.value, other.done === true ? undefined : other.value];
    if (l !== undefined && r !== undefined && isSame(l, r)) {
      before.push(`  both:   ${a.recording.line(l)}`);
      if (before.length > SHOWN) before.shift();
      continue;
    }
    const step = Math.min(l?.seq ?? Number.POSITIVE_INFINITY, r?.seq ?? Number.POSITIVE_INFINITY);
    return different(count, [
      `the first difference is at step ${step}, after ${count} ${isAll ? 'records' : 'inputs and choices'} that are the same${what(l, r)}:`,
      ...before,
      `  first:  ${l === undefined ? endText(a) : a.recording.line(l)}`,
      `  second: ${r === undefined ? endText(b) : b.recording.line(r)}`,
    ]);
  }
}

function* compared(recording: Recording, isAll: boolean): Generator<RecordedRecord> {
  for (const record of recording.records()) if (isAll || record.class !== 'state') yield record;
}

/** Nothing is left on either side. */
function ends(a: Named, b: Named, count: number, isAll: boolean): Found {
  const [one, other] = [a.recording.end, b.recording.end];
  const things = isAll ? 'records' : 'inputs and choices';
  if (one !== undefined && other !== undefined && one.hash !== other.hash)
    return different(count, [
      `all ${count} ${things} are the same, and the journals are not: ${one.records} records with hash ${one.hash}, and ${other.records} with ${other.hash}`,
      'record both with --record-all to see where they part',
    ]);
  if (one?.ending !== other?.ending)
    return different(count, [`all ${count} ${things} are the same; ${endText(a)}, and ${endText(b)}`]);
  const hash = one === undefined ? '' : `, journal hash ${one.hash}`;
  return { same: true, compared: count, lines: [`the same run: ${count} ${things}${hash}`] };
}

function different(count: number, lines: readonly string[]): Found {
  return { same: false, compared: count, lines };
}

function endText({ path, recording: { end, last } }: Named): string {
  if (end !== undefined) return `${path} ends after step ${end.seq} (${end.ending})`;
  return `${path} was cut off after step ${last?.seq ?? 0}`;
}

function isSame(a: RecordedRecord, b: RecordedRecord): boolean {
  if (a.type !== b.type || a.seq !== b.seq || a.time !== b.time || a.actor !== b.actor || a.cause !== b.cause)
    return false;
  const names = Object.keys(a.fields);
  return names.length === Object.keys(b.fields).length && names.every((name) => a.fields[name] === b.fields[name]);
}

/** What differs of two records of the same type: `, in a0 and time`. */
function what(a: RecordedRecord | undefined, b: RecordedRecord | undefined): string {
  if (a === undefined || b === undefined || a.type !== b.type) return '';
  const parts = (['seq', 'time', 'actor', 'cause'] as const).filter((name) => a[name] !== b[name]) as string[];
  parts.push(...Object.keys(a.fields).filter((name) => a.fields[name] !== b.fields[name]));
  return `, in ${parts.join(', ')}`;
}

function descriptionDifference(a: Description, b: Description): string | undefined {
  for (const name of Object.keys(a.options) as (keyof Description['options'])[]) {
    const [one, other] = [a.options[name], b.options[name]].map((value) => JSON.stringify(value));
    if (one !== other) return `${name} is ${one} in the first and ${other} in the second`;
  }
  const roles = new Set([...a.images, ...b.images].map(({ role }) => role));
  for (const role of roles) {
    const [one, other] = [a, b].map(({ images }) => images.find((image) => image.role === role)?.sha256 ?? 'none');
    if (one !== other) return `the ${role} is ${one} in the first and ${other} in the second`;
  }
  return undefined;
}
