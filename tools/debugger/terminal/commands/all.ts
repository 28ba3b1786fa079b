/** All commands. */

import type { Command } from '../command.js';
import { BREAKPOINTS } from './breakpoints.js';
import { DATA } from './data.js';
import { FILES } from './files.js';
import { INFO } from './info.js';
import { PAST } from './past.js';
import { RUNNING } from './running.js';
import { STACK } from './stack.js';
import { SUPPORT } from './support.js';
import { THREADS } from './threads.js';

export const COMMANDS: readonly Command[] = [
  ...RUNNING,
  ...PAST,
  ...BREAKPOINTS,
  ...STACK,
  ...DATA,
  INFO,
  ...THREADS,
  ...FILES,
  ...SUPPORT,
];
