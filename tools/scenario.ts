/** Scenarios: `import { expect, scenario } from 'tocsin/scenario'`. Tests about the kernel, for vitest and for `tocsin test`. */

export type { Startup } from '../kernel/index.js';
export { type Expectation, expect } from './scenario/expect.js';
export { type ExpectedEnding, type Listener, matchers, type WaitDetail } from './scenario/matchers.js';
export { ScenarioMistake } from './scenario/mistake.js';
export type { ScenarioObject } from './scenario/objects.js';
export type { JournalFilter, JournalRecord } from './scenario/records.js';
export type { RunOptions, Until } from './scenario/running.js';
export { everyAllocation, type ScenarioBody, scenario } from './scenario/scenario.js';
export type { GuestOptions, Scene, SpawnOptions, ThreadOptions } from './scenario/scene.js';
export type { ThreadScript } from './scenario/script.js';
export type { SceneOptions } from './scenario/stage.js';
export type { Ending, ScenarioProcess, ScenarioThread, ThreadState } from './scenario/tasks.js';
export type { ThreadRow, Wait, WaitKind } from './scenario/waits.js';
