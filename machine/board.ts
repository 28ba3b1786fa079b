/**
 * The board: memory, harts and devices, laid out like QEMU's virt board, and virtual time.
 *
 * | address     | what                                          | interrupt |
 * | ----------- | --------------------------------------------- | --------- |
 * | 0x0010_0000 | test finisher                                 |           |
 * | 0x0010_1000 | real-time clock                               | 11        |
 * | 0x0200_0000 | CLINT: timer and software interrupts          |           |
 * | 0x0c00_0000 | PLIC: what devices interrupt                  |           |
 * | 0x1000_0000 | UART                                          | 10        |
 * | 0x1000_1000 | eight virtio slots, 0x1000 bytes each         | 1..8      |
 * | 0x8000_0000 | RAM                                           |           |
 *
 * With a guest as firmware every hart starts as firmware's reset code leaves it: its number in a0, the address of the device
 * tree, which is at the end of RAM, in a1.
 */
import { type BoardChoice, Choices, type Choose } from './choices.js';
import { boardTree } from './device-tree/board-tree.js';
import { flatten } from './device-tree/flatten.js';
import { Alarms } from './devices/alarms.js';
import { Bus } from './devices/bus.js';
import { type DeviceRequest, placeDevices, STANDARD_DEVICES } from './devices/catalogue.js';
import { Clint } from './devices/clint.js';
import type { Device } from './devices/device.js';
import { Finisher } from './devices/finisher.js';
import { Plic } from './devices/plic.js';
import { MachineError } from './errors.js';
import { CodeCache } from './hart/code-cache.js';
import { Hart, type StopReason } from './hart/hart.js';
import { Reservations } from './hart/reservations.js';
import { Interleaving } from './interleaving.js';
import { FRAME_BYTES, layOut, MAX_RAM_BYTES, MIN_RAM_BYTES, RAM_BASE } from './memory/layout.js';
import { MemoryHistory } from './memory/memory-history.js';
import { PhysicalMemory } from './memory/physical-memory.js';
import type { BoardState, Snapshot } from './snapshot/snapshot.js';

export const FINISHER_BASE = 0x0010_0000;
export const CLINT_BASE = 0x0200_0000;
export const PLIC_BASE = 0x0c00_0000;
export const UART_BASE = 0x1000_0000;

export const MAX_HARTS = 8;

const A0 = 10;
const A1 = 11;

export interface BoardOptions {
  /** Size of RAM in bytes: a multiple of 4096 from 64 KiB to 1 GiB. */
  readonly memoryBytes: number;
  /** Who owns machine mode: with 'host', `run` returns at every trap; with 'guest', traps vector to mtvec. */
  readonly firmware: 'host' | 'guest';
  /** How many harts: 1..8; 1 unless given. */
  readonly harts?: number;
  /** Decides what the board leaves open: how several harts take turns, and what entropy devices give; see choices.ts. */
  readonly choose?: Choose;
  /** What is on the board besides finisher, CLINT, PLIC and virtio slots; STANDARD_DEVICES unless given. */
  readonly devices?: readonly DeviceRequest[];
  /** Virtio slots of version 1, as QEMU has them by itself, instead of 2, which it has with `force-legacy=false`. */
  readonly legacyVirtio?: boolean;
  /** Gets every byte that the guest sends to the UART. */
  readonly onOutput?: (byte: number) => void;
}

export class Board {
  readonly memory: PhysicalMemory;
  readonly harts: readonly Hart[];
  readonly bus: Bus;
  readonly clint: Clint;
  readonly plic: Plic;
  /** What devices have to do at a virtual time. */
  readonly alarms: Alarms;
  /** Who decides what the board leaves open. */
  readonly choices: Choices;
  /** The device tree, flattened. */
  readonly deviceTree: Uint8Array;
  private readonly finisher = new Finisher();
  private readonly firmware: 'host' | 'guest';
  private readonly interleaving: Interleaving;
  private readonly reservations: Reservations;
  private readonly history: MemoryHistory;
  /** Ticks that passed while no hart had anything to do. */
  private idleTicks = 0;

  /** Throws MachineError, with one sentence, for sizes and devices that a board cannot have. */
  constructor(options: BoardOptions) {
    const {
      memoryBytes,
      firmware,
      harts = 1,
      choose,
      devices = STANDARD_DEVICES,
      legacyVirtio = false,
      onOutput = () => {},
    } = options;
    checkSizes(memoryBytes, harts);
    const layout = layOut(harts, memoryBytes);
    const buffer = allocate(layout.wasmPages, memoryBytes);
    const memory = new PhysicalMemory(buffer, layout);
    const now = () => this.time;
    const clint = new Clint(harts, now);
    const plic = new Plic(harts);
    const alarms = new Alarms(now);
    const own = [
      { base: FINISHER_BASE, device: this.finisher },
      { base: CLINT_BASE, device: clint },
      { base: PLIC_BASE, device: plic },
    ];
    const choices = new Choices(choose);
    const given = {
      memory,
      alarms,
      now,
      legacyVirtio,
      output: onOutput,
      choose: (kind: BoardChoice, count: number) => choices.choose(kind, count),
    };
    const line = (source: number) => (high: boolean) => plic.setLevel(source, high);
    const bus = new Bus(placeDevices(devices, own, given, line));
    this.firmware = firmware;
    this.memory = memory;
    this.bus = bus;
    this.clint = clint;
    this.plic = plic;
    this.alarms = alarms;
    this.choices = choices;
    this.deviceTree = flatten(boardTree(harts, memoryBytes, bus.mappings));
    const cache = new CodeCache(buffer, layout, memory);
    const reservations = new Reservations(harts, memory, layout.ramStart);
    this.reservations = reservations;
    const environment = {
      firmware,
      buffer,
      layout,
      memory,
      bus,
      clint,
      plic,
      alarms,
      cache,
      reservations,
      now,
      idleUntil: (ticks: number) => {
        if (harts === 1) this.idleUntil(ticks);
        return harts === 1;
      },
      finisher: this.finisher,
    };
    this.harts = Array.from({ length: harts }, (_, id) => new Hart(id, environment));
    this.interleaving = new Interleaving(this.harts, choices, {
      finisher: this.finisher,
      alarms,
      idleUntil: (ticks) => this.idleUntil(ticks),
    });
    this.history = new MemoryHistory(
      memory,
      this.harts.map(({ tlb }) => tlb),
    );
    for (const hart of this.harts) hart.pc = RAM_BASE;
    if (firmware === 'guest') this.handOver();
  }

  /**
   * Executes until `limit` instructions are retired on all harts together, or something else in STOP comes first, which was
   * on `current`. Throws RangeError for what is no limit, or if `choose` picks what is none of
   * the ways.
   */
  run(limit: number): StopReason {
    return this.harts.length === 1 ? this.harts[0].run(limit) : this.interleaving.run(limit);
  }

  /** Executes one instruction on the hart whose turn it is, or enters one trap there and then returns STOP.TRAP. */
  step(): StopReason {
    for (const hart of this.harts) hart.stopAtTraps = true;
    try {
      return this.run(1);
    } finally {
      for (const hart of this.harts) hart.stopAtTraps = false;
    }
  }

  /** The hart that executed last in `run`. */
  get current(): Hart {
    return this.harts.length === 1 ? this.harts[0] : this.interleaving.hart;
  }

  /**
   * Virtual time: instructions retired on all harts together, plus ticks that were idle. It is the same for all harts, and one
   * tick is one nanosecond to the guest.
   */
  get time(): number {
    const { harts } = this;
    // Asked for in every step of a kernel: no iterator.
    let time = this.idleTicks;
    for (let id = 0; id < harts.length; id++) time += harts[id].retired;
    return time;
  }

  /** Whether a guest has stopped the board through the finisher. */
  get halted(): boolean {
    return this.finisher.halted;
  }

  /** What the guest told the finisher: 0 for pass, 0..65535 for fail; 0 while the board runs. */
  get exitCode(): number {
    return this.finisher.exitCode ?? 0;
  }

  /** The board's devices of a class, in the order of their addresses: `board.devices(VirtioBlock)` are its disks. */
  devices<Kind extends Device>(kind: abstract new (...given: never[]) => Kind): readonly Kind[] {
    return this.bus.mappings.map(({ device }) => device).filter((device): device is Kind => device instanceof kind);
  }

  /**
   * The state of the board now, for `restore`. It costs what was written since the snapshot that was taken or restored last,
   * shares the rest with it, and changes nothing that a guest could notice.
   */
  snapshot(): Snapshot {
    return {
      memoryBytes: this.memory.bytes,
      firmware: this.firmware,
      time: this.time,
      memory: this.history.capture(),
      ...this.captureRest(),
    };
  }

  /**
   * Takes on the state of a snapshot of this board, or of one that was made with the same options. Triggers stay as they are.
   * Throws MachineError, with one sentence, if the snapshot does not fit or is damaged; then nothing has changed.
   */
  restore(snapshot: Snapshot): void {
    this.checkFits(snapshot);
    const before = this.captureRest();
    try {
      this.restoreRest(snapshot);
    } catch (error) {
      this.restoreRest(before);
      throw error;
    }
    // Decoded code goes with the frames it was made from.
    this.history.restore(snapshot.memory);
  }

  private captureRest(): BoardState {
    return {
      idleTicks: this.idleTicks,
      harts: this.harts.map((hart) => hart.snapshot()),
      choices: this.choices.snapshot(),
      turns: this.interleaving.snapshot(),
      reservations: this.reservations.snapshot(),
      devices: this.bus.snapshot(),
    };
  }

  /** Harts before devices: these may ask what time it is. */
  private restoreRest({ idleTicks, harts, choices, turns, reservations, devices }: BoardState): void {
    this.idleTicks = idleTicks;
    for (const [id, hart] of this.harts.entries()) hart.restore(harts[id]);
    this.choices.restore(choices);
    this.interleaving.restore(turns);
    this.reservations.restore(reservations);
    this.bus.restore(devices);
  }

  private checkFits({ memoryBytes, firmware, harts, memory }: Snapshot): void {
    const own = `${this.memory.bytes} bytes of memory, ${this.harts.length} harts and firmware '${this.firmware}'`;
    const its = `${memoryBytes} bytes of memory, ${harts.length} harts and firmware '${firmware}'`;
    if (its !== own) throw new MachineError(`the snapshot is of a board with ${its}, and this one has ${own}`);
    if (memory.bytes !== memoryBytes)
      throw new MachineError('the memory of the snapshot has another size than it says');
  }

  /** Lets time pass while no hart executes, until `ticks` if that is still to come; devices do what is due then. */
  private idleUntil(ticks: number): void {
    this.idleTicks += Math.max(0, ticks - this.time);
    this.alarms.ring();
  }

  /** Leaves memory and registers as firmware's reset code does. */
  private handOver(): void {
    const { memory, deviceTree } = this;
    const end = memory.base + memory.bytes;
    const address = end - Math.ceil(deviceTree.length / FRAME_BYTES) * FRAME_BYTES;
    memory.write(address, deviceTree);
    for (const { id, x } of this.harts) {
      x[A0] = id;
      x[A1] = address;
    }
  }
}

function checkSizes(memoryBytes: number, harts: number): void {
  if (!Number.isInteger(memoryBytes) || memoryBytes < MIN_RAM_BYTES || memoryBytes > MAX_RAM_BYTES) {
    throw new MachineError(`memory must be from ${MIN_RAM_BYTES} to ${MAX_RAM_BYTES} bytes, not ${memoryBytes}`);
  }
  if (memoryBytes % FRAME_BYTES !== 0) {
    throw new MachineError(`memory must be a multiple of ${FRAME_BYTES} bytes, not ${memoryBytes}`);
  }
  if (!Number.isInteger(harts) || harts < 1 || harts > MAX_HARTS) {
    throw new MachineError(`harts must be from 1 to ${MAX_HARTS}, not ${harts}`);
  }
}

function allocate(wasmPages: number, memoryBytes: number): ArrayBuffer {
  try {
    return new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages }).buffer;
  } catch {
    throw new MachineError(`the host has no room for a machine with ${memoryBytes} bytes of memory`);
  }
}
