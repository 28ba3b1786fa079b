/** `--trace`: what the machine does, a line each on standard error. */
import {
  type Bus,
  CAUSE_INTERRUPT,
  INTERRUPT,
  MODE,
  REGISTER_NAMES,
  STOP,
  type StopReason,
} from '../../machine/index.js';
import { causeName, hex } from '../cli/outcome.js';
import type { Machine } from './machine.js';
import { type Step, type Stepper, type Trap, word } from './stepper.js';

export const TRACES = ['instructions', 'traps', 'devices'] as const;
export type Trace = (typeof TRACES)[number];

export const MODE_LETTERS: Readonly<Record<number, string>> = { [MODE.U]: 'U', [MODE.S]: 'S', [MODE.M]: 'M' };

const INTERRUPT_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(INTERRUPT).map(([name, number]) => [number, name.toLowerCase().replaceAll('_', ' ')]),
);

export class Tracing {
  /** `line` takes what is to be shown. */
  constructor(
    private readonly traces: ReadonlySet<Trace>,
    private readonly machine: Machine,
    private readonly line: (text: string) => void,
  ) {
    if (traces.has('devices')) this.watch(machine.board.bus);
  }

  /** Whether instructions have to be executed one by one. */
  get steps(): boolean {
    return this.traces.has('instructions') || this.traces.has('traps');
  }

  /** Retires so many instructions, unless something stops them. */
  run(stepper: Stepper, limit: number): StopReason {
    const end = this.machine.instructions + limit;
    for (;;) {
      const { stop, step } = stepper.step();
      if (step !== undefined) this.show(step, stepper);
      if (stop !== STOP.LIMIT || this.machine.instructions >= end) return stop;
    }
  }

  private show(step: Step, stepper: Stepper): void {
    if (step.kind === 'trap' ? this.traces.has('traps') : this.traces.has('instructions')) {
      this.line(`${this.prefix(step)} ${stepText(step, stepper)}`);
    }
  }

  /** Virtual time after the step, and the hart where there are several. */
  private prefix({ hart }: Step): string {
    const { board } = this.machine;
    return board.harts.length === 1 ? `${board.time}` : `${board.time} hart ${hart.id}`;
  }

  /** All harts reach their devices through these two methods of the one bus. */
  private watch(bus: Bus): void {
    const load = bus.load.bind(bus);
    const store = bus.store.bind(bus);
    const show = (address: number, what: string) => {
      const mapping = bus.mappings.find(({ base, device }) => address >= base && address < base + device.bytes);
      const where = mapping === undefined ? hex(address) : `${mapping.device.name}+${hex(address - mapping.base)}`;
      this.line(`${this.machine.board.time} ${where} ${what}`);
    };
    bus.load = (address, width) => {
      const value = load(address, width);
      show(address >>> 0, `-> ${value === undefined ? 'access fault' : hex(value >>> 0)} (${width})`);
      return value;
    };
    bus.store = (address, width, value) => {
      const isTaken = store(address, width, value);
      show(address >>> 0, `<- ${hex(value >>> 0)} (${width})${isTaken ? '' : ' access fault'}`);
      return isTaken;
    };
  }
}

/** `80000010 main: 00700513  addi a0, zero, 7  a0=7`, or a trap. */
export function stepText(step: Step, stepper: Stepper): string {
  if (step.kind === 'trap') return trapText(step);
  const { hart, pc, bits, changed } = step;
  const changes = changed.map((i) => `  ${REGISTER_NAMES[i]}=${hex(hart.x[i] >>> 0)}`);
  return `${stepper.instructionText(pc, bits)}${changes.join('')}`;
}

/** `ecall from u at 80000100, value 0x0, to M` */
function trapText({ cause, value, from, mode }: Trap): string {
  const interrupt = cause >= CAUSE_INTERRUPT ? cause - CAUSE_INTERRUPT : undefined;
  const name =
    interrupt === undefined ? causeName(cause) : `${INTERRUPT_NAMES.get(interrupt) ?? `number ${interrupt}`} interrupt`;
  const detail = interrupt === undefined ? `, value ${hex(value)}` : '';
  return `${name} at ${word(from)}${detail}, to ${MODE_LETTERS[mode]}`;
}
