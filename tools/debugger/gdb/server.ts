/**
 * The gdb server on a socket. One client at a time: a second one is told so and turned away. Whoever goes, however they go, leaves
 * a world behind that runs on, and the next one may come.
 *
 * The server runs nothing by itself. Its owner calls `run` while the world may move (`isHolding` is false), in slices between
 * which the host's events are looked at, and waits for `change` otherwise.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { Awake } from './awake.js';
import { Client, type Ending, type Progress } from './client.js';
import { framed, PacketReader } from './framing.js';
import { consoleOutput } from './stop-replies.js';
import type { DebugTarget } from './target.js';

/** Where the server listens. */
export interface ServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** Nothing runs before the first client has come. */
  readonly waits: boolean;
}

/** What was sent and has not gone out yet; with more nothing is read from the client. */
const MOST_UNSENT_BYTES = 1 << 20;
/** How long a client that has to go is waited for. */
const FAREWELL_MS = 500;
const REFUSAL = 'another debugger is connected';

interface Connection {
  readonly socket: Socket;
  readonly reader: PacketReader;
  readonly client: Client;
  lastFrame: string;
}

export class GdbServer {
  private connection: Connection | undefined;
  private awaitsFirst: boolean;
  private wake: () => void = () => {};
  /** A bug that came to light in an answer: the owner of the server should end by it, and not the event loop. */
  private failure: unknown;

  /** Called when something has happened that whoever waits for something else should look at. */
  onChange: () => void = () => {};

  /** Throws the host's error where it cannot listen there. */
  static async listen(target: DebugTarget, { port, host, waits }: ServerOptions): Promise<GdbServer> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new GdbServer(server, target, waits);
  }

  private constructor(
    private readonly server: Server,
    private readonly target: DebugTarget,
    waits: boolean,
  ) {
    this.awaitsFirst = waits;
    server.on('connection', (socket) => this.welcome(socket));
    // A connection that breaks before it is accepted is nobody's concern.
    server.on('error', () => undefined);
  }

  /** `127.0.0.1:1234`, as gdb's `target` takes it. */
  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') return '';
    return `${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  }

  get hasClient(): boolean {
    return this.connection !== undefined;
  }

  /** Whether nothing may move now: a client has stopped the world, or the first one is awaited. */
  get isHolding(): boolean {
    return this.awaitsFirst || (this.connection?.client.isHolding ?? false);
  }

  /** Whether a session is on the system: then `run` runs it. */
  get isDebugging(): boolean {
    return this.connection?.client.isRunning ?? false;
  }

  /** Runs the world for the client, and tells it why it stopped where it did. Only while `isDebugging`. */
  run(maxInstructions: number): Progress {
    const { connection } = this;
    if (connection === undefined) return { kind: 'on' };
    const progress = connection.client.run(maxInstructions);
    if (progress.kind === 'told') this.send(connection, progress.packets);
    return progress;
  }

  /** The world has come to its end, or waits for ever. Whether there is a client that it matters to. */
  end(ending: Ending): boolean {
    const { connection } = this;
    if (connection === undefined || !connection.client.isRunning) return false;
    this.send(connection, connection.client.end(ending));
    return true;
  }

  /** A line for the person at the client. Only while `isDebugging`: at other times gdb takes it for an answer. */
  say(line: string): void {
    if (this.connection?.client.isRunning) this.send(this.connection, [consoleOutput(line)]);
  }

  /** Resolves when a client has come, gone, or said something. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  /** Whoever waits for a change waits no more. */
  interrupt(): void {
    this.wake();
  }

  /** Turns everybody away, so that the process can end. A client that is there has a moment to say goodbye. */
  async close(): Promise<void> {
    this.server.close();
    const { connection } = this;
    if (connection === undefined) return;
    const gone = new Promise((resolve) => connection.socket.once('close', resolve));
    const timer = setTimeout(() => connection.socket.destroy(), FAREWELL_MS);
    await gone;
    clearTimeout(timer);
  }

  private welcome(socket: Socket): void {
    if (this.connection !== undefined) {
      turnAway(socket);
      return;
    }
    const connection: Connection = {
      socket,
      reader: new PacketReader(),
      client: new Client(this.target),
      lastFrame: '',
    };
    this.connection = connection;
    socket.on('data', (bytes) => {
      this.receive(connection, bytes);
      this.awake.stay();
    });
    socket.on('drain', () => socket.resume());
    // An error is followed by 'close'; one that has said that it has no more to say has nothing to hear either.
    socket.on('error', () => undefined);
    socket.on('close', () => this.leave(connection));
  }

  private readonly awake = new Awake();

  /** Throws what went wrong in an answer. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private receive(connection: Connection, bytes: Uint8Array): void {
    try {
      this.answer(connection, bytes);
    } catch (error) {
      this.failure ??= error;
      this.changed();
    }
  }

  private answer(connection: Connection, bytes: Uint8Array): void {
    const { client, reader } = connection;
    for (const arrival of reader.read(bytes)) {
      if (this.connection !== connection) return;
      switch (arrival.kind) {
        case 'packet':
          if (client.acknowledges) connection.socket.write('+');
          this.send(connection, client.receive(arrival.payload));
          break;
        case 'interrupt':
          this.send(connection, client.interrupt());
          break;
        case 'damaged':
          if (client.acknowledges) connection.socket.write('-');
          break;
        case 'refused':
          if (client.acknowledges && connection.lastFrame !== '')
            connection.socket.write(connection.lastFrame, 'latin1');
          break;
        case 'acknowledged':
          break;
      }
    }
    // Nothing waits for a client that connects: the first one is there when it has the world.
    if (client.world.isAttached) this.awaitsFirst = false;
    this.changed();
  }

  private send(connection: Connection, packets: readonly string[]): void {
    const { socket } = connection;
    for (const packet of packets) {
      connection.lastFrame = framed(packet);
      socket.write(connection.lastFrame, 'latin1');
    }
    if (socket.writableLength > MOST_UNSENT_BYTES) socket.pause();
  }

  private leave(connection: Connection): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    try {
      connection.client.leave();
    } catch (error) {
      this.failure ??= error;
    }
    this.changed();
  }

  private changed(): void {
    this.onChange();
    this.wake();
  }
}

/** Says why in the answer to whatever comes first, which gdb shows. */
function turnAway(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(`+${framed(`E.${REFUSAL}`)}`, 'latin1'));
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.on('close', () => clearTimeout(timer));
}
