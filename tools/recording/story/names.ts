/** Names of what there was, by koids, which are never reused: also of what is gone. */

import type { State } from '../../../kernel/index.js';
import { nameText } from '../../../kernel/information.js';
import { WORD } from '../../../kernel/journal/record.js';
import { objectNamed, threadCreated } from '../../../kernel/transitions/tasks.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';

export class Names {
  private readonly names = new Map<number, string>();
  private readonly processes = new Map<number, number>();

  constructor(private readonly state: State) {}

  /** Takes a record that was applied. */
  after(words: Int32Array): void {
    const { state } = this;
    const type = words[WORD.TYPE];
    const first = words[WORD.PAYLOAD];
    if (type === threadCreated.number) {
      const process = words[WORD.PAYLOAD + 2];
      this.processes.set(words[WORD.PAYLOAD + 1], state.processes.koid[process]);
    } else if (type === objectNamed.number) {
      const row = words[WORD.PAYLOAD + 1];
      const table =
        first === OBJECT_TYPE.process ? state.processes : first === OBJECT_TYPE.thread ? state.threads : state.jobs;
      this.names.set(table.koid[row], nameText(table, row));
    }
  }

  /** The name of a process, thread or job; nothing where it has none. */
  of(koid: number): string {
    return this.names.get(koid) ?? '';
  }

  /** `Hypatia #30`, or `#30`. */
  text(koid: number): string {
    const name = this.of(koid);
    return name === '' ? `#${koid}` : `${name} #${koid}`;
  }

  /** The koid of the process of a thread, 0 where it is none. */
  processOf(thread: number): number {
    return this.processes.get(thread) ?? 0;
  }
}
