/**
 * The device tree of a board, with the nodes that QEMU's virt board has: harts and memory from here, each device's node from
 * the device itself, which knows no more of the tree than a TreePlace.
 */
import type { Mapping } from '../devices/bus.js';
import { RAM_BASE } from '../memory/layout.js';
import { TreeNode } from './tree-node.js';

/** What the harts execute, as the binding of their nodes wants it written. */
const ISA = 'rv32imac_zicntr_zicsr_zifencei';
/** A tick of virtual time is a nanosecond to the guest. */
const TIMEBASE_HERTZ = 1_000_000_000;

/** What a device may use to write its node. */
export interface TreePlace {
  readonly root: TreeNode;
  /** Phandles of the harts' own interrupt controllers, by hart: what a device calls that interrupts harts directly. */
  readonly hartControllers: readonly number[];
  /** Phandle of the controller that devices interrupt. */
  readonly interruptController: number;
  /** A phandle that no other node has. */
  newPhandle(): number;
  /** The device's node, with its address and its interrupt; `name` is of the generic ones (2.2.2). */
  node(name: string): TreeNode;
}

/** The tree of a board with so many harts, bytes of RAM at RAM_BASE, and devices. */
export function boardTree(harts: number, memoryBytes: number, mappings: readonly Mapping[]): TreeNode {
  let lastPhandle = 0;
  const newPhandle = () => ++lastPhandle;
  const root = new TreeNode('');
  root.set('#address-cells', 2).set('#size-cells', 2).set('compatible', 'riscv-virtio').set('model', 'tocsin,virt');
  const chosen = root.child('chosen');
  root
    .child(`memory@${RAM_BASE.toString(16)}`)
    .set('device_type', 'memory')
    .set('reg', ...region(RAM_BASE, memoryBytes));
  const hartControllers = describeHarts(root.child('cpus'), harts, newPhandle);
  const interruptController = newPhandle();
  const soc = root
    .child('soc')
    .set('compatible', 'simple-bus')
    .set('#address-cells', 2)
    .set('#size-cells', 2)
    .set('ranges');
  for (const { base, device, interrupt } of mappings) {
    const node = (name: string): TreeNode => {
      const node = soc.child(`${name}@${base.toString(16)}`).set('reg', ...region(base, device.bytes));
      // The first serial port is the console.
      if (name === 'serial' && !chosen.properties.has('stdout-path')) chosen.set('stdout-path', `/soc/${node.name}`);
      if (interrupt === undefined) return node;
      return node.set('interrupts', interrupt).set('interrupt-parent', interruptController);
    };
    device.describe?.({ root, hartControllers, interruptController, newPhandle, node });
  }
  return root;
}

/** Fills /cpus; returns the phandles of the harts' interrupt controllers. */
function describeHarts(cpus: TreeNode, harts: number, newPhandle: () => number): number[] {
  cpus.set('#address-cells', 1).set('#size-cells', 0).set('timebase-frequency', TIMEBASE_HERTZ);
  return Array.from({ length: harts }, (_, hart) => {
    const cpu = cpus.child(`cpu@${hart.toString(16)}`);
    cpu.set('device_type', 'cpu').set('reg', hart).set('status', 'okay').set('compatible', 'riscv');
    cpu.set('riscv,isa', ISA).set('mmu-type', 'riscv,sv32');
    const phandle = newPhandle();
    const controller = cpu.child('interrupt-controller');
    controller.set('compatible', 'riscv,cpu-intc').set('interrupt-controller').set('#interrupt-cells', 1);
    controller.set('#address-cells', 0).set('phandle', phandle);
    return phandle;
  });
}

/** An entry of `reg`: address and size, two cells each. Both are below 2^32. */
function region(base: number, bytes: number): readonly number[] {
  return [0, base, 0, bytes];
}
