/**
 * The packets, each with its answer. One that is not in the table gets the empty answer, which says so.
 *
 * Source: GDB manual, appendix "GDB Remote Serial Protocol".
 */
import { type Answer, ERROR, NO_ACCESS, OK, UNKNOWN } from './answers.js';
import type { Client } from './client.js';
import { fitting, PACKET_BYTES } from './framing.js';
import { bytesOfHex, hexNumber, hexOfBytes, hexPair, textOfHex } from './hexadecimal.js';
import { queryAnswer, settingAnswer } from './queries.js';
import { allRegisters, oneRegister, setAllRegisters, setOneRegister } from './registers.js';
import { parseActions, parseOlder } from './resumption.js';
import { ANY, parseThreadId } from './thread-ids.js';

interface Packet {
  readonly prefix: string;
  /** Answered with an error while nothing is attached. */
  readonly isAboutWorld: boolean;
  /** `text` is what follows the prefix. */
  readonly answer: (client: Client, text: string) => Answer;
}

function packet(prefix: string, answer: Packet['answer']): Packet {
  return { prefix, isAboutWorld: false, answer };
}

function aboutWorld(prefix: string, answer: Packet['answer']): Packet {
  return { prefix, isAboutWorld: true, answer };
}

/** A longer prefix stands before a shorter one. */
const PACKETS: readonly Packet[] = [
  packet('!', () => OK),
  packet('?', (client) => client.statusOf()),
  packet('QStartNoAckMode', (client) => {
    client.acknowledges = false;
    return OK;
  }),
  packet('q', queryAnswer),
  packet('Q', settingAnswer),
  packet('H', chooseThread),
  aboutWorld('T', (client, text) => {
    const id = parseThreadId(text);
    return id !== undefined && client.world.find(id) !== undefined ? OK : ERROR;
  }),
  aboutWorld('g', (client) => onThread(client, (thread) => allRegisters(client.world.debuggee, thread))),
  aboutWorld('G', (client, text) =>
    onThread(client, (thread) => done(setAllRegisters(client.world.debuggee, thread, text))),
  ),
  aboutWorld('p', (client, text) =>
    onThread(client, (thread) => {
      const register = hexNumber(text);
      return (register !== undefined && oneRegister(client.world.debuggee, thread, register)) || ERROR;
    }),
  ),
  aboutWorld('P', (client, text) =>
    onThread(client, (thread) => {
      const [number, value = ''] = text.split('=');
      const register = hexNumber(number);
      return done(register !== undefined && setOneRegister(client.world.debuggee, thread, register, value));
    }),
  ),
  aboutWorld('m', readMemory),
  aboutWorld('M', (client, text) => writeMemory(client, text, (data) => bytesOfHex(data))),
  aboutWorld('x', readBinary),
  aboutWorld('X', (client, text) => writeMemory(client, text, (data) => Buffer.from(data, 'latin1'))),
  aboutWorld('Z', (client, text) => changeBreakpoint(client, 'set', text)),
  aboutWorld('z', (client, text) => changeBreakpoint(client, 'clear', text)),
  packet('vCont?', () => 'vCont;c;C;s;S;r'),
  aboutWorld('vCont', (client, text) => {
    const actions = parseActions(text);
    if (actions === undefined || !client.world.hasAnybody) return ERROR;
    client.resume(actions);
    return [];
  }),
  packet('vFile:', (client, text) => client.files.answer(text)),
  packet('vAttach;', (client, text) => {
    const process = hexNumber(text);
    if (process === undefined) return ERROR;
    return client.attach(process) ? client.statusOf(process) : ERROR;
  }),
  packet('vRun', run),
  aboutWorld('vKill;', (client, text) => {
    const process = hexNumber(text);
    return done(process !== undefined && kill(client, process));
  }),
  packet('R', (client) => {
    client.restart(undefined);
    // Nothing is answered: whoever asks waits for nothing, and asks how things stand.
    return [];
  }),
  aboutWorld('bs', (client) => client.reverse('step')),
  aboutWorld('bc', (client) => client.reverse('continue')),
  aboutWorld('c', goOn('c')),
  aboutWorld('s', goOn('s')),
  aboutWorld('C', goOn('C')),
  aboutWorld('S', goOn('S')),
  aboutWorld('D', (client, text) => {
    const process = text === '' ? undefined : hexNumber(text.slice(1));
    if (text !== '' && (process === undefined || !client.world.hasProcess(process))) return ERROR;
    client.detach(process);
    return OK;
  }),
  aboutWorld('k', (client) => {
    for (const { koid } of client.world.processes) kill(client, koid);
    return [];
  }),
];

/** Every packet gets an answer, whatever it says; none where the answer is the stop, or nothing. */
export function answerTo(client: Client, payload: string): readonly string[] {
  const found = PACKETS.find(({ prefix }) => payload.startsWith(prefix));
  if (found === undefined) return [UNKNOWN];
  if (found.isAboutWorld && !client.world.isAttached) return [ERROR];
  const answer = found.answer(client, payload.slice(found.prefix.length));
  return typeof answer === 'string' ? [answer] : answer;
}

function done(isDone: boolean): string {
  return isDone ? OK : ERROR;
}

function onThread(client: Client, work: (thread: number) => string): string {
  const { thread } = client;
  return thread === undefined ? ERROR : work(thread.koid);
}

/** `Hg` and `Hc`: the thread that what follows is about. */
function chooseThread(client: Client, text: string): string {
  const id = parseThreadId(text.slice(1));
  if (id === undefined) return ERROR;
  // A process may have lost its last thread, and still has memory.
  const isThere =
    id.thread > 0 ? client.world.find(id) !== undefined : id.process <= ANY || client.world.hasProcess(id.process);
  if (!isThere) return ERROR;
  if (text[0] === 'g') client.general = id;
  else if (text[0] === 'c') client.resumed = id;
  else return UNKNOWN;
  return OK;
}

function readMemory(client: Client, text: string): string {
  const [address, length] = hexPair(text) ?? [];
  const { process } = client;
  if (address === undefined || length === undefined || process === undefined) return ERROR;
  const bytes = client.world.debuggee.readMemory(process, address, Math.min(length, PACKET_BYTES / 2));
  return bytes.length === 0 && length > 0 ? NO_ACCESS : hexOfBytes(bytes);
}

/** `x`: as `m`, but bytes as they are, behind a `b`. */
function readBinary(client: Client, text: string): string {
  const [address, length] = hexPair(text) ?? [];
  const { process } = client;
  if (address === undefined || length === undefined || process === undefined) return ERROR;
  const bytes = client.world.debuggee.readMemory(process, address, Math.min(length, PACKET_BYTES));
  if (bytes.length === 0 && length > 0) return NO_ACCESS;
  return `b${fitting(Buffer.from(bytes).toString('latin1'), PACKET_BYTES - 1)}`;
}

/** `ADDRESS,LENGTH:DATA` */
function writeMemory(client: Client, text: string, decode: (data: string) => Uint8Array | undefined): string {
  const colon = text.indexOf(':');
  const [address, length] = hexPair(text.slice(0, Math.max(0, colon))) ?? [];
  const { process } = client;
  const bytes = decode(text.slice(colon + 1));
  if (address === undefined || process === undefined || bytes === undefined) return ERROR;
  if (bytes.length !== length) return ERROR;
  if (bytes.length === 0) return OK;
  return client.world.debuggee.writeMemory(process, address, bytes) ? OK : NO_ACCESS;
}

function changeBreakpoint(client: Client, action: 'set' | 'clear', text: string): string {
  const { process } = client;
  return process === undefined ? ERROR : client.breakpoints.change(action, text, client.world.debuggee, process);
}

/** The packets from before `vCont`: the thread that `Hc` chose goes on as is said, and everybody else too. */
function goOn(letter: string): Packet['answer'] {
  return (client, text) => {
    const thread = client.world.find(client.resumed) ?? client.thread;
    if (thread === undefined) return ERROR;
    const parsed = parseOlder(letter + text, { process: thread.process, thread: thread.koid });
    if (parsed === undefined) return ERROR;
    if (parsed.address !== undefined) {
      const words = client.world.debuggee.registers(thread.koid);
      if (words === undefined) return ERROR;
      words[0] = parsed.address;
      if (!client.world.debuggee.setRegisters(thread.koid, words)) return ERROR;
    }
    client.resume(parsed.actions);
    return [];
  };
}

/** `vRun;FILE;ARG…`: whatever the file is called, the program of this run is meant; without arguments it gets its own. */
function run(client: Client, text: string): string {
  if (text !== '' && text[0] !== ';') return UNKNOWN;
  const [, , ...words] = text.split(';');
  const programArguments = words.map(textOfHex);
  if (programArguments.includes(undefined)) return ERROR;
  const given = programArguments.length === 0 ? undefined : (programArguments as string[]);
  const problem = client.restart(given);
  return problem === undefined ? client.statusOf() : `E.${problem.replace(/[^ -~]/g, '?')}`;
}

/** Whoever kills knows that it is gone. */
function kill(client: Client, process: number): boolean {
  const { world } = client;
  if (!world.hasProcess(process) || !world.debuggee.killProcess(process)) return false;
  world.bury(process);
  return true;
}
