/**
 * The test finisher (SiFive's, as on QEMU's virt board): the way for a guest to stop the board.
 * Its one register takes, in the low half, 0x5555 for pass, exit code 0, or 0x3333 for fail, the exit code in the high half.
 * 0x7777 would ask for a reset, which this board does not do; it and all other values are ignored.
 */
import type { TreePlace } from '../device-tree/board-tree.js';
import type { Device, Width } from './device.js';
import { type DeviceState, StateReader } from './device-state.js';
import { RegisterTable, type RegisterValue } from './registers.js';

const PASS = 0x5555;
const FAIL = 0x3333;

export class Finisher implements Device {
  readonly name = 'finisher';
  readonly bytes = 0x1000;
  private readonly table = new RegisterTable([
    { name: 'finish', offset: 0, store: (value, width) => this.finish(value, width) },
  ]);
  private code: number | undefined;

  /** What the guest said first, 0..65535; undefined while the board runs. */
  get exitCode(): number | undefined {
    return this.code;
  }

  /** Whether the guest has stopped the board. */
  get halted(): boolean {
    return this.code !== undefined;
  }

  load(offset: number, _width: Width): number {
    return this.table.load(offset);
  }

  store(offset: number, width: Width, value: number): boolean {
    this.table.store(offset, width, value);
    return true;
  }

  registers(): readonly RegisterValue[] {
    return this.table.values();
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

  private finish(value: number, width: Width): void {
    if (width === 1) return;
    const what = value & 0xffff;
    if (what === PASS) this.code ??= 0;
    else if (what === FAIL) this.code ??= width === 4 ? value >>> 16 : 0;
  }
}
