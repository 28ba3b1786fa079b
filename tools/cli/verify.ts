/** `tocsin verify`: is a recording whole, and is it the one that it should be? */
import { checkRecording, damageText, Recording, RecordingError } from '../../kernel/index.js';
import { inFile } from '../recording/opened.js';
import { hostSha256, openRecording } from '../recording/recording-file.js';
import { EXIT } from './exit-status.js';
import { print, say } from './standard-streams.js';
import type { VerifyOptions } from './verify-command.js';

export function verify(file: string, { root, json }: VerifyOptions): number {
  const source = openRecording(file);
  const checked = inFile(file, () => checkRecording(source, hostSha256));
  const { blocks, damage } = checked;
  const problems: string[] = [];
  if (damage !== undefined) problems.push(damageText(damage));
  let records = 0;
  let isEnded = false;
  try {
    const recording = Recording.open(source, hostSha256);
    isEnded = recording.end !== undefined;
    for (const { role } of recording.description.images) recording.image(role);
    const reader = recording.reader();
    for (const _ of recording.read(reader)) records++;
    if (!isEnded && damage === undefined)
      problems.push(`it was cut off after block ${blocks.length - 1}: it has no end`);
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    if (damage === undefined) problems.push(error.message);
  }
  if (root !== undefined && root !== checked.root)
    problems.push(
      damage === undefined && isEnded
        ? `its root is ${checked.root}, and not ${root}: it is another recording, or somebody changed it`
        : `its last whole block has not the root ${root}`,
    );
  const isWhole = problems.length === 0;
  if (json)
    print(
      `${JSON.stringify({
        file,
        whole: isWhole,
        blocks: blocks.length,
        records,
        bytes: source.length,
        root: checked.root,
        damage: damage ?? null,
        problems,
      })}\n`,
    );
  else if (isWhole) print(`${file}: whole: ${blocks.length} blocks, ${records} records, root ${checked.root}\n`);
  for (const problem of problems) say(`tocsin: ${file}: ${problem}`);
  if (!isWhole && !json) say(`tocsin: ${file}: ${blocks.length} blocks before that are whole, with ${records} records`);
  return isWhole ? EXIT.OK : EXIT.FAILED;
}
