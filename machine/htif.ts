/**
 * HTIF, the host-target interface of Berkeley's simulators: two doublewords of RAM, `tohost` and `fromhost`, that test suites
 * for RISC-V end and print through. No hardware has it; spike defines it.
 *
 * | bits of a doubleword | what                                   |
 * | -------------------- | -------------------------------------- |
 * | 63..56               | device: 0 system calls, 1 the console  |
 * | 55..48               | command                                |
 * | 47..0                | payload                                |
 *
 * The guest stores a command to `tohost`; the host takes it by storing zero there, and answers, once it may, in `fromhost`,
 * which the guest sets back to zero.
 *
 * | device | command | payload | what happens                                                                |
 * | ------ | ------- | ------- | --------------------------------------------------------------------------- |
 * | 0      | 0       | odd     | the guest ends; the exit code is payload >> 1                               |
 * | 0      | 0       | even    | a system call: the address of eight doublewords, a number and its arguments |
 * | 1      | 0       |         | asks for a byte: answered with 0x100 | byte when there is one               |
 * | 1      | 1       | byte    | prints a byte                                                               |
 *
 * The system calls are `write` to 1 and 2 and `exit`; all others give ENOSYS. Other devices and commands are taken and do
 * nothing.
 *
 * Nobody is told of a store to RAM: whoever runs the guest looks now and then. A 32-bit guest stores a doubleword as two words,
 * so `wantsAttention` says that there is something, and only a little later, when both words are there, is `serve` called.
 */
import { MachineError } from './errors.js';
import type { PhysicalMemory } from './memory/physical-memory.js';

/** How many instructions to let pass between two looks, and from the first word of a command to the second. */
export const HTIF_INTERVAL = 5000;
export const HTIF_SETTLING = 64;

const DEVICE_SYSTEM = 0;
const DEVICE_CONSOLE = 1;
const COMMAND_READ = 0;
const COMMAND_WRITE = 1;
const ANSWER_BYTE = 0x100;

/** Numbers as in newlib's interface for RISC-V, which is Linux's. */
const CALL_WRITE = 64;
const CALL_EXIT = 93;
const ERROR_BAD_FILE = -9;
const ERROR_FAULT = -14;
const ERROR_NO_CALL = -38;
const CALL_BYTES = 64;
/** What one `write` prints at most; the guest is told how much it was. */
const MAX_WRITE_BYTES = 65536;

/** Bytes for the guest that may wait to be asked for, and that it may have asked for. */
export const MAX_HTIF_BYTES = 4096;

export interface HtifAddresses {
  /** Multiples of 8, eight bytes of RAM each. */
  readonly tohost: number;
  /** Without it the guest gets no answers. */
  readonly fromhost?: number;
}

/** What of HTIF is not in RAM. */
export interface HtifState {
  readonly exitCode: number | undefined;
  readonly waiting: readonly number[];
  readonly asked: number;
}

export class Htif {
  /** What the guest ended with, 0..2^47-1; undefined while it runs. */
  exitCode: number | undefined;
  private waiting: number[] = [];
  /** The guest asked for so many bytes and has not got them. */
  private asked = 0;

  /** Throws MachineError, with one sentence, for addresses that are not RAM or not aligned. */
  constructor(
    private readonly memory: PhysicalMemory,
    private readonly addresses: HtifAddresses,
    private readonly output: (bytes: Uint8Array) => void,
  ) {
    for (const [name, address] of Object.entries(addresses)) {
      if (address % 8 !== 0) throw new MachineError(`${name} at 0x${address.toString(16)} is not aligned to 8 bytes`);
      if (!memory.contains(address, 8)) throw new MachineError(`${name} at 0x${address.toString(16)} is not in RAM`);
    }
  }

  /** Whether a command stands in `tohost`, or the first half of one. */
  get wantsAttention(): boolean {
    return this.word(this.addresses.tohost) !== 0 || this.word(this.addresses.tohost + 4) !== 0;
  }

  /** Whether the guest can be answered at all. */
  get canAnswer(): boolean {
    return this.addresses.fromhost !== undefined;
  }

  /** Takes the command in `tohost`, if there is one, and answers what can be answered. */
  serve(): void {
    const { tohost } = this.addresses;
    const low = this.word(tohost);
    const high = this.word(tohost + 4);
    if (low !== 0 || high !== 0) {
      this.memory.writeWord(tohost, 0);
      this.memory.writeWord(tohost + 4, 0);
      this.command(high >>> 24, (high >>> 16) & 0xff, (high & 0xffff) * 2 ** 32 + low);
    }
    this.answerBytes();
  }

  /** Bytes come in from outside. Returns how many there was room for. */
  receive(bytes: Uint8Array): number {
    const accepted = Math.min(bytes.length, MAX_HTIF_BYTES - this.waiting.length);
    for (let i = 0; i < accepted; i++) this.waiting.push(bytes[i]);
    this.answerBytes();
    return accepted;
  }

  /** Whether the guest asked for a byte that has not come. */
  get wantsInput(): boolean {
    return this.asked > 0;
  }

  snapshot(): HtifState {
    return { exitCode: this.exitCode, waiting: [...this.waiting], asked: this.asked };
  }

  /** Takes back what `snapshot` gave, when RAM is as it was then. */
  restore({ exitCode, waiting, asked }: HtifState): void {
    this.exitCode = exitCode;
    this.waiting = [...waiting];
    this.asked = asked;
  }

  private command(device: number, command: number, payload: number): void {
    if (device === DEVICE_SYSTEM && command === 0) {
      if (payload % 2 === 1) this.exitCode = (payload - 1) / 2;
      else this.call(payload);
    } else if (device === DEVICE_CONSOLE && command === COMMAND_WRITE) {
      this.output(Uint8Array.of(payload & 0xff));
    } else if (device === DEVICE_CONSOLE && command === COMMAND_READ) {
      // More than can ever wait would be answered no sooner.
      this.asked = Math.min(this.asked + 1, MAX_HTIF_BYTES);
    }
  }

  /** A system call whose words stand at `address`; its result replaces its number. */
  private call(address: number): void {
    const { memory } = this;
    // Where there is no room for arguments there is none for a result.
    if (address % 8 !== 0 || !memory.contains(address, CALL_BYTES)) return;
    // Upper halves are zero, or mean addresses that a 32-bit guest does not have.
    const argument = (index: number): number => this.word(address + 8 * index);
    const number = argument(0);
    if (number === CALL_EXIT) {
      this.exitCode = argument(1);
      return;
    }
    const result = number === CALL_WRITE ? this.write(argument(1), argument(2), argument(3)) : ERROR_NO_CALL;
    memory.writeWord(address, result);
    memory.writeWord(address + 4, result < 0 ? -1 : 0);
    this.answer(DEVICE_SYSTEM, 0, 1);
  }

  private write(file: number, address: number, length: number): number {
    const { memory } = this;
    if (file !== 1 && file !== 2) return ERROR_BAD_FILE;
    const count = Math.min(length, MAX_WRITE_BYTES);
    if (!memory.contains(address, count)) return ERROR_FAULT;
    this.output(memory.u8.slice(address - memory.base, address - memory.base + count));
    return count;
  }

  private answerBytes(): void {
    while (this.asked > 0 && this.waiting.length > 0 && this.mayAnswer()) {
      this.asked--;
      this.answer(DEVICE_CONSOLE, COMMAND_READ, ANSWER_BYTE | (this.waiting.shift() ?? 0));
    }
  }

  private mayAnswer(): boolean {
    const { fromhost } = this.addresses;
    return fromhost !== undefined && this.word(fromhost) === 0 && this.word(fromhost + 4) === 0;
  }

  private answer(device: number, command: number, payload: number): void {
    const { fromhost } = this.addresses;
    if (fromhost === undefined) return;
    this.memory.writeWord(fromhost + 4, (device << 24) | (command << 16));
    this.memory.writeWord(fromhost, payload);
  }

  private word(address: number): number {
    return this.memory.i32[(address - this.memory.base) >>> 2] >>> 0;
  }
}
