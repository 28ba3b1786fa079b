/** Runs an image that ends through HTIF on a board of its own. */
import { readFileSync } from 'node:fs';
import { Board, HTIF_INTERVAL, HTIF_SETTLING, Htif, parseElf, STOP } from '../../../machine/index.js';

const MEMORY_BYTES = 16 << 20;
/** On all harts together: the longest image takes 150,000 with four. */
const MAX_INSTRUCTIONS = 5_000_000;

export interface Ended {
  /** Undefined if it did not end. */
  readonly exitCode: number | undefined;
  readonly printed: string;
  readonly board: Board;
  /** The address of a symbol; throws an Error if the image has none of that name. */
  readonly addressOf: (symbol: string) => number;
}

export function runToEnd(path: string, harts = 1): Ended {
  const { entry, segments, symbols } = parseElf(readFileSync(path), 'bare metal');
  const board = new Board({ memoryBytes: MEMORY_BYTES, firmware: 'guest', harts });
  for (const { physicalAddress, fileBytes } of segments) board.memory.write(physicalAddress, fileBytes);
  for (const hart of board.harts) hart.pc = entry;
  const addressOf = (symbol: string): number => {
    const found = symbols.find((candidate) => candidate.name === symbol);
    if (found === undefined) throw new Error(`${path} has no symbol ${symbol}`);
    return found.address;
  };
  let printed = '';
  const htif = new Htif(board.memory, { tohost: addressOf('tohost'), fromhost: addressOf('fromhost') }, (bytes) => {
    printed += Buffer.from(bytes).toString('latin1');
  });
  for (let spent = 0; spent < MAX_INSTRUCTIONS && htif.exitCode === undefined; spent += HTIF_INTERVAL) {
    const stop = board.run(HTIF_INTERVAL);
    if (htif.wantsAttention) {
      board.run(HTIF_SETTLING);
      htif.serve();
    } else if (stop !== STOP.LIMIT) {
      break;
    }
  }
  return { exitCode: htif.exitCode, printed, board, addressOf };
}
