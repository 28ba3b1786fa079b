/**
 * What gdb waits for: milliseconds from asking for a step to hearing of it, and to all that `info threads` asks of 500 threads
 * (their list, and of each its registers and two instructions). Prints one line of JSON, medians.
 *
 * Argument: the executable of `guests/many-threads.c`.
 */
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { framed, PacketReader } from '../../debugger/gdb/framing.js';
import { TOCSIN } from '../build.js';

const WARM_UP = 200;
const STEPS = 1000;
const LISTS = 11;

const [elf] = process.argv.slice(2);
const run = spawn(process.execPath, [TOCSIN, 'run', '--gdb', elf], { stdio: ['ignore', 'pipe', 'pipe'] });
process.on('exit', () => run.kill());
const port = await new Promise<number>((there) => {
  run.stderr.once('data', (line) => there(Number(/:(\d+)\n/.exec(String(line))?.[1])));
});
await new Promise((ready) => run.stdout.once('data', ready));

const socket = connect({ port, host: '127.0.0.1', noDelay: true });
const reader = new PacketReader();
let answered: (payload: string) => void = () => {};
socket.on('data', (bytes) => {
  for (const arrival of reader.read(bytes)) if (arrival.kind === 'packet') answered(arrival.payload);
});

function ask(payload: string): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    answered = resolve;
  });
  socket.write(framed(payload), 'latin1');
  return answer;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function median(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) times.push(await milliseconds(work));
  return times.sort((a, b) => a - b)[count >> 1];
}

async function listThreads(): Promise<number> {
  let document = '';
  for (let isMore = true; isMore; ) {
    const piece = await ask(`qXfer:threads:read::${document.length.toString(16)},1000`);
    document += piece.slice(1);
    isMore = piece[0] === 'm';
  }
  const ids = [...document.matchAll(/<thread id="(p[\da-f.]+)"/g)].map(([, id]) => id);
  for (const id of ids) {
    await ask(`Hg${id}`);
    const registers = await ask('g');
    const pc = Buffer.from(registers.slice(-8), 'hex').readUInt32LE(0);
    await ask(`m${pc.toString(16)},4`);
    await ask(`m${(pc - 4).toString(16)},4`);
  }
  return ids.length;
}

await ask('QStartNoAckMode');
const [, thread] = /thread:(p[\da-f.]+);/.exec(await ask('?')) ?? [];
if (thread === undefined) throw new Error('the guest has ended');
const step = (): Promise<string> => ask(`vCont;s:${thread};c`);
await median(WARM_UP, step);
const stepped = await median(STEPS, step);
let threads = 0;
const listed = await median(LISTS, async () => {
  threads = await listThreads();
  // What is known of threads is known until the world moves.
  await step();
});
if (threads < 500) throw new Error(`error: only ${threads} threads`);
console.log(JSON.stringify({ step: stepped, threads: listed }));
process.exit(0);
