/**
 * The library in a browser, as it is built for Node: a recorded run is replayed there, gone back in, and has the same journal. The page
 * has nothing but the built library and the recording; what it finds stands in its document afterwards.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findExecutable } from '../../tools/toolchain/executables.js';
import { Folder, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler } from '../userland/compiled.js';

const BROWSER = 'chromium';
const isThere = findExecutable(BROWSER) !== undefined;
if (!isThere) console.warn(`${BROWSER} is not installed: the library is not run in a browser`);

/** ms; a browser takes long to begin. */
const PATIENCE = 60_000;

const folder = new Folder();
const served = new Map<string, { readonly type: string; readonly bytes: () => Uint8Array | string }>();
let server: Server;
let origin = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const found = served.get(request.url ?? '');
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': found?.type ?? 'text/plain' });
    response.end(found?.bytes());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  folder.remove();
});

const PAGE = `<!doctype html><meta charset="utf-8"><title>running</title><pre id="found"></pre>
<script type="module">
const found = {};
try {
  const { Recording, Replay, Timeline, recordingBytes } = await import('/library.js');
  const bytes = new Uint8Array(await (await fetch('/run.tocsin')).arrayBuffer());
  const recording = Recording.open(recordingBytes(bytes));
  let printed = '';
  const replay = new Replay({
    recording,
    verified: true,
    onOutput: (some) => { printed += new TextDecoder().decode(some); },
  });
  const over = replay.run();
  Object.assign(found, {
    kind: over.kind,
    lines: over.lines ?? [],
    hash: replay.system.journalHash(),
    records: replay.system.records,
    compared: replay.comparison.records,
    printed,
  });
  const timeline = Timeline.open(recording);
  timeline.run();
  const thread = timeline.system.state.threads.koid[0];
  timeline.goToStep(Math.floor(timeline.end.seq / 2));
  timeline.reverseStep(thread);
  timeline.goTo(timeline.end);
  found.again = timeline.system.journalHash();
} catch (error) {
  found.error = String(error.stack ?? error);
}
document.getElementById('found').textContent = JSON.stringify(found);
document.title = 'done';
</script>`;

interface Found {
  readonly error?: string;
  readonly kind: string;
  readonly lines: readonly string[];
  readonly hash: string;
  readonly records: number;
  readonly compared: number;
  readonly printed: string;
  readonly again: string;
}

async function foundInBrowser(recording: string): Promise<Found> {
  served.set('/', { type: 'text/html', bytes: () => PAGE });
  served.set('/library.js', { type: 'text/javascript', bytes: () => readFileSync(resolve('dist/library.js')) });
  served.set('/run.tocsin', { type: 'application/octet-stream', bytes: () => readFileSync(recording) });
  const { stdout } = await promisify(execFile)(
    BROWSER,
    [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        `--user-data-dir=${folder.at('profile')}`,
      ],
      // Virtual: it goes on while the page has work, and ends when that is done.
      ...['--virtual-time-budget=600000', '--dump-dom', `${origin}/`],
    ],
    { encoding: 'utf8', timeout: PATIENCE, maxBuffer: 1 << 26 },
  );
  const [, text = ''] = /<pre id="found">([\s\S]*?)<\/pre>/.exec(stdout) ?? [];
  return JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')) as Found;
}

describe.skipIf(!isThere || !hasCompiler)('the library in a browser', () => {
  it.each([
    ['philosophers', [], 5],
    ['producer-consumer', ['--seed', '7'], 0],
    ['audit', [], 0],
  ] as const)(
    'replays %s with the same journal, and goes back in it',
    async (name, options, status) => {
      const recording = folder.at(`${name}.tocsin`);
      const source = resolve(`userland/demos/${name}.c`);
      const limit = ['--max-instructions', '3000000'];
      const ran = tocsin(['run', ...options, ...limit, '--json', '--record', recording, '--record-all', source]);
      const { journalHash, records, outcome } = JSON.parse(ran.stderr.trim().split('\n').at(-1) ?? '{}');
      expect([status, 4]).toContain(ran.status);
      const found = await foundInBrowser(recording);
      expect(found).toEqual({
        kind: 'over',
        lines: [],
        hash: journalHash,
        records,
        compared: records,
        printed: outcome === 'limit' ? found.printed : ran.stdout,
        again: journalHash,
      });
    },
    PATIENCE,
  );
});
