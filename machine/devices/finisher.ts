/**
 * The test finisher (SiFive's, as on QEMU's virt board): the way for a guest to stop the board.
 *
 * | offset | register |                                                                                                   |
 * | ------ | -------- | ------------------------------------------------------------------------------------------------- |
 * | 0      | finish   | low half 0x5555: pass, exit code 0; 0x3333: fail, the exit code is in the high half; reads as zero |
 *
 * 0x7777 would ask for a reset, which this board does not do; it and all other values are ignored.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, Width } from './device.js';
import { type DeviceState, StateReader } from './device-state.js';

const PASS = 0x5555;
const FAIL = 0x3333;

export class Finisher implements Device {
  readonly name = 'finisher';
  readonly bytes = 0x1000;
  private code: number | undefined;

  /** What the guest said first, 0..65535; undefined while the board runs. */
  get exitCode(): number | undefined {
    return this.code;
  }

  load(_offset: number, _width: Width): number {
    return 0;
  }

  store(offset: number, width: Width, value: number): boolean {
    if (offset !== 0 || width === 1) return true;
    const what = value & 0xffff;
    if (what === PASS) this.code ??= 0;
    else if (what === FAIL) this.code ??= width === 4 ? value >>> 16 : 0;
    return true;
  }

  snapshot(): DeviceState {
    return { words: [this.code ?? -1] };
  }

  restore(state: DeviceState): void {
    const code = new StateReader(state.words).word();
    this.code = code < 0 ? undefined : code;
  }

  describe(tree: TreePlace): void {
    const phandle = tree.newPhandle();
    tree.node('test').set('compatible', 'sifive,test1', 'sifive,test0', 'syscon').set('phandle', phandle);
    tree.root
      .child('poweroff')
      .set('compatible', 'syscon-poweroff')
      .set('regmap', phandle)
      .set('offset', 0)
      .set('value', PASS);
  }
}
