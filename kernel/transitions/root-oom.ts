/** Transitions of the root path (`root-oom/README.md`). Nothing is charged between the first of them and the last. */
import { must } from '../panic.js';
import { ROOT_PATH } from '../state/state.js';
import { timedTransition, transition } from '../state/transition.js';

export const monitorNamed = transition(
  'monitor_named',
  { about: 'A thread was named as the one that is asked when the machine is out of frames.', fields: ['thread'] },
  (s, thread) => {
    s.monitor = thread;
  },
);

export const jobRanked = transition(
  'job_ranked',
  {
    about: 'A job was marked to be killed first, or last, when the machine is out of frames.',
    fields: ['row', 'rank'],
  },
  (s, row, rank) => {
    s.jobs.killRank[row] = rank;
  },
);

export const rootOomBegun = transition(
  'root_oom',
  {
    about:
      'The machine is out of frames: so many are wanted that quotas allow, so many are free; or so many of the root, by a request that waits there. `thread` is the row of the one that asked, -1 where nobody waits. Until `root_oom_ended` nothing is charged.',
    fields: ['wanted', 'free', 'thread'],
  },
  (s, wanted, _free, thread) => {
    must(s.rootPath === ROOT_PATH.NO, 'the machine ran out of frames while it is');
    s.rootPath = ROOT_PATH.OPEN;
    s.rootWanted = wanted;
    s.rootThread = thread;
    s.rootLive = s.frames.live;
  },
);

export const monitorAsked = timedTransition(
  'root_oom_asked',
  {
    about: 'The monitor decides, until then at the latest; meanwhile no other thread runs.',
    time: 'deadline',
    fields: [],
  },
  (s, deadline) => {
    must(s.rootPath === ROOT_PATH.OPEN, 'the monitor was asked for nothing');
    s.rootPath = ROOT_PATH.DECIDING;
    s.rootDeadline = deadline;
  },
);

/** What helped, or who has to help next. */
export const ROOT_OUTCOME = { SHRUNK: 0, FREED: 1, KILLED: 2, NO_ANSWER: 3, HALTED: 4, NOTHING: 5 } as const;

export const rootOomEnded = transition(
  'root_oom_ended',
  {
    about:
      'A pass of the root path is over. `outcome`: 0 shrinkers gave frames, 1 the monitor says that there are some, 2 somebody was killed, 3 the monitor did not answer, 4 the machine stops, 5 nobody has anything that would help a request which waits at the root. `free` frames there are now; those of whom was killed come with the rest of the step.',
    fields: ['outcome', 'free'],
  },
  (s) => {
    must(s.rootPath !== ROOT_PATH.NO, 'the root path ended twice');
    s.rootPath = ROOT_PATH.NO;
    s.rootWanted = 0;
    s.rootLive = 0;
    s.rootThread = -1;
    s.rootDeadline = 0;
  },
);

/** As `halted` of the state: not by a program. */
export const HALTED_AT_ROOT = 2;

export const rootHalted = transition(
  'root_halted',
  {
    about: 'The machine stopped for want of frames: the epitaph says why. `code` is what it ends with.',
    fields: ['code'],
  },
  (s, code) => {
    s.halted = HALTED_AT_ROOT;
    s.haltCode = code;
  },
);
