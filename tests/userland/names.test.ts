/** The name server as a guest, with clients that are guests: who has which badge, and which rules, stands here. */
import { describe } from 'vitest';
import { PROPERTY } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import { expect, type Scene, scenario } from '../../tools/scenario.js';
import { channel_create, handle_close, handle_duplicate, object_set } from '../../userland/script/calls.js';
import { store } from '../../userland/script/script.js';
import { hasCompiler } from './compiled.js';

const SERVER = '../../userland/servers/names.c';
const options = { checked: false, memoryBytes: 8 << 20 };

interface Ends {
  /** Where the server receives. */
  readonly server: number;
  /** Where clients send, by their badges. */
  readonly clients: readonly number[];
}

/** A channel whose one end has a handle for each badge. */
function channelFor(s: Scene, badges: readonly number[]): Ends {
  const word = s.memory(4);
  const made = s.thread('maker', function* () {
    const { first, second } = yield* channel_create(s.process.own.allocator, 4096, 0);
    const clients: number[] = [];
    for (const badge of badges) {
      const { copy } = yield* handle_duplicate(second, SAME_RIGHTS);
      yield* store(word, Uint8Array.of(badge, 0, 0, 0));
      const { status } = yield* object_set(copy, PROPERTY.BADGE, word, 4);
      if (status !== STATUS.OK) throw new Error(`badge ${badge} was refused`);
      clients.push(copy);
    }
    yield* handle_close(second);
    return { server: first, clients };
  });
  s.run();
  return made.result;
}

/** Starts a guest whose first argument is the number of a handle that it gets from us. */
async function start(s: Scene, file: string, handle: number, words: readonly string[] = []) {
  // Every process gets the same numbers for what it begins with; so the first that is shared with it has this one.
  const probe = s.spawn('probe', function* () {});
  const number = s.share(handle, probe.process);
  const guest = await s.guest(file, { arguments: [String(number), ...words] });
  expect(s.share(handle, guest.process)).toBe(number);
  return guest;
}

/** Closes our own handles, so that only the guests have any. */
function letGo(s: Scene, { server, clients }: Ends): void {
  s.thread('closer', function* () {
    for (const handle of [server, ...clients]) yield* handle_close(handle);
  });
}

describe.skipIf(!hasCompiler)('the name server', () => {
  scenario('brings a publisher and a subscriber together, who know only its channel', options, async (s) => {
    const ends = channelFor(s, [1, 2]);
    const server = await start(s, SERVER, ends.server, ['1:r:weather/*', '*:l:weather/outside']);
    const subscriber = await start(s, 'programs/weather-subscriber.c', ends.clients[1]);
    const publisher = await start(s, 'programs/weather-publisher.c', ends.clients[0]);
    letGo(s, ends);
    s.run('ended');
    // The subscriber prints three that follow each other, whichever they are.
    expect(s.output).toMatch(/^published\n(\d+ degrees\n){3}$/);
    for (const guest of [publisher, subscriber, server]) expect(guest).toHaveEnded({ code: 0 });
  });

  scenario('refuses what no rule allows, and what is nonsense, and serves on', options, async (s) => {
    const ends = channelFor(s, [1, 3]);
    const rules = ['1:r:*', '*:l:shared', '3:rl:mine*', '3:r:shared'];
    const server = await start(s, SERVER, ends.server, rules);
    const owner = await start(s, 'programs/names-owner.c', ends.clients[0]);
    s.run();
    const client = await start(s, 'programs/names-nonsense.c', ends.clients[1]);
    letGo(s, ends);
    s.run('ended');
    expect(s.output).toBe('');
    for (const guest of [owner, client, server]) expect(guest).toHaveEnded({ code: 0 });
  });

  scenario('says which of its rules is none', options, async (s) => {
    for (const rule of ['', '1', '1:r', '1:r:', 'x:r:a', '1:w:a', ':r:a']) {
      const server = await s.guest(SERVER, { arguments: ['1', rule] });
      s.run('ended');
      expect(server).toHaveEnded({ code: 2 });
    }
    expect(s.output.split('\n')[2]).toBe('names: 1:r: no rule (BADGE:OPERATIONS:NAME)');
  });
});
