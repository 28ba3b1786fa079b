/** `tocsin journal --follow`: a recording that grows, byte by byte if need be. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRecording, recordingBytes } from '../../../kernel/index.js';
import { record } from '../../kernel/recording/recorded.js';
import * as guests from '../guest-programs.js';
import { type Ended, ended, Folder, startTocsin, tocsin } from '../tocsin-process.js';

const folder = new Folder();
afterAll(() => folder.remove());

const { bytes, system } = record({
  program: guests.TALKS_FOR_EVER,
  all: true,
  options: { seed: 4, quantum: 300 },
  drive: (running, flush) => {
    for (let i = 0; i < 6; i++) {
      running.run(1000);
      flush();
    }
    return 'limit';
  },
});
const lines = system.kernel.journal.tail(1_000_000);
const { blocks } = checkRecording(recordingBytes(bytes));

interface Following {
  readonly said: () => string;
  readonly ended: Promise<Ended>;
  readonly stop: (signal: NodeJS.Signals) => void;
}

function follow(name: string, ...words: readonly string[]): Following {
  const child = startTocsin(['journal', '--follow', ...words, folder.at(name)]);
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  return { said: () => text, ended: ended(child), stop: (signal) => child.kill(signal) };
}

/** Waits until it has printed so many lines; a limit only keeps a test that fails from hanging. */
async function untilLines(count: number, { said }: Following): Promise<void> {
  for (let i = 0; i < 1000 && said().split('\n').length - 1 < count; i++) await pause(20);
}

describe('a recording that grows', () => {
  it('has at least six blocks of records', () => {
    expect(blocks.filter(({ kind }) => kind === 4).length).toBeGreaterThan(5);
  });

  it('is printed as it comes: whole blocks, and what is torn when the rest of it is there', async () => {
    const third = blocks[blocks.length - 4];
    writeFileSync(folder.at('grows.tocsin'), bytes.subarray(0, third.offset));
    const known = tocsin(['journal', folder.at('grows.tocsin')])
      .stdout.trimEnd()
      .split('\n').length;
    const following = follow('grows.tocsin');
    await untilLines(known, following);
    expect(following.said()).toBe(`${lines.slice(0, known).join('\n')}\n`);
    // All of a block but its last byte, which is torn, and says nothing.
    appendFileSync(folder.at('grows.tocsin'), bytes.subarray(third.offset, third.offset + third.bytes - 1));
    await pause(400);
    expect(following.said().trimEnd().split('\n').length).toBe(known);
    appendFileSync(folder.at('grows.tocsin'), bytes.subarray(third.offset + third.bytes - 1));
    const { status, stdout, stderr } = await following.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual(lines);
  });

  it('is waited for from its first byte on', async () => {
    writeFileSync(folder.at('begins.tocsin'), '');
    const following = follow('begins.tocsin', '--type', 'choice', '--export', 'jsonl');
    await pause(300);
    appendFileSync(folder.at('begins.tocsin'), bytes.subarray(0, 300));
    await pause(300);
    appendFileSync(folder.at('begins.tocsin'), bytes.subarray(300));
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; seq: number });
    const chosen = lines.filter((line) => line.includes(' choice '));
    expect(records.map(({ type, seq }) => `${seq} ${type}`)).toEqual(
      chosen.map((line) => `${Number.parseInt(line, 10)} choice`),
    );
  });

  it('of a run that goes on is followed to its end', async () => {
    folder.file('loops.elf', guests.TALKS_FOR_EVER);
    const path = folder.at('live.tocsin');
    const run = startTocsin(['run', '--record', path, '--record-all', '--seed', '1', folder.at('loops.elf')]);
    run.stdout.resume();
    const runs = ended(run);
    await pause(500);
    const following = follow('live.tocsin', '--type', 'call');
    await untilLines(100, following);
    const before = following.said().length;
    await untilLines(following.said().split('\n').length + 100, following);
    expect(following.said().length).toBeGreaterThan(before);
    run.kill('SIGINT');
    await runs;
    const { status, stdout } = await following.ended;
    expect(status).toBe(0);
    expect(stdout).toBe(tocsin(['journal', '--type', 'call', path]).stdout);
  });

  it('ends with Ctrl-C', async () => {
    writeFileSync(folder.at('stands.tocsin'), bytes.subarray(0, blocks.at(-1)?.offset));
    const following = follow('stands.tocsin');
    await untilLines(lines.length, following);
    following.stop('SIGINT');
    expect((await following.ended).status).toBe(130);
  });

  it('is one line where it is damaged, replaced or none at all', async () => {
    const bad = bytes.slice();
    bad[(blocks.at(-2)?.offset ?? 0) + 70] ^= 4;
    writeFileSync(folder.at('bad.tocsin'), bad);
    const damaged = await follow('bad.tocsin').ended;
    expect(damaged.status).toBe(2);
    expect(damaged.stderr).toMatch(/^tocsin: .*bad.tocsin: block \d+, at byte \d+, is damaged: .*\n$/);
    writeFileSync(folder.at('text.tocsin'), 'no recording at all, and long enough for one');
    expect((await follow('text.tocsin').ended).stderr).toMatch(/: not a recording of Tocsin\n$/);
    writeFileSync(folder.at('old.tocsin'), bytes.subarray(0, blocks.at(-1)?.offset));
    const following = follow('old.tocsin', '--type', 'booted');
    await untilLines(1, following);
    writeFileSync(folder.at('new.tocsin'), bytes);
    renameSync(folder.at('new.tocsin'), folder.at('old.tocsin'));
    expect((await following.ended).stderr).toMatch(/^tocsin: .*old.tocsin: is another file now, or is gone\n$/);
  });
});
