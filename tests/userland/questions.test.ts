/** The twenty questions of `tocsin journal --sql-schema`, each on a recorded program of which the answer is known in another way. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Recording, recordingBytes } from '../../kernel/index.js';
import { hostSha256 } from '../../tools/recording/recording-file.js';
import { RecordedDatabase } from '../../tools/recording/sql/database.js';
import { engineFile } from '../../tools/recording/sql/engine-file.js';
import { EXAMPLES } from '../../tools/recording/sql/examples.js';
import { type Ended, Folder, report, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler, runDemo } from './compiled.js';

const folder = new Folder();
afterAll(() => folder.remove());

interface Recorded {
  readonly run: Ended;
  /** What the run itself reported at its end, `--json --ps`. */
  readonly report: Record<string, unknown>;
  /** The journal, a line each. */
  readonly lines: readonly string[];
  readonly answers: (name: string) => Promise<Record<string, unknown>[]>;
}

const recordings = new Map<string, Recorded>();
const asked = new Set<string>();

/** Records a demo once. Its answers come from the same tables that the command line asks. */
function recorded(demo: string, ...options: readonly string[]): Recorded {
  const key = [demo, ...options].join(' ');
  const known = recordings.get(key);
  if (known !== undefined) return known;
  const path = folder.at(`${recordings.size}.tocsin`);
  const run = runDemo(demo, { options: [...options, '--json', '--ps', '--record', path, '--record-all'] });
  const recording = Recording.open(recordingBytes(new Uint8Array(readFileSync(path))), hostSha256);
  const database = RecordedDatabase.open(recording, readFileSync(engineFile()));
  const answers = async (name: string): Promise<Record<string, unknown>[]> => {
    asked.add(name);
    const sql = EXAMPLES.find((one) => one.name === name)?.sql;
    if (sql === undefined) throw new Error(`there is no question ${name}`);
    const { columns, rows } = (await database).query(sql);
    return Array.from(rows, (row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
  };
  const lines = tocsin(['journal', path]).stdout.trimEnd().split('\n');
  const made = { run, report: report(run), lines, answers };
  recordings.set(key, made);
  return made;
}

/** How many lines match, by the text that the pattern catches. */
function counted(lines: readonly string[], pattern: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

const PHILOSOPHERS = ['Hypatia', 'Socrates', 'Diotima', 'Confucius', 'Avicenna'];

describe.skipIf(!hasCompiler)('a question about a run is answered:', () => {
  const philosophers = (): Recorded => recorded('philosophers.c');
  const quota = (): Recorded => recorded('grant-quota.c');

  it('deadlock: the cycle that the run itself named', async () => {
    const { run, answers } = philosophers();
    const found = await answers('deadlock');
    expect(found.map(({ thread }) => thread)).toEqual(PHILOSOPHERS);
    const cycle = /a cycle: (.*)$/m.exec(run.stderr)?.[1].split(' waits for ') ?? [];
    expect(cycle.length).toBe(6);
    expect(found.map(({ holder }) => holder)).toEqual(cycle.slice(1).map((name) => name.split(' ')[0]));
  });

  it('lock cycles: one, of the five forks', async () => {
    const { lines, answers } = philosophers();
    const forks = lines.flatMap((line) => {
      const [, object, key] = / deadlock_found .* object=(\d+) key=(0x\w+)/.exec(line) ?? [];
      return object === undefined ? [] : [`futex #${object}+${key}`];
    });
    const [{ way }, ...others] = (await answers('lock cycles')) as { way: string }[];
    expect(others).toEqual([]);
    const path = way.split(' > ');
    expect(path[0]).toBe(path[5]);
    expect(new Set(path)).toEqual(new Set(forks));
  });

  it('contended locks: as often waited for as threads were blocked', async () => {
    const { lines, answers } = philosophers();
    const found = (await answers('contended locks')) as { lock: string; waits: number }[];
    const blocked = counted(lines, / thread_blocked row=\d+ on=2 (.*) owner=/);
    const waits = [...blocked].map(([where, times]) => {
      const [, object, key] = /object=(\d+) key=(0x\w+)/.exec(where) ?? [];
      return [`futex #${object}+${key}`, times] as const;
    });
    expect(new Map(found.map(({ lock, waits: times }) => [lock, times]))).toEqual(new Map(waits));
  });

  it('slow calls: the wait for input that lasted to the end', async () => {
    const { lines, answers } = quota();
    const [slowest, second] = await answers('slow calls');
    const begin = lines.find((line) => / #25 call pool_take=waits/.test(line)) ?? '';
    const [seq, at] = /^(\d+) @(\d+)/.exec(begin)?.slice(1).map(Number) ?? [];
    const end = Number(/@(\d+)/.exec(lines.at(-1) ?? '')?.[1]);
    expect(slowest).toMatchObject({ name: 'pool_take', thread: 'input', seq, duration: end - at, status: 'OK' });
    expect(Number(second.duration)).toBeLessThan(end - at);
  });

  it('calls by name: as many as were recorded, one that had to wait for memory once', async () => {
    const { lines, answers } = quota();
    const found = (await answers('calls by name')) as { name: string; calls: number }[];
    const made = counted(lines, / call (\w+)=/);
    // Four writes were made again when memory was there.
    const granted = lines.filter((line) => line.includes(' memory_granted ')).length;
    expect(granted).toBe(4);
    made.set('vmo_write', (made.get('vmo_write') ?? 0) - granted);
    expect(new Map(found.map(({ name, calls }) => [name, calls]))).toEqual(made);
  });

  it('failed calls: the last write, for which there was no quota left', async () => {
    const { answers } = quota();
    const names = (await answers('failed calls')).map(({ name, status }) => `${name} ${status}`);
    expect(names).toEqual(['vmo_write NO_MEMORY', 'event_resolve NO_MEMORY', 'channel_receive PEER_CLOSED']);
  });

  it('unfinished: what the run said of each thread that is blocked', async () => {
    const { run, answers } = philosophers();
    const found = (await answers('unfinished')).filter(({ process }) => process === 'philosophers');
    const said = [...run.stderr.matchAll(/^tocsin: {3}(\w+) #\d+ (waits .*)$/gm)].map(([, thread, sentence]) => ({
      thread,
      sentence: sentence.replace(/ \(forks.*?\)/, ''),
    }));
    expect(said.length).toBe(6);
    expect(found.map(({ thread, sentence }) => ({ thread, sentence }))).toEqual(said);
  });

  it('who woke whom: the last at the barrier woke the four others', async () => {
    const { answers } = philosophers();
    const found = await answers('who woke whom');
    const byLast = found.filter((row) => row.waker_name === 'Avicenna' && row.on === 'futex');
    expect(byLast.map(({ sleeper_name }) => sleeper_name)).toEqual(PHILOSOPHERS.slice(0, 4));
    for (const name of PHILOSOPHERS)
      expect(found).toContainEqual(
        expect.objectContaining({ waker_name: 'output', sleeper_name: name, on: 'reply', times: 1 }),
      );
  });

  it('what led to it: each step has the one before it as its cause in the journal', async () => {
    const { lines, answers } = philosophers();
    const chain = (await answers('what led to it')) as { seq: number }[];
    expect(chain[0].seq).toBe(Number(/^\d+/.exec(lines.at(-1) ?? '')?.[0]));
    expect(chain.length).toBeGreaterThan(10);
    // The thread of each step had been let run by the next one of the chain, or by what started it.
    chain.slice(0, -1).forEach(({ seq }, i) => {
      const cause = chain[i + 1].seq;
      const actor = lines.find((line) => line.startsWith(`${seq} `))?.match(/#(\d+)/)?.[1];
      const row = lines
        .find((line) => line.includes(` koid=${actor} process=`))
        ?.match(/thread_created row=(\d+)/)?.[1];
      const woke = new RegExp(`^${cause} .* thread_(unblocked|started) row=${row}( |$)`);
      expect(lines.some((line) => woke.test(line))).toBe(true);
    });
  });

  it('time of threads: as `--ps` shows it at the end', async () => {
    const { report: said, answers } = philosophers();
    const found = await answers('time of threads');
    const { threads } = said.views as { threads: { name: string; process: string; time: number }[] };
    expect(threads.length).toBe(8);
    for (const { name, process, time } of threads)
      expect(found).toContainEqual(expect.objectContaining({ name, process_name: process, running: time }));
  });

  it('permission changes: as many as handles were opened by programs', async () => {
    const { lines, answers } = quota();
    const found = await answers('permission changes');
    const records = counted(
      lines.filter((line) => / #\d+ /.test(line)),
      / handle_(opened|replaced|given|sent|copied|received|badged) /,
    );
    const changes = counted(
      found.map(({ change }) => `change ${change}`),
      /change (\w+)/,
    );
    expect(changes).toEqual(records);
    expect(found).toContainEqual(expect.objectContaining({ change: 'opened', process: 'child' }));
  });

  it('fewer rights: two handles, which the journal shows', async () => {
    const { lines, answers } = quota();
    const found = await answers('fewer rights');
    const fewer = lines.filter((line) => / #\d+ handle_(opened|replaced) .* rights=0x(?!1ffff)/.test(line));
    expect(found.map(({ seq }) => seq)).toEqual(fewer.map((line) => Number(/^\d+/.exec(line)?.[0])));
    expect(found.length).toBe(2);
  });

  it('storms: the beginning, in which everything is made', async () => {
    const { lines, answers } = philosophers();
    const found = (await answers('storms')) as { slice: number; steps: number; calls: number }[];
    const steps = new Map(lines.map((line) => [/^\d+/.exec(line)?.[0], Number(/@(\d+)/.exec(line)?.[1])]));
    const first = [...steps.values()].filter((time) => time < 10_000).length;
    expect(found[0]).toMatchObject({ slice: 0, steps: first });
    expect(found[0].calls).toBe(
      lines.filter((line) => / call /.test(line) && Number(/@(\d+)/.exec(line)?.[1]) < 10_000).length,
    );
  });

  it('shortages: those of the child, of which the parent relieved all but the last', async () => {
    const { lines, answers } = quota();
    const found = await answers('shortages');
    expect(found.length).toBe(lines.filter((line) => line.includes(' shortage_closed ')).length);
    const child = found.filter(({ allocator }) => allocator === 31);
    expect(child.map(({ relieved }) => relieved)).toEqual([1, 1, 1, 1, 0]);
    expect(child.map(({ bytes }) => bytes)).toEqual(Array(5).fill(131_072));
    // Each grant was 256 KiB.
    expect(child.map(({ quota: bytes }) => bytes)).toEqual([1, 2, 3, 4, 5].map((n) => n * 262_144));
  });

  it('memory peaks: as `--ps` shows them at the end', async () => {
    const { report: said, answers } = philosophers();
    const found = (await answers('memory peaks')) as { allocator: number; peak: number }[];
    const { allocators } = said.views as { allocators: { koid: number; peak: number }[] };
    // Between two steps: within one there may have been more for a moment.
    for (const { koid, peak } of allocators) {
      const own = found.find(({ allocator }) => allocator === koid)?.peak ?? 0;
      expect(own).toBeLessThanOrEqual(peak);
      expect(own).toBeGreaterThan(peak - 4096);
    }
    expect(found.length).toBe(allocators.length);
  });

  it('how processes ended: the fault that the run reported', async () => {
    const { run, answers } = recorded('null-pointer.c');
    const address = /load page fault at address (0x\w+)|store page fault at address (0x\w+)/.exec(run.stderr);
    const found = await answers('how processes ended');
    expect(found[0]).toMatchObject({ name: 'null-pointer', reason: 'fault', address: address?.[1] ?? address?.[2] });
    expect((await quota().answers('how processes ended')).map(({ code }) => code)).toEqual([0, null, 4]);
  });

  it('left over: as many as `--ps` shows at the end', async () => {
    const { report: said, answers } = philosophers();
    const found = new Map((await answers('left over')).map(({ type, objects }) => [type, objects]));
    const { threads, processes, allocators, channels } = said.views as Record<string, unknown[]>;
    expect(found.get('thread')).toBe(threads.length);
    expect(found.get('process')).toBe(processes.length);
    expect(found.get('allocator')).toBe(allocators.length);
    expect(found.get('channel')).toBe(channels.length);
  });

  it('latency of channels: of the console, which was asked once for each line', async () => {
    const { run, lines, answers } = philosophers();
    const [console, ...others] = await answers('latency of channels');
    expect(others).toEqual([]);
    expect(console).toMatchObject({ server: 'console', requests: run.stdout.trimEnd().split('\n').length });
    const times = lines.flatMap((line) => {
      const [, made, actor] = /@(\d+) #(\d+) reply_made/.exec(line) ?? [];
      if (made === undefined) return [];
      const row = lines.find((one) => one.includes(` koid=${actor} process=`))?.match(/thread_created row=(\d+)/)?.[1];
      const end = lines.slice(lines.indexOf(line)).find((one) => one.includes(` thread_unblocked row=${row} `));
      return [Number(/@(\d+)/.exec(end ?? '')?.[1]) - Number(made)];
    });
    expect(console).toMatchObject({ least: Math.min(...times), most: Math.max(...times) });
  });

  it('choices: as many as were recorded', async () => {
    const { lines, answers } = recorded('threads.c', '--seed', '6');
    const found = (await answers('choices')) as { kind: string; choices: number; otherwise: number }[];
    const chosen = lines.filter((line) => line.includes(' choice kind='));
    const threads = chosen.filter((line) => line.includes(' kind=0 '));
    expect(threads.length).toBeGreaterThan(0);
    expect(found.reduce((sum, { choices }) => sum + choices, 0)).toBe(chosen.length);
    expect(found.find(({ kind }) => kind === 'thread')).toMatchObject({
      choices: threads.length,
      otherwise: threads.filter((line) => !line.endsWith(' picked=0')).length,
    });
  });

  it('records by type: as many as there are lines', async () => {
    const { lines, answers } = philosophers();
    const found = (await answers('records by type')) as { type: string; records: number }[];
    const types = counted(lines, /^\d+ @\d+ (?:#\d+ )?(\w+)/);
    expect(found.length).toBe(10);
    for (const { type, records } of found) expect([type, types.get(type)]).toEqual([type, records]);
  });

  it('and there is no question that is not asked here', () => {
    expect(EXAMPLES.length).toBe(20);
    expect([...asked].sort()).toEqual(EXAMPLES.map(({ name }) => name).sort());
  });
});
