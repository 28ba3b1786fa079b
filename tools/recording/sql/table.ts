/** A table or a view of the database of a recording: described once, for the engine, for `--sql-schema` and for SCHEMA.md. */
import type { Left, Story, StoryListener } from '../story/story.js';

export type Value = number | string | null;

export interface Column {
  readonly name: string;
  readonly type: 'INTEGER' | 'TEXT';
  readonly about: string;
}

interface Described {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly Column[];
}

/** Its rows come from the story of the run, which is told only if a query asks for one of these tables. */
export interface StoryTable extends Described {
  readonly rows: (story: Story, add: (row: readonly Value[]) => void) => Collector;
}

/** Takes the story, and adds rows. */
export interface Collector extends StoryListener {
  /** The records are at their end. */
  end?(left: Left): void;
}

/** A question that is asked so often that it has a name. */
export interface NamedQuery extends Described {
  readonly sql: string;
}

export function integer(name: string, about: string): Column {
  return { name, type: 'INTEGER', about };
}

export function text(name: string, about: string): Column {
  return { name, type: 'TEXT', about };
}

/** A koid, or what else is 0 where there is none. */
export function orNull(value: number): Value {
  return value === 0 ? null : value;
}

/** A time, which is infinite where there is none. */
export function finite(value: number): Value {
  return Number.isFinite(value) ? value : null;
}
