/** Calls: interrupts, clocks and timers. */
import { LIMITS } from '../limits.js';
import { CLOCK, INTERRUPT_OPTIONS } from '../options.js';
import { type CallRow, CREATION_ERRORS, DEADLINE, PAYER } from './description.js';

export const TIME = {
  clock_get: {
    number: 0x56,
    area: 'time',
    summary: 'Reads a clock.',
    arguments: [
      {
        name: 'id',
        kind: 'choice',
        values: CLOCK,
        about: 'MONOTONIC: virtual time since boot. THREAD: what the calling thread has used of it.',
      },
    ],
    results: [{ name: 'time', kind: 'time', about: 'Nanoseconds.' }],
    errors: {},
    description: 'One retired instruction is one nanosecond; an idle machine jumps to the next deadline.',
  },
  thread_sleep: {
    number: 0x57,
    area: 'time',
    summary: 'Blocks until a deadline.',
    arguments: [DEADLINE],
    results: [],
    errors: {},
    description: 'Ends with OK at the deadline; one that has passed already returns at once.',
  },
  thread_yield: {
    number: 0x58,
    area: 'time',
    summary: 'Lets the next thread of the same priority run.',
    arguments: [],
    results: [],
    errors: {},
    description: 'The caller goes to the tail of its level. Where it is alone there, it goes on.',
  },
  interrupt_create: {
    number: 0x50,
    area: 'time',
    summary: 'Makes the object of an interrupt line.',
    arguments: [
      {
        name: 'resource',
        kind: 'handle',
        object: ['resource'],
        rights: ['MANAGE'],
        about: 'The right to the hardware.',
      },
      {
        name: 'line',
        kind: 'u32',
        nonzero: true,
        most: LIMITS.interruptLines,
        about: 'The source of the PLIC, 1 to 95.',
      },
      { name: 'options', kind: 'options', bits: INTERRUPT_OPTIONS, about: 'EDGE, or 0 for a level.' },
      {
        name: 'answer_time',
        kind: 'time',
        about: 'Nanoseconds that handlers have for their answers; 0, or anything from 2^51 on: as long as they like.',
      },
    ],
    results: [{ name: 'interrupt', kind: 'handle', about: 'The new object.' }],
    errors: {
      ALREADY_BOUND: 'The line has an object.',
      OUT_OF_RANGE: 'There is no such line, or the time is negative.',
      ...CREATION_ERRORS,
    },
    description:
      'Whoever waits for source INTERRUPT, or listens to it with a pool, is a handler and owes an answer to every event that it ' +
      'is told of: event_resolve with `data[0]` of the event; `data[1]` is the line. The line is masked from then on until every ' +
      'handler that was told has answered, died, been cancelled or run out of time. Then a level that is still high is delivered ' +
      'again, and so is one edge that came meanwhile. Without a handler the interrupt stays pending for the first one. Whoever ' +
      'listens to INTERRUPT_OBSERVED hears of each delivery and owes nothing. ' +
      'When all handlers have said NOT_MINE 100 times in a row the line stays masked; an event of INTERRUPT_OBSERVED with the ' +
      'status BAD_STATE says so, and only a new object, after this one has gone, opens the line again. The caller pays.',
  },
  interrupt_trigger: {
    number: 0x51,
    area: 'time',
    summary: 'Makes an interrupt happen, as if its line had been raised.',
    arguments: [
      { name: 'interrupt', kind: 'handle', object: ['interrupt'], rights: ['SIGNAL'], about: 'The interrupt.' },
    ],
    results: [],
    errors: {},
    description:
      'Its handlers are told as of any other. Of those that come while the line is masked one is remembered, and one where ' +
      'there is no handler.',
  },
  timer_create: {
    number: 0x52,
    area: 'time',
    summary: 'Makes a timer that is not set.',
    arguments: [PAYER],
    results: [{ name: 'timer', kind: 'handle', about: 'The new timer.' }],
    errors: CREATION_ERRORS,
    description: 'Its events are a broadcast: wait for source TIMER, or let a pool listen.',
  },
  timer_set: {
    number: 0x53,
    area: 'time',
    summary: 'Sets a timer, once or periodically; a new setting replaces the old one.',
    arguments: [
      { name: 'timer', kind: 'handle', object: ['timer'], rights: ['WRITE'], about: 'The timer.' },
      {
        ...DEADLINE,
        about:
          'Absolute virtual time in nanoseconds; one in the past fires now; one that never comes unsets the timer.',
      },
      {
        name: 'period',
        kind: 'time',
        about: 'Nanoseconds between deadlines; 0: only one. A period below 1,000 is OUT_OF_RANGE.',
      },
    ],
    results: [],
    errors: { OUT_OF_RANGE: 'The period is negative, or above 0 and below 1,000.' },
    description:
      'Periodic deadlines are counted from the previous deadline, not from when somebody looked. Deadlines that passed before ' +
      'the kernel could tell of them are one event: `data0` says how many there were, 1 where none was missed. A deadline before ' +
      'boot counts as boot.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
