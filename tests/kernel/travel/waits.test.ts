/** Why a thread waits, since when, what was done before to what it waits for, and what ended its last wait. */
import { beforeAll, describe, expect, it } from 'vitest';
import { waitOf } from '../../../kernel/blocked.js';
import { type BlockedThread, Timeline, type WhyBlocked } from '../../../kernel/index.js';
import { nameText } from '../../../kernel/information.js';
import { addressOf, type Guest, guest, hasCompiler } from './guests.js';
import { see, unlike } from './seen.js';

let made: Guest;
let timeline: Timeline;

/** Boots, and runs until all wait, and the first thread for what is typed. */
async function begin(): Promise<void> {
  made = await guest('waits.c', { interactive: 'at once' });
  timeline = Timeline.boot(made.options, { interval: 2000 });
  expect(timeline.run()).toEqual({ kind: 'input' });
}

function koid(name: string): number {
  const { threads } = timeline.system.state;
  for (let row = 0; row < threads.used; row++) if (nameText(threads, row) === name) return threads.koid[row];
  throw new Error(`there is no thread ${name}`);
}

function waits(name: string): BlockedThread | undefined {
  const { threads } = timeline.system.state;
  for (let row = 0; row < threads.used; row++)
    if (threads.koid[row] === koid(name)) return waitOf(timeline.system.state, row);
  return undefined;
}

function why(name: string): WhyBlocked {
  const found = timeline.whyBlocked(koid(name));
  if (found === undefined) throw new Error(`${name} does not wait`);
  return found;
}

/** Who did what, before which step. */
const told = ({ before }: WhyBlocked) => before.map(({ actor, call }) => [actor?.name, call?.name]);

describe.skipIf(!hasCompiler)('a thread that waits', () => {
  beforeAll(begin);

  it.each([
    ['bell', 'futex', 'futex_wait', []],
    ['never', 'futex', 'futex_wait', [['main', 'futex_wake']]],
    [
      'lock',
      'lock',
      'lock_acquire',
      [
        ['main', 'lock_create'],
        ['main', 'lock_acquire'],
      ],
    ],
    ['message', 'receive', 'channel_receive', [['main', 'channel_create']]],
    ['time', 'sleep', 'thread_sleep', []],
  ])('%s: waits for a %s since its %s, before which that was done', (name, on, call, before) => {
    const now = see(timeline.system);
    const found = why(name);
    expect(found.wait).toMatchObject({ name, on, process: 'waits' });
    expect(found.wait).toEqual(waits(name));
    expect(found.since).toMatchObject({ actor: { name }, call: { name: call } });
    expect(told(found)).toEqual(before);
    expect(timeline.whatUnblocked(koid(name))).toBeUndefined();
    expect(unlike(now, see(timeline.system))).toBeUndefined();
  });

  it('packet and interrupt: wait since their calls, and know who made what they wait for', () => {
    expect(why('packet')).toMatchObject({ wait: { on: 'pool' }, since: { call: { name: 'pool_take' } } });
    expect(told(why('packet'))[0]).toEqual(['main', 'pool_create']);
    expect(why('interrupt')).toMatchObject({ wait: { on: 'event' }, since: { call: { name: 'event_wait' } } });
    expect(told(why('interrupt'))).toEqual([['main', 'interrupt_create']]);
  });

  it('says for which word, or which lock and who holds it', () => {
    expect(why('bell').wait.address).toBe(addressOf(made, 'bell'));
    const { wait, before } = why('never');
    expect(wait.address).toBe(addressOf(made, 'silence'));
    expect(before[0].call?.status).toBe(0);
    expect(before[0].call?.arguments.slice(0, 2)).toEqual([addressOf(made, 'silence'), 1]);
    expect(before[0].records.map(({ type }) => type)).toEqual(['call']);
    expect(why('lock').wait).toMatchObject({ heldBy: { name: 'main' }, object: { type: 'lock' } });
    expect(why('time').wait.deadline).toBeLessThan(1e9);
  });

  it('did not wait before the step of which that is said, and did after it', () => {
    for (const name of ['bell', 'lock', 'message', 'packet', 'time', 'interrupt', 'never']) {
      const { since } = why(name);
      if (since === undefined) throw new Error(`${name} has waited from the beginning`);
      timeline.goTo(since.moment);
      expect(waits(name)).toBeUndefined();
      expect(timeline.system.state.threads.koid[timeline.system.state.current]).toBe(koid(name));
      timeline.goToStep(since.seq);
      expect(waits(name)).toBeDefined();
      expect(timeline.system.time).toBe(since.time);
      timeline.goTo(timeline.end);
    }
  });

  it('is one that is there', () => {
    expect(timeline.whyBlocked(99_999)).toBeUndefined();
    expect(timeline.whatUnblocked(99_999)).toBeUndefined();
  });
});

describe.skipIf(!hasCompiler)('a thread that waited', () => {
  beforeAll(async () => {
    await begin();
    timeline.input(Buffer.from('\n'));
    expect(timeline.run()).toEqual({ kind: 'input' });
  });

  it.each([
    ['bell', 'futex_wake'],
    ['lock', 'lock_release'],
    ['message', 'channel_send'],
    ['interrupt', 'interrupt_trigger'],
  ])('%s: went on because of the %s of the first thread', (name, call) => {
    const now = see(timeline.system);
    const found = timeline.whatUnblocked(koid(name));
    expect(found).toMatchObject({ actor: { name: 'main', process: 'waits' }, call: { name: call } });
    expect(unlike(now, see(timeline.system))).toBeUndefined();
  });

  it.each(['packet', 'time'])('%s: went on because of a timer, which is nobody', (name) => {
    const found = timeline.whatUnblocked(koid(name));
    expect(found?.actor).toBeUndefined();
    expect(found?.call).toBeUndefined();
    const types = found?.records.map(({ type }) => type) ?? [];
    expect(types[0]).toBe('trap');
    expect(types).toContain('thread_unblocked');
    expect(types.includes('timer_passed')).toBe(name === 'packet');
  });

  it('never: still waits; nothing woke it, and it waits for what it waited for', () => {
    expect(timeline.whatUnblocked(koid('never'))).toBeUndefined();
    expect(why('never').since?.time).toBeLessThan(why('bell').since?.time ?? 0);
  });

  it('waits now for something else, and the wake before that is told', () => {
    for (const name of ['bell', 'lock', 'message', 'packet', 'time', 'interrupt']) {
      const { wait, since, before } = why(name);
      expect([wait.on, wait.address]).toEqual(['futex', addressOf(made, 'silence')]);
      expect(since?.seq).toBeGreaterThan(timeline.whatUnblocked(koid(name))?.seq ?? Number.POSITIVE_INFINITY);
      expect(before.map(({ call }) => call?.arguments[0])).toEqual([addressOf(made, 'silence')]);
    }
  });

  it('waited before the step of which that is said, and not after it', () => {
    for (const name of ['bell', 'lock', 'message', 'packet', 'time', 'interrupt']) {
      const found = timeline.whatUnblocked(koid(name));
      if (found === undefined) throw new Error(`nothing woke ${name}`);
      timeline.goTo(found.moment);
      expect(waits(name)).toBeDefined();
      timeline.goToStep(found.seq);
      expect(waits(name)).toBeUndefined();
      timeline.goTo(timeline.end);
    }
  });

  it('the driver of the console: went on because of what was typed, which is nobody', () => {
    timeline.input(Buffer.from('x'));
    const { inputWaiting } = timeline.system;
    expect(inputWaiting).toBe(1);
    expect(waits('input')?.on).toBe('pool');
    for (let i = 0; waits('input') !== undefined; i++) {
      expect(i).toBeLessThan(100);
      timeline.run(1);
    }
    const found = timeline.whatUnblocked(koid('input'));
    expect([found?.actor, found?.call]).toEqual([undefined, undefined]);
    expect(found?.records.map(({ type }) => type)).toContain('trap');
  });
});
