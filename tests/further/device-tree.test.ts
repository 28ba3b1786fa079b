/** The device tree beside the programs that know device trees: dtc, and QEMU's own tree of its virt board. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board } from '../../machine/index.js';
import { cells, nodeAt, type ReadNode, readTree, strings } from '../machine/device-tree/flattened-tree.js';

const MEMORY_BYTES = 128 << 20;
const HARTS = 2;

function isInstalled(program: string): boolean {
  const installed = spawnSync(program, ['--version']).error === undefined;
  if (!installed) console.log(`skipped: ${program} is not installed`);
  return installed;
}

const dtc = isInstalled('dtc');
const qemu = isInstalled('qemu-system-riscv32');

let folder: string;
let blob: Uint8Array;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-device-tree-'));
  blob = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'host', harts: HARTS }).deviceTree;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!dtc)('dtc', () => {
  const compile = (words: readonly string[], input: Uint8Array | string) => spawnSync('dtc', words, { input });

  test('has nothing to complain of in our tree', () => {
    const { status, stderr, stdout } = compile(['-I', 'dtb', '-O', 'dts'], blob);
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('serial@10000000');
  });

  test('writes the same tree from the source that it read ours into', () => {
    const source = compile(['-I', 'dtb', '-O', 'dts'], blob).stdout.toString();
    const { status, stdout } = compile(['-I', 'dts', '-O', 'dtb'], source);
    expect(status).toBe(0);
    expect(readTree(Uint8Array.from(stdout))).toEqual(readTree(blob));
  });

  test('complains of a tree that is broken', () => {
    const file = join(folder, 'broken.dtb');
    writeFileSync(file, blob.subarray(0, blob.length / 2));
    expect(spawnSync('dtc', ['-I', 'dtb', '-O', 'dts', file]).status).not.toBe(0);
  });
});

/** A node that QEMU's tree and ours share, and the properties of it that must be the same. */
interface Shared {
  readonly path: string;
  readonly cells?: readonly string[];
  readonly strings?: readonly string[];
}

const DEVICE = { cells: ['reg', 'interrupts'], strings: ['compatible'] };
const WITHOUT_INTERRUPT = { cells: ['reg'], strings: ['compatible'] };

const SHARED: readonly Shared[] = [
  { path: '/', cells: ['#address-cells', '#size-cells'], strings: ['compatible'] },
  { path: '/chosen', strings: ['stdout-path'] },
  { path: '/memory@80000000', cells: ['reg'], strings: ['device_type'] },
  { path: '/cpus', cells: ['#address-cells', '#size-cells'] },
  ...[0, 1].flatMap((hart): Shared[] => [
    { path: `/cpus/cpu@${hart}`, cells: ['reg'], strings: ['device_type', 'status', 'compatible', 'mmu-type'] },
    { path: `/cpus/cpu@${hart}/interrupt-controller`, cells: ['#interrupt-cells'], strings: ['compatible'] },
  ]),
  { path: '/poweroff', cells: ['offset', 'value'], strings: ['compatible'] },
  { path: '/soc', cells: ['#address-cells', '#size-cells'], strings: ['compatible'] },
  { path: '/soc/test@100000', ...WITHOUT_INTERRUPT },
  { path: '/soc/rtc@101000', ...DEVICE },
  { path: '/soc/clint@2000000', ...WITHOUT_INTERRUPT },
  { path: '/soc/plic@c000000', cells: ['reg', '#interrupt-cells', '#address-cells'], strings: ['compatible'] },
  { path: '/soc/serial@10000000', cells: [...DEVICE.cells, 'clock-frequency'], strings: ['compatible'] },
  ...Array.from({ length: 8 }, (_, slot): Shared => ({ path: `/soc/virtio_mmio@1000${slot + 1}000`, ...DEVICE })),
];

describe.skipIf(!qemu)("QEMU's virt board", () => {
  let theirs: ReadNode;
  let ours: ReadNode;

  beforeAll(() => {
    const file = join(folder, 'virt.dtb');
    const machine = ['-M', `virt,dumpdtb=${file}`, '-bios', 'none', '-m', '128', '-smp', String(HARTS)];
    spawnSync('qemu-system-riscv32', [...machine, '-display', 'none']);
    const padded = Uint8Array.from(readFileSync(file));
    theirs = readTree(padded.slice(0, new DataView(padded.buffer).getUint32(4)));
    ours = readTree(blob);
  });

  test.each(SHARED)('has $path as we have it', ({ path, ...names }) => {
    const values = (root: ReadNode) => {
      const node = nodeAt(root, path);
      return {
        cells: names.cells?.map((name) => [name, cells(node, name)]),
        strings: names.strings?.map((name) => [name, strings(node, name)]),
      };
    };
    expect(values(ours)).toEqual(values(theirs));
  });

  test('wires harts, CLINT and PLIC in the same way, whatever the phandles are', () => {
    const wires = (root: ReadNode, path: string) => {
      const harts = new Map(
        [0, 1].map((hart) => [cells(nodeAt(root, `/cpus/cpu@${hart}/interrupt-controller`), 'phandle')[0], hart]),
      );
      return cells(nodeAt(root, path), 'interrupts-extended').map((cell, i) => (i % 2 === 0 ? harts.get(cell) : cell));
    };
    for (const path of ['/soc/clint@2000000', '/soc/plic@c000000'])
      expect(wires(ours, path)).toEqual(wires(theirs, path));
  });

  test('has all devices that we have', () => {
    const names = (root: ReadNode) => Object.keys(nodeAt(root, '/soc').children).sort();
    expect(names(ours).filter((name) => !names(theirs).includes(name))).toEqual([]);
  });
});
