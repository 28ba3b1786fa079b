/** Ctrl-A and a letter on a terminal: what is meant for the simulator, and not for the guest. */

export type Request = 'leave' | 'monitor' | 'help';

const CTRL_A = 0x01;
const REQUESTS: ReadonlyMap<string, Request> = new Map([
  ['x', 'leave'],
  ['c', 'monitor'],
  ['h', 'help'],
  ['?', 'help'],
]);

export const KEYS_HELP = 'Ctrl-A x leaves, Ctrl-A c is for the monitor, Ctrl-A Ctrl-A sends Ctrl-A';

const NOTHING = new Uint8Array(0);

export interface Typed {
  /** For the guest. */
  readonly bytes: Uint8Array;
  readonly requests: readonly Request[];
  /** What was typed behind a request for the monitor. */
  readonly forMonitor: Uint8Array;
}

export class EscapeKeys {
  private isEscaped = false;

  /** Takes typed bytes apart. A letter that means nothing after Ctrl-A is swallowed. */
  filter(typed: Uint8Array): Typed {
    const bytes: number[] = [];
    const requests: Request[] = [];
    for (const [i, byte] of typed.entries()) {
      if (!this.isEscaped) {
        if (byte === CTRL_A) this.isEscaped = true;
        else bytes.push(byte);
        continue;
      }
      this.isEscaped = false;
      const request = REQUESTS.get(String.fromCharCode(byte).toLowerCase());
      if (byte === CTRL_A) bytes.push(byte);
      else if (request !== undefined) requests.push(request);
      if (request === 'monitor') return { bytes: Uint8Array.from(bytes), requests, forMonitor: typed.subarray(i + 1) };
    }
    return { bytes: Uint8Array.from(bytes), requests, forMonitor: NOTHING };
  }
}
