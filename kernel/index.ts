/** The kernel's public surface. */

export { MOST_ALLOCATIONS } from './allocations.js';
export {
  type BlockedThread,
  blockedThreads,
  type ThreadName,
  threadText,
  type WaitKind,
  waitCycle,
  waitSentence,
} from './blocked.js';
export { CHOICE, type ChoiceSource, seededChoices } from './choices.js';
export type { ToldOutside } from './debug/host.js';
export type { OutsideDebugger as Attached } from './debug/outside.js';
export { type ReadRecord, recordLine } from './journal/record.js';
export {
  BLOCK,
  type BlockPlace,
  type Damage,
  RECORDING_VERSION,
  type RecordingSource,
  recordingBytes,
} from './journal/recording/blocks.js';
export {
  type Description,
  IMAGE_ROLES,
  type ImageRole,
  type RecordedEnd,
  type RecordedOptions,
} from './journal/recording/description.js';
export { RecordingError } from './journal/recording/error.js';
export { Recorder, type RecorderOptions } from './journal/recording/recorder.js';
export {
  type Checked,
  checkRecording,
  damageText,
  type RecordedRecord,
  Recording,
} from './journal/recording/recording.js';
export type { RecordType, Schema } from './journal/recording/schema.js';
export { hexadecimal, type Sha256, sha256 } from './journal/recording/sha256.js';
export {
  type Batch,
  SUBSCRIPTION_RECORDS,
  type Subscription,
  type SubscriptionOptions,
} from './journal/subscription.js';
export { JOURNAL_RECORDS, QUANTUM } from './limits.js';
export { CHARGE_KINDS, type ChargeKind } from './memory/charges.js';
export type { Observer, ReadText } from './observer.js';
export { KernelPanic } from './panic.js';
export { BootError, type Startup } from './program.js';
export { leaked } from './remains.js';
export { Replay, type ReplayOptions, type ReplayOutcome } from './replay/replay.js';
export type { Monitor } from './root-oom/boot-monitor.js';
export type { Answer, Operation, Script, ScriptFunction } from './scripts.js';
export type { State } from './state/state.js';
export { type Outcome, System } from './system.js';
export type { SystemOptions } from './system-options.js';
export { TRANSITIONS } from './transitions/all.js';
export { CALL_REPEATS, CALL_WAITS, NO_RETURN } from './transitions/steps.js';
export { VIEW_NAMES, VIEWS, type ViewName } from './views/all.js';
export { type AllocatorUser, usersText } from './views/allocator-use.js';
export { type FrameHolds, type FrameRun, memoryMap } from './views/memory-map.js';
export { type AllocatorNode, allocatorTree } from './views/memory-tree.js';
export type { Cell, Column, View, ViewRow } from './views/view.js';
export { type Whereabouts, whereabouts } from './whereabouts.js';
