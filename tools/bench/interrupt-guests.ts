/**
 * Two compiled processes on a system of their own: one makes the UART interrupt, for ever, by asking again and again whether its
 * transmitter is empty; the other, of a higher priority, is its driver, which looks why, answers, and waits for the next.
 */
import { encode, UART_BASE } from '../../machine/index.js';
import { SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/calls.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import {
  A0,
  A1,
  A2,
  A3,
  A4,
  A5,
  callWith,
  FOREVER_HIGH,
  FOREVER_LOW,
  forever,
  HANDLE,
  li,
  mv,
  S0,
  S1,
  ZERO,
} from './guest-code.js';
import { DATA, DEVICE, PAGE, startGuest } from './guest-process.js';
import type { Pair } from './pairs.js';

const UART_LINE = 10;
/** Registers of the UART, the bit that asks for the transmitter, and the token's place in a packet. */
const [IER, IIR, TRANSMITTER, TOKEN] = [1, 2, 2, 44];

function asker(): number[] {
  const store = (rs2: number): number => encode('sb', { rs1: S0, rs2, imm: IER });
  return forever([...li(S0, DEVICE), ...li(S1, TRANSMITTER)], [store(ZERO), store(S1)]);
}

function driver(): number[] {
  const wait = [mv(A0, HANDLE), ...li(A1, SOURCE.INTERRUPT), ...li(A2, SEEN_NOW)];
  const deadline = [...li(A3, FOREVER_LOW), ...li(A4, FOREVER_HIGH)];
  const answer = [mv(A0, HANDLE), ...li(A2, VERDICT.HANDLED), ...li(A3, 0), ...li(A4, 0)];
  return forever(
    [...li(S0, DEVICE), ...li(S1, DATA)],
    [
      ...[...wait, ...deadline, ...li(A5, DATA), ...callWith('event_wait')],
      encode('lbu', { rd: A3, rs1: S0, imm: IIR }),
      ...[encode('lw', { rd: A1, rs1: S1, imm: TOKEN }), ...answer, ...callWith('event_resolve')],
    ],
  );
}

/** A round is an interrupt that was delivered. */
export const INTERRUPTS: Pair = {
  *script(startup): Script {
    const { interrupt: handle } = yield* sys.interrupt_create(startup.resource, UART_LINE, 0, 0);
    const { vmo: device } = yield* sys.device_create(startup.resource, UART_BASE, PAGE);
    yield* startGuest(startup, { priority: 20, handle, code: driver(), device });
    yield* startGuest(startup, { priority: 10, handle, code: asker(), device });
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  },
  rounds: ({ state }) => state.sources.generation[state.interrupts.source[0]],
};
