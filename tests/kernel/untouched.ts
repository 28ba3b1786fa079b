/** "An error leaves the state as it was" (invariant 46), made into something that a test can ask. */
import type { State, System } from '../../kernel/index.js';
import { copyState, MutableState, stateDifference } from '../../kernel/state/state.js';
import { isLive } from '../../kernel/state/table.js';
import { SOURCE } from '../../syscalls/options.js';

const FRAME = 4096;

/** Remembers kernel state and memory at one moment, and says what is different at another. */
export class Remembered {
  private readonly state: MutableState;
  private readonly bytes: Uint8Array;

  constructor(private readonly system: System) {
    this.state = new MutableState(system.state.frameCount);
    this.bytes = new Uint8Array(system.kernel.memory.bytes);
    this.remember();
  }

  remember(): void {
    copyState(this.system.state, this.state);
    this.bytes.set(this.system.kernel.memory.u8);
  }

  /**
   * What has changed, in words, or undefined. Steps and time pass with every call; and where registers are saved, which a
   * status goes to, is left out.
   */
  difference(): string | undefined {
    const { state } = this.system;
    this.state.seq = state.seq;
    this.state.hiddenSteps = state.hiddenSteps;
    this.state.time = state.time;
    return this.firstDifference();
  }

  /** The same after a call that found no memory: that it did is an event of the allocator, which is left out here. */
  differenceBesidesShortage(): string | undefined {
    const { state } = this.system;
    const { allocators, sources } = this.state;
    this.state.memoryChanges = state.memoryChanges;
    for (const name of ['state', 'wanted', 'watched'] as const)
      for (let row = 0; row < allocators.used; row++) allocators[name][row] = state.allocators[name][row];
    for (let row = 0; row < sources.used; row++) {
      if (sources.name[row] !== SOURCE.MEMORY && sources.name[row] !== SOURCE.MEMORY_SUBTREE) continue;
      for (const name of ['generation', 'lastSeq', 'data1', 'data2', 'data3', 'data4'] as const)
        sources[name][row] = state.sources[name][row];
    }
    return this.difference();
  }

  private firstDifference(): string | undefined {
    const { state } = this.system;
    return stateDifference(state, this.state) ?? this.memoryDifference(state);
  }

  private memoryDifference({ threads, frameCount }: State): string | undefined {
    const saveAreas = new Set<number>();
    for (let row = 0; row < threads.used; row++) if (isLive(threads, row)) saveAreas.add(threads.saveArea[row]);
    for (let frame = 0; frame < frameCount; frame++) {
      if (saveAreas.has(frame)) continue;
      const now = this.system.kernel.memory.u8.subarray(frame * FRAME, (frame + 1) * FRAME);
      if (Buffer.compare(now, this.bytes.subarray(frame * FRAME, (frame + 1) * FRAME)) !== 0)
        return `the bytes of frame ${frame}`;
    }
    return undefined;
  }
}
