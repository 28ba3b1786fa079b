/**
 * Which records programs see. Left out is what belongs to debug sessions, and the phases of a fault: who is asked about a fault is
 * recorded only where there is anybody, and a session is somebody. All others are the same with and without a debugger.
 */
import { TRANSITIONS } from '../transitions/all.js';

const OF_DEBUGGERS: readonly string[] = [
  'step_hidden',
  'debugger_called',
  'debugger_wrote',
  'session_created',
  'session_removed',
  'session_options_set',
  'breakpoint_set',
  'breakpoint_cleared',
  'debug_told',
  'fault_offered',
  'fault_returned',
  'world_stopped',
  'world_resumed',
  'world_released',
  'thread_held',
  'process_stopped',
  'process_resumed',
  'step_armed',
  'only_named',
];

const OF_FAULTS: readonly string[] = ['thread_faulted', 'fault_asked', 'fault_ended'];

/** The types of records that no program sees. */
export const LEFT_OUT: ReadonlySet<string> = new Set([...OF_DEBUGGERS, ...OF_FAULTS]);

/** By the number of a type: is it one that programs see? */
export const IS_SEEN = Uint8Array.from(TRANSITIONS, ({ name }) => (LEFT_OUT.has(name) ? 0 : 1));
