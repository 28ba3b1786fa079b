/**
 * A run with a gdb server beside it. Without a client it goes as `drive` does it; with one the world stands still until the
 * client lets it go on, and the end is told to the client before it is the end of the run: who is asked may boot again.
 */
import type { System, Timeline } from '../../kernel/index.js';
import { GdbServer } from '../debugger/gdb/server.js';
import { whyNot } from '../toolchain/input.js';
import { DebuggedSystem, type Restartable } from './debugged-system.js';
import { type } from './drive.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import type { TypedLines } from './guest-input.js';
import type { RunOptions } from './run-command.js';
import type { Ending } from './run-report.js';
import { FIRST_SLICE, nextSlice } from './slice.js';
import { type GuestOutput, say } from './standard-streams.js';

const NOTHING = new Uint8Array(0);

/** Gives the system that ended: the one that was booted last. Throws Refusal where it cannot listen. */
export async function driveWithGdb(
  how: Restartable,
  timeline: Timeline,
  options: RunOptions,
  maxInstructions: number,
  input: TypedLines,
  output: GuestOutput,
): Promise<{ readonly system: System; readonly ending: Ending }> {
  const debugged = new DebuggedSystem(how, timeline);
  const server = await listen(debugged, options);
  say(`gdb: listening on ${server.address}`);
  try {
    const ending = await runBeside(server, debugged, maxInstructions, input, output);
    return { system: debugged.system, ending };
  } finally {
    await server.close();
  }
}

async function listen(debugged: DebuggedSystem, { gdb = 0, gdbHost, gdbWait }: RunOptions): Promise<GdbServer> {
  try {
    return await GdbServer.listen(debugged, { port: gdb, host: gdbHost, waits: gdbWait === true });
  } catch (error) {
    throw new Refusal(`gdb: cannot listen on ${gdbHost}:${gdb}: ${whyNot(error)}`);
  }
}

async function runBeside(
  server: GdbServer,
  debugged: DebuggedSystem,
  maxInstructions: number,
  input: TypedLines,
  output: GuestOutput,
): Promise<Ending> {
  let isInterrupted = false;
  const interrupt = (): void => {
    if (isInterrupted) process.exit(EXIT.INTERRUPTED);
    isInterrupted = true;
    input.interrupt();
    server.interrupt();
  };
  process.on('SIGINT', interrupt);
  // Who waits for a line should hear of a client, too.
  server.onChange = () => input.interrupt();
  try {
    let slice = FIRST_SLICE;
    for (;;) {
      server.check();
      if (isInterrupted) return { kind: 'interrupted' };
      if (server.isHolding) {
        output.flush();
        await server.change();
        continue;
      }
      const begun = performance.now();
      const left = maxInstructions - debugged.instructions;
      const ran = runSlice(debugged, server, Math.min(slice, left));
      if (ran.kind === 'input') {
        const line = input.nextIfThere();
        // What the guest asks should be seen before it is answered.
        if (line === undefined) output.flush();
        type(debugged.timeline, line ?? (await input.next()));
      } else if (ran.kind === 'over' || (ran.kind === 'on' && debugged.instructions >= maxInstructions)) {
        const ending = ran.kind === 'over' ? ran.outcome : ({ kind: 'limit' } as const);
        if (!server.end(ending)) return ending;
      } else if (ran.kind === 'on') slice = nextSlice(slice, performance.now() - begun);
      await output.written();
      await new Promise((resolve) => setImmediate(resolve));
      if (output.isClosed) return { kind: 'output closed' };
      // Others run while one waits for what a person types.
      if (input.isTerminal && debugged.system.awaitsInput)
        type(debugged.timeline, input.isExhausted ? undefined : (input.nextIfThere() ?? NOTHING));
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function runSlice(debugged: DebuggedSystem, server: GdbServer, instructions: number): ReturnType<GdbServer['run']> {
  if (server.isDebugging) return server.run(instructions);
  const outcome = debugged.timeline.run(instructions);
  // Only a session stops the world, and then `server` runs it; one that has just gone has let it go on.
  if (outcome.kind === 'limit' || outcome.kind === 'stopped') return { kind: 'on' };
  return outcome.kind === 'input' ? { kind: 'input' } : { kind: 'over', outcome };
}
