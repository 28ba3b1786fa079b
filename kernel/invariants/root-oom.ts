/** 41: the root path. */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { isMonitorRunning } from '../root-oom/monitor.js';
import { FRAME_USE, ROOT_PATH } from '../state/state.js';
import { type Report, rows } from './report.js';

/**
 * 41: between two steps the root path is closed, or the monitor decides: then it alone runs, no frame was taken since, and the
 * thread that asked waits. Nobody waits for frames otherwise, unless the machine
 * has stopped.
 */
export function checkRootPath(k: Kernel, report: Report): void {
  const { state } = k;
  const { threads, frames } = state;
  const isDeciding = state.rootPath === ROOT_PATH.DECIDING;
  report(isDeciding || state.rootPath === ROOT_PATH.NO, () => '41: a step ended on the root path');
  if (isDeciding) {
    report(isMonitorRunning(k) && state.current === state.monitor, () => '41: the monitor decides and does not run');
    report(frames.live <= state.rootLive, () => '41: a frame was taken while the machine is out of them');
  }
  for (const row of rows(threads)) {
    const waits = threads.state[row] === TASK_STATE.BLOCKED && threads.blockedOn[row] === BLOCKED_ON.FRAMES;
    report(
      !waits || state.halted !== 0 || (isDeciding && state.rootThread === row),
      () => `41: thread row ${row} waits for frames in vain`,
    );
  }
  let journal = 0;
  for (const row of rows(frames)) if (frames.use[row] === FRAME_USE.JOURNAL) journal++;
  report(journal === state.journalFrames, () => '41: the frames of the journal are counted wrong');
}
