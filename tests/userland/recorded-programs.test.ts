/**
 * Every C program of the tests and every demo, recorded with every record, replayed and compared record by record: plain, and with a
 * seed on small quanta. What is typed is some lines, whoever reads them. `recordings.test.ts` does it with files, as a person would.
 */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Replay, type System } from '../../kernel/index.js';
import { consoleDriver } from '../../tools/toolchain/console-driver.js';
import { findCompiler } from '../../tools/toolchain/find-compiler.js';
import { readInput } from '../../tools/toolchain/input.js';
import { buildProgram } from '../../tools/toolchain/program.js';
import { opened, record } from '../kernel/recording/recorded.js';
import { detectors, programs } from '../tools/debugger/proof/programs.js';
import { hasCompiler } from './compiled.js';

/** They need more than 4 MiB. */
const LARGE = new Set(['out-of-memory', 'heap', 'heap-shrinks', 'greedy']);
const LINES = ['5', '50', '25', 'hello world', '', '17 4'];
/** A program that runs longer is recorded so far. */
const MOST = 3_000_000;

const found = new Set(detectors().map(({ path }) => path));
const PROGRAMS = programs().filter(({ path }) => !found.has(path));

function drive(system: System): string {
  const lines = [...LINES];
  for (;;) {
    const { kind } = system.run(Math.max(0, MOST - system.executed));
    if (kind !== 'input') return kind;
    const line = lines.shift();
    if (line === undefined) system.endInput();
    else system.input(Buffer.from(`${line}\n`));
  }
}

const built = new Map<string, Promise<Uint8Array>>();

function build(path: string): Promise<Uint8Array> {
  const choice = { optimization: '2', debug: false, preprocessor: [] } as const;
  const known =
    built.get(path) ?? buildProgram([readInput(path)], findCompiler(undefined), choice).then((b) => b.bytes);
  built.set(path, known);
  return known;
}

describe.skipIf(!hasCompiler).each([
  ['plain', {}],
  ['with a seed', { seed: 11, quantum: 700 }],
])('a recording is replayed and is the same run, %s:', (_, options) => {
  it.each(PROGRAMS.map(({ name, path }) => [name, path]))('%s', async (name, path) => {
    const program = await build(path);
    const console = await consoleDriver(undefined);
    const { bytes, system } = record({
      program,
      ...(console !== undefined && { console }),
      all: true,
      options: { interactive: true, memoryBytes: LARGE.has(basename(name)) ? 16 << 20 : 4 << 20, ...options },
      drive,
    });
    expect(system.records).toBeGreaterThan(50);
    const replay = new Replay({ recording: opened(bytes), verified: true });
    const outcome = replay.run();
    expect(outcome.kind === 'different' ? outcome.lines : []).toEqual([]);
    expect(outcome.kind).toBe('over');
    expect(replay.comparison.records).toBe(system.records);
    expect(replay.system.journalHash()).toBe(system.journalHash());
    expect(replay.system.instructions).toBe(system.instructions);
  });
});
