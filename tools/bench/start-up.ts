/** From shell to shell: how long `tocsin run hello.elf` takes, and how much of that Node takes to start and stop. */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { runOnTocsin } from './engines.js';
import { type Command, MeasureError } from './rounds.js';

/** Seconds from spawning the hello demo to its end. */
export function helloSeconds(elf: string): number {
  return secondsOf(runOnTocsin(elf));
}

/** Seconds that Node needs to do nothing at all. */
export function nodeSeconds(): number {
  return secondsOf([process.execPath, '--eval', '0']);
}

function secondsOf([program, ...args]: Command): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const seconds = (performance.now() - begin) / 1000;
  if (status !== 0)
    throw new MeasureError(`${args.at(-1)} ended with status ${status}. ${stderr.trim().split('\n').at(-1)}`);
  return seconds;
}
