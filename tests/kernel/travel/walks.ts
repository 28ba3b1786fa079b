/** The runs that are walked through: threads, faults, input, seeds, small quanta, a program that debugs another. */
import { Timeline } from '../../../kernel/index.js';
import { guest } from './guests.js';
import { Walk } from './walk.js';

interface Walked {
  readonly path: string;
  readonly seed?: number;
  readonly quantum?: number;
  readonly lines?: readonly string[];
  readonly failAllocation?: number;
}

const DEMOS = 'userland/demos';
const LINES = ['50', '25', 'nonsense', '99', '7', '12'];

export const WALKED: readonly Walked[] = [
  { path: `${DEMOS}/threads.c` },
  { path: `${DEMOS}/threads.c`, seed: 5, quantum: 300 },
  { path: `${DEMOS}/null-pointer.c`, seed: 2, quantum: 60 },
  { path: `${DEMOS}/guess.c`, lines: LINES },
  { path: `${DEMOS}/guess.c`, lines: LINES, seed: 3, quantum: 150 },
  { path: `${DEMOS}/debugger.c` },
  { path: `${DEMOS}/debugger.c`, seed: 4, quantum: 500 },
  { path: `${DEMOS}/philosophers.c`, seed: 1, quantum: 400 },
  { path: `${DEMOS}/threads.c`, failAllocation: 40 },
  { path: 'tests/userland/programs/semaphore.c', seed: 9, quantum: 200 },
];

/** Goes so many moves through one of them; gives how often a moment was seen again. */
export async function walkThrough(walked: Walked, seed: number, moves: number, isDebugged: boolean): Promise<number> {
  const { path, lines = [], seed: schedule, quantum = 50_000, failAllocation } = walked;
  const options = {
    quantum,
    ...(schedule !== undefined && { seed: schedule }),
    ...(failAllocation !== undefined && { failAllocation }),
  };
  const { options: booted } = await guest(path, options);
  // Some ten snapshots, so that most of them have to go again.
  const timeline = Timeline.boot(booted, { interval: 4000, budget: 12 << 20 });
  const walk = new Walk({ timeline, seed, lines, isDebugged });
  walk.walk(moves);
  return walk.again;
}
