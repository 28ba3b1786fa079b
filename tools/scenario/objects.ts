/** Kernel objects as a scenario names them: by a handle of one of its processes. */

import { findHandle } from '../../kernel/handles.js';
import type { Kernel } from '../../kernel/kernel.js';
import { koidOf, OBJECT_TABLE, typeName } from '../../kernel/state/objects.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';
import { packetsOf, type QueueName, queuesOf } from './looks.js';
import { ScenarioMistake } from './mistake.js';
import { rowOfKoid, type ScenarioProcess } from './tasks.js';

/** What a scenario keeps of the events of its system. */
export interface Told {
  /** Koids of the listeners that an object told, in that order. */
  listenersOf(koid: number): number[];
  /** What a listener is called. */
  label(koid: number): string;
}

export class ScenarioObject {
  readonly #kernel: Kernel;
  readonly #told: Told;

  constructor(
    kernel: Kernel,
    readonly type: ObjectTypeName,
    readonly koid: number,
    told: Told,
  ) {
    this.#kernel = kernel;
    this.#told = told;
  }

  /** Koids of the threads and pools that stand in its queues or listen to its sources now, by the names of these, in their order. */
  get queues(): Partial<Record<QueueName, number[]>> {
    return queuesOf(this.#kernel, OBJECT_TYPE[this.type], this.#row());
  }

  /** Of a pool: the packets that can be taken, oldest first. */
  get packets(): Record<string, number>[] {
    if (this.type !== 'pool') throw new ScenarioMistake(`${this} is no pool, and holds no packets`);
    return packetsOf(this.#kernel, this.#row());
  }

  #row(): number {
    const row = rowOfKoid(this.#kernel.state[OBJECT_TABLE[this.type]], this.koid);
    if (row < 0) throw new ScenarioMistake(`${this} is gone`);
    return row;
  }

  /** Koids of the threads and pools that it told of an event, in that order; for a message or a lock: that got it. */
  get listeners(): readonly number[] {
    return this.#told.listenersOf(this.koid);
  }

  /** What a thread or pool is called. */
  label(koid: number): string {
    return this.#told.label(koid);
  }

  toString(): string {
    return `${this.type} #${this.koid}`;
  }
}

/** The row of a handle of a process. Throws ScenarioMistake where the number is none. */
export function handleRow(k: Kernel, process: ScenarioProcess, handle: number): number {
  const owner = rowOfKoid(k.state.processes, process.koid);
  const row = owner < 0 ? -1 : findHandle(k, owner, handle);
  if (row < 0) throw new ScenarioMistake(`${String(handle)} is not a handle of ${process}`);
  return row;
}

export function objectOf(k: Kernel, process: ScenarioProcess, handle: number, told: Told): ScenarioObject {
  const { type, object } = k.state.handles;
  const row = handleRow(k, process, handle);
  return new ScenarioObject(k, typeName(type[row]), koidOf(k.state, type[row], object[row]), told);
}
