import { describe, expect, test } from 'vitest';
import { Board, type BoardOptions, MAX_HARTS, MIN_RAM_BYTES, RAM_BASE } from '../../../machine/index.js';
import { cells, nodeAt, type ReadNode, readTree, strings } from './flattened-tree.js';

function treeOf(options: Partial<BoardOptions> = {}): ReadNode {
  return readTree(new Board({ memoryBytes: 1 << 20, firmware: 'host', ...options }).deviceTree);
}

describe("the board's device tree", () => {
  test('tells of memory and harts', () => {
    const root = treeOf({ memoryBytes: 8 << 20, harts: 3 });
    expect(cells(nodeAt(root, '/memory@80000000'), 'reg')).toEqual([0, RAM_BASE, 0, 8 << 20]);
    expect(cells(nodeAt(root, '/cpus'), 'timebase-frequency')).toEqual([1_000_000_000]);
    expect(Object.keys(nodeAt(root, '/cpus').children)).toEqual(['cpu@0', 'cpu@1', 'cpu@2']);
    const hart = nodeAt(root, '/cpus/cpu@2');
    expect(cells(hart, 'reg')).toEqual([2]);
    expect(strings(hart, 'riscv,isa')[0]).toMatch(/^rv32imac(_|$)/);
    expect(strings(hart, 'mmu-type')).toEqual(['riscv,sv32']);
  });

  test('tells of every device at its address, and how it interrupts', () => {
    const root = treeOf({ harts: 2 });
    expect(Object.keys(nodeAt(root, '/soc').children)).toEqual([
      'test@100000',
      'rtc@101000',
      'clint@2000000',
      'plic@c000000',
      'serial@10000000',
      ...Array.from({ length: 8 }, (_, slot) => `virtio_mmio@1000${slot + 1}000`),
    ]);
    const plic = nodeAt(root, '/soc/plic@c000000');
    const serial = nodeAt(root, '/soc/serial@10000000');
    expect(strings(serial, 'compatible')).toEqual(['ns16550a']);
    expect(cells(serial, 'reg')).toEqual([0, 0x1000_0000, 0, 0x100]);
    expect(cells(serial, 'interrupts')).toEqual([10]);
    expect(cells(serial, 'interrupt-parent')).toEqual(cells(plic, 'phandle'));
    const controllers = [0, 1].map((hart) => {
      return cells(nodeAt(root, `/cpus/cpu@${hart}/interrupt-controller`), 'phandle')[0];
    });
    const [first, second] = controllers;
    expect(cells(plic, 'interrupts-extended')).toEqual([first, 11, first, 9, second, 11, second, 9]);
    expect(cells(nodeAt(root, '/soc/clint@2000000'), 'interrupts-extended')).toEqual([
      first,
      3,
      first,
      7,
      second,
      3,
      second,
      7,
    ]);
  });

  test('has one node for each phandle', () => {
    const phandles: number[] = [];
    const visit = (node: ReadNode) => {
      if (node.properties.phandle !== undefined) phandles.push(...cells(node, 'phandle'));
      for (const child of Object.values(node.children)) visit(child);
    };
    visit(treeOf({ harts: 4 }));
    expect(phandles.length).toBe(6);
    expect(new Set(phandles).size).toBe(phandles.length);
  });

  test('says how to power the board off', () => {
    const root = treeOf();
    const poweroff = nodeAt(root, '/poweroff');
    expect(cells(poweroff, 'regmap')).toEqual(cells(nodeAt(root, '/soc/test@100000'), 'phandle'));
    expect([cells(poweroff, 'offset'), cells(poweroff, 'value')]).toEqual([[0], [0x5555]]);
  });

  test('names the first UART as the console, and none where there is none', () => {
    const path = (options: Partial<BoardOptions>) => nodeAt(treeOf(options), '/chosen').properties['stdout-path'];
    expect(String.fromCharCode(...path({}))).toBe('/soc/serial@10000000\0');
    expect(path({ devices: [] })).toBeUndefined();
  });
});

describe('firmware of the guest starts', () => {
  test('with the number of the hart in a0 and the address of the tree, at the end of RAM, in a1', () => {
    const board = new Board({ memoryBytes: MIN_RAM_BYTES, firmware: 'guest', harts: MAX_HARTS });
    for (const { id, x } of board.harts) {
      expect(x[10]).toBe(id);
      const offset = (x[11] >>> 0) - RAM_BASE;
      const blob = board.memory.u8.slice(offset, offset + board.deviceTree.length);
      expect(blob).toEqual(board.deviceTree);
      expect(offset % 4096).toBe(0);
      expect(MIN_RAM_BYTES - offset - blob.length).toBeLessThan(4096);
      expect(Object.keys(nodeAt(readTree(blob), '/cpus').children).length).toBe(MAX_HARTS);
    }
  });

  test('and firmware of the host finds memory and registers empty', () => {
    const { memory, harts } = new Board({ memoryBytes: MIN_RAM_BYTES, firmware: 'host' });
    expect(memory.u8.every((byte) => byte === 0)).toBe(true);
    expect([harts[0].x[10], harts[0].x[11]]).toEqual([0, 0]);
  });
});
