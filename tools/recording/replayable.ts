/** What a recording needs to be replayed: the executables that it only names, and a version of Tocsin that knows it. */
import { readFileSync } from 'node:fs';
import { hexadecimal, IMAGE_ROLES, type ImageRole, type Recording } from '../../kernel/index.js';
import { Refusal } from '../cli/failure.js';
import { VERSION } from '../cli/version.js';
import { whyNot } from '../toolchain/input.js';
import { hostSha256 } from './recording-file.js';

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

/** Throws Refusal where a newer version of Tocsin recorded it. */
export function refuseNewer(file: string, { description }: Recording): void {
  if (!isNewer(description.tocsin, VERSION)) return;
  throw new Refusal(
    `${file}: was recorded by Tocsin ${description.tocsin}, which is newer than this one (${VERSION}): use that to replay it`,
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
