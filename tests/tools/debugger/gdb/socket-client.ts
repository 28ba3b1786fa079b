/** A client of the protocol on a socket, as simple as can be; and an owner of a server that lets the world run. */
import { connect, type Socket } from 'node:net';
import { framed, PacketReader } from '../../../../tools/debugger/gdb/framing.js';
import { GdbServer } from '../../../../tools/debugger/gdb/server.js';
import type { Script } from './scripted-debuggee.js';
import { ScriptedTarget } from './scripted-target.js';

export class SocketClient {
  readonly packets: string[] = [];
  /** All that came, as it came. */
  received = '';
  isClosed = false;
  private readonly reader = new PacketReader();
  private wake: () => void = () => {};

  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
      for (const arrival of this.reader.read(bytes)) if (arrival.kind === 'packet') this.packets.push(arrival.payload);
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
  }

  static async connect(address: string): Promise<SocketClient> {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new SocketClient(socket);
  }

  /** Sends bytes as they are. */
  write(text: string): void {
    this.socket.write(text, 'latin1');
  }

  send(payload: string): void {
    this.write(framed(payload));
  }

  /** The next packet; undefined where the connection ends before it comes. */
  async next(): Promise<string | undefined> {
    await this.until(() => this.packets.length > 0);
    return this.packets.shift();
  }

  async ask(payload: string): Promise<string | undefined> {
    this.send(payload);
    return this.next();
  }

  async closed(): Promise<void> {
    await this.until(() => this.isClosed);
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.isClosed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** A server whose world runs whenever it may, until `close`. */
export class Served {
  private isOver = false;
  private readonly finished: Promise<void>;

  private constructor(
    readonly target: ScriptedTarget,
    readonly server: GdbServer,
  ) {
    this.finished = this.run();
  }

  static async start(script?: Script, waits = false): Promise<Served> {
    const target = new ScriptedTarget(script);
    return new Served(target, await GdbServer.listen(target, { port: 0, host: '127.0.0.1', waits }));
  }

  /** A failure of the server is one of the test. */
  async close(): Promise<void> {
    this.isOver = true;
    this.server.interrupt();
    await this.server.close();
    await this.finished;
    this.server.check();
  }

  connect(): Promise<SocketClient> {
    return SocketClient.connect(this.server.address);
  }

  private async run(): Promise<void> {
    while (!this.isOver) {
      this.server.check();
      if (this.server.isHolding) {
        await this.server.change();
        continue;
      }
      if (this.server.isDebugging) {
        const progress = this.server.run(100);
        if (progress.kind === 'over') this.server.end(progress.outcome);
      } else this.target.debuggee.run(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
