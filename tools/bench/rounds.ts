/**
 * How fast a guest works: the host's clock, read whenever the guest has printed the line that ends a round.
 *
 * Start-up does not count, on either engine: the first rounds, in which QEMU translates and V8 compiles, are let go by, then
 * rounds are counted for a while, then the guest is ended. So every engine is watched for the same time, whatever its speed.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface Window {
  /** Seconds after the first round during which nothing is counted. */
  readonly warmUp: number;
  /** Seconds, at least, for which rounds are counted. */
  readonly seconds: number;
}

export interface Sample {
  readonly roundsPerSecond: number;
  /** Retired instructions, where the guest has a clock that counts them. */
  readonly instructionsPerRound: number | undefined;
}

/** The measurement cannot be had, and why, in one line. */
export class MeasureError extends Error {}

/** How long a guest may print nothing, in seconds: a round takes some milliseconds to some hundred. */
const SILENCE = 30;

/** `round CHECKSUM`, and on Tocsin the time in nanoseconds. */
const ROUND = /^round ([0-9a-f]{8})(?: (\d+))?\r?$/;

interface Mark {
  readonly at: number;
  readonly rounds: number;
  readonly time: number | undefined;
}

/**
 * Runs `command` and ends it when the window has passed.
 * @throws MeasureError if it prints anything but rounds with this checksum, stops by itself, or goes silent.
 */
export function measureRounds(command: Command, checksum: string, window: Window): Promise<Sample> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A guest that outlives the benchmark would spin for minutes.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);

  return new Promise<Sample>((resolve, reject) => {
    let rounds = 0;
    let unfinished = '';
    let complaints = '';
    let first: number | undefined;
    let begin: Mark | undefined;
    let end: Mark | undefined;
    let failure: string | undefined;
    let silence = setTimeout(goneSilent, SILENCE * 1000);

    function fail(why: string): void {
      failure ??= `${program}: ${why}`;
      child.kill('SIGKILL');
    }
    function goneSilent(): void {
      fail(`no round in ${SILENCE} s`);
    }

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const at = performance.now();
      if (end || failure) return;
      clearTimeout(silence);
      silence = setTimeout(goneSilent, SILENCE * 1000);

      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop() ?? '';
      if (lines.length === 0) return;
      let time: number | undefined;
      for (const line of lines) {
        const match = ROUND.exec(line);
        if (!match) return fail(`printed '${line.slice(0, 60)}', not a round`);
        if (match[1] !== checksum) return fail(`checksum ${match[1]}, should be ${checksum}`);
        time = match[2] === undefined ? undefined : Number(match[2]);
      }
      rounds += lines.length;
      first ??= at;
      if (!begin && at >= first + window.warmUp * 1000) {
        begin = { at, rounds, time };
      } else if (begin && at >= begin.at + window.seconds * 1000) {
        end = { at, rounds, time };
        child.kill('SIGKILL');
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-2000);
    });
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => {
      clearTimeout(silence);
      process.off('exit', endWithUs);
      if (failure) return reject(new MeasureError(failure));
      if (begin && end) return resolve(sampleBetween(begin, end));
      const last = complaints.trim().split('\n').at(-1) ?? '';
      reject(
        new MeasureError(`${program}: ended by itself with status ${code} after ${rounds} rounds. ${last}`.trim()),
      );
    });
  });
}

function sampleBetween(begin: Mark, end: Mark): Sample {
  const rounds = end.rounds - begin.rounds;
  const instructions = begin.time === undefined || end.time === undefined ? undefined : end.time - begin.time;
  return {
    roundsPerSecond: (rounds * 1000) / (end.at - begin.at),
    instructionsPerRound: instructions === undefined ? undefined : instructions / rounds,
  };
}
