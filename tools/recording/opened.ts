/** Recordings that the command line opens, with errors that name the file. */
import { damageText, Recording, RecordingError } from '../../kernel/index.js';
import { Refusal } from '../cli/failure.js';
import { hostSha256, openRecording } from './recording-file.js';

/** Opens a recording, whole or not, and checks its blocks. Throws Refusal. */
export function openAndCheck(path: string): Recording {
  const source = openRecording(path);
  return inFile(path, () => Recording.open(source, hostSha256));
}

/** Does something with a recording. What is wrong with it is a Refusal that names it. */
export function inFile<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RecordingError) throw new Refusal(`${path}: ${error.message}`);
    throw error;
  }
}

/** Why it is not whole; undefined where it is. */
export function cutText({ checked, end, last }: Recording): string | undefined {
  if (end !== undefined && checked.damage === undefined) return undefined;
  const why = checked.damage === undefined ? 'it has no end: the run was killed' : damageText(checked.damage);
  const whole = last === undefined ? 'no step is recorded' : `it reaches up to step ${last.seq}`;
  return `the recording is not whole (${why}); ${whole}, ${last === undefined ? 'and ' : 'in '}block ${checked.blocks.length - 1} is its last whole one`;
}
