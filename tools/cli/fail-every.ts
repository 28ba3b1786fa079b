/** `tocsin run --fail-allocation every`: a program runs once as it is, and then once for each allocation, which fails. */
import { KernelPanic, leaked } from '../../kernel/index.js';
import type { ElfImage } from '../../machine/elf.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { Progress } from '../toolchain/progress.js';
import { boot, drive } from './drive.js';
import { EXIT, exitStatus } from './exit-status.js';
import { everyLines, everyReport, type FailedRun } from './fail-report.js';
import { Refusal } from './failure.js';
import { GuestInput, RepeatedLines } from './guest-input.js';
import { explainOutcome } from './outcome.js';
import type { RunOptions } from './run-command.js';
import type { Ending } from './run-report.js';
import { GuestOutput, say } from './standard-streams.js';

export interface Guest {
  readonly image: ElfImage;
  readonly driver: Uint8Array | undefined;
  readonly monitor?: ElfImage | undefined;
  readonly files: readonly string[];
  readonly guestArguments: readonly string[];
  readonly options: RunOptions;
}

/** Instructions that a run may take where nothing is said: as many times what the plain run took, and some more. */
const TIMES_AS_LONG = 10;
const AND_MORE = 10_000_000;

/** Throws Refusal where it cannot be done. */
export async function failEveryAllocation(guest: Guest): Promise<number> {
  const { options } = guest;
  for (const name of ['trace', 'stats', 'ps'] as const)
    if (options[name] !== undefined) throw new Refusal(`--fail-allocation every has no --${name}: give one number`);
  const runs = new Runs(guest);
  try {
    return await runs.all();
  } finally {
    runs.end();
  }
}

class Runs {
  private readonly source: GuestInput;
  private readonly lines: RepeatedLines;
  /** Never written to: what the program prints is dropped. */
  private readonly output = new GuestOutput();
  private readonly progress = new Progress();

  constructor(private readonly guest: Guest) {
    this.source = new GuestInput(guest.options.input);
    this.lines = new RepeatedLines(this.source);
  }

  end(): void {
    this.progress.end();
    this.source.close();
  }

  async all(): Promise<number> {
    const { guest } = this;
    const { options, image } = guest;
    const plain = this.boot(undefined);
    const ending = await this.drive(plain, options.maxInstructions ?? Number.POSITIVE_INFINITY);
    if (ending.kind === 'output closed') return EXIT.OUTPUT_CLOSED;
    if (ending.kind !== 'exited' && ending.kind !== 'halted') {
      const lines = ending.kind === 'interrupted' ? ['interrupted'] : explainOutcome(ending, image, plain);
      for (const line of [...lines, 'so it went without any failure; nothing was made to fail']) say(`tocsin: ${line}`);
      return exitStatus(ending);
    }
    const most = options.maxInstructions ?? plain.instructions * TIMES_AS_LONG + AND_MORE;
    const runs: FailedRun[] = [];
    let stopped: Ending | undefined;
    for (let n = 1; stopped === undefined; n++) {
      const run = await this.withFailing(n, most);
      if (run === undefined) break;
      if ('stopped' in run) stopped = run.stopped;
      else runs.push(run);
    }
    this.progress.end();
    if (stopped?.kind === 'output closed') return EXIT.OUTPUT_CLOSED;
    const status = stopped === undefined ? statusOf(runs) : EXIT.INTERRUPTED;
    const { files, guestArguments } = guest;
    for (const line of everyLines(runs, { files, guestArguments, options })) say(`tocsin: ${line}`);
    if (stopped !== undefined) say('tocsin: interrupted');
    if (options.json) say(JSON.stringify(everyReport(runs, status, options)));
    return status;
  }

  /** One run; undefined where allocation n was never made. */
  private async withFailing(n: number, most: number): Promise<FailedRun | { stopped: Ending } | undefined> {
    this.progress.say(`allocation ${n} fails`);
    let ending: Exclude<Ending, { kind: 'output closed' | 'interrupted' }>;
    try {
      const system = this.boot(n);
      const driven = await this.drive(system, most);
      if (driven.kind === 'output closed' || driven.kind === 'interrupted') return { stopped: driven };
      ending = driven;
      if (system.allocationsMade.failed === 0) return undefined;
      const said = explainOutcome(ending, this.guest.image, system);
      const leak = leaked(system);
      if (leak !== undefined) return { n, outcome: 'leak', code: null, isClean: false, lines: [leak] };
      const isShort = ending.kind === 'fault' && ending.detail === FAULT_DETAIL.NO_MEMORY;
      const outcome = isShort ? 'no memory' : ending.kind;
      const code = ending.kind === 'exited' || ending.kind === 'halted' ? ending.code : null;
      return { n, outcome, code, isClean: isShort || CLEAN.has(ending.kind), lines: said };
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const text = error instanceof KernelPanic || !(error instanceof Error) ? String(error) : (error.stack ?? '');
      return { n, outcome: 'panic', code: null, isClean: false, lines: ['a bug in Tocsin', ...text.split('\n')] };
    }
  }

  private boot(failAllocation: number | undefined) {
    const { output } = this;
    const quiet = { onOutput: () => undefined, ...(failAllocation === undefined ? {} : { failAllocation }) };
    return boot({ ...this.guest, input: this.lines, output, more: quiet });
  }

  private drive(system: ReturnType<typeof boot>, most: number): Promise<Ending> {
    this.lines.rewind();
    return drive(system, most, this.lines, this.output);
  }
}

const CLEAN: ReadonlySet<string> = new Set(['exited', 'halted', 'killed', 'out of memory']);

function statusOf(runs: readonly FailedRun[]): number {
  if (runs.some(({ outcome }) => outcome === 'panic')) return EXIT.PANIC;
  return runs.every(({ isClean }) => isClean) ? EXIT.OK : EXIT.FAILED;
}
