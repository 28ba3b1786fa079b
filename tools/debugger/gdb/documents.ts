/** `qXfer`: documents that gdb reads in pieces. The first piece makes the document, so that all are of one moment. */
import { ERROR, UNKNOWN } from './answers.js';
import type { Client } from './client.js';
import { fitting, PACKET_BYTES } from './framing.js';
import { bytesOfText, hexNumber, hexPair } from './hexadecimal.js';
import { osDataDocument } from './os-data.js';
import { TARGET_DESCRIPTION } from './registers.js';
import { threadIdText } from './thread-ids.js';
import { threadText } from './thread-text.js';
import { xmlDocument, xmlText } from './xml.js';

/** `text` is `OBJECT:read:ANNEX:OFFSET,LENGTH`. */
export function documentPiece(client: Client, text: string): string {
  const [, object, annex, place] = /^([\w-]+):read:([^:]*):([\da-f]+,[\da-f]+)$/i.exec(text) ?? [];
  if (object === undefined) return /^[\w-]+:write:/.test(text) ? UNKNOWN : ERROR;
  const [offset, length] = hexPair(place) ?? [];
  if (offset === undefined || length === undefined) return ERROR;
  const name = `${object}:${annex}`;
  if (offset === 0 || client.document?.name !== name) {
    const whole = documentOf(client, object, annex);
    if (whole === undefined) return OBJECTS.includes(object) ? ERROR : UNKNOWN;
    client.document = { name, text: whole };
  }
  const { text: whole } = client.document;
  const piece = fitting(whole.slice(offset, offset + Math.min(length, PACKET_BYTES)), PACKET_BYTES - 1);
  return `${offset + piece.length < whole.length ? 'm' : 'l'}${piece}`;
}

const OBJECTS: readonly string[] = ['features', 'threads', 'exec-file', 'osdata'];

function documentOf(client: Client, object: string, annex: string): string | undefined {
  switch (object) {
    case 'features':
      return annex === 'target.xml' ? TARGET_DESCRIPTION : undefined;
    case 'threads':
      return annex === '' ? threads(client) : undefined;
    case 'exec-file':
      return executable(client, annex);
    case 'osdata':
      return osDataDocument(client.target, annex);
    default:
      return undefined;
  }
}

function threads(client: Client): string {
  client.world.introduce();
  const items = client.world.threads.map((thread) => {
    const id = threadIdText({ process: thread.process, thread: thread.koid });
    const text = xmlText(threadText(client.world, thread));
    return `<thread id="${id}" core="0" name="${xmlText(thread.name)}">${text}</thread>`;
  });
  return xmlDocument('threads SYSTEM "threads.dtd"', ['<threads>', ...items, '</threads>']);
}

/** The path that `vFile` knows, for a process in hexadecimal or the one that gdb is in. */
function executable(client: Client, annex: string): string | undefined {
  const { world, images } = client;
  const process = annex === '' ? client.process : hexNumber(annex);
  const found = world.processes.find(({ koid }) => koid === process);
  return found === undefined ? undefined : bytesOfText(images.pathOf(world.debuggee, found));
}
