/**
 * The board: memory, harts and devices, laid out like QEMU's virt board, and virtual time.
 *
 * | address     | what                                  |
 * | ----------- | ------------------------------------- |
 * | 0x0010_0000 | test finisher                         |
 * | 0x0200_0000 | CLINT: timer and software interrupts  |
 * | 0x1000_0000 | UART                                  |
 * | 0x8000_0000 | RAM                                   |
 */
import { Bus } from './devices/bus.js';
import { Clint } from './devices/clint.js';
import { Finisher } from './devices/finisher.js';
import { Uart16550 } from './devices/uart16550.js';
import { MachineError } from './errors.js';
import { CodeCache } from './hart/code-cache.js';
import { Hart } from './hart/hart.js';
import { Reservations } from './hart/reservations.js';
import { FRAME_BYTES, layOut, MAX_RAM_BYTES, MIN_RAM_BYTES, RAM_BASE } from './memory/layout.js';
import { PhysicalMemory } from './memory/physical-memory.js';

export const FINISHER_BASE = 0x0010_0000;
export const CLINT_BASE = 0x0200_0000;
export const UART_BASE = 0x1000_0000;

export interface BoardOptions {
  /** Size of RAM in bytes: a multiple of 4096 from 64 KiB to 1 GiB. */
  readonly memoryBytes: number;
  /** Who owns machine mode: with 'host', `run` returns at every trap; with 'guest', traps vector to mtvec. */
  readonly firmware: 'host' | 'guest';
  /** Gets every byte that the guest sends to the UART. */
  readonly onOutput?: (byte: number) => void;
}

export class Board {
  readonly memory: PhysicalMemory;
  readonly harts: readonly Hart[];
  readonly bus: Bus;
  readonly clint: Clint;
  /** Ticks that passed while no hart had anything to do. */
  private idleTicks = 0;
  private finished: number | undefined;

  /** Throws MachineError if the size of memory is not one that a board can have. */
  constructor({ memoryBytes, firmware, onOutput = () => {} }: BoardOptions) {
    if (!Number.isInteger(memoryBytes) || memoryBytes < MIN_RAM_BYTES || memoryBytes > MAX_RAM_BYTES) {
      throw new MachineError(`memory must be from ${MIN_RAM_BYTES} to ${MAX_RAM_BYTES} bytes, not ${memoryBytes}`);
    }
    if (memoryBytes % FRAME_BYTES !== 0) {
      throw new MachineError(`memory must be a multiple of ${FRAME_BYTES} bytes, not ${memoryBytes}`);
    }
    const layout = layOut(1, memoryBytes);
    const buffer = allocate(layout.wasmPages, memoryBytes);
    this.memory = new PhysicalMemory(buffer, layout);
    this.clint = new Clint(1, () => this.time);
    this.bus = new Bus([
      { base: FINISHER_BASE, device: new Finisher((code) => this.finish(code)) },
      { base: CLINT_BASE, device: this.clint },
      { base: UART_BASE, device: new Uart16550(onOutput) },
    ]);
    const cache = new CodeCache(buffer, layout, this.memory);
    const reservations = new Reservations(1, this.memory, layout.ramStart);
    const board = this;
    const hart = new Hart(0, {
      firmware,
      buffer,
      layout,
      memory: this.memory,
      bus: this.bus,
      clint: this.clint,
      cache,
      reservations,
      now: () => board.time,
      idle: (ticks) => {
        board.idleTicks += ticks;
      },
      get halted() {
        return board.halted;
      },
    });
    hart.pc = RAM_BASE;
    this.harts = [hart];
  }

  /** Virtual time: instructions retired, plus ticks that were idle. One tick is one nanosecond to the guest. */
  get time(): number {
    return this.harts[0].retired + this.idleTicks;
  }

  /** Whether a guest has stopped the board through the finisher. */
  get halted(): boolean {
    return this.finished !== undefined;
  }

  /** What the guest told the finisher: 0 for pass, 0..65535 for fail; 0 while the board runs. */
  get exitCode(): number {
    return this.finished ?? 0;
  }

  private finish(exitCode: number): void {
    this.finished ??= exitCode;
  }
}

function allocate(wasmPages: number, memoryBytes: number): ArrayBuffer {
  try {
    return new WebAssembly.Memory({ initial: wasmPages, maximum: wasmPages }).buffer;
  } catch {
    throw new MachineError(`the host has no room for a machine with ${memoryBytes} bytes of memory`);
  }
}
