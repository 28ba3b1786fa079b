/** What can be said to the monitor: a table of commands. */
import { CSR, disassemble, findSymbol, type Hart, type Mapping, REGISTER_NAMES } from '../../machine/index.js';
import { hex, symbolText } from '../cli/outcome.js';
import { placeLine, registerLines } from './device-view.js';
import type { Machine } from './machine.js';
import { type Snapshots, saveSnapshot } from './snapshots.js';
import { word } from './stepper.js';
import { MODE_LETTERS, stepText } from './tracing.js';
import { byteAt, instructionAt } from './virtual-memory.js';

/** What commands work on. */
export interface MonitorState {
  readonly machine: Machine;
  readonly snapshots: Snapshots;
  /** The hart that commands speak of. */
  hart: Hart;
  readonly line: (text: string) => void;
}

/** Something that the person can put right, in one line. */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';
}

export interface MonitorCommand {
  readonly name: string;
  readonly parameters: string;
  readonly summary: string;
  /** How many words may follow the name. */
  readonly words: readonly [least: number, most: number];
  /** Throws MonitorError. */
  readonly run: (state: MonitorState, words: readonly string[]) => 'stay' | 'continue' | 'quit';
}

const LINE_BYTES = 16;
const DEFAULT_WORDS = 16;
const MAX_WORDS = 1024;
const DEFAULT_INSTRUCTIONS = 10;
const MAX_INSTRUCTIONS = 1000;
const MAX_STEPS = 10_000;

export const MONITOR_COMMANDS: readonly MonitorCommand[] = [
  {
    name: 'help',
    parameters: '',
    summary: 'this list',
    words: [0, 0],
    run: ({ line }) => {
      for (const { name, parameters, summary } of MONITOR_COMMANDS) {
        line(`  ${`${name} ${parameters}`.padEnd(30)} ${summary}`);
      }
      line('  Numbers are decimal or 0x…; addresses may be symbols or registers. A beginning of a name will do.');
      return 'stay';
    },
  },
  {
    name: 'continue',
    parameters: '',
    summary: 'goes on with the guest; so does Ctrl-D',
    words: [0, 0],
    run: () => 'continue',
  },
  {
    name: 'step',
    parameters: '[COUNT]',
    summary: 'executes an instruction or enters a trap, or so many, and shows them',
    words: [0, 1],
    run: ({ machine, line }, [count]) => {
      const steps = numberIn(count, 1, MAX_STEPS, 1, 'instructions');
      const isOneHart = machine.board.harts.length === 1;
      for (let i = 0; i < steps; i++) {
        const step = machine.step();
        if (step === undefined) {
          line(machine.end === undefined ? 'no hart can ever go on' : 'the guest has ended');
          break;
        }
        line(`${isOneHart ? '' : `hart ${step.hart.id} `}${stepText(step, machine.stepper)}`);
      }
      return 'stay';
    },
  },
  {
    name: 'registers',
    parameters: '',
    summary: 'pc, mode and registers of the hart',
    words: [0, 0],
    run: ({ hart, line }) => {
      line(`hart ${hart.id}  pc ${word(hart.pc)}  mode ${MODE_LETTERS[hart.privilege]}  retired ${hart.retired}`);
      for (let i = 0; i < 32; i += 4) {
        line(
          [i, i + 1, i + 2, i + 3]
            .map((n) => `${`x${n} ${REGISTER_NAMES[n]}`.padEnd(8)} ${word(hart.x[n])}`)
            .join('  '),
        );
      }
      return 'stay';
    },
  },
  {
    name: 'csrs',
    parameters: '[NAME]',
    summary: 'control registers that are not zero, or one',
    words: [0, 1],
    run: ({ hart, line }, [name]) => {
      const wanted = Object.entries(CSR).filter(([candidate]) => name === undefined || candidate === name);
      if (wanted.length === 0) throw new MonitorError(`there is no control register ${name}`);
      for (const [candidate, number] of wanted) {
        const value = hart.csrRead(number);
        if (value !== 0 || name !== undefined) line(`${candidate.padEnd(13)} ${word(value)}`);
      }
      return 'stay';
    },
  },
  {
    name: 'memory',
    parameters: 'ADDRESS [WORDS]',
    summary: `words of memory as the hart sees it; ${DEFAULT_WORDS} unless said`,
    words: [1, 2],
    run: (state, [where, count]) => {
      const words = numberIn(count, 1, MAX_WORDS, DEFAULT_WORDS, 'words');
      const address = addressOf(state, where);
      for (let offset = 0; offset < words * 4; offset += LINE_BYTES) {
        state.line(memoryLine(state, (address + offset) >>> 0, Math.min(LINE_BYTES, words * 4 - offset)));
      }
      return 'stay';
    },
  },
  {
    name: 'disassemble',
    parameters: '[ADDRESS [COUNT]]',
    summary: `instructions, from pc unless said, ${DEFAULT_INSTRUCTIONS} of them`,
    words: [0, 2],
    run: (state, [where, count]) => {
      const { machine, hart, line } = state;
      let address = where === undefined ? hart.pc : addressOf(state, where);
      const instructions = numberIn(count, 1, MAX_INSTRUCTIONS, DEFAULT_INSTRUCTIONS, 'instructions');
      for (let i = 0; i < instructions; i++) {
        const bits = instructionAt(machine.board, hart, address);
        line(`${address === hart.pc ? '>' : ' '} ${machine.stepper.instructionText(address, bits)}`);
        if (bits === undefined) break;
        address = (address + disassemble(bits, address).bytes) >>> 0;
      }
      return 'stay';
    },
  },
  {
    name: 'devices',
    parameters: '[NAME]',
    summary: 'what is on the board and where, or the registers of a device',
    words: [0, 1],
    run: ({ machine, line }, [name]) => {
      const { memory, bus } = machine.board;
      if (name !== undefined) {
        for (const mapping of devicesNamed(name, bus.mappings)) {
          line(placeLine(mapping));
          for (const text of registerLines(mapping)) line(text);
        }
        return 'stay';
      }
      for (const mapping of bus.mappings) line(placeLine(mapping));
      line(`${word(memory.base)}..${word(memory.base + memory.bytes - 1)}  RAM`);
      return 'stay';
    },
  },
  {
    name: 'hart',
    parameters: '[NUMBER]',
    summary: 'the hart that the other commands speak of, and where all are',
    words: [0, 1],
    run: (state, [number]) => {
      const { harts } = state.machine.board;
      if (number !== undefined) state.hart = harts[numberIn(number, 0, harts.length - 1, 0, 'hart')];
      for (const hart of harts) {
        const symbol = findSymbol(state.machine.image.symbols, hart.pc);
        const where = symbol === undefined ? '' : ` ${symbolText(symbol)}`;
        state.line(`${hart === state.hart ? '>' : ' '} hart ${hart.id} at ${word(hart.pc)}${where}`);
      }
      return 'stay';
    },
  },
  {
    name: 'snapshot',
    parameters: 'NAME',
    summary: 'keeps the state of the machine under a name',
    words: [1, 1],
    run: ({ snapshots }, [name]) => {
      snapshots.take(name);
      return 'stay';
    },
  },
  {
    name: 'restore',
    parameters: 'NAME',
    summary: 'goes back to a snapshot; all others stay',
    words: [1, 1],
    run: ({ snapshots }, [name]) => {
      if (!snapshots.goBack(name)) throw new MonitorError(`there is no snapshot ${name}; see list`);
      return 'stay';
    },
  },
  {
    name: 'list',
    parameters: '',
    summary: 'the snapshots, with their virtual times',
    words: [0, 0],
    run: ({ snapshots, line }) => {
      for (const { name, time } of snapshots.list) line(`${name}  at ${time}`);
      return 'stay';
    },
  },
  {
    name: 'save',
    parameters: 'FILE',
    summary: 'writes a snapshot of now, for --snapshot',
    words: [1, 1],
    run: ({ machine }, [path]) => {
      saveSnapshot(machine, path);
      return 'stay';
    },
  },
  {
    name: 'quit',
    parameters: '',
    summary: 'leaves, with status 0',
    words: [0, 0],
    run: () => 'quit',
  },
];

/** Those of that name: there may be several disks. */
function devicesNamed(name: string, mappings: readonly Mapping[]): readonly Mapping[] {
  const found = mappings.filter(({ device }) => device.name === name);
  if (found.length > 0) return found;
  const names = new Set(mappings.map(({ device }) => device.name));
  throw new MonitorError(`there is no device ${name}; there are ${[...names].join(', ')}`);
}

/** `80000000: 00000297 02028293 …  ...)....` with `--` for what is not RAM. */
function memoryLine({ machine, hart }: MonitorState, address: number, length: number): string {
  const bytes = Array.from({ length }, (_, i) => byteAt(machine.board, hart, (address + i) >>> 0));
  const words: string[] = [];
  for (let at = 0; at < length; at += 4) {
    const four = bytes.slice(at, at + 4).reverse();
    words.push(four.map((byte) => byte?.toString(16).padStart(2, '0') ?? '--').join(''));
  }
  const text = bytes.map((byte) =>
    byte !== undefined && byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  );
  return `${word(address)}: ${words.join(' ').padEnd(35)}  ${text.join('')}`;
}

/** A number, a symbol, a register of the hart, or pc. */
function addressOf({ machine, hart }: MonitorState, text: string): number {
  const number = numberOf(text);
  if (number !== undefined && number < 2 ** 32) return number;
  if (text === 'pc') return hart.pc;
  const register = REGISTER_NAMES.indexOf(text);
  if (register >= 0) return hart.x[register] >>> 0;
  const symbol = machine.image.symbols.find(({ name }) => name === text);
  if (symbol !== undefined) return symbol.address;
  throw new MonitorError(`${text}: neither an address below ${hex(2 ** 32)} nor a symbol nor a register`);
}

function numberIn(text: string | undefined, least: number, most: number, fallback: number, what: string): number {
  if (text === undefined) return fallback;
  const number = numberOf(text);
  if (number === undefined || number < least || number > most) {
    throw new MonitorError(`${text}: expected ${what} from ${least} to ${most}`);
  }
  return number;
}

function numberOf(text: string): number | undefined {
  return /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
}
