/**
 * `gdb`: what is debugged is given over to a stock gdb. The session of the terminal ends, so that nothing of it is in gdb's way,
 * and the world stands still until a client has come; when nobody holds it any more the terminal has a session again.
 */
import { Refusal } from '../../cli/failure.js';
import { FIRST_SLICE, nextSlice } from '../../cli/slice.js';
import type { Debuggee } from '../debuggee.js';
import type { GdbServer } from '../gdb/server.js';
import type { DebugTarget } from '../gdb/target.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { displayLines } from './displays.js';
import type { ServeGdb } from './host.js';
import { endedLines, NOWHERE, whereLines } from './stop-text.js';

/** Throws CommandError where it cannot listen: then nothing has changed. */
export async function giveToGdb(d: Debugging, serve: ServeGdb, port: number | undefined): Promise<void> {
  if (d.over !== undefined) throw new CommandError('The program is not being run.');
  const server = await serve(new GivenOver(d), port);
  try {
    d.print(`gdb: listening on ${server.address}`);
    release(d);
    await runFor(server, d);
  } finally {
    // Whoever is still there goes now, and their session with them.
    await server.close();
    d.host.onInterrupt = () => {};
  }
  server.check();
  d.takeAgain();
  tell(d);
}

/** What the server has: whatever the terminal debugs now, booted again as `run` does it. */
class GivenOver implements DebugTarget {
  constructor(private readonly d: Debugging) {}

  get images() {
    return this.d.target.images;
  }

  get instructions(): number {
    return this.d.target.instructions;
  }

  get time(): number {
    return this.d.target.time;
  }

  get hasPast(): boolean {
    return this.d.target.hasPast;
  }

  attach(): Debuggee {
    return this.d.target.attach();
  }

  restart(programArguments: readonly string[] | undefined): string | undefined {
    const { d } = this;
    try {
      d.boot(programArguments ?? d.guestArguments);
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
    d.target.release();
    return undefined;
  }

  view(name: Parameters<DebugTarget['view']>[0]) {
    return this.d.target.view(name);
  }

  journal(records: number): readonly string[] {
    return this.d.target.journal(records);
  }
}

/** A fault that nobody has answered is not passed to the program, which it may end: the instruction faults again, before gdb. */
function release(d: Debugging): void {
  const { debuggee } = d.target;
  for (;;) {
    const { stopped } = debuggee;
    if (stopped === undefined) break;
    debuggee.resume({ verdict: d.verdict ?? (stopped.kind === 'fault' ? 'handled' : 'pass') });
    d.verdict = undefined;
  }
  d.target.release();
}

/** Until nobody holds the world any more, or the person wants it back. */
async function runFor(server: GdbServer, d: Debugging): Promise<void> {
  const { host } = d;
  let isWanted = false;
  host.onInterrupt = () => {
    isWanted = true;
    server.interrupt();
  };
  // Who waits for a line should hear of a client, too.
  server.onChange = () => host.wakeGuestLine();
  let slice = FIRST_SLICE;
  for (;;) {
    server.check();
    await host.look();
    if (host.takeInterrupt() || isWanted) return;
    if (server.isHolding) {
      await server.change();
      continue;
    }
    if (!server.isDebugging) return;
    d.isFresh = false;
    const begun = performance.now();
    const ran = server.run(slice);
    if (ran.kind === 'on') {
      slice = nextSlice(slice, performance.now() - begun);
      const line = d.target.awaitsInput ? host.guestLineIfThere() : undefined;
      if (line !== undefined) d.target.input(line);
    } else if (ran.kind === 'over') server.end(ran.outcome);
    else if (ran.kind === 'input') {
      await host.look();
      // Whoever came, went or asked for a stop meanwhile comes first: nobody would be woken for it any more.
      if (server.isDebugging && !isWanted) await typeInto(d);
    }
  }
}

async function typeInto(d: Debugging): Promise<void> {
  const line = await d.host.guestLine();
  if (line === undefined) d.target.endInput();
  else if (line.length > 0) d.target.input(line);
}

function tell(d: Debugging): void {
  if (d.over !== undefined) {
    for (const line of endedLines(d, d.over)) d.print(line);
    return;
  }
  for (const line of [...whereLines(d, NOWHERE), ...displayLines(d)]) d.print(line);
}
