/** The kernel's public surface. */

export { MOST_ALLOCATIONS } from './allocations.js';
export { LEFT_OUT } from './audit/hidden.js';
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
export { DERIVED_NAMES, DERIVED_VIEWS, type Derived, type DerivedName } from './journal/derived/all.js';
export type { ChannelLatencies, Latencies } from './journal/derived/channel-latencies.js';
export { type KeyKind, WHOLE_SYSTEM } from './journal/derived/derived-view.js';
export { History, type HistoryOptions } from './journal/derived/history.js';
export { KeptRecords } from './journal/derived/kept-records.js';
export type { Cycle, Edge } from './journal/derived/lock-cycles.js';
export type { LockOrder } from './journal/derived/lock-order.js';
export { callName } from './journal/derived/object-rows.js';
export type { ProcessTotals } from './journal/derived/process-totals.js';
export type { SlowCall, SlowestCalls } from './journal/derived/slowest-calls.js';
export type { ThreadSpan } from './journal/derived/thread-history.js';
export type { CacheFigures } from './journal/derived/view-cache.js';
export { type ReadRecord, recordLine } from './journal/record.js';
export {
  BLOCK,
  type BlockPlace,
  type Damage,
  RECORDING_MAGIC,
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
export { type RecordType, type Schema, schemaDifference } from './journal/recording/schema.js';
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
export type { Condition, Found, Place } from './travel/backwards.js';
export { compareMoments, isBefore, type Moment, momentText } from './travel/moment.js';
export type { SystemSnapshot } from './travel/system-snapshot.js';
export { type Branch, Timeline, type TravelOptions } from './travel/timeline.js';
export type { Happened, WhyBlocked } from './travel/waits.js';
export { VIEW_NAMES, VIEWS, type ViewName } from './views/all.js';
export { type AllocatorUser, usersText } from './views/allocator-use.js';
export { type FrameHolds, type FrameRun, memoryMap } from './views/memory-map.js';
export { type AllocatorNode, allocatorTree } from './views/memory-tree.js';
export type { Cell, Column, View, ViewRow } from './views/view.js';
export { type Whereabouts, whereabouts } from './whereabouts.js';
