/** `q` and `Q`: what gdb wants to know, and how it wants it. */

import type { DebuggedThread } from '../debuggee.js';
import { type Answer, ERROR, OK, UNKNOWN } from './answers.js';
import type { Client } from './client.js';
import { documentPiece } from './documents.js';
import { PACKET_BYTES } from './framing.js';
import { hexNumber, hexOfText, textOfHex } from './hexadecimal.js';
import { obey } from './monitor.js';
import { parseThreadId, threadIdText } from './thread-ids.js';
import { threadText } from './thread-text.js';

const FEATURES = [
  `PacketSize=${PACKET_BYTES.toString(16)}`,
  'QStartNoAckMode+',
  'multiprocess+',
  'swbreak+',
  'hwbreak+',
  'vContSupported+',
  'binary-upload+',
  'QPassSignals+',
  'QCatchSyscalls+',
  'qXfer:features:read+',
  'qXfer:threads:read+',
  'qXfer:exec-file:read+',
  'qXfer:osdata:read+',
];
/** Where the past is kept. */
const BACKWARDS = ['ReverseStep+', 'ReverseContinue+'];

/** More signals there are not. */
const MOST_LISTED = 1024;
/** Bytes of an answer to `monitor` in a packet. */
const OUTPUT_BYTES = PACKET_BYTES / 4;
const MOST_IDS = 256;

/** `text` is what follows `q`. */
export function queryAnswer(client: Client, text: string): Answer {
  const { world } = client;
  if (text.startsWith('Supported')) return [...FEATURES, ...(client.target.hasPast ? BACKWARDS : [])].join(';');
  if (text === 'C') {
    const { thread } = client;
    return thread === undefined ? ERROR : `QC${idOf(thread)}`;
  }
  if (text.startsWith('Attached')) {
    // Who has started a program kills it on leaving; who came to one leaves it alone.
    return client.hasStarted ? '0' : '1';
  }
  if (text === 'fThreadInfo') {
    client.unlisted = world.threads;
    world.introduce();
    return nextThreads(client);
  }
  if (text === 'sThreadInfo') return nextThreads(client);
  if (text.startsWith('ThreadExtraInfo,')) {
    const id = parseThreadId(text.slice('ThreadExtraInfo,'.length));
    const thread = id === undefined ? undefined : world.find(id);
    return thread === undefined ? ERROR : hexOfText(threadText(world, thread));
  }
  if (text.startsWith('Rcmd,')) return monitor(client, text.slice('Rcmd,'.length));
  if (text.startsWith('Xfer:')) return documentPiece(client, text.slice('Xfer:'.length));
  return UNKNOWN;
}

/** `text` is what follows `Q`. */
export function settingAnswer(client: Client, text: string): string {
  if (text.startsWith('PassSignals:')) {
    const signals = hexList(text.slice('PassSignals:'.length));
    if (signals === undefined) return ERROR;
    client.passed = new Set(signals);
    return OK;
  }
  if (text.startsWith('CatchSyscalls:')) {
    const [isOn, ...rest] = text.slice('CatchSyscalls:'.length).split(';');
    const calls = hexList(rest.join(';'));
    if ((isOn !== '0' && isOn !== '1') || calls === undefined || !client.world.isAttached) return ERROR;
    const wanted = isOn === '1' && rest.length === 0 ? 'all' : new Set(isOn === '1' ? calls : []);
    return client.catches.ask(wanted, client.world.debuggee) ? OK : ERROR;
  }
  return UNKNOWN;
}

/** `12;13`, or, as gdb has it, with one semicolon more; nothing is an empty list. */
function hexList(text: string): readonly number[] | undefined {
  const list = text.replace(/;$/, '');
  const numbers = list === '' ? [] : list.split(';').map(hexNumber);
  return numbers.length > MOST_LISTED || numbers.includes(undefined) ? undefined : (numbers as number[]);
}

function idOf({ process, koid }: DebuggedThread): string {
  return threadIdText({ process, thread: koid });
}

function nextThreads(client: Client): string {
  const now = client.unlisted.slice(0, MOST_IDS);
  client.unlisted = client.unlisted.slice(MOST_IDS);
  return now.length === 0 ? 'l' : `m${now.map(idOf).join(',')}`;
}

/** What the command said, in packets for gdb's console. */
function monitor(client: Client, hex: string): readonly string[] {
  const line = textOfHex(hex);
  if (line === undefined) return [ERROR];
  const said = Buffer.from(obey(client, line), 'utf8');
  const packets: string[] = [];
  for (let at = 0; at < said.length; at += OUTPUT_BYTES)
    packets.push(`O${said.subarray(at, at + OUTPUT_BYTES).toString('hex')}`);
  return [...packets, OK];
}
