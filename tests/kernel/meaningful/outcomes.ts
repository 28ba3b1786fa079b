/** How the calls of a fuzz came back, and the table of it. */
import { statusName } from '../../../syscalls/errors.js';

/** They succeed by not coming back. */
const NEVER_BACK: readonly string[] = ['process_exit', 'system_halt', 'thread_exit'];

interface Row {
  made: number;
  readonly back: Map<string, number>;
}

export class Outcomes {
  private readonly rows = new Map<string, Row>();
  /** Submissions that rings took; how they came back is not looked at. */
  submitted = 0;

  made(call: string): void {
    this.row(call).made++;
  }

  cameBack(call: string, status: number): void {
    const { back } = this.row(call);
    const name = statusName(status);
    back.set(name, (back.get(name) ?? 0) + 1);
  }

  /** Adds those of another fuzz. */
  add(others: Outcomes): void {
    this.submitted += others.submitted;
    for (const [call, { made, back }] of others.rows) {
      const row = this.row(call);
      row.made += made;
      for (const [status, times] of back) row.back.set(status, (row.back.get(status) ?? 0) + times);
    }
  }

  /** How often a call did what it is for. */
  succeeded(call: string): number {
    const { made, back } = this.row(call);
    if (!NEVER_BACK.includes(call)) return back.get('OK') ?? 0;
    return made - [...back.values()].reduce((sum, times) => sum + times, 0);
  }

  /** A line a call: how often it was made, the share that succeeded, and how the others came back, most frequent first. */
  table(): string[] {
    const lines = [...this.rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([call, { made, back }]) => {
        const share = `${((100 * this.succeeded(call)) / made).toFixed(1)}%`;
        const others = [...back].filter(([status]) => status !== 'OK').sort(([, a], [, b]) => b - a);
        const text = others.map(([status, times]) => `${status} ${times}`).join(', ');
        return `${call.padEnd(22)} ${String(made).padStart(9)} ${share.padStart(7)}  ${text}`.trimEnd();
      });
    return [`${'call'.padEnd(22)} ${'made'.padStart(9)} ${'OK'.padStart(7)}  otherwise`, ...lines];
  }

  private row(call: string): Row {
    const known = this.rows.get(call);
    if (known !== undefined) return known;
    const row: Row = { made: 0, back: new Map() };
    this.rows.set(call, row);
    return row;
  }
}
