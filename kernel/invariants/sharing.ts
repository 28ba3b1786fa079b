/** 36: shared frames and discardable memory objects are what their lists say. */
import type { Kernel } from '../kernel.js';
import { shareOf } from '../memory/sharing.js';
import { FRAME_USE } from '../state/state.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

/** Every share is found by its page, and listed once by its frame and by its object, which has no frame of its own there. */
export function checkShares(k: Kernel, report: Report): void {
  const { shares, frames, vmos } = k.state;
  const listed = new Map<number, number>();
  for (const frame of rows(frames)) {
    let previous = -1;
    let length = 0;
    const showers = new Set<number>([frames.owner[frame]]);
    for (let row = frames.firstShare[frame]; row >= 0 && length <= shares.live; row = shares.nextOfFrame[row]) {
      listed.set(row, (listed.get(row) ?? 0) + 1);
      report(
        isLive(shares, row) && shares.frame[row] === frame && frames.use[frame] === FRAME_USE.PAGE,
        () => `36: share row ${row} is in the list of frame ${frame}`,
      );
      report(
        shares.previousOfFrame[row] === previous,
        () => `36: frame ${frame} is not linked both ways at share row ${row}`,
      );
      report(!showers.has(shares.vmo[row]), () => `36: two pages of one object show frame ${frame}`);
      showers.add(shares.vmo[row]);
      previous = row;
      length++;
    }
  }
  for (const row of rows(shares)) {
    report(listed.get(row) === 1, () => `36: share row ${row} is listed by its frame ${listed.get(row) ?? 0} times`);
    report(
      isLive(vmos, shares.vmo[row]) && shares.page[row] < vmos.pages[shares.vmo[row]],
      () => `36: share row ${row} lies outside its object`,
    );
    report(
      shareOf(k, shares.vmo[row], shares.page[row]) === row,
      () => `36: share row ${row} is not found by its page`,
    );
  }
  for (const vmo of rows(vmos)) {
    let previous = -1;
    let length = 0;
    for (let row = vmos.firstShare[vmo]; row >= 0 && length <= shares.live; row = shares.nextOfVmo[row]) {
      report(
        isLive(shares, row) && shares.vmo[row] === vmo && shares.previousOfVmo[row] === previous,
        () => `36: share row ${row} is in the list of memory object row ${vmo}`,
      );
      previous = row;
      length++;
    }
    report(vmos.shares[vmo] === length, () => `36: memory object row ${vmo} counts its shares wrong`);
  }
}

/** Exactly the discardable objects that nobody has pinned are listed, once, both ways; only discardable ones are pinned. */
export function checkDiscardable(k: Kernel, report: Report): void {
  const { vmos, discardHead, discardTail } = k.state;
  const listed = new Set<number>();
  let previous = -1;
  for (let vmo = discardHead; vmo >= 0 && !listed.has(vmo); vmo = vmos.nextDiscardable[vmo]) {
    listed.add(vmo);
    report(
      vmos.previousDiscardable[vmo] === previous,
      () => `the discardable objects are not linked both ways at row ${vmo}`,
    );
    previous = vmo;
  }
  report(discardTail === previous, () => 'the last of the discardable objects is wrong');
  for (const vmo of rows(vmos)) {
    const isDiscardable = vmos.discardable[vmo] !== 0;
    report(
      listed.has(vmo) === (isDiscardable && vmos.pins[vmo] === 0),
      () => `memory object row ${vmo} with ${vmos.pins[vmo]} pins is ${listed.has(vmo) ? '' : 'not '}discardable`,
    );
    report(isDiscardable || vmos.pins[vmo] === 0, () => `memory object row ${vmo} is pinned for nothing`);
    report(!isDiscardable || vmos.shares[vmo] === 0, () => `memory object row ${vmo} is discardable and shares frames`);
    listed.delete(vmo);
  }
  report(listed.size === 0, () => `${listed.size} rows that are no objects are discardable`);
}
