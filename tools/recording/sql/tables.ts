/** All tables and views, in the order in which they are explained. */

import type { NamedQuery, StoryTable } from './table.js';
import { CALLS } from './tables/calls.js';
import { HOLDS, LOCK_ORDERS, LOCKS } from './tables/locks.js';
import { MEMORY, SHORTAGES } from './tables/memory.js';
import { MESSAGES, REQUESTS } from './tables/messages.js';
import { OBJECTS, PROCESSES, THREADS } from './tables/objects.js';
import { CHOICES, INPUTS } from './tables/outside.js';
import { PERMISSIONS } from './tables/permissions.js';
import { RECORD_TYPES, RECORDS } from './tables/records.js';
import { STEPS } from './tables/steps.js';
import { WAITS, WAKES } from './tables/waits.js';

export const STORY_TABLES: readonly StoryTable[] = [
  STEPS,
  PROCESSES,
  THREADS,
  OBJECTS,
  CALLS,
  WAITS,
  MESSAGES,
  REQUESTS,
  HOLDS,
  LOCK_ORDERS,
  PERMISSIONS,
  MEMORY,
  SHORTAGES,
  INPUTS,
];

export const NAMED_QUERIES: readonly NamedQuery[] = [WAKES, LOCKS, CHOICES];

export const EVERYTHING = [
  RECORDS,
  RECORD_TYPES,
  STEPS,
  PROCESSES,
  THREADS,
  OBJECTS,
  CALLS,
  WAITS,
  WAKES,
  MESSAGES,
  REQUESTS,
  LOCKS,
  HOLDS,
  LOCK_ORDERS,
  PERMISSIONS,
  MEMORY,
  SHORTAGES,
  CHOICES,
  INPUTS,
] as const;
