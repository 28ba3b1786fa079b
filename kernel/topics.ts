/**
 * Topics: broadcasts that programs publish. Type and size of what is published are fixed when the topic is made; who published
 * is told by the badge of the handle that it was done with.
 */
import { STATUS } from '../syscalls/errors.js';
import { closeSource } from './events/broadcast.js';
import type { Kernel } from './kernel.js';
import { COST } from './limits.js';
import { fits } from './memory/frames.js';
import { freeRows, isLive, nextRow } from './state/table.js';
import { topicCreated, topicRemoved } from './transitions/topics.js';

/** Makes a topic: its row, or a negative status. */
export function createTopic(k: Kernel, allocator: number, type: number, size: number): number {
  const row = nextRow(k.state.topics);
  if (row < 0 || freeRows(k.state.sources) < 1) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, COST.topic)) return STATUS.NO_MEMORY;
  k.journal.commit(topicCreated, row, k.state.nextKoid, allocator, type, size);
  return row;
}

export function removeTopicIfUnused(k: Kernel, row: number): void {
  const { topics } = k.state;
  if (!isLive(topics, row) || topics.references[row] > 0) return;
  const allocator = topics.allocator[row];
  closeSource(k, topics.source[row]);
  k.journal.commit(topicRemoved, row);
  k.mayBeUnused('allocator', allocator);
}
