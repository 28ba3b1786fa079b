/**
 * What a guest can observe, one thing after the other: each record of the journal that is no debugger's, each byte of output. Two
 * runs that a guest cannot tell apart have the same observations in the same order.
 *
 * Left out is what no program sees either (`kernel/audit/hidden.ts`): debug sessions, and the phases of a fault. What comes of a fault
 * is compared: who was told, who answered, who ended.
 */
import { type ReadRecord, recordLine } from '../../../kernel/index.js';

export type Observation =
  | {
      readonly what: 'record';
      readonly record: ReadRecord;
      /** Its step as guests count steps; -1 where the step is a hidden one, which does what an earlier one owed. */
      readonly step: number;
    }
  /** A byte of output, and when, ns. */
  | { readonly what: 'output'; readonly byte: number; readonly time: number };

/** Are they the same to a guest? Which thread's step it was is not known of what a hidden step does for an earlier one. */
export function isSame(a: Observation, b: Observation): boolean {
  if (a.what === 'output') return b.what === 'output' && a.byte === b.byte && a.time === b.time;
  if (b.what === 'output' || a.record.type !== b.record.type || a.record.time !== b.record.time) return false;
  if (a.step >= 0 && b.step >= 0 && (a.step !== b.step || a.record.actor !== b.record.actor)) return false;
  const { fields } = b.record;
  for (const name in a.record.fields) if (a.record.fields[name] !== fields[name]) return false;
  return true;
}

/** `step 12 @3400 #5 call futex_wake=OK a0=0x12010`, or `output "a" @3400`. */
export function observationText(observation: Observation): string {
  if (observation.what === 'output')
    return `output ${JSON.stringify(String.fromCharCode(observation.byte))} @${observation.time}`;
  const { record, step } = observation;
  const line = recordLine(record);
  return `step ${step < 0 ? '(later)' : step}${line.slice(line.indexOf(' '))}`;
}
