/** The table of all transitions. A transition's place here is its number in records: append, never reorder. */
import type { Transition } from '../state/transition.js';
import { handleClosed, handleOpened, handleReplaced } from './handles.js';
import {
  allocatorCreated,
  allocatorRemoved,
  frameReleased,
  frameTaken,
  mappingAdded,
  mappingChanged,
  mappingRemoved,
  vmarClosed,
  vmarCreated,
  vmarRemoved,
  vmoCreated,
  vmoRemoved,
} from './memory.js';
import { booted, called, chosen, systemHalted, trapped } from './steps.js';
import {
  objectNamed,
  processCreated,
  processEnded,
  processRemoved,
  processStarted,
  threadBlocked,
  threadCreated,
  threadDispatched,
  threadEnded,
  threadPreempted,
  threadPrioritySet,
  threadRemoved,
  threadRequeued,
  threadStarted,
  threadUnblocked,
} from './tasks.js';

export const TRANSITIONS: readonly Transition[] = [
  booted,
  called,
  trapped,
  chosen,
  allocatorCreated,
  allocatorRemoved,
  frameTaken,
  frameReleased,
  vmoCreated,
  vmoRemoved,
  vmarCreated,
  vmarClosed,
  vmarRemoved,
  mappingAdded,
  mappingChanged,
  mappingRemoved,
  processCreated,
  objectNamed,
  processStarted,
  processEnded,
  processRemoved,
  threadCreated,
  threadStarted,
  threadDispatched,
  threadRequeued,
  threadPreempted,
  threadPrioritySet,
  threadBlocked,
  threadUnblocked,
  threadEnded,
  threadRemoved,
  handleOpened,
  handleReplaced,
  handleClosed,
  systemHalted,
];

TRANSITIONS.forEach((transition, number) => {
  transition.number = number;
});
