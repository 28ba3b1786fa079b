import { describe, expect, it } from 'vitest';
import { makeMeaningfulCalls } from './meaningful/calls.js';

const CALLS = 400_000;

describe('50: no system call with any arguments throws', () => {
  it(`${CALLS.toLocaleString('en')} calls of several processes leave every invariant true, and nothing is left when all is closed`, {
    timeout: 240_000,
  }, () => {
    const { calls, outcomes } = makeMeaningfulCalls(1, CALLS, 20_000);
    expect(calls).toBeGreaterThanOrEqual(CALLS);
    // Were the arguments nonsense, these would not have come to pass.
    for (const call of GET_FAR) expect(outcomes.get(`${call} OK`) ?? 0, call).toBeGreaterThan(20);
  });
});

const GET_FAR = [
  'channel_receive',
  'channel_receive_async',
  'channel_send',
  'channel_send_async',
  'event_cancel',
  'event_listen',
  'event_wait',
  'event_wait_many',
  'job_create',
  'lock_acquire',
  'lock_acquire_async',
  'lock_release',
  'pool_create',
  'pool_map',
  'pool_post',
  'pool_take',
  'ring_create',
  'task_kill',
  'timer_set',
  'topic_publish',
  'vmar_map',
  'vmo_child',
  'vmo_pin',
  'vmo_release',
  'vmo_unpin',
];
