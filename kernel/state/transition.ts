/**
 * A transition: the only way in which kernel state changes. Declared once: its name, its fields, and how it changes the state.
 * The record's encoding, the arguments of `commit`, the fold and the journal's documentation come from the declaration.
 *
 * Fields are 32-bit words, up to eight. A transition that needs a time has it as its first argument, stored as a double, and
 * up to six words after it.
 */
import type { MutableState } from './state.js';

/** Words of payload in a record. */
export const PAYLOAD_WORDS = 8;

/** What a record is for replay: state is recomputed and compared; a choice and an input are taken from the record. */
export type RecordClass = 'state' | 'choice' | 'input';

type Numbers<F extends readonly string[]> = { [K in keyof F]: number };

/** Applies eight words, or a time and six words; the ones a transition does not have are 0. */
export type Apply = (
  s: MutableState,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
) => void;

/** How a field is printed, where a signed decimal number would say little. `call`: number and status in one word. */
export type FieldFormat = 'hexadecimal' | 'status' | 'call' | 'text';

export interface Transition<F extends readonly string[] = readonly string[]> {
  readonly name: string;
  /** Its number in records: its place in the table of all transitions. Set when the table is made. */
  number: number;
  readonly class: RecordClass;
  readonly about: string;
  /** The name of the time, where there is one. */
  readonly time: string | undefined;
  readonly fields: F;
  readonly formats: Readonly<Partial<Record<string, FieldFormat>>>;
  readonly apply: Apply;
  /** Only for the types of `commit`. */
  readonly arguments?: Numbers<F>;
}

/** A transition whose first argument is a time. */
export interface TimedTransition<F extends readonly string[] = readonly string[]> extends Transition<F> {
  readonly time: string;
}

interface Declaration<F extends readonly string[]> {
  readonly about: string;
  readonly fields: F;
  readonly formats?: Readonly<Partial<Record<F[number], FieldFormat>>>;
  readonly class?: RecordClass;
}

/** Declares a transition whose fields are words. */
export function transition<const F extends readonly string[]>(
  name: string,
  declaration: Declaration<F>,
  apply: (s: MutableState, ...fields: Numbers<F>) => void,
): Transition<F> {
  if (declaration.fields.length > PAYLOAD_WORDS) throw new Error(`${name} has more fields than a record holds`);
  return {
    name,
    number: -1,
    class: declaration.class ?? 'state',
    about: declaration.about,
    time: undefined,
    fields: declaration.fields,
    formats: declaration.formats ?? {},
    apply: apply as unknown as Apply,
  };
}

/** Declares a transition that has a time before its words. */
export function timedTransition<const F extends readonly string[]>(
  name: string,
  declaration: Declaration<F> & { readonly time: string },
  apply: (s: MutableState, time: number, ...fields: Numbers<F>) => void,
): TimedTransition<F> {
  if (declaration.fields.length > PAYLOAD_WORDS - 2) throw new Error(`${name} has more fields than a record holds`);
  return {
    name,
    number: -1,
    class: declaration.class ?? 'state',
    about: declaration.about,
    time: declaration.time,
    fields: declaration.fields,
    formats: declaration.formats ?? {},
    apply: apply as unknown as Apply,
  };
}
