/** What a system is booted with. */
import type { ElfImage } from '../machine/index.js';
import type { ChoiceSource } from './choices.js';
import type { InputSource } from './inputs.js';
import type { Recorder } from './journal/recording/recorder.js';
import type { Kernel } from './kernel.js';
import type { Observer } from './observer.js';
import type { Startup } from './program.js';
import type { Playback } from './replay/playback.js';
import type { Monitor } from './root-oom/boot-monitor.js';
import type { Script } from './scripts.js';

export interface SystemOptions {
  /** What the program is called: its process's name, and its first argument. */
  readonly name: string;
  /** Compiled code; or `script`. One of the two. */
  readonly image?: ElfImage;
  /** The first thread as a generator of operations. */
  readonly script?: (startup: Startup) => Script;
  /** The console driver, booted beside the program: standard output and input go through it. Without it nothing can be read. */
  readonly console?: ElfImage;
  /** Arguments after the name. */
  readonly arguments?: readonly string[];
  /** RAM in bytes, a multiple of 4096; 64 MiB where it says nothing. */
  readonly memoryBytes?: number;
  /**
   * Bytes by which quotas may exceed RAM, a multiple of 4096: so much can be promised that is not there. 0 where it says nothing:
   * then a quota is used up before frames are.
   */
  readonly overcommit?: number;
  /** Who is asked when the machine itself is out of frames: a program, or a script. Without it the kernel's own rule kills. */
  readonly monitor?: Monitor;
  /** Shakes the schedule: which thread runs next and for how long. Without it the plain policy runs. 0 to 2^32 - 1. */
  readonly seed?: number;
  /** Another source of choices than a seed. */
  readonly choices?: ChoiceSource;
  /**
   * The n-th allocation fails though it fits, 1 to 2^32 - 1 (allocations.ts); or 'chosen': of each that fits `choices` says
   * whether it does; or another source says it. What boot takes does not count, nor what a step from outside takes.
   */
  readonly failAllocation?: number | 'chosen' | ChoiceSource;
  /** Instructions that a thread runs before the next of its priority does. */
  readonly quantum?: number;
  /** Records that the ring holds; whether anything is recorded; whether the hash is taken from the first record on. */
  readonly journal?: { readonly capacity?: number; readonly enabled?: boolean; readonly hashed?: boolean };
  /** Gets what the program writes to the console. The bytes are the receiver's to keep. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Writes the run into a recording. The journal has to be enabled and hashed. */
  readonly recorder?: Recorder;
  /** Is told of what comes from outside: the run is on a tape. Not together with a recorder. */
  readonly playback?: Playback;
  /** Where input comes from, if not from `input`: a replay's comes from its recording. */
  readonly inputs?: (k: Kernel) => InputSource;
  readonly observer?: Observer;
  /**
   * Somebody outside may type: `run` ends with 'input' when every thread waits, and one of them perhaps for what is typed; or,
   * 'at once', in the very step in which the guest begins to wait for it. Who then types the same has the same journal.
   */
  readonly interactive?: boolean | 'at once';
  /** Checks every invariant after each step; slow. Or only after steps in which an allocation was made to fail. */
  readonly checked?: boolean | 'at failures';
}
