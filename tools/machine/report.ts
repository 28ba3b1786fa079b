/** How a session ended: in lines for people, in figures, and as one JSON object. */
import { CSR, findSymbol, type Hart, MODE } from '../../machine/index.js';
import { errorColours } from '../cli/colours.js';
import { EXIT } from '../cli/exit-status.js';
import { causeName, symbolText } from '../cli/outcome.js';
import type { Machine } from './machine.js';
import type { Ending } from './session.js';
import { word } from './stepper.js';
import { MODE_LETTERS } from './tracing.js';

/** What is said on standard error; nothing for a guest that ended by itself. */
export function endingLines(ending: Ending, machine: Machine): readonly string[] {
  switch (ending.kind) {
    case 'limit':
      return ['stopped at the instruction limit', ...machine.board.harts.map((hart) => limitLine(hart, machine))];
    case 'interrupted':
      return ['interrupted'];
    case 'waiting':
      return ['no hart can ever go on', ...machine.board.harts.map((hart) => waitLine(hart, machine))];
    default:
      return [];
  }
}

/** `  hart 0 at 80000010 in main+0x4, in M mode` */
function limitLine(hart: Hart, machine: Machine): string {
  return `${whereabouts(hart, machine)}, in ${MODE_LETTERS[hart.privilege]} mode`;
}

function whereabouts({ id, pc }: Hart, { image }: Machine): string {
  const symbol = findSymbol(image.symbols, pc);
  return `  hart ${id} at ${word(pc)}${symbol === undefined ? '' : ` in ${symbolText(symbol)}`}`;
}

/** A hart waits for an interrupt that cannot come; or its handler traps to itself, where the first trap is long forgotten. */
function waitLine(hart: Hart, machine: Machine): string {
  const where = whereabouts(hart, machine);
  const read = (number: number) => hart.csrRead(number) >>> 0;
  const [cause, from] = hart.privilege === MODE.M ? [CSR.mcause, CSR.mepc] : [CSR.scause, CSR.sepc];
  const tvec = read(hart.privilege === MODE.M ? CSR.mtvec : CSR.stvec);
  const isTrapped = hart.privilege !== MODE.U && read(from) === hart.pc && tvec - (tvec % 4) === hart.pc;
  if (!isTrapped) return `${where} waits for an interrupt that cannot come`;
  return `${where}: its trap handler begins with ${causeName(read(cause))}; --trace traps shows what led there`;
}

export function exitStatus(ending: Ending): number {
  switch (ending.kind) {
    case 'ended':
      // A status has eight bits; a failure must not look like a success because they are zero.
      return ending.code & 0xff || (ending.code === 0 ? EXIT.OK : 1);
    case 'limit':
      return EXIT.LIMIT;
    case 'waiting':
      return EXIT.BLOCKED;
    case 'left':
      return EXIT.OK;
    case 'interrupted':
      return EXIT.INTERRUPTED;
    case 'output closed':
      return EXIT.OUTPUT_CLOSED;
  }
}

export function statistics(machine: Machine, hostSeconds: number): string {
  const { dim } = errorColours();
  const { board, instructions } = machine;
  const mips = instructions / hostSeconds / 1e6;
  const rows = [
    ['instructions', `${grouped(instructions)} (${mips.toFixed(1)} million a second)`],
    ...(board.harts.length === 1 ? [] : board.harts.map(({ id, retired }) => [`  hart ${id}`, grouped(retired)])),
    ['virtual time', `${(board.time / 1e6).toFixed(3)} ms`],
    ['host time', `${(hostSeconds * 1e3).toFixed(1)} ms`],
  ];
  return rows.map(([name, value]) => `${dim(name.padEnd(13))} ${value}\n`).join('');
}

/** Everything but `hostSeconds` is the same on every machine, unless somebody typed. */
export function jsonReport(
  machine: Machine,
  ending: Ending,
  status: number,
  seed: number | undefined,
  hostSeconds: number,
): object {
  const { board } = machine;
  return {
    outcome: ending.kind,
    ...(ending.kind === 'ended' && { by: ending.by, code: ending.code }),
    exitCode: status,
    instructions: machine.instructions,
    harts: board.harts.map(({ pc, retired }) => ({ pc, instructions: retired })),
    time: board.time,
    memoryBytes: board.memory.bytes,
    seed: seed ?? null,
    hostSeconds,
  };
}

/** `1,234,567` */
function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
