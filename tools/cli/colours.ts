/** Colours where a terminal shows them and nobody asked for none (https://no-color.org). */
import { Chalk, type ChalkInstance, default as chalk, chalkStderr } from 'chalk';

export function outputColours(): ChalkInstance {
  return unlessRefused(chalk);
}

export function errorColours(): ChalkInstance {
  return unlessRefused(chalkStderr);
}

function unlessRefused(colours: ChalkInstance): ChalkInstance {
  return process.env.NO_COLOR ? new Chalk({ level: 0 }) : colours;
}
