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

export class EscapeKeys {
  private isEscaped = false;

  /** Takes typed bytes apart: what goes to the guest, and what was asked for. A letter that means nothing is swallowed. */
  filter(typed: Uint8Array): { readonly bytes: Uint8Array; readonly requests: readonly Request[] } {
    const bytes: number[] = [];
    const requests: Request[] = [];
    for (const byte of typed) {
      if (!this.isEscaped) {
        if (byte === CTRL_A) this.isEscaped = true;
        else bytes.push(byte);
        continue;
      }
      this.isEscaped = false;
      const request = REQUESTS.get(String.fromCharCode(byte).toLowerCase());
      if (byte === CTRL_A) bytes.push(byte);
      else if (request !== undefined) requests.push(request);
    }
    return { bytes: Uint8Array.from(bytes), requests };
  }
}
