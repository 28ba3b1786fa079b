/** Images on QEMU: what they print, and what its log says of each instruction that it executes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from '../../../tools/toolchain/executables.js';
import { ALIAS, MEMORY_BYTES, PROGRAM_BYTES, PROGRAMS } from './layout.js';

export const qemu = findExecutable('qemu-system-riscv32');

/** The hart that Tocsin has. What this version of QEMU does not know of cannot be turned off, and need not be. */
const WITHOUT = ['f', 'd', 'v', 'h', 'zba', 'zbb', 'zbc', 'zbs', 'zfa', 'zawrs', 'sstc', 'svadu', 'smstateen'];

function cpuModel(): string {
  const asked = spawnSync(qemu ?? '', ['-cpu', 'rv32,?'], { encoding: 'utf8' });
  const listed = spawnSync(qemu ?? '', ['-M', 'none', '-device', 'rv32-riscv-cpu,help'], { encoding: 'utf8' });
  const known = `${asked.stdout}${listed.stdout}`;
  const off = WITHOUT.filter((name) => new RegExp(`^ *${name}=`, 'm').test(known)).map((name) => `${name}=off`);
  return ['rv32', ...off].join();
}

let model: string | undefined;

function run(image: Uint8Array, more: (folder: string) => string[]): { output: string; folder: string } {
  model ??= cpuModel();
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-qemu-'));
  const bios = join(folder, 'image.bin');
  writeFileSync(bios, image);
  // One instruction a block: interrupts come between any two, as they do here.
  const board = [
    '-M',
    'virt',
    '-m',
    `${MEMORY_BYTES >> 20}M`,
    '-cpu',
    model,
    '-bios',
    bios,
    '-smp',
    '2',
    '-singlestep',
  ];
  const console = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
  const { stdout, stderr, error } = spawnSync(qemu ?? '', [...board, ...console, ...more(folder)], {
    encoding: 'latin1',
    timeout: 120_000,
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    const printed = stdout.split('\n').length - 1;
    rmSync(folder, { recursive: true });
    throw new Error(`QEMU did not end after ${printed} programs: ${error.message} ${stderr}`);
  }
  return { output: stdout, folder };
}

/** The lines that the image prints on QEMU. Throws if it does not end. */
export function outputOnQemu(image: Uint8Array): string[] {
  const { output, folder } = run(image, () => []);
  rmSync(folder, { recursive: true });
  return output.trim().split('\n');
}

/** Registers before an instruction of a program is tried, by the names of QEMU's log: `pc`, `x1/ra`, `mstatus`. */
export type Registers = ReadonlyMap<string, number>;

/** One entry for each instruction in the range of programs that QEMU tries, in order. */
export function traceOnQemu(image: Uint8Array): Registers[] {
  const ranges = [PROGRAMS, PROGRAMS - ALIAS]
    .map((start) => `0x${start.toString(16)}+0x${PROGRAM_BYTES.toString(16)}`)
    .join();
  const { folder } = run(image, (at) => ['-d', 'cpu,nochain', '-dfilter', ranges, '-D', join(at, 'log')]);
  const log = readFileSync(join(folder, 'log'), 'latin1');
  rmSync(folder, { recursive: true });
  return log
    .split(/^ *(?=pc +[0-9a-f]{8})/m)
    .filter((text) => text.startsWith('pc'))
    .map(
      (text) =>
        new Map(
          [...text.matchAll(/(\S+) +([0-9a-f]{8})\b/g)].map(([, name, value]) => [name, Number.parseInt(value, 16)]),
        ),
    );
}
